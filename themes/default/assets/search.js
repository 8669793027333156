// Search on its own page, and in a dialog over other pages. Loaded on demand.
import { fill } from "./parts.js";
import { loadStyles } from "./styles.js";

const root = new URL("..", import.meta.url);
const SHOWN = 10;
const SECTIONS = 3;
const ignored = new Set(strings.ignored.split(" "));
const sleep = (time) => new Promise((wake) => setTimeout(wake, time));

function element(name, content, properties = {}) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...[content].flat());
  return node;
}

let loading = null;

// Loads Pagefind with the index of this site; `tell` is called while the index does not exist yet.
function finder(tell) {
  loading ??= load(tell).catch((fault) => {
    loading = null;
    throw fault;
  });
  return loading;
}

async function load(tell) {
  tell(strings.loading);
  for (;;) {
    const entry = await fetch(new URL("pagefind/pagefind-entry.json", root));
    if (entry.ok) break;
    if (entry.status !== 503) throw new Error(`${entry.status}`);
    // The preview builds the index on the first request.
    tell(strings.building);
    await sleep(500);
  }
  const pagefind = await import(new URL("pagefind/pagefind.js", root));
  await pagefind.options({
    excerptLength: 24,
    ranking: {
      pageLength: 0.2,
      termFrequency: 0.5,
      termSaturation: 1.2,
      termSimilarity: 4,
      metaWeights: { title: 8, names: 10, within: 0.5 },
    },
  });
  await pagefind.init();
  return pagefind;
}

// The results of a query: those of archives come last.
async function ranked(pagefind, query, filters) {
  const search = (origin) => pagefind.search(query, { filters: { ...filters, origin } });
  const [current, archived] = await Promise.all([search({ none: ["archive"] }), search({ any: ["archive"] })]);
  return [...current.results, ...archived.results];
}

// Words that no page contains. For such a word, Pagefind searches for its first letters.
async function absentWords(pagefind, terms) {
  const exact = await Promise.all(terms.map((term) => pagefind.search(`"${term.replaceAll('"', "")}"`)));
  return terms.filter((_, at) => !exact[at].results.length);
}

// Finds results, and whether they contain all words. Misspelled words are corrected; if there are no results, one word may
// be missing.
async function find(pagefind, query, filters) {
  const all = query.split(/\s+/).filter(Boolean);
  const telling = all.filter((word) => !ignored.has(word.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]/gu, "")));
  const isPhrase = /^".+"$/.test(query);
  const terms = isPhrase || !telling.length ? all : telling;
  const search = (some) => ranked(pagefind, some.length ? some.join(" ") : null, filters);
  const results = await search(terms);
  if (!terms.length) return { results, complete: true };
  const absent = isPhrase ? [] : await absentWords(pagefind, terms);
  // Without the module, the results are those of the words as written.
  const { corrected, farFetched } = absent.length ? await import("./spelling.js").catch(() => ({})) : {};
  const better = await corrected?.(terms, absent, new URL("pagefind/words.json", root));
  if (better) {
    const found = await search(better);
    if (found.length) return { results: found, complete: true, instead: better.join(" ") };
  }
  const wild = (await farFetched?.(pagefind, absent)) ?? [];
  if (wild.length) {
    const tame = terms.filter((term) => !wild.includes(term));
    return { results: tame.length ? await search(tame) : [], complete: false };
  }
  if (results.length || terms.length < 2) return { results, complete: true };
  const best = new Map();
  for (const left of terms.keys()) {
    const some = await search(terms.filter((_, at) => at !== left));
    some.forEach((result) => {
      const previous = best.get(result.id);
      if (!previous || previous.score < result.score) best.set(result.id, result);
    });
  }
  return { results: [...best.values()].sort((one, other) => other.score - one.score), complete: false };
}

