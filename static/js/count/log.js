/* The vote log in the browser: its tree (RFC 6962, 2.1), its leaves, its signed heads (C2SP), receipts. docs/signatures.md tells
   the formats; nothing here is shared with the server's own code. */

import { sha256 } from "./sha256.js";

const text = new TextEncoder();

export class LogProblem extends Error {
  /** `code` names a sentence of the page, `values` fill its gaps. */
  constructor(code, values = {}) {
    super(code);
    this.code = code;
    this.values = values;
  }
}

const prefixed = (prefix, ...parts) => {
  const joined = new Uint8Array(1 + parts.reduce((sum, part) => sum + part.length, 0));
  joined[0] = prefix;
  let at = 1;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
};

export const leafHash = (leaf) => sha256(prefixed(0, leaf));
const nodeHash = (left, right) => sha256(prefixed(1, left, right));

/** Adds leaves one after the other and knows the root at each moment; keeps one hash a level. */
export class Tree {
  size = 0;
  #peaks = [];

  add(leaf) {
    let carried = leafHash(leaf);
    for (let rest = this.size; rest % 2; rest = Math.floor(rest / 2)) carried = nodeHash(this.#peaks.pop(), carried);
    this.#peaks.push(carried);
    this.size += 1;
  }

  root() {
    if (!this.#peaks.length) return sha256(new Uint8Array());
    return this.#peaks.reduceRight((below, peak) => (below ? nodeHash(peak, below) : peak), null);
  }
}

export const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));
export const fromBase64 = (string) => Uint8Array.from(atob(string), (sign) => sign.charCodeAt(0));

/** The one spelling of strings, whole numbers, null, and objects and lists of them (RFC 8785). */
export const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value && typeof value === "object") {
    const keys = Object.keys(value).sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
  }
  return JSON.stringify(value);
};

const SHAPES = {
  v: (v) => v === 1,
  id: (v) => /^[0-9a-f]{32}$/.test(v),
  petition: (v) => typeof v === "string",
  revision: (v) => Number.isSafeInteger(v) && v >= 0,
  text_sha256: (v) => /^[0-9a-f]{64}$/.test(v),
  action: (v) => v === "vote" || v === "withdraw",
  cancels: (v) => v === null || /^[0-9a-f]{32}$/.test(v),
  source: (v) => ["eds", "session", "paper"].includes(v),
  commitment: (v) => /^[0-9a-f]{64}$/.test(v),
  time: (v) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(v),
  sequence: (v) => Number.isSafeInteger(v) && v >= 0,
};
const NAMES = Object.keys(SHAPES).sort();
const spelt = (leaf) => `{${NAMES.map((name) => `"${name}":${JSON.stringify(leaf[name])}`).join(",")}}`;

const readLeaf = (line, number) => {
  let leaf;
  try {
    leaf = JSON.parse(line);
  } catch {
    throw new LogProblem("malformed", { number });
  }
  // Spelt with exactly these names it is the line itself: so there is no other name in it, and none twice.
  const fits = leaf && typeof leaf === "object" && NAMES.every((name) => SHAPES[name](leaf[name]));
  if (!fits || spelt(leaf) !== line) throw new LogProblem("malformed", { number });
  return leaf;
};

/** Goes through the leaves once: the tree, the rules of the count, the heads seen before, one's own vote. */
export class Count {
  tree = new Tree();
  votes = 0;
  withdrawn = 0;
  sources = {};
  problems = [];
  own = null;
  #inForce = new Set();
  #seen = new Set();

  /** `heads`: [{size, root (base64), name}] that must be met on the way; `ownId`: the entry of a receipt. */
  constructor(petition, heads, ownId = null) {
    this.petition = petition;
    this.ownId = ownId;
    this.wanted = new Map();
    for (const head of heads) this.wanted.set(head.size, [...(this.wanted.get(head.size) ?? []), head]);
    this.#compare();
  }

  get count() {
    return this.votes - this.withdrawn;
  }

  add(line) {
    const number = this.tree.size;
    this.tree.add(text.encode(line));
    try {
      this.#apply(readLeaf(line, number), number);
    } catch (problem) {
      if (!(problem instanceof LogProblem)) throw problem;
      if (this.problems.length < 5) this.problems.push(problem);
    }
    this.#compare();
  }

