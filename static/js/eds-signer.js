/*
 * <eds-signer>: signs the statement shown inside it and sends the form it stands in.
 *
 * The text is in the page, readable without this script; the script only reaches the key. What is signed is what is
 * shown: the bytes of the visible text, which must have the checksum the portal issued. All sentences come from the
 * template (signatures/signer_messages.html), in the reader's language.
 */

import { NCALayer, SigningTrouble } from "./eds-ncalayer.js";

const CONNECT_TIMEOUT = 5_000;
// A person looks for a key and types a password meanwhile.
const SIGN_TIMEOUT = 300_000;
const HEARTBEAT_EVERY = 20_000;
const NCALAYER_LOCALES = { kk: "kk", ru: "ru", en: "en" };

class EdsSigner extends HTMLElement {
  #client = null;
  #attempt = 0;
  #again = null;

  connectedCallback() {
    if (this.dataset.ready) return;
    this.dataset.ready = "yes";
    this.#part("ways").hidden = false;
    // Browsers give cryptography to secure pages only.
    this.#part("key-way").hidden = !globalThis.crypto?.subtle;
    this.#on("with-ncalayer", () => this.#run((attempt) => this.#withNCALayer(attempt)));
    this.#on("with-key-file", () => this.#run(() => this.#withKeyFile()));
    this.#on("stop", () => this.#stop());
    this.#on("retry", () => this.#run(this.#again));
    this.#part("password").addEventListener("keydown", (event) => {
      // Enter in a form would send it unsigned.
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.#run(() => this.#withKeyFile());
    });
    this.closest("form")?.addEventListener("submit", (event) => this.#guard(event));
    addEventListener("pageshow", (event) => {
      // Back in the browser's history: the statement here is used up, a fresh one is needed.
      if (event.persisted && this.dataset.state === "done") location.reload();
    });
    if (this.dataset.demoControlUrl) this.#offerDemoPeople();
  }

  disconnectedCallback() {
    this.#client?.close();
  }

  // --- the two ways to sign

  async #withNCALayer(attempt) {
    const content = await this.#content();
    await this.#demoChoice;
    this.#say("connecting");
    const timeout = this.#time("connectTimeout", CONNECT_TIMEOUT);
    const client = await NCALayer.connect(this.dataset.ncalayerUrl, {
      timeout,
      beatEvery: this.#time("heartbeat", HEARTBEAT_EVERY),
    });
    try {
      // The person may have stopped while the program was looked for: then its window must not open.
      if (attempt !== this.#attempt) throw new SigningTrouble("cancelled");
      this.#client = client;
      await client.probe({ timeout });
      this.#say("choosing");
      return await client.sign({
        content,
        usages: this.dataset.usages.trim().split(/\s+/),
        locale: NCALAYER_LOCALES[document.documentElement.lang.slice(0, 2)] ?? "ru",
        timeout: this.#time("signTimeout", SIGN_TIMEOUT),
      });
    } finally {
      client.close();
    }
  }

  async #withKeyFile() {
    const [file] = this.#part("key-file").files;
    const password = this.#part("password").value;
    if (!file) throw new SigningTrouble("no_file");
    const content = await this.#content();
    this.#say("opening");
    const [signing, library] = await Promise.all([
      import(this.dataset.keyFileModule),
      import(this.dataset.library),
    ]);
    return signing.signWithKeyFile({ library, file: await file.arrayBuffer(), password, content });
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

  async #run(sign) {
    const form = this.closest("form");
    if (this.dataset.state === "busy" || (form && !form.reportValidity())) return;
    const attempt = (this.#attempt += 1);
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
    this.querySelector('input[name="cms"]').value = cms;
    this.#say("sending");
    this.closest("form")?.requestSubmit();
  }

  #stop() {
    this.#attempt += 1;
    this.#client?.close();
    this.#busy(false);
    this.#say("stopped");
    this.#part("with-ncalayer").focus();
  }

  #explain(trouble) {
    this.#busy(false);
    this.#say(null);
    this.dataset.state = "trouble";
    const source = this.#trouble(trouble.code) ?? this.#trouble("unexpected");
    const words = source.cloneNode(true);
    words.querySelector("h3").id = "signer-trouble-title";
    const detail = words.querySelector("[data-detail]");
    if (detail) detail.textContent = trouble.detail ?? trouble.message;
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
    for (const name of ["with-ncalayer", "with-key-file", "upload", "person", "person-key", "key-file", "password"]) {
      const part = this.#part(name);
      if (part) part.disabled = on;
    }
    // A disabled button loses the focus; the person must not be thrown to the top of the page.
    if (on) this.#part("stop").focus();
  }

  /** Enter in another field of the form must not send it without a signature. */
  #guard(event) {
    const signed = this.querySelector('input[name="cms"]').value;
    const uploaded = this.querySelector('input[name="cms_file"]')?.files.length;
    if (signed || uploaded || event.submitter?.hasAttribute("data-unsigned")) return;
    event.preventDefault();
    this.#say("choose_way");
    this.#part("with-ncalayer").focus();
  }

  // --- the demo: whose key the stand-in uses

  #demoChoice = Promise.resolve();

  async #offerDemoPeople() {
    const select = this.#part("person");
    const note = this.#part("person-note");
    this.#part("demo").hidden = false;
    try {
      const headers = { "Accept-Language": document.documentElement.lang || "kk" };
      const answer = await fetch(`${this.dataset.demoControlUrl}/people`, { headers });
      const { people, selected, key } = await answer.json();
      select.replaceChildren(...people.map(({ id, name }) => new Option(name, id, false, id === selected)));
      const describe = () => {
        note.textContent = people.find(({ id }) => id === select.value)?.note ?? "";
      };
      describe();
      select.addEventListener("change", () => {
        describe();
        this.#demoChoice = this.#choose("select", { person: select.value });
      });
      const family = this.#part("person-key");
      family.value = key;
      family.addEventListener("change", () => {
        this.#demoChoice = this.#choose("key", { key: family.value });
      });
    } catch {
      note.textContent = this.#message("no_demo");
    }
  }

  async #choose(what, choice) {
    const headers = { "Content-Type": "application/json" };
    const body = JSON.stringify(choice);
    try {
      await fetch(`${this.dataset.demoControlUrl}/${what}`, { method: "POST", headers, body });
    } catch {
      this.#part("person-note").textContent = this.#message("no_demo");
    }
  }

  // --- small things

  #part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }

  #on(name, act) {
    this.#part(name).addEventListener("click", act);
  }

  /** A time in milliseconds; a page may shorten it with data-connect-timeout, data-sign-timeout, data-heartbeat. */
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

  #say(name) {
    this.#part("status").textContent = name ? this.#message(name) : "";
  }
}

customElements.define("eds-signer", EdsSigner);