const SENTENCE_END = /[.!?。！？؟]$/;
// Pagefind marks words in text whose angle brackets are escaped. Dots show where the excerpt cuts a sentence.
function marked({ content, excerpt }) {
  const plain = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">");
  const bare = plain(excerpt.replace(/<\/?mark>/g, ""));
  const [before = "", after = ""] = content.split(bare);
  const cut = before.trim() && !SENTENCE_END.test(before.trim()) ? "… " : "";
  const end = after.trim() && !SENTENCE_END.test(bare) ? " …" : "";
  return `${cut}${excerpt}${end}`
    .split(/<mark>(.*?)<\/mark>/)
    .map((part, at) => (at % 2 ? element("mark", plain(part)) : plain(part)));
}

function resultItem(data, kinds) {
  const { kind = [], group = [], origin = [] } = data.filters;
  const facts = [element("span", kinds.get(kind[0]) ?? "", { className: "rb-search-kind" })];
  if (strings.origins[origin[0]]) {
    facts.push(element("span", strings.origins[origin[0]], { className: `rb-tag rb-origin-${origin[0]}` }));
  }
  if (data.meta.within) facts.push(element("span", fill(strings.within, { title: data.meta.within })));
  if (group.length === 1 && !data.meta.title.includes(group[0])) facts.push(element("span", group[0]));
  const parts = [
    element("a", data.meta.title, { href: data.url, className: "rb-search-title" }),
    element("p", facts, { className: "rb-search-facts" }),
  ];
  if (data.excerpt) parts.push(element("p", marked(data), { className: "rb-search-excerpt" }));
  const sections = data.sub_results
    .filter((section) => section.anchor)
    .sort((one, other) => other.locations.length - one.locations.length)
    .slice(0, SECTIONS);
  if (sections.length) {
    const items = sections.map((section) => element("li", element("a", section.title, { href: section.url })));
    parts.push(element("ul", items, { className: "rb-search-sections" }));
  }
  return element("li", parts);
}

// A search box. `changed` is called with each query, and with whether the reader has finished typing.
class SearchBox {
  // Number of the latest search; results of earlier ones are dropped.
  turn = 0;
  timer = 0;
  // Results that are not shown yet.
  rest = [];

  constructor(box, changed) {
    this.box = box;
    this.changed = changed;
    this.form = box.querySelector("form");
    this.input = this.form.elements.q;
    this.status = box.querySelector('[role="status"]');
    this.list = box.querySelector("ol");
    this.more = box.querySelector(".rb-search-more");
    this.kinds = new Map([...this.form.elements.kind.options].map((option) => [option.value, option.text]));
    this.listen();
    box.hidden = false;
  }

  listen() {
    this.form.addEventListener("input", (event) => {
      clearTimeout(this.timer);
      if (event.target === this.input) this.timer = setTimeout(() => this.run(false), 120);
    });
    this.form.addEventListener("change", (event) => {
      if (event.target !== this.input) this.run(true);
    });
    this.form.addEventListener("submit", async (event) => {
      event.preventDefault();
      await this.run(true);
      this.links()[0]?.focus();
    });
    this.more.addEventListener("click", async () => {
      const first = this.links().length;
      await this.add(this.turn);
      this.links()[first]?.focus();
    });
    this.box.addEventListener("keydown", (event) => this.move(event));
  }

  tell(text) {
    this.status.textContent = text;
  }

  links() {
    return [...this.list.querySelectorAll(".rb-search-title")];
  }

  focus() {
    this.input.focus();
    this.input.select();
  }

