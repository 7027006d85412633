/*
 * <eds-signer>: signs the statement shown inside it and sends the form it stands in.
 *
 * The text is in the page, readable without this script; the script only reaches the key. What is signed is what is
 * shown: the bytes of the visible text, which must have the checksum the portal issued. All sentences come from the
 * template (signatures/signer_messages.html), in the reader's language.
 */

import { choose, offerPeople } from "./eds-demo.js";
import { isForbidden, NCALayer, SigningTrouble } from "./eds-ncalayer.js";
import { Telephone } from "./eds-telephone.js";
import { putLikeliestFirst, rememberWay } from "./eds-ways.js";

const CONNECT_TIMEOUT = 5_000;
// A person looks for a key and types a password meanwhile.
const SIGN_TIMEOUT = 300_000;
const HEARTBEAT_EVERY = 20_000;
// After it a person who sees no window is told where to look.
const SLOW_AFTER = 20_000;
const NCALAYER_LOCALES = { kk: "kk", ru: "ru", en: "en" };
const LARGEST_KEY_FILE = 1024 * 1024;

class EdsSigner extends HTMLElement {
  #client = null;
  #attempt = 0;
  #again = null;
  #way = "";
  #telephone = new Telephone(this, (name) => this.#say(name));
  #demoChoice = Promise.resolve();

  connectedCallback() {
    if (this.dataset.ready) return;
    this.dataset.ready = "yes";
    this.#part("ways").hidden = false;
    // Browsers give cryptography to secure pages only.
    this.#part("key-way").hidden = !globalThis.crypto?.subtle;
    putLikeliestFirst(this.#part("choice"));
    this.#on("with-ncalayer", () => this.#run("ncalayer", (attempt) => this.#withNCALayer(attempt)));
    this.#on("with-key-file", () => this.#run("key", () => this.#withKeyFile()));
    this.#on("with-mobile", () => this.#run("mobile", () => this.#withTelephone()));
    this.#on("stop", () => this.#stop());
    this.#on("retry", () => this.#run(this.#way, this.#again));
    this.#on("other-way", () => this.#chooseAgain());
    this.#part("password").addEventListener("keydown", (event) => {
      // Enter in a form would send it unsigned.
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.#run("key", () => this.#withKeyFile());
    });
    this.closest("form")?.addEventListener("submit", (event) => this.#guard(event));
    addEventListener("pageshow", (event) => {
      // Back in the browser's history: the statement here is used up, a fresh one is needed.
      if (event.persisted && this.dataset.state === "done") location.reload();
    });
    if (this.dataset.demoControlUrl) this.#offerDemoPeople();
    this.#goOnWaiting();
  }

  disconnectedCallback() {
    this.#client?.close();
    this.#telephone.stop();
  }

  // --- the three ways to sign

