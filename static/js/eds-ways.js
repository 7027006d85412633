/* Which way to sign <eds-signer> offers first: the one that worked last time, else the one made for this device. */

const LAST_WAY = "signing-way";

/** Put the likeliest way at the top and give it the main button's looks. `choice` holds elements with data-way. */
export function putLikeliestFirst(choice) {
  const ways = [...choice.querySelectorAll("[data-way]:not([hidden])")];
  const first = ways.find((way) => way.dataset.way === lastWay()) ?? ways.find((way) => way.dataset.way === made());
  if (!first) return;
  choice.prepend(first);
  for (const button of choice.querySelectorAll("[data-way] > .btn")) {
    button.classList.toggle("btn--primary", first.contains(button));
    button.classList.toggle("btn--secondary", !first.contains(button));
  }
}

/** Only the name of the way is kept, in this browser alone. */
export function rememberWay(name) {
  try {
    localStorage.setItem(LAST_WAY, name);
  } catch {
    // A browser that keeps nothing is asked anew each time.
  }
}

function lastWay() {
  try {
    return localStorage.getItem(LAST_WAY);
  } catch {
    return null;
  }
}

export function isTelephone() {
  return navigator.userAgentData?.mobile || /Android|iPhone|iPad|Mobile/.test(navigator.userAgent);
}

/** NCALayer exists for computers only, so a telephone is offered the app. */
function made() {
  return isTelephone() ? "mobile" : "ncalayer";
}