  #apply(leaf, number) {
    if (leaf.id === this.ownId) this.own = leaf;
    if (leaf.sequence !== number || leaf.petition !== this.petition) throw new LogProblem("misplaced", { number });
    if (this.#seen.has(leaf.id)) throw new LogProblem("twice", { number });
    this.#seen.add(leaf.id);
    const isVote = leaf.action === "vote";
    if (isVote ? leaf.cancels !== null : !this.#inForce.delete(leaf.cancels)) throw new LogProblem("cancels", { number });
    if (isVote) this.#inForce.add(leaf.id);
    this.votes += isVote ? 1 : 0;
    this.withdrawn += isVote ? 0 : 1;
    this.sources[leaf.source] = (this.sources[leaf.source] ?? 0) + (isVote ? 1 : -1);
  }

  #compare() {
    for (const head of this.wanted.get(this.tree.size) ?? []) {
      if (head.root !== toBase64(this.tree.root())) {
        this.problems.unshift(new LogProblem(head.isKept ? "rewritten" : "root", { size: head.size, at: head.at ?? "" }));
      }
    }
    this.wanted.delete(this.tree.size);
  }
}

/** Read a signed note and the head in it; throw when it is not one. */
export const readHead = (note) => {
  const gap = note.lastIndexOf("\n\n");
  const told = note.slice(0, gap + 1);
  const lines = told.split("\n");
  if (gap < 0 || lines.length !== 4 || !/^(0|[1-9]\d{0,15})$/.test(lines[1])) throw new LogProblem("head_malformed");
  const signatures = note
    .slice(gap + 2)
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const [dash, name, blob] = line.split(" ");
      if (dash !== "—" || !blob) throw new LogProblem("head_malformed");
      const bytes = fromBase64(blob);
      return { name, id: bytes.slice(0, 4), signature: bytes.slice(4) };
    });
  return { text: told, origin: lines[0], size: Number(lines[1]), root: lines[2], signatures };
};

/** Read a key line `<name>+<id>+<base64>`; the id is worked out anew. */
export const readKey = (line) => {
  const [, name, id, blob] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(line.trim()) ?? [];
  const raw = blob ? fromBase64(blob) : new Uint8Array();
  const own = sha256(new Uint8Array([...text.encode(name ?? ""), 10, ...raw])).slice(0, 4);
  const hex = [...own].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (raw.length !== 33 || raw[0] !== 1 || hex !== id) throw new LogProblem("key_malformed");
  return { name, id: own, raw: raw.slice(1) };
};

/** Say whether the key made the signature; null when this browser knows no Ed25519. */
export const ed25519 = async (raw, signature, message) => {
  try {
    const key = await crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);
    return await crypto.subtle.verify({ name: "Ed25519" }, key, signature, message);
  } catch {
    return null;
  }
};

const same = (one, two) => one.length === two.length && one.every((byte, i) => byte === two[i]);

/** Say whether one of the keys signed the head: true, false, or null when this browser cannot tell. */
export const headIsSigned = async (head, keys) => {
  for (const key of keys) {
    for (const line of head.signatures) {
      if (key.name === head.origin && line.name === key.name && same(line.id, key.id)) {
        return ed25519(key.raw, line.signature, text.encode(head.text));
      }
    }
  }
  return false;
};

/** Read a receipt and say whether one of the keys signed it; throw when it is none of this petition. */
export const readReceipt = async (raw, petition, origin, keys) => {
  let receipt;
  try {
    receipt = JSON.parse(raw);
    if (receipt.entry.petition !== petition || receipt.origin !== origin) throw new LogProblem("receipt_other");
  } catch (problem) {
    throw problem instanceof LogProblem ? problem : new LogProblem("receipt_malformed");
  }
  const message = text.encode(`halyq-uni/receipt/v1\n${canonical({ entry: receipt.entry, origin: receipt.origin })}`);
  let signed = false;
  for (const key of keys) {
    if (key.name === origin && toBase64(key.raw) === receipt.key) {
      signed = await ed25519(key.raw, fromBase64(receipt.signature), message);
    }
  }
  if (signed === false) throw new LogProblem("receipt_forged");
  return { entry: receipt.entry, isSigned: signed };
};
