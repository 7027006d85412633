/* The demo's part of <eds-signer>: whose key the stand-in for NCALayer uses, and which. */

/** Fill the list of people; `note` is told a sentence about the chosen one. Resolves with nothing, and never fails. */
export async function offerPeople({ controlUrl, select, family, note, missing }) {
  try {
    const headers = { "Accept-Language": document.documentElement.lang || "kk" };
    const answer = await fetch(`${controlUrl}/people`, { headers });
    const { people, selected, key } = await answer.json();
    select.replaceChildren(...people.map(({ id, name }) => new Option(name, id, false, id === selected)));
    const describe = () => {
      note.textContent = people.find(({ id }) => id === select.value)?.note ?? "";
    };
    describe();
    family.value = key;
    select.addEventListener("change", describe);
  } catch {
    note.textContent = missing;
  }
}

/** Tell the stand-in what was chosen: `what` is "select" for a person, "key" for a family of keys. */
export async function choose({ controlUrl, what, choice, note, missing }) {
  const headers = { "Content-Type": "application/json" };
  try {
    await fetch(`${controlUrl}/${what}`, { method: "POST", headers, body: JSON.stringify(choice) });
  } catch {
    note.textContent = missing;
  }
}
