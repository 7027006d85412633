/* Keeps the count of the framed page fresh; without scripts it stands as it was drawn. Asks for it again and again, politely: only while somebody looks, later each time an answer fails to come. */
const USUAL = 15_000;
const LONGEST = 300_000;

const follow = (address, tell, usual = USUAL) => {
  let wait = usual;
  let timer = 0;
  let asking = null;

  const ask = async () => {
    clearTimeout(timer);
    if (document.visibilityState === "hidden" || asking) return;
    asking = new AbortController();
    const patience = setTimeout(() => asking.abort(), 10_000);
    try {
      /* "no-cache" asks with the ETag of the last answer: what has not changed is not sent again. */
      const answer = await fetch(address, { credentials: "omit", cache: "no-cache", mode: "cors", signal: asking.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      tell(await answer.json());
      wait = usual;
    } catch (error) {
      wait = Math.min(wait * 2, LONGEST);
      tell(null, error);
    } finally {
      clearTimeout(patience);
      asking = null;
    }
    timer = setTimeout(ask, wait * (0.9 + Math.random() * 0.2));
  };

  const look = () => (document.visibilityState === "visible" ? ask() : clearTimeout(timer));
  document.addEventListener("visibilitychange", look);
  ask();
  return () => {
    clearTimeout(timer);
    asking?.abort();
    document.removeEventListener("visibilitychange", look);
  };
};

const line = document.querySelector("[data-count-of]");
const language = document.documentElement.lang;
const number = new Intl.NumberFormat(language === "kk" ? "kk-KZ" : language);

follow(line.dataset.countOf, (facts) => {
  if (!facts) return;
  line.querySelector("[data-votes]").textContent = number.format(facts.votes);
  const bar = document.querySelector("progress");
  if (bar) bar.value = facts.votes;
});