  #withNCALayer(attempt) {
    // Two tabs would open two windows of NCALayer, and nobody could tell which belongs to which page.
    const locks = navigator.locks;
    if (!locks) return this.#askNCALayer(attempt);
    return locks.request("eds-ncalayer", { ifAvailable: true }, (lock) => {
      if (!lock) throw new SigningTrouble("other_tab");
      return this.#askNCALayer(attempt);
    });
  }

  async #askNCALayer(attempt) {
    const content = await this.#content();
    await this.#demoChoice;
    this.#say("connecting");
    const client = await this.#connected();
    const slow = setTimeout(() => this.#say("still_choosing"), this.#time("slowAfter", SLOW_AFTER));
    try {
      // The person may have stopped while the program was looked for: then its window must not open.
      if (attempt !== this.#attempt) throw new SigningTrouble("cancelled");
      this.#client = client;
      this.#say("choosing");
      return await client.sign({
        content,
        usages: this.dataset.usages.trim().split(/\s+/),
        anyChain: "anyChain" in this.dataset,
        locale: NCALAYER_LOCALES[language()] ?? "ru",
        timeout: this.#time("signTimeout", SIGN_TIMEOUT),
      });
    } finally {
      clearTimeout(slow);
      client.close();
    }
  }

  /** A connection that answers; one that broke before anything was asked of the person is opened anew, once. */
  async #connected(again = true) {
    const timeout = this.#time("connectTimeout", CONNECT_TIMEOUT);
    const beatEvery = this.#time("heartbeat", HEARTBEAT_EVERY);
    let client;
    try {
      client = await NCALayer.connect(this.dataset.ncalayerUrl, { timeout, beatEvery });
      await client.probe({ timeout });
      return client;
    } catch (trouble) {
      client?.close();
      if (again && trouble.code === "dropped") return this.#connected(false);
      if (trouble.code === "not_running" && (await isForbidden())) throw new SigningTrouble("forbidden");
      throw trouble;
    }
  }

  async #withKeyFile() {
    const [file] = this.#part("key-file").files;
    const password = this.#part("password").value;
    if (!file) throw new SigningTrouble("no_file");
    if (file.size > LARGEST_KEY_FILE) throw new SigningTrouble("not_a_key_file");
    const content = await this.#content();
    this.#say("opening");
    const bytes = await file.arrayBuffer().catch(() => {
      throw new SigningTrouble("unreadable_file");
    });
    const modules = [import(this.dataset.keyFileModule), import(this.dataset.library)];
    const [signing, library] = await Promise.all(modules).catch(() => {
      throw new SigningTrouble("offline");
    });
    return signing.signWithKeyFile({ library, file: bytes, password, content });
  }

  async #withTelephone() {
    await this.#content();
    return this.#telephone.sign();
  }

  #goOnWaiting() {
    const waiting = this.#telephone.whatWaits();
    if (!waiting) return;
    this.#run("mobile", () => this.#telephone.sign(waiting), { checked: true });
    this.#again = () => this.#withTelephone();
  }

  /** The bytes to sign: the text as shown, if it is still the text the portal issued. */
  async #content() {
    const content = new TextEncoder().encode(this.#part("text").textContent);
    // Without a secure context there is no checksum here; the portal compares the bytes in any case.
    if (globalThis.crypto?.subtle) {
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
      const shown = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
      if (shown !== this.dataset.sha256) throw new SigningTrouble("changed_text");
    }
    return content;
  }

  // --- one attempt, from the button to the form

  async #run(way, sign, { checked = false } = {}) {
    const form = this.closest("form");
    // A second click while the first is at work does nothing.
    if (["busy", "done"].includes(this.dataset.state) || (!checked && form && !form.reportValidity())) return;
    const attempt = (this.#attempt += 1);
    this.#way = way;
    this.#again = sign;
    this.#busy(true);
    try {
      const cms = await sign(attempt);
      if (attempt !== this.#attempt) return;
      this.#send(cms);
    } catch (trouble) {
      if (attempt === this.#attempt) this.#explain(trouble);
    }
  }

  #send(cms) {
    this.dataset.state = "done";
    this.#part("stop").hidden = true;
    this.#part("password").value = "";
    this.#input("cms").value = cms;
    this.#say("sending");
    rememberWay(this.#way);
    this.closest("form")?.requestSubmit();
  }

  #stop() {
    this.#attempt += 1;
    this.#client?.close();
    this.#telephone.stop();
    this.#busy(false);
    this.#say("stopped");
    this.#button(this.#way).focus();
  }

  #explain(trouble) {
    this.#busy(false);
    this.#say(null);
    this.dataset.state = "trouble";
    const source = this.#trouble(trouble.code) ?? this.#trouble("unexpected");
    const words = source.cloneNode(true);
    words.querySelector("h3").id = "signer-trouble-title";
    const detail = words.querySelector("[data-detail]");
    if (detail) detail.textContent = trouble.detail || trouble.message;
    this.#part("trouble-text").replaceChildren(...words.childNodes);
    const panel = this.#part("trouble");
    panel.dataset.code = source.dataset.trouble;
    panel.hidden = false;
    panel.focus();
  }

  #busy(on) {
    this.dataset.state = on ? "busy" : "idle";
    this.#part("trouble").hidden = true;
    this.#part("stop").hidden = !on;
    for (const name of ["with-ncalayer", "with-mobile", "with-key-file", "upload", "person", "person-key", "key-file", "password"]) {
      const part = this.#part(name);
      if (part) part.disabled = on;
    }
    // A disabled button loses the focus; the person must not be thrown to the top of the page.
    if (on) this.#part("stop").focus();
  }

  /** Close the explanation and go back to the choice; what was typed stays. */
  #chooseAgain() {
    this.#part("trouble").hidden = true;
    this.dataset.state = "idle";
    this.#say("choose_way");
    this.#part("ways").scrollIntoView({ block: "nearest" });
    const ways = [...this.querySelectorAll("[data-way]:not([hidden])")];
    const other = ways.find((way) => way.dataset.way !== this.#way) ?? ways[0];
    other.querySelector("button, summary").focus();
  }

  /** Enter in another field of the form must not send it without a signature. */
  #guard(event) {
    const uploaded = this.#input("cms_file")?.files.length;
    if (this.#input("cms").value || uploaded || event.submitter?.hasAttribute("data-unsigned")) return;
    event.preventDefault();
    this.#say("choose_way");
    this.querySelector("[data-way]:not([hidden])").querySelector("button, summary").focus();
  }

  // --- the demo: whose key the stand-in uses

  #offerDemoPeople() {
    const [select, note, missing] = [this.#part("person"), this.#part("person-note"), this.#message("no_demo")];
    const controlUrl = this.dataset.demoControlUrl;
    this.#part("demo").hidden = false;
    const family = this.#part("person-key");
    offerPeople({ controlUrl, select, family, note, missing });
    select.addEventListener("change", () => {
      this.#demoChoice = choose({ controlUrl, what: "select", choice: { person: select.value }, note, missing });
    });
    family.addEventListener("change", () => {
      this.#demoChoice = choose({ controlUrl, what: "key", choice: { key: family.value }, note, missing });
    });
  }

  // --- small things

  #part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }

  #input(name) {
    return this.querySelector(`input[name="${name}"]`);
  }

  #button(way) {
    return this.#part({ ncalayer: "with-ncalayer", mobile: "with-mobile", key: "with-key-file" }[way]);
  }

  #on(name, act) {
    this.#part(name)?.addEventListener("click", act);
  }

  /** A time in milliseconds; a page may shorten it with data-connect-timeout, data-poll-every and the like. */
  #time(name, usual) {
    return Number(this.dataset[name]) || usual;
  }

  #message(name) {
    return this.#words(`[data-message="${name}"]`)?.textContent.trim() ?? "";
  }

  #trouble(code) {
    return /^\w+$/.test(code ?? "") ? this.#words(`[data-trouble="${code}"]`) : null;
  }

  #words(selector) {
    return this.#part("messages").content.querySelector(selector);
  }

  /** Said once: a live region that is written anew with the same words would be read out again. */
  #say(name) {
    const words = name ? this.#message(name) : "";
    const status = this.#part("status");
    if (status.textContent !== words) status.textContent = words;
  }
}

function language() {
  return document.documentElement.lang.slice(0, 2) || "kk";
}

customElements.define("eds-signer", EdsSigner);
