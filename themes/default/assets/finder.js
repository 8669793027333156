// Filters for lists: by role and group, and by text.
import { all, store } from "./parts.js";

// "I am … in …": the options are those of the list below.
function chooser() {
  const form = document.querySelector(".rb-chooser");
  if (!form) return;
  const role = form.querySelector(".rb-choose-role");
  const group = form.querySelector(".rb-choose-group");
  const entries = all(".rb-group-list > li").map((item) => ({
    name: item.dataset.name,
    seats: new Map(all("[data-role]", item).map((chip) => [chip.dataset.role, chip.href])),
  }));
  const fill = (select, names, kept) => {
    select.replaceChildren(...names.map((name) => new Option(name, name, name === kept, name === kept)));
  };
  const groups = () => {
    const names = entries.filter((entry) => entry.seats.has(role.value)).map((entry) => entry.name);
    fill(group, names, group.value);
  };
  fill(role, [...new Set(entries.flatMap((entry) => [...entry.seats.keys()]))], store.get("localStorage", "role"));
  groups();
  const kept = store.get("localStorage", "group");
  if (kept && all("option", group).some((option) => option.value === kept)) group.value = kept;
  role.addEventListener("change", groups);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const entry = entries.find((candidate) => candidate.name === group.value);
    if (!entry) return;
    store.set("localStorage", "role", role.value);
    store.set("localStorage", "group", group.value);
    location.href = entry.seats.get(role.value);
  });
  form.hidden = false;
}

// Hides items that do not contain all words, and headings without visible items.
function filter(itemSelector) {
  const label = document.querySelector(".rb-filter");
  if (!label || !document.querySelector(itemSelector)) return;
  label.hidden = false;
  label.querySelector("input").addEventListener("input", (event) => {
    const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
    all(itemSelector).forEach((item) => {
      const text = `${item.dataset.name || ""} ${item.textContent}`.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
    });
    all(".rb-group-list, .rb-letter").forEach((list) => {
      const empty = !list.querySelector("li:not([hidden])");
      list.hidden = empty;
      const heading = list.previousElementSibling;
      if (heading && heading.tagName === "H3") heading.hidden = empty;
    });
  });
}

chooser();
filter(".rb-group-list > li, .rb-people-list > li");
