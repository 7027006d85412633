/* A moderator who leaves the page no longer looks at the item. Without it the sign runs out after some minutes by itself. */
const form = document.querySelector("form[data-lock]");

if (form) {
  addEventListener("pagehide", () => {
    const data = new FormData(form);
    data.set("leave", "1");
    navigator.sendBeacon(form.action, data);
  });
}
