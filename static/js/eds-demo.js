/* The demo's part of <eds-signer>: whose key the stand-in for NCALayer uses. */

/** Fill the list of people; `note` is told a sentence about the chosen one. Resolves with nothing, and never fails. */
export async function offerPeople({ controlUrl, select, note, missing }) {
  try {
    const headers = { "Accept-Language": document.documentElement.lang || "kk" };
    const answer = await fetch(`${controlUrl}/people`, { headers });
    const { people, selected } = await answer.json();
    select.replaceChildren(...people.map(({ id, name }) => new Option(name, id, false, id === selected)));
    const describe = () => {
      note.textContent = people.find(({ id }) => id === select.value)?.note ?? "";
    };
    describe();
    select.addEventListener("change", describe);
  } catch {
    note.textContent = missing;
  }
}

export async function choosePerson({ controlUrl, person, note, missing }) {
  const headers = { "Content-Type": "application/json" };
  try {
    await fetch(`${controlUrl}/select`, { method: "POST", headers, body: JSON.stringify({ person }) });
  } catch {
    note.textContent = missing;
  }
}
