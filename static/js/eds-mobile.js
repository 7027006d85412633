/*
 * Waits while a telephone signs: asks the portal for a code, asks politely how far it has come, and takes the signature.
 *
 * The telephone speaks to the portal, not to this page. The browser's cookie, which no script can read, shows that this
 * is the page that asked. A tab that slept asks at once when it is looked at again; one that was thrown away while the
 * app was open goes on where it was (sessionStorage keeps the code and the statement, for this tab only).
 */

import { SigningTrouble } from "./eds-ncalayer.js";

const FIRST_PAUSE = 2_000;
const LONGEST_PAUSE = 8_000;
const GROWTH = 1.25;
const KEPT = "signing-by-telephone";

/** Ask for a code; resolves with {code, qr, qr_text, link, seconds}. */
export async function askForCode({ url, token, csrf, language }) {
  const answer = await send(url, csrf, new URLSearchParams({ token, language }));
  if (!answer) throw new SigningTrouble("offline");
  const { status, body } = answer;
  if (status === 200) return body;
  if (status === 429) throw new SigningTrouble("mobile_busy", body.message);
  throw new SigningTrouble(status === 409 ? "mobile_expired" : "mobile_failed", body.message);
}

/**
 * Resolve with the signature (base64) when the telephone has signed.
 * `heard` is told {state, refused} whenever the portal has answered; `signal` ends the waiting.
 */
export async function waitForSignature({ url, code, until, csrf, language, pause = FIRST_PAUSE, heard, signal }) {
  let wait = pause;
  while (Date.now() < until) {
    await rest(Math.min(wait, until - Date.now()), signal);
    if (signal.aborted) throw new SigningTrouble("cancelled");
    const answer = await ask(`${url}${code}/?language=${language}`);
    wait = Math.min(wait * GROWTH, LONGEST_PAUSE);
    if (!answer || answer.status >= 500) continue; // no connection just now: the next time
    if (answer.status === 429) {
      wait = LONGEST_PAUSE * 2;
      continue;
    }
    if (answer.status !== 200) throw new SigningTrouble("mobile_expired", answer.body.message);
    const { state, refused } = answer.body;
    if (state === "refused") throw new SigningTrouble("mobile_refused", refused);
    if (state === "taken") throw new SigningTrouble("mobile_expired");
    if (state === "received") return take(url, code, csrf);
    heard({ state, refused });
  }
  throw new SigningTrouble("mobile_expired");
}

async function take(url, code, csrf) {
  const answer = await send(`${url}${code}/take/`, csrf, new URLSearchParams());
  if (answer?.status !== 200) throw new SigningTrouble("mobile_failed", answer?.body.message);
  return answer.body.cms;
}

/** Wait, but not longer than until the person looks at the page again. */
function rest(milliseconds, signal) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", seen);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const seen = () => document.visibilityState === "visible" && done();
    const timer = setTimeout(done, milliseconds);
    document.addEventListener("visibilitychange", seen);
    signal.addEventListener("abort", done);
  });
}

function send(url, csrf, body) {
  return ask(url, { method: "POST", headers: { "X-CSRFToken": csrf }, body });
}

/** {status, body}, or null when there is no connection. */
async function ask(url, options = {}) {
  let answer;
  try {
    answer = await fetch(url, { credentials: "same-origin", cache: "no-store", ...options });
  } catch {
    return null;
  }
  const body = await answer.json().catch(() => ({}));
  return { status: answer.status, body };
}

// --- a tab that was thrown away

/** Remember what is being signed, for this tab. */
export function keep(waiting) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ ...waiting, path: location.pathname }));
  } catch {
    // A browser that keeps nothing: the person signs again.
  }
}

export function forget() {
  try {
    sessionStorage.removeItem(KEPT);
  } catch {
    // Nothing was kept.
  }
}

/** What this tab was waiting for on this page, while it is still good. */
export function kept() {
  try {
    const waiting = JSON.parse(sessionStorage.getItem(KEPT));
    return waiting?.path === location.pathname && waiting.until > Date.now() ? waiting : null;
  } catch {
    return null;
  }
}
