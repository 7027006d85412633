/* Copying a link or a piece of code, and the device's own way to share. Without scripts the text can be selected by hand. */
const told = (button) => {
  const before = button.querySelector("span").textContent;
  button.querySelector("span").textContent = button.dataset.done;
  document.getElementById("copied")?.replaceChildren(button.dataset.done);
  setTimeout(() => { button.querySelector("span").textContent = before; }, 2500);
};

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const place = document.getElementById(button.dataset.copy);
    const text = place ? (place.value ?? place.textContent) : button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      place?.select?.();
      document.execCommand("copy");
    }
    told(button);
  });
}

for (const button of document.querySelectorAll("[data-share]")) {
  if (!navigator.share) continue;
  button.hidden = false;
  button.addEventListener("click", () => navigator.share({ title: button.dataset.title, url: button.dataset.share }).catch(() => {}));
}
