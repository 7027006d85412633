/*
 * Speaks to NCALayer, the program through which people in Kazakhstan sign in a browser.
 *
 * The protocol has no request ids, so one socket carries one request at a time, and a socket is opened for each
 * signature and closed after it. A closed dialogue is a *successful* answer without a result.
 */

const HEARTBEAT = "--heartbeat--";

/** The program's own error codes; each has an explanation in signatures/signer_messages.html. */
const ERRORS = {
  INVALID_SIGNING_PARAMS: "refused_parameters",
  SIGNING_FAILURE: "refused_key",
  GENERAL_ERROR: "refused_general",
  INVOCATION_ERROR: "refused_request",
};

/** A failure the person can do something about; `code` names the explanation shown. */
export class SigningTrouble extends Error {
  constructor(code, detail = "") {
    super(detail || code);
    this.code = code;
    this.detail = detail;
  }
}

/** Whether the browser lets this page reach programs on this computer, as far as it tells. */
export async function isForbidden() {
  try {
    // Chromium asks the person once; a "no" makes every connection fail without a reason.
    const { state } = await navigator.permissions.query({ name: "local-network-access" });
    return state === "denied";
  } catch {
    return false;
  }
}

export class NCALayer {
  #socket;
  #waiting = null;
  #open = false;
  #blocked = false;
  #beat = null;

  /** Connect and read the greeting: `{"result":{"version":"1.4"}}`. */
  static async connect(url, { timeout, beatEvery }) {
    const client = new NCALayer();
    const watch = (event) => {
      if (event.effectiveDirective !== "connect-src") return;
      client.#blocked = true;
      client.#closed(); // not every browser reports that the socket is closed
    };
    document.addEventListener("securitypolicyviolation", watch);
    try {
      await client.#greet(url, timeout, beatEvery);
    } finally {
      document.removeEventListener("securitypolicyviolation", watch);
    }
    return client;
  }

  async #greet(url, timeout, beatEvery) {
    try {
      this.#socket = new WebSocket(url);
    } catch (error) {
      // Thrown at once when a secure page may not open an insecure address.
      throw new SigningTrouble("blocked", String(error));
    }
    const greeting = this.#wait(timeout, "not_running");
    this.#socket.addEventListener("message", (event) => this.#receive(event.data));
    this.#socket.addEventListener("close", () => this.#closed());
    const hello = await greeting;
    if (!/^\d+(\.\d+)*/.test(hello.result?.version ?? "")) {
      this.close();
      throw new SigningTrouble("not_understood");
    }
    this.version = hello.result.version;
    this.#open = true;
    this.#beat = setInterval(() => this.#socket.send(HEARTBEAT), beatEvery);
  }

  /** Ask something that needs no person, to learn whether the program really answers; any answer will do. */
  async probe({ timeout }) {
    await this.#request({ module: "kz.digiflow.mobile.extensions", method: "getVersion" }, timeout, "not_understood");
  }

  /** Sign the bytes, detached; resolves with the CMS as NCALayer writes it (PEM). */
  async sign({ content, usages, anyChain, locale, timeout }) {
    const answer = await this.#request(
      {
        module: "kz.gov.pki.knca.basics",
        method: "sign",
        args: {
          allowedStorages: null,
          format: "cms",
          data: toBase64(content),
          signingParams: { decode: true, encapsulate: false, digested: false, tsaProfile: {} },
          // An empty chain shows keys of every authority: where test keys count, they must be offered.
          signerParams: { extKeyUsageOids: usages, ...(anyChain ? { chain: [] } : {}) },
          locale,
        },
      },
      timeout,
      "timed_out",
    );
    return signatureIn(answer);
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

  #closed() {
    if (this.#open) this.#fail("dropped");
    else this.#fail(this.#blocked ? "blocked" : "not_running");
  }

  #fail(code) {
    clearInterval(this.#beat);
    this.#take()?.reject(new SigningTrouble(code));
    this.#socket.close();
  }

  #receive(data) {
    // Some versions answer a heartbeat with its echo, others with the greeting; neither answers the request in flight.
    if (data === HEARTBEAT) return;
    let answer;
    try {
      answer = JSON.parse(data);
    } catch {
      answer = null;
    }
    if (answer === null || typeof answer !== "object") {
      this.#fail("not_understood");
      return;
    }
    if (this.#open && answer.result?.version) return;
    this.#take()?.resolve(answer);
  }
}

/** The one signature in an answer: a string from older versions, an array, or both with the certificate beside them. */
function signatureIn(answer) {
  if (answer.errorCode === "MODULE_NOT_FOUND") throw new SigningTrouble("outdated");
  if (answer.status !== true) {
    const detail = [answer.message, answer.details].filter(Boolean).join(" ") || answer.code || "";
    throw new SigningTrouble(ERRORS[answer.code] ?? "refused", detail);
  }
  const result = answer.body?.result?.signatures ?? answer.body?.result;
  const cms = Array.isArray(result) ? result[0] : result;
  if (!cms) throw new SigningTrouble("cancelled");
  if (typeof cms !== "string") throw new SigningTrouble("not_understood");
  return cms;
}

export function toBase64(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
