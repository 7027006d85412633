/* The telephone's part of <eds-signer>: the panel with the QR code, from asking for a code to the signature. */

import { askForCode, forget, keep, kept, waitForSignature } from "./eds-mobile.js";
import { isTelephone } from "./eds-ways.js";

export class Telephone {
  #host;
  #say;
  #ending = new AbortController();

  /** `host` is the <eds-signer>; `say` speaks its messages. */
  constructor(host, say) {
    this.#host = host;
    this.#say = say;
  }

  /** Show a code and wait; resolves with the signature. `waiting` goes on with a code that was shown before. */
  async sign(waiting = null) {
    this.#say("asking_code");
    const asked = waiting ?? (await this.#newCode());
    this.#ending = new AbortController();
    this.#show(asked);
    this.#say("scan");
    try {
      return await waitForSignature({
        url: this.#host.dataset.mobileUrl,
        code: asked.code,
        until: asked.until,
        csrf: this.#csrf(),
        language: language(),
        pause: Number(this.#host.dataset.pollEvery) || undefined,
        signal: this.#ending.signal,
        heard: ({ state, refused }) => {
          this.#say(state === "opened" ? "on_telephone" : "scan");
          const note = this.#part("mobile-refused");
          if (note.textContent !== refused) note.textContent = refused;
        },
      });
    } finally {
      forget();
      this.#part("mobile").hidden = true;
    }
  }

  stop() {
    this.#ending.abort();
  }

  /**
   * The browser threw the tab away while the app was open: put the statement that is being signed back on the page and
   * return what `sign` goes on with; null when nothing waits.
   */
  whatWaits() {
    const waiting = this.#host.dataset.mobileUrl ? kept() : null;
    if (!waiting) return null;
    this.#part("text").textContent = waiting.text;
    this.#part("sha256").textContent = this.#host.dataset.sha256 = waiting.sha256;
    this.#token().value = waiting.token;
    this.#part("download").href = `data:text/plain;charset=utf-8,${encodeURIComponent(waiting.text)}`;
    return waiting;
  }

  async #newCode() {
    const token = this.#token().value;
    const url = this.#host.dataset.mobileUrl;
    const asked = await askForCode({ url, token, csrf: this.#csrf(), language: language() });
    const shown = { text: this.#part("text").textContent, sha256: this.#host.dataset.sha256 };
    const waiting = { ...asked, ...shown, token, until: Date.now() + asked.seconds * 1000 };
    keep(waiting);
    return waiting;
  }

  #show({ qr, qr_text: text, link, until }) {
    this.#part("qr").src = qr;
    this.#part("mobile-refused").textContent = "";
    // The country has one time (UTC+5), and the statement says the same; devices may have another.
    const clock = { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Etc/GMT-5" };
    this.#part("mobile-until").textContent = new Date(until).toLocaleTimeString(language(), clock);
    const open = this.#part("mobile-link");
    open.hidden = !link || !isTelephone();
    if (link) open.href = link;
    const demo = this.#part("demo-phone");
    if (demo) demo.href = `${demo.dataset.url}?qr=${encodeURIComponent(text)}`;
    this.#part("mobile").hidden = false;
    this.#part("mobile").scrollIntoView({ block: "nearest" });
  }

  #part(name) {
    return this.#host.querySelector(`[data-part="${name}"]`);
  }

  #token() {
    return this.#host.querySelector('input[name="token"]');
  }

  #csrf() {
    return this.#host.closest("form")?.elements.csrfmiddlewaretoken?.value ?? "";
  }
}

function language() {
  return document.documentElement.lang.slice(0, 2) || "kk";
}
