// Shows stored progress in a checklist: dates, the reader's own items, and entries of removed items. Loaded if there is
// stored progress, and once there is some.
import { expect, Fault, isRecord } from "./files.js";
import { all, button, fill, language, make, store } from "./parts.js";

export const PHASES = ["before", "day-1", "week-1", "month-1", "quarter-1", "ongoing", "leaving"];
// Phase of the steps that a reader adds.
export const GROWTH_PHASE = "quarter-1";
const DUE = { before: "until", "day-1": "on", "week-1": "by", "month-1": "by", "quarter-1": "by" };

// Dates are calendar days: `2026-01-05`.
const day = (text) => new Date(`${text}T00:00:00Z`);
const isoDate = (date) => (Number.isNaN(date.getTime()) ? "" : date.toISOString().slice(0, 10));
const isDay = (text) => typeof text === "string" && /^\d{4}-\d\d-\d\d$/.test(text) && isoDate(day(text)) === text;
const today = () => {
  const now = new Date();
  return isoDate(new Date(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate())));
};
const dates = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" });
export const shownDay = (text) => dates.format(day(text));
// End of a phase, if it has one: its date, the displayed date, and the name of its string.
export function deadline(start, phase) {
  if (!start || !DUE[phase]) return null;
  const date = day(start);
  const months = { "month-1": 1, "quarter-1": 3 }[phase] || 0;
  if (phase === "week-1") date.setUTCDate(date.getUTCDate() + 7);
  if (months) {
    const dayOfMonth = date.getUTCDate();
    date.setUTCMonth(date.getUTCMonth() + months);
    // Shorter months end on their last day.
    if (date.getUTCDate() !== dayOfMonth) date.setUTCDate(0);
  }
  return { last: isoDate(date), date: dates.format(date), kind: DUE[phase] };
}

const isText = (value) => value === undefined || typeof value === "string";

function readItems(items) {
  const entries = new Map();
  for (const [id, entry] of Object.entries(items)) {
    const isFine = isRecord(entry) && typeof entry.done === "boolean" && isText(entry.note) && isText(entry.text);
    if (!isFine) throw new Fault("damaged_item", { id });
    const undone = entry.undone === true || undefined;
    entries.set(id, { done: entry.done, undone, note: entry.note || "", text: entry.text || "" });
  }
  return entries;
}

function readOwn(own) {
  const items = new Map();
  for (const item of own) {
    const isNamed = isRecord(item) && typeof item.id === "string" && item.id.startsWith("+");
    if (!isNamed || typeof item.text !== "string" || !isText(item.see)) throw new Fault("damaged_own");
    items.set(item.id, { text: item.text, see: item.see || "" });
  }
  return items;
}

// Reads the progress in an export of the list with this key.
export function readProgress(value, key) {
  expect(value, "rolebook-checklist", "no_checklist");
  if (value.key !== key) {
    throw new Fault("other_list", { list: typeof value.title === "string" ? value.title : value.key });
  }
  if (value.start !== null && !isDay(value.start)) throw new Fault("damaged_start");
  if (!isRecord(value.items) || !Array.isArray(value.own)) throw new Fault("damaged_items");
  return { start: value.start, items: readItems(value.items), own: readOwn(value.own) };
}

function load(list) {
  list.progress = { start: null, items: new Map(), own: new Map() };
  const text = store.get("localStorage", list.storageKey);
  if (text === null) return takeOver(list);
  try {
    list.progress = readProgress(JSON.parse(text), list.key);
  } catch {
    // Keeps a copy for manual recovery.
    store.set("localStorage", `unreadable:${list.key}`, text);
    list.say(strings.unreadable);
  }
}

// Entries of the first version: their keys lacked the handbook, and ticks were stored individually.
function formerNames(former) {
  try {
    return Object.keys(localStorage).filter((name) => name === former || name.startsWith(`${former}:`));
  } catch {
    // If storage is blocked, there is nothing to migrate.
    return [];
  }
}

// Each handbook copies former entries once, and leaves them for other handbooks.
function takeOver(list) {
  const taken = `taken:${list.storageKey}`;
  const former = `rolebook:${list.storageKey}`;
  const names = formerNames(former);
  if (!names.length || store.get("localStorage", taken) || !store.set("localStorage", taken, "1")) return;
  for (const name of names) {
    const text = localStorage.getItem(name);
    if (name === former) takeOverProgress(list, text);
    else if (text === "1") takeOverTick(list, name.slice(former.length + 1));
  }
  list.save();
}

function takeOverProgress(list, text) {
  try {
    list.progress = readProgress(JSON.parse(text), list.key);
  } catch {
    list.say(strings.unreadable);
  }
}

