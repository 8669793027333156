// Filters for lists: by role and group, and by text.
import { all, fill, store } from "./parts.js";

// The chooser of a group and role: the options contain the words that a reader types, in any order.
function chooser() {
  const form = document.querySelector(".rb-chooser");
  if (!form) return;
  const input = form.querySelector("input");
  const says = form.querySelector(".rb-says");
  // The preview may replace the options.
  const options = () => all("option", form).map(({ value, dataset }) => ({ value, ...dataset }));
  const kept = store.get("localStorage", "choice");
  if (options().some((option) => option.value === kept)) input.value = kept;
  // A reader who chooses again sees all options.
  input.addEventListener("focus", () => input.select());
  input.addEventListener("input", () => {
    says.textContent = "";
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const typed = input.value.trim().toLowerCase();
    const fitting = matching(options(), typed);
    const chosen =
      options().find(({ value }) => value.toLowerCase() === typed) ?? (fitting.length === 1 ? fitting[0] : null);
    if (!chosen) {
      says.textContent = fitting.length ? fill(strings.several_choices, { n: fitting.length }) : strings.no_choice;
      return;
    }
    store.set("localStorage", "choice", chosen.value);
    location.href = chosen.url;
  });
  form.hidden = false;
}

// Search needs scripts.
function search() {
  const form = document.querySelector(".rb-home-search");
  if (form) form.hidden = false;
}

const wordsOf = (text) =>
  text
    .toLowerCase()
    .split(/[\s–]+/)
    .filter(Boolean);

function matching(options, text) {
  const words = wordsOf(text);
  if (!words.length) return [];
  const fits = (text) => words.every((word) => text.toLowerCase().includes(word));
  return options.filter(({ value, words: others = "" }) => fits(`${value} ${others}`));
}

// The record of the list that the reader opened last; null if there is none, or a damaged one.
function lastList() {
  try {
    return JSON.parse(store.get("localStorage", "last"));
  } catch {
    return null;
  }
}

// The lead page that the reader opened last, and the progress there.
function goOn() {
  const card = document.querySelector(".rb-continue");
  const last = lastList();
  if (!card || !last?.done) return;
  const { pathname, title, done, total, next } = last;
  card.querySelector(".rb-headline").textContent = title;
  const share = fill(strings.share, { done, n: total });
  const bar = card.querySelector("progress");
  bar.max = total;
  bar.value = done;
  bar.setAttribute("aria-label", share);
  const line = next ? fill(strings.share_next, { share, next }) : share;
  card.querySelector(".rb-continue-next").textContent = line;
  card.querySelector("a").href = pathname;
  card.hidden = false;
}

// Hides items that do not contain all words, and headings without visible items.
function filter(itemSelector) {
  const label = document.querySelector(".rb-filter");
  if (!label || !document.querySelector(itemSelector)) return;
  const none = document.querySelector(".rb-no-match");
  label.hidden = false;
  label.querySelector("input").addEventListener("input", (event) => {
    const words = wordsOf(event.target.value);
    const items = all(itemSelector);
    for (const item of items) {
      const text = `${item.dataset.name || ""} ${item.textContent}`.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
    }
    for (const list of all(".rb-group-list, .rb-letter")) {
      const empty = !items.some((item) => !item.hidden && list.contains(item));
      list.hidden = empty;
      const heading = list.previousElementSibling;
      if (heading?.tagName === "H3") heading.hidden = empty;
    }
    if (none) none.textContent = items.some((item) => !item.hidden) ? "" : none.dataset.text;
  });
}

chooser();
search();
goOn();
filter(".rb-group-list > li, .rb-people-list > li");
