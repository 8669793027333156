// What a checklist shows of what was kept of it: read from the browser or a file, dated, with items of the reader's
// own and those that are gone. Loaded where there is any, and when there is some.
import { all, button, expect, Fault, fill, isRecord, language, make, plain, store } from "./parts.js";

const PHASES = ["before", "day-1", "week-1", "month-1", "quarter-1", "ongoing", "leaving"];
// Where steps go that a reader adds.
const GROWTH_PHASE = "quarter-1";
const DUE = { before: "until", "day-1": "on", "week-1": "by", "month-1": "by", "quarter-1": "by" };

// Dates are calendar days, written as `2026-01-05`.
const day = (text) => new Date(`${text}T00:00:00Z`);
const written = (date) => (Number.isNaN(date.getTime()) ? "" : date.toISOString().slice(0, 10));
const isDay = (text) => typeof text === "string" && /^\d{4}-\d\d-\d\d$/.test(text) && written(day(text)) === text;
const today = () => {
  const now = new Date();
  return written(new Date(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate())));
};
const dates = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" });
export const shownDay = (text) => dates.format(day(text));
// The day a phase ends, for those that do: as it is written and shown, and by which of the words for it.
export function deadline(start, phase) {
  if (!start || !DUE[phase]) return null;
  const date = day(start);
  const months = { "month-1": 1, "quarter-1": 3 }[phase] || 0;
  if (phase === "week-1") date.setUTCDate(date.getUTCDate() + 7);
  if (months) {
    const wanted = date.getUTCDate();
    date.setUTCMonth(date.getUTCMonth() + months);
    // The 31st of a shorter month is its last day.
    if (date.getUTCDate() !== wanted) date.setUTCDate(0);
  }
  return { last: written(date), date: dates.format(date), kind: DUE[phase] };
}

const isText = (value) => value === undefined || typeof value === "string";
// The progress that an export has, of the list with this key.
export function readProgress(value, key) {
  expect(value, "rolebook-checklist", "no_checklist");
  if (value.key !== key) {
    throw new Fault("other_list", { list: typeof value.title === "string" ? value.title : value.key });
  }
  if (value.start !== null && !isDay(value.start)) throw new Fault("damaged_start");
  const progress = { start: value.start, items: new Map(), own: new Map() };
  if (!isRecord(value.items) || !Array.isArray(value.own)) throw new Fault("damaged_items");
  for (const [id, entry] of Object.entries(value.items)) {
    const fine = isRecord(entry) && typeof entry.done === "boolean" && isText(entry.note) && isText(entry.text);
    if (!fine) throw new Fault("damaged_item", { id });
    progress.items.set(id, { done: entry.done, note: entry.note || "", text: entry.text || "" });
  }
  for (const item of value.own) {
    const named = isRecord(item) && typeof item.id === "string" && item.id.startsWith("+");
    if (!named || typeof item.text !== "string" || !isText(item.see)) throw new Fault("damaged_own");
    progress.own.set(item.id, { text: item.text, see: item.see || "" });
  }
  return progress;
}