function takeOverTick(list, id) {
  list.progress.items.set(id, { done: true, note: "", text: "" });
  list.keepText(id);
}

// Shows the reader's own items in their phase.
function showOwnItems(list, gone) {
  const { element, progress } = list;
  for (const item of all("[data-item^='+']", element)) {
    if (!progress.own.has(item.dataset.item)) item.remove();
  }
  for (const [id, own] of progress.own) {
    if (list.items().some((item) => item.dataset.item === id)) continue;
    growthPhase(element, gone)
      .querySelector(".rb-items")
      .append(ownItem(list, id, own));
  }
  if (!progress.own.size) element.querySelector(".rb-phase-own")?.remove();
}

// The phase of the reader's own items: that of the list, or a new one in its position.
function growthPhase(element, gone) {
  const existing = element.querySelector(`.rb-phase[data-phase="${GROWTH_PHASE}"]`);
  if (existing) return existing;
  const section = make("section", { className: "rb-phase rb-phase-own" });
  section.dataset.phase = GROWTH_PHASE;
  section.append(make("h3", { textContent: strings.growth }), make("ul", { className: "rb-items" }));
  const later = PHASES.slice(PHASES.indexOf(GROWTH_PHASE) + 1);
  const follower = all(":scope > .rb-phase", element).find((other) => later.includes(other.dataset.phase));
  element.insertBefore(section, follower || gone);
  return section;
}

function ownItem(list, id, { text, see }) {
  const head = make("div", { className: "rb-item-head" }, make("p", { className: "rb-item-title", textContent: text }));
  const label = make("span", { textContent: strings.done_when });
  if (see) head.append(make("p", { className: "rb-done" }, label, " ", make("bdi", { textContent: see })));
  const body = make("div", { className: "rb-item-body" });
  const item = make("li", { id: `item.${id}`, className: "rb-item" }, head, body);
  item.dataset.item = id;
  list.equip(item);
  const remove = button(strings.remove, () => removeOwnItem(list, item), "rb-quiet");
  list.label(remove, strings.remove, text);
  body.append(remove);
  return item;
}

function removeOwnItem(list, item) {
  const neighbour = item.previousElementSibling || item.nextElementSibling;
  list.remove(item.dataset.item);
  list.say(strings.removed);
  (neighbour?.querySelector("input") ?? list).focus();
}

// Shows entries of items that the list no longer has.
function showGoneItems(list, gone) {
  const present = new Set(list.items().map((item) => item.dataset.item));
  const isGone = ([id, { done, note }]) => (done || note) && !present.has(id);
  const entries = [...list.progress.items].filter(isGone);
  gone.hidden = !entries.length;
  gone.replaceChildren(
    make("h3", { textContent: strings.gone }),
    make("p", { className: "rb-note" }, strings.gone_note),
    make("ul", { className: "rb-plain" }, ...entries.map(([id, entry]) => goneItem(list, gone, id, entry))),
  );
}

function goneItem(list, gone, id, entry) {
  const text = entry.text || id;
  const drop = button(strings.drop, () => dropGoneItem(list, gone, id, text), "rb-quiet");
  list.label(drop, strings.drop, text);
  const tag = make("span", { className: "rb-tag", textContent: entry.done ? strings.done : strings.not_done });
  const row = make("li", {}, make("p", {}, text, " ", tag));
  if (entry.note) row.append(make("p", { className: "rb-own-note", textContent: entry.note }));
  row.append(drop);
  return row;
}

function dropGoneItem(list, gone, id, text) {
  list.progress.items.delete(id);
  list.save();
  list.show();
  list.say(fill(strings.dropped, { item: text }));
  (gone.querySelector("button") ?? list).focus();
}

// Shows when a phase is due, and whether it is overdue.
function showDates(list, section, isDone) {
  const end = deadline(list.progress.start, section.dataset.phase);
  const isLate = Boolean(end) && end.last < today() && !isDone;
  section.classList.toggle("rb-late", isLate);
  const dates = end ? [make("span", { className: "rb-due", textContent: fill(strings.due[end.kind], end) })] : [];
  if (isLate) dates.push(make("b", { className: "rb-overdue", textContent: strings.overdue }));
  return dates;
}

// Adds the parts of this module to a list.
export function furnish(list) {
  const gone = make("section", { className: "rb-gone", hidden: true });
  return {
    load: () => load(list),
    items() {
      if (!gone.isConnected) list.element.insertBefore(gone, list.element.querySelector(":scope > .rb-tools"));
      showOwnItems(list, gone);
      showGoneItems(list, gone);
    },
    dates: (section, isDone) => showDates(list, section, isDone),
    late: (share, n) => fill(strings.late, { share, n }),
  };
}
