/* Starts what needs a browser; every page also works without it. Classic script, so that the hashed address of the
   govuk-frontend module can be handed over in a data attribute (no inline script under the strict CSP). */
(() => {
  const source = document.currentScript.dataset.govuk;

  document.body?.classList.add("js-enabled");

  const start = async () => {
    document.body.classList.add("js-enabled");
    if ("noModule" in HTMLScriptElement.prototype && document.querySelector("[data-module]")) {
      document.body.classList.add("govuk-frontend-supported");
      const govuk = await import(source);
      govuk.initAll();
      document.body.addEventListener("htmx:load", (event) => govuk.initAll({ scope: event.detail.elt }));
    }
  };

  /* A wide table or chart that scrolls must be reachable by keyboard. */
  const reachable = () => {
    for (const box of document.querySelectorAll(".scroll")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    }
  };

  /* Offline notice: the server draws it once in the page's language, hidden. */
  const connection = () => {
    const note = document.getElementById("offline-note");
    if (note) note.hidden = navigator.onLine;
  };

  start();
  reachable();
  connection();
  addEventListener("online", connection);
  addEventListener("offline", connection);
})();