// What this adds to a list.
export function furnish(list) {
  const { element, key, place } = list;

  function load() {
    list.progress = { start: null, items: new Map(), own: new Map() };
    const text = store.get("localStorage", place);
    if (text === null) return takeOver();
    try {
      list.progress = readProgress(JSON.parse(text), key);
    } catch {
      // Left beside, for whoever can read it.
      store.set("localStorage", `unreadable:${key}`, text);
      list.say(words.unreadable);
    }
  }
  // Keys of the first version do not say of which handbook they are: each takes a copy, once, and leaves them. Ticks
  // were once kept one by one.
  function takeOver() {
    const taken = `taken:${place}`;
    const old = `rolebook:${place}`;
    let names = [];
    try {
      names = Object.keys(localStorage).filter((name) => name === old || name.startsWith(`${old}:`));
    } catch {
      // Forbidden storage has nothing to take over.
    }
    if (!names.length || store.get("localStorage", taken) || !store.set("localStorage", taken, "1")) return;
    for (const name of names) {
      const text = localStorage.getItem(name);
      if (name === old) {
        try {
          list.progress = readProgress(JSON.parse(text), key);
        } catch {
          list.say(words.unreadable);
        }
      } else if (text === "1") {
        const id = name.slice(old.length + 1);
        list.progress.items.set(id, { done: true, note: "", text: "" });
        list.freshen(id);
      }
    }
    list.save();
  }

  // Items of the reader's own stand in their phase; where the list has none of that name, it gets one.
  function own() {
    const { progress } = list;
    all("[data-item^='+']", element).forEach((item) => {
      if (!progress.own.has(item.dataset.item)) item.remove();
    });
    let section = element.querySelector(`.rb-phase[data-phase="${GROWTH_PHASE}"]`);
    if (progress.own.size && !section) {
      section = make("section", { className: "rb-phase rb-phase-own" });
      section.dataset.phase = GROWTH_PHASE;
      section.append(make("h3", { textContent: words.growth }), make("ul", { className: "rb-items" }));
      const later = PHASES.slice(PHASES.indexOf(GROWTH_PHASE) + 1);
      const follower = all(":scope > .rb-phase", element).find((other) => later.includes(other.dataset.phase));
      element.insertBefore(section, follower || gone);
    }
    progress.own.forEach(({ text, see }, id) => {
      if (list.items().some((item) => item.dataset.item === id)) return;
      const body = make("div", { className: "rb-item" }, make("p", { textContent: text }));
      const label = make("b", { textContent: words.done_when });
      if (see) body.append(make("p", { className: "rb-done" }, label, ` ${see}`));
      const item = make("li", {}, body);
      item.dataset.item = id;
      item.id = `item.${id}`;
      section.querySelector(".rb-items").append(item);
      list.equip(item);
      const remove = button(
        words.remove,
        () => {
          const neighbour = item.previousElementSibling || item.nextElementSibling;
          list.remove(id);
          list.say(words.removed);
          (neighbour ? neighbour.querySelector("input") : list.start).focus();
        },
        "rb-quiet",
      );
      list.labelled(remove, words.remove, text);
      body.append(remove);
    });
    const empty = element.querySelector(".rb-phase-own");
    if (empty && !progress.own.size) empty.remove();
  }

  // What was ticked or noted of items that the list has no more.
  const gone = make("section", { className: "rb-gone", hidden: true });
  function lost() {
    const { progress } = list;
    const present = new Set(list.items().map((item) => item.dataset.item));
    const entries = [...progress.items].filter(([id, { done, note }]) => (done || note) && !present.has(id));
    gone.hidden = !entries.length;
    const rows = entries.map(([id, value]) => {
      const text = value.text || id;
      const drop = button(
        words.drop,
        () => {
          progress.items.delete(id);
          list.save();
          list.show();
          list.say(fill(words.dropped, { item: text }));
          (gone.querySelector("button") || list.start).focus();
        },
        "rb-quiet",
      );
      list.labelled(drop, words.drop, text);
      const tag = make("span", { className: "rb-tag", textContent: value.done ? words.done : words.not_done });
      const row = make("li", {}, make("p", {}, text, " ", tag));
      if (value.note) row.append(make("p", { className: "rb-own-note", textContent: value.note }));
      row.append(drop);
      return row;
    });
    gone.replaceChildren(
      make("h3", { textContent: words.gone }),
      make("p", { className: "rb-note" }, words.gone_note),
      make("ul", { className: "rb-plain" }, ...rows),
    );
  }

  return {
    load,
    // Items that the page itself does not have.
    items() {
      if (element.lastElementChild !== gone) element.append(gone);
      own();
      lost();
    },
    // When a phase is due, and whether that has passed.
    dates(section, done) {
      const end = deadline(list.progress.start, section.dataset.phase);
      const late = Boolean(end) && end.last < today() && !done;
      section.classList.toggle("rb-late", late);
      const shown = end ? [make("span", { className: "rb-due", textContent: fill(words.due[end.kind], end) })] : [];
      if (late) shown.push(make("b", { className: "rb-overdue", textContent: words.overdue }));
      return shown;
    },
    late: (share, n) => fill(words.late, { share, n }),
  };
}
