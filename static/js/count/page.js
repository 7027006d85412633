/* The page "Verify the count": asks the worker to count, and says in whole sentences what came of it. */

import { LogProblem, canonical, headIsSigned, readHead, readKey, readReceipt } from "./log.js";

const place = document.getElementById("count");
const form = document.getElementById("count-form");
const words = document.getElementById("count-words").content;
const progress = document.getElementById("count-progress");
const status = document.getElementById("count-status");
const result = document.getElementById("count-result");
const stop = document.getElementById("count-stop");
const keep = document.getElementById("keep-heads");
const KEPT = `log-heads-${place.dataset.petition}`;
/** Not the log's fault: nothing was found out. */
const INNOCENT = new Set(["download", "no_log", "broken", "receipt_malformed", "receipt_other", "key_malformed"]);

const numbers = new Intl.NumberFormat(document.documentElement.lang);
const say = (code, values = {}) => {
  const sentence = words.querySelector(`[data-word="${code}"]`)?.textContent ?? code;
  return sentence.replace(/\{(\w+)\}/g, (gap, name) => {
    const value = values[name] ?? gap;
    return typeof value === "number" ? numbers.format(value) : value;
  });
};

const kept = () => {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? [];
  } catch {
    return [];
  }
};

const show = (tone, title, sentences) => {
  const box = document.createElement("div");
  box.className = `alert alert--${tone}`;
  box.dataset.outcome = tone;
  const heading = document.createElement("p");
  heading.className = "alert__title";
  heading.textContent = title;
  const lines = sentences.map((sentence) => {
    const line = document.createElement("p");
    line.textContent = sentence;
    return line;
  });
  const body = document.createElement("div");
  body.className = "alert__body";
  body.append(heading, ...lines);
  box.append(body);
  result.replaceChildren(box);
};

let worker = null;
let halt = null;

const counted = (task) =>
  new Promise((done, failed) => {
    worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    halt = () => failed(new LogProblem("stopped"));
    worker.onmessage = ({ data }) => {
      if (data.failed) failed(new LogProblem(data.failed.code, data.failed.values));
      if (data.finished) done(data.finished);
      if (data.done) {
        progress.value = data.done / data.of;
        status.textContent = say("progress", { done: data.done, of: data.of });
      }
    };
    worker.onerror = () => failed(new LogProblem("broken"));
    worker.postMessage(task);
  }).finally(() => {
    worker?.terminate();
    worker = halt = null;
  });

const headNow = async () => {
  const answer = await fetch(place.dataset.log, { cache: "no-store" }).catch(() => null);
  if (!answer?.ok) throw new LogProblem("download", { number: 0 });
  const told = await answer.json();
  if (!told.head) throw new LogProblem("no_log");
  const head = readHead(told.head.checkpoint);
  if (!head.origin.endsWith(`/log/${place.dataset.petition}`)) throw new LogProblem("head_other");
  return head;
};

const countNow = async () => {
  try {
    const answer = await fetch(place.dataset.count, { cache: "no-store", headers: { Accept: "application/json" } });
    return Number((await answer.json()).votes);
  } catch {
    return Number(place.dataset.votes);
  }
};

const receiptText = async () => {
  const [file] = document.getElementById("receipt-file").files;
  return (file ? await file.text() : document.getElementById("receipt-text").value).trim();
};

const ownVote = (receipt, own) => {
  if (!own) throw new LogProblem("receipt_absent");
  const { sequence, ...entry } = own;
  if (canonical(entry) !== canonical(receipt.entry)) throw new LogProblem("receipt_differs", { number: sequence });
  return say(own.action === "vote" ? "own_vote" : "own_withdrawal", { number: sequence, time: own.time });
};

const check = async () => {
  status.textContent = say("head");
  const keys = [...words.querySelectorAll("[data-key]")].map((line) => readKey(line.textContent));
  const head = await headNow();
  const raw = await receiptText();
  const receipt = raw ? await readReceipt(raw, place.dataset.petition, head.origin, keys) : null;
  const signed = await headIsSigned(head, keys);
  if (signed === false) throw new LogProblem("head_forged");
  const before = kept();
  const longer = before.find((one) => one.size > head.size);
  if (longer) throw new LogProblem("shrunk", { size: longer.size });
  const found = await counted({
    leaves: place.dataset.leaves,
    petition: place.dataset.petition,
    head: { size: head.size, root: head.root },
    heads: before.map((one) => ({ ...one, isKept: true })),
    ownId: receipt?.entry.id ?? null,
  });
  return { head, signed, before, receipt, found };
};

const tell = async ({ head, signed, before, receipt, found }) => {
  if (found.problems.length) {
    show("danger", say("wrong"), found.problems.map(({ code, values }) => say(code, values)));
    return;
  }
  const sentences = [];
  const shown = await countNow();
  const values = { ...found, shown };
  sentences.push(say(shown === found.count ? "good" : "good_later", values));
  sentences.push(say("root_good", { size: head.size }), say(signed ? "signed" : "signed_unknown"));
  if (before.length) sentences.push(say("kept", { number: before.length }));
  if (receipt) sentences.push(ownVote(receipt, found.own));
  if (keep.checked) {
    const others = before.filter((one) => one.size !== head.size);
    localStorage.setItem(KEPT, JSON.stringify([...others, { size: head.size, root: head.root }].slice(-20)));
    sentences.push(say("remembered"));
  }
  const agreed = shown === found.count && signed;
  show(agreed ? "success" : "warning", say(shown === found.count ? "right" : "unknown"), sentences);
};

const failed = (problem) => {
  if (problem.code === "stopped") {
    status.textContent = say("stopped");
    return;
  }
  const code = problem instanceof LogProblem ? problem.code : "broken";
  show(INNOCENT.has(code) ? "warning" : "danger", say(INNOCENT.has(code) ? "unknown" : "wrong"), [say(code, problem.values)]);
};

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (worker) return;
  const button = form.querySelector("[type=submit]");
  result.replaceChildren();
  progress.value = 0;
  progress.hidden = stop.hidden = false;
  button.disabled = true;
  try {
    await tell(await check());
    status.textContent = "";
  } catch (problem) {
    if (problem.code !== "stopped") status.textContent = "";
    failed(problem);
  } finally {
    progress.hidden = stop.hidden = true;
    button.disabled = false;
  }
});
stop.addEventListener("click", () => halt?.());

keep.checked = kept().length > 0;
keep.addEventListener("change", () => {
  if (!keep.checked) localStorage.removeItem(KEPT);
});
form.hidden = false;
