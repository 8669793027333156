// Filters for lists: by role and group, and by text.
import { all, fill, store } from "./parts.js";

// The chooser of a group and role: the options contain the words that a reader types, in any order.
function chooser() {
  const form = document.querySelector(".rb-chooser");
  if (!form) return;
  const input = form.querySelector("input");
  const says = form.querySelector(".rb-says");
  const options = all("option", form).map(({ value, dataset }) => ({ value, url: dataset.url }));
  const kept = store.get("localStorage", "choice");
  if (options.some((option) => option.value === kept)) input.value = kept;
  // A reader who chooses again sees all options.
  input.addEventListener("focus", () => input.select());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = options.find((option) => option.value === input.value) ?? matching(options, input.value)[0];
    if (!chosen) {
      says.textContent = strings.no_choice;
      return;
    }
    store.set("localStorage", "choice", chosen.value);
    location.href = chosen.url;
  });
  form.hidden = false;
}

const wordsOf = (text) =>
  text
    .toLowerCase()
    .split(/[\s–]+/)
    .filter(Boolean);

function matching(options, text) {
  const words = wordsOf(text);
  if (!words.length) return [];
  return options.filter(({ value }) => words.every((word) => value.toLowerCase().includes(word)));
}

// The lead page that the reader opened last, and the progress there.
function goOn() {
  const card = document.querySelector(".rb-continue");
  const last = JSON.parse(store.get("localStorage", "last") ?? "null");
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
  const items = all(itemSelector);
  if (!label || !items.length) return;
  const none = document.querySelector(".rb-no-match");
  label.hidden = false;
  label.querySelector("input").addEventListener("input", (event) => {
    const words = wordsOf(event.target.value);
    for (const item of items) {
      const text = `${item.dataset.name || ""} ${item.textContent}`.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
    }
    for (const list of all(".rb-group-list, .rb-letter")) {
      const empty = !list.querySelector("li:not([hidden])");
      list.hidden = empty;
      const heading = list.previousElementSibling;
      if (heading?.tagName === "H3") heading.hidden = empty;
    }
    if (none) none.hidden = items.some((item) => !item.hidden);
  });
}

chooser();
goOn();
filter(".rb-group-list > li, .rb-people-list > li");
