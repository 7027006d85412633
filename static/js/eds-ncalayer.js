/*
 * Speaks to NCALayer, the program through which people in Kazakhstan sign in a browser.
 *
 * The protocol has no request ids, so one socket carries one request at a time, and a socket is opened for each
 * signature and closed after it. A closed dialogue is a *successful* answer without a result.
 */

const HEARTBEAT = "--heartbeat--";

/** A failure the person can do something about; `code` names the explanation shown. */
export class SigningTrouble extends Error {
  constructor(code, detail = "") {
    super(detail || code);
    this.code = code;
    this.detail = detail;
  }
}

export class NCALayer {
  #socket;
  #waiting = null;
  #open = false;
  #beat = null;

  /** Connect and read the greeting: `{"result":{"version":"1.4"}}`. */
  static async connect(url, { timeout, beatEvery }) {
    const client = new NCALayer();
    await client.#greet(url, timeout, beatEvery);
    return client;
  }

  async #greet(url, timeout, beatEvery) {
    try {
      this.#socket = new WebSocket(url);
    } catch (error) {
      throw new SigningTrouble("not_running", String(error));
    }
    const greeting = this.#wait(timeout, "not_running");
    this.#socket.addEventListener("message", (event) => this.#receive(event.data));
    this.#socket.addEventListener("close", () => this.#fail(this.#open ? "dropped" : "not_running"));
    const hello = await greeting;
    if (!hello?.result?.version) throw new SigningTrouble("not_understood");
    this.version = hello.result.version;
    this.#open = true;
    this.#beat = setInterval(() => this.#socket.send(HEARTBEAT), beatEvery);
  }

  /** Ask something that needs no person, to learn whether the program really answers. */
  async probe({ timeout }) {
    await this.#request({ module: "kz.digiflow.mobile.extensions", method: "getVersion" }, timeout, "not_understood");
  }

  /** Sign the bytes, detached; resolves with the CMS as NCALayer writes it (PEM). */
  async sign({ content, usages, locale, timeout }) {
    const answer = await this.#request(
      {
        module: "kz.gov.pki.knca.basics",
        method: "sign",
        args: {
          allowedStorages: null,
          format: "cms",
          data: toBase64(content),
          signingParams: { decode: true, encapsulate: false, digested: false, tsaProfile: {} },
          signerParams: { extKeyUsageOids: usages },
          locale,
        },
      },
      timeout,
      "timed_out",
    );
    if (answer.errorCode === "MODULE_NOT_FOUND") throw new SigningTrouble("outdated");
    if (answer.status !== true) throw new SigningTrouble("refused", answer.message ?? answer.code ?? "");
    const result = answer.body?.result;
    const cms = Array.isArray(result) ? result[0] : result;
    if (!cms) throw new SigningTrouble("cancelled");
    return cms;
  }

  close() {
    clearInterval(this.#beat);
    this.#socket?.close();
  }

  #request(message, timeout, lateCode) {
    if (this.#socket.readyState !== WebSocket.OPEN) return Promise.reject(new SigningTrouble("dropped"));
    const answer = this.#wait(timeout, lateCode);
    this.#socket.send(JSON.stringify(message));
    return answer;
  }

  #wait(timeout, lateCode) {
    if (this.#waiting) throw new Error("one request at a time");
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#fail(lateCode), timeout);
      this.#waiting = { resolve, reject, timer };
    });
  }

  #take() {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting) clearTimeout(waiting.timer);
    return waiting;
  }

  #fail(code) {
    clearInterval(this.#beat);
    this.#take()?.reject(new SigningTrouble(code));
    this.#socket.close();
  }

  #receive(data) {
    if (data === HEARTBEAT) return;
    let answer;
    try {
      answer = JSON.parse(data);
    } catch {
      this.#fail("not_understood");
      return;
    }
    // A heartbeat is answered with the greeting again; it is no answer to the request in flight.
    if (this.#open && answer.result?.version) return;
    this.#take()?.resolve(answer);
  }
}

export function toBase64(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