  // Arrow keys move between the field and the results.
  move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.target.matches("select") || event.ctrlKey || event.metaKey || event.altKey) return;
    const stops = [this.input, ...this.links()];
    const here = stops.indexOf(event.target.closest("li, input")?.querySelector(".rb-search-title") ?? event.target);
    const next = stops[Math.max(here, 0) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  run(isSettled) {
    clearTimeout(this.timer);
    this.changed(asking(this.form), isSettled);
    return this.search();
  }

  // Searches for the query in an address.
  ask(address) {
    const query = new URL(address).searchParams;
    for (const field of ["q", "kind", "group"]) {
      if (this.form.elements[field]) this.form.elements[field].value = query.get(field) ?? "";
    }
    return this.search();
  }

  filters() {
    const filters = {};
    for (const name of ["kind", "group"]) {
      if (this.form.elements[name]?.value) filters[name] = this.form.elements[name].value;
    }
    return filters;
  }

  async search() {
    const turn = ++this.turn;
    const query = this.input.value.trim();
    const filters = this.filters();
    const isEmpty = !query && !Object.keys(filters).length;
    // The lists to browse follow the box of the page.
    if (this.box === page) page.nextElementSibling.hidden = !isEmpty;
    if (isEmpty) return this.showNothing();
    try {
      const pagefind = await finder((text) => this.tell(text));
      const results = await find(pagefind, query, filters);
      if (turn === this.turn) await this.show(results, turn);
    } catch (fault) {
      console.error(fault);
      if (turn === this.turn) this.tell(strings.failed);
    }
  }

  // What else a reader can do, with an empty query and without results.
  suggest(isShown) {
    const suggestions = this.box.querySelector(".rb-search-suggestions");
    if (suggestions) suggestions.hidden = !isShown;
  }

  showNothing() {
    this.suggest(true);
    this.list.replaceChildren();
    this.more.hidden = true;
    this.tell("");
  }

  async show({ results, complete, instead }, turn) {
    const n = results.length;
    const message = instead ? strings.instead : complete ? strings.found : strings.most;
    this.suggest(!n);
    this.rest = results;
    this.list.replaceChildren();
    await this.add(turn);
    if (turn === this.turn) this.tell(fill(n ? message : strings.none, { n, words: instead }));
  }

  // Shows more results.
  async add(turn) {
    const datas = await Promise.all(this.rest.splice(0, SHOWN).map((result) => result.data()));
    if (turn !== this.turn) return;
    this.list.append(...datas.map((data) => resultItem(data, this.kinds)));
    this.more.hidden = !this.rest.length;
  }
}

// The query of a form, encoded for an address.
function asking(form) {
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value.trim()));
  return query.size ? `?${query}` : "";
}

const page = document.querySelector("main .rb-search-box");
let here = null;
if (page) {
  let kept = location.search;
  here = new SearchBox(page, (query, settled) => {
    const address = query || location.pathname;
    // Typing adds one step to the history, from the first letter on.
    if (settled && query !== kept) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
    if (settled) kept = query;
  });
  addEventListener("popstate", () => {
    kept = location.search;
    here.ask(location.href);
  });
  here.ask(location.href);
  here.focus();
}

let dialog = null;

// Opens the search over the page, with the elements of the search page at `address`.
export async function open(address) {
  if (here && page) return here.focus();
  dialog ??= over(address).catch((fault) => {
    dialog = null;
    throw fault;
  });
  const { shade, box } = await dialog;
  if (!shade.open) shade.showModal();
  box.focus();
}

// Fetches the box of the search page.
async function fetchedBox(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const box = document.importNode(page.querySelector(".rb-search-box"), true);
  // Links of the search page are relative to it.
  for (const link of box.querySelectorAll("a[href]")) link.href = new URL(link.getAttribute("href"), answer.url).href;
  return box;
}

async function over(address) {
  const box = await fetchedBox(address);
  await loadStyles("search.css");
  const close = element("button", strings.close, { type: "button", className: "rb-search-close" });
  const full = element("a", strings.page, { href: address, className: "rb-search-full" });
  const foot = element("p", [full, close], { className: "rb-search-foot" });
  const properties = { className: "rb-search-dialog", ariaLabel: strings.dialog };
  const shade = element("dialog", [box, foot], properties);
  close.addEventListener("click", () => shade.close());
  shade.addEventListener("click", (event) => {
    // Outside the dialog, or on a link within this page.
    if (event.target === shade || event.target.closest("a[href]")) shade.close();
  });
  // The first Escape would only clear the field.
  shade.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    shade.close();
  });
  document.body.append(shade);
  const follow = (query) => {
    full.href = `${address}${query}`;
  };
  return { shade, box: new SearchBox(box, follow) };
}
