/* Shows only the bodies that the chosen kind is addressed to. Without it the whole list stands, and the server checks. */
(() => {
  const start = () => {
    const select = document.getElementById("id_body");
    const kinds = [...document.querySelectorAll("input[name=kind]")];
    if (!select || !kinds.length) return;
    const groups = [...select.querySelectorAll("optgroup")].map((group) => [group, [...group.children]]);
    const narrow = () => {
      const wanted = kinds.find((one) => one.checked)?.dataset.bodyKind ?? "";
      const chosen = select.value;
      for (const [group, options] of groups) {
        const fitting = options.filter((one) => !wanted || one.dataset.kind === wanted);
        group.replaceChildren(...fitting);
        if (fitting.length) select.append(group);
        else group.remove();
      }
      select.value = [...select.options].some((one) => one.value === chosen) ? chosen : "";
    };
    for (const one of kinds) one.addEventListener("change", narrow);
    narrow();
  };
  document.readyState === "loading" ? addEventListener("DOMContentLoaded", start) : start();
})();
