/* <halyk-uni-petition code="…" lang="kk"> for pages of other sites: the title, the count and a link to the petition.

   One file without dependencies. It reads six public facts without credentials and sets no cookie. It works under a strict
   Content-Security-Policy of the page that names this origin in script-src and connect-src: styles are a constructed sheet. */
const HOME = new URL(import.meta.url).origin;
const USUAL = 15_000;
const LONGEST = 300_000;

const WORDS = {
  kk: {
    votes: () => "дауыс",
    of: (need) => `, қажеті – ${need}`,
    open: "Оқу және қолдау",
    read: "Оқу",
    tab: "жаңа бетте ашылады",
    gone: "Бұл петиция қолжетімсіз.",
    waits: "Деректер жүктелмеді. Кейінірек қайта сұраймыз.",
  },
  ru: {
    votes: (n) => ({ one: "голос", few: "голоса" })[new Intl.PluralRules("ru").select(n)] ?? "голосов",
    of: (need) => ` из ${need} необходимых`,
    open: "Прочитать и поддержать",
    read: "Прочитать",
    tab: "откроется в новой вкладке",
    gone: "Эта петиция недоступна.",
    waits: "Данные не загрузились. Спросим ещё раз позже.",
  },
  en: {
    votes: (n) => (n === 1 ? "vote" : "votes"),
    of: (need) => ` of ${need} needed`,
    open: "Read and support",
    read: "Read it",
    tab: "opens in a new tab",
    gone: "This petition is not available.",
    waits: "The count did not load. We will ask again later.",
  },
};
const OPEN = new Set(["collecting", "discussion"]);

const SHEET = `
  :host { display: block; max-width: 26rem; font: 1rem/1.4 system-ui, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif; color-scheme: light dark;
    --ink: #17242a; --soft: #4b565b; --surface: #fff; --line: #e4dac8; --link: #005f75; --bar: #00647a; }
  @media (prefers-color-scheme: dark) { :host(:not([theme="light"])) { --ink: #f0ebe0; --soft: #b7c2c4; --surface: #17262c; --line: #2d424a; --link: #7fd6e5; --bar: #63cbdd; } }
  :host([theme="dark"]) { --ink: #f0ebe0; --soft: #b7c2c4; --surface: #17262c; --line: #2d424a; --link: #7fd6e5; --bar: #63cbdd; }
  :host([hidden]) { display: none; }
  section { padding: 1rem 1.125rem; border: 1px solid var(--line); border-top: 4px solid #f2b632; border-radius: 10px; color: var(--ink); background: var(--surface); overflow-wrap: anywhere; }
  p { margin: 0 0 .5rem; }
  .brand { font-weight: 700; font-size: .8125rem; color: var(--soft); }
  .title { font-size: 1.125rem; line-height: 1.25; font-weight: 700; }
  a { color: var(--link); }
  strong { font-size: 1.75rem; line-height: 1.1; }
  progress { width: 100%; height: 10px; margin-bottom: .75rem; accent-color: var(--bar); }
  .go { display: inline-block; padding: .5rem 1rem; border-radius: 6px; background: #f2b632; color: #2b1d00; font-weight: 600; text-decoration: none; }
  :focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }
`;

class HalykUniPetition extends HTMLElement {
  static observedAttributes = ["code", "lang"];
  #timer = 0;
  #wait = USUAL;
  #asking = null;
  #look = () => (document.visibilityState === "visible" ? this.#ask() : clearTimeout(this.#timer));

  connectedCallback() {
    if (!this.shadowRoot) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(SHEET);
      this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
    }
    document.addEventListener("visibilitychange", this.#look);
    this.#ask();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    document.removeEventListener("visibilitychange", this.#look);
  }

  attributeChangedCallback(_name, before, after) {
    if (this.isConnected && this.shadowRoot && before !== after) this.#ask();
  }

  get #language() {
    const asked = (this.getAttribute("lang") || document.documentElement.lang || "kk").slice(0, 2);
    return asked in WORDS ? asked : "kk";
  }

  /* Only while somebody looks; with the ETag of the last answer; later each time an answer fails to come. */
  async #ask() {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    if (document.visibilityState === "hidden") return;
    const asking = (this.#asking = new AbortController());
    const patience = setTimeout(() => asking.abort(), 10_000);
    try {
      const code = encodeURIComponent(this.getAttribute("code") ?? "");
      const answer = await fetch(`${HOME}/embed/${code}.json`, { credentials: "omit", cache: "no-cache", mode: "cors", signal: asking.signal });
      if (answer.status === 404) {
        this.#say(WORDS[this.#language].gone);
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      this.#show(await answer.json());
      this.#wait = USUAL;
    } catch {
      if (asking !== this.#asking) return;
      this.#wait = Math.min(this.#wait * 2, LONGEST);
      if (!this.shadowRoot.querySelector(".title")) this.#say(WORDS[this.#language].waits);
    } finally {
      clearTimeout(patience);
    }
    this.#timer = setTimeout(() => this.#ask(), this.#wait * (0.9 + Math.random() * 0.2));
  }

  #say(text) {
    const box = document.createElement("section");
    box.append(this.#line("p", "", text));
    this.shadowRoot.replaceChildren(box);
  }

  #line(tag, name, text) {
    const made = document.createElement(tag);
    if (name) made.className = name;
    made.textContent = text;
    return made;
  }

  /* Text goes in as text: whatever stands in a title, it is no markup here. */
  #show(facts) {
    const language = this.#language;
    const words = WORDS[language];
    const number = new Intl.NumberFormat(language === "kk" ? "kk-KZ" : language);
    const box = document.createElement("section");
    box.lang = language;
    box.append(this.#line("p", "brand", "Халық үні"), this.#line("p", "title", facts.title));
    const count = document.createElement("p");
    const rest = facts.threshold ? words.of(number.format(facts.threshold)) : "";
    count.append(this.#line("strong", "", number.format(facts.votes)), ` ${words.votes(facts.votes)}${rest}`);
    box.append(count);
    if (facts.threshold) {
      const bar = document.createElement("progress");
      bar.max = facts.threshold;
      bar.value = Math.min(facts.votes, facts.threshold);
      bar.setAttribute("aria-label", words.votes(facts.votes));
      box.append(bar);
    }
    const go = this.#line("a", "go", OPEN.has(facts.state) ? words.open : words.read);
    go.href = facts.url;
    go.target = "_blank";
    go.rel = "noopener";
    go.setAttribute("aria-label", `${go.textContent}: ${facts.title} (${words.tab})`);
    box.append(go);
    this.shadowRoot.replaceChildren(box);
  }
}

customElements.get("halyk-uni-petition") ?? customElements.define("halyk-uni-petition", HalykUniPetition);
