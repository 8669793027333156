// The week of all groups: the meetings of the list below, at the hours of the reader's time zone. The selection is part
// of the address. occurrences.js, which loads first, computes the dates.
import { foldSections, followFragments, setFold } from "./folds.js";
import { common, fill, language, tag } from "./parts.js";

const { between, instantOf, ruleOf, wallClock, weekdayOf } = window.rolebookMeetings;
const DAY = 86400000;
const HOUR = 3600000;
const DAY_NAME = { weekday: "long", day: "numeric", month: "long" };
const NARROW = matchMedia("(max-width: 60rem)");

const section = document.querySelector(".rb-week");
const form = section.querySelector("form");
const { kind, group, zone, unconfirmed } = form.elements;
// The number of meetings that a cell of the grid shows.
const SHOWN = 3;
const ofReader = new Intl.DateTimeFormat().resolvedOptions().timeZone;
const own = isZone(ofReader) ? ofReader : "UTC";

// Days are counted from 1 January 1970. Days of the grid have no time zone, so they are formatted as UTC.
const dated = (day, options) => new Intl.DateTimeFormat(language, { timeZone: "UTC", ...options }).format(day * DAY);
const isoDate = (day) => new Date(day * DAY).toISOString().slice(0, 10);
const monday = (day) => day - (weekdayOf(day) - 1);
const today = () => Math.floor(wallClock(Date.now(), zone.value) / DAY);

// Monday of the selected week; null for the current week.
let chosen = null;
const shownWeek = () => chosen ?? monday(today());

function isZone(name) {
  try {
    wallClock(0, name);
    return true;
  } catch {
    return false;
  }
}

// The reader's zone, UTC, and the zones in the data.
function zones() {
  const labels = new Map([[own, fill(strings.own, { zone: own.replaceAll("_", " ") })]]);
  if (!labels.has("UTC")) labels.set("UTC", "UTC");
  const items = [...document.querySelectorAll(".rb-recurs")].map((item) => item.dataset);
  items.sort((a, b) => a.zoneLabel.localeCompare(b.zoneLabel, language));
  for (const { zone: name, zoneLabel } of items) {
    const place = name.replaceAll("_", " ");
    const label = zoneLabel === place ? place : fill(strings.named, { zone: zoneLabel, place });
    if (!labels.has(name) && isZone(name)) labels.set(name, label);
  }
  zone.replaceChildren(...[...labels].map(([name, label]) => new Option(label, name)));
}

// Reads the selection from the address. Invalid values are ignored.
function read() {
  const query = new URLSearchParams(location.search);
  for (const select of [kind, group]) {
    select.value = query.get(select.name) ?? "";
    if (select.selectedIndex < 0) select.value = "";
  }
  const name = query.get("zone") ?? own;
  if (isZone(name) && ![...zone.options].some((option) => option.value === name)) {
    zone.append(new Option(name.replaceAll("_", " "), name));
  }
  zone.value = name;
  if (zone.selectedIndex < 0) zone.value = own;
  unconfirmed.checked = query.get("unconfirmed") !== "hide";
  const week = query.get("week") ?? "";
  const day = /^2\d{3}-\d\d-\d\d$/.test(week) ? Date.parse(`${week}T00:00Z`) / DAY : NaN;
  chosen = Number.isNaN(day) ? null : monday(day);
}

// Writes the selection to the address, without default values.
function write(isNewPlace) {
  const query = new URLSearchParams();
  if (group.value) query.set("group", group.value);
  if (kind.value) query.set("kind", kind.value);
  if (zone.value !== own) query.set("zone", zone.value);
  if (chosen !== null) query.set("week", isoDate(chosen));
  if (!unconfirmed.checked) query.set("unconfirmed", "hide");
  // Slashes are permitted in a query, and make zones readable.
  const search = `?${query}`.replaceAll("%2F", "/").replace(/^\?$/, "");
  history[isNewPlace ? "pushState" : "replaceState"](null, "", location.pathname + search + location.hash);
}

const fits = ({ dataset }) =>
  (!group.value || dataset.group === group.value) && (!kind.value || dataset.kind === kind.value);

// One of four colors, by the position of the group's kind.
const tone = ({ dataset }) => [...kind.options].slice(1).findIndex(({ value }) => value === dataset.kind) % 4;

// The meetings of a week, sorted by time.
function meetings(week) {
  const [from, to] = [week, week + 7].map((day) => instantOf(day * DAY, zone.value));
  const entries = [];
  for (const item of document.querySelectorAll(".rb-recurs")) {
    if (!fits(item) || !isZone(item.dataset.zone)) continue;
    const rule = ruleOf(item.dataset);
    if (rule.phaseUnknown && !unconfirmed.checked) continue;
    for (const instant of between(rule, from, to)) {
      const wall = wallClock(instant, zone.value);
      const day = Math.floor(wall / DAY);
      entries.push({ item, instant, day, hour: Math.floor((wall - day * DAY) / HOUR), perhaps: rule.phaseUnknown });
    }
  }
  return entries.sort(
    (a, b) => a.instant - b.instant || a.item.dataset.name.localeCompare(b.item.dataset.name, language),
  );
}

// Links such as “Join” are named after their meeting, too.
function nameLinks() {
  for (const item of document.querySelectorAll(".rb-cal-list > li")) {
    const title = item.querySelector(".rb-meeting-title").textContent;
    const group = item.dataset.name ?? item.querySelector(".rb-note > a").textContent;
    for (const link of item.querySelectorAll(".rb-actions a")) {
      link.ariaLabel = [link.textContent, group, title].join(common.comma);
    }
  }
}

function entry({ item, instant, perhaps }) {
  const clock = new Intl.DateTimeFormat(language, {
    timeZone: zone.value,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const time = tag(
    "time",
    { datetime: new Date(instant).toISOString().replace(":00.000Z", "Z") },
    clock.format(instant),
  );
  const title = item.querySelector(".rb-meeting-title").textContent;
  const link = tag(
    "a",
    { href: `#${encodeURIComponent(item.id)}` },
    tag("b", {}, time, " ", item.dataset.name),
    " ",
    tag("span", {}, title),
  );
  if (perhaps) link.append(" ", tag("i", {}, strings.perhaps));
  const join = item.querySelector(".rb-join");
  const more = join ? [" ", join.cloneNode(true)] : [];
  return tag(
    "li",
    { class: `rb-event rb-event-tone-${tone(item)}${perhaps ? " rb-event-perhaps" : ""}` },
    link,
    ...more,
  );
}

// The meetings of a cell, certain ones first; a button shows those that have no room.
function cellList(here) {
  const sorted = [...here].sort((a, b) => a.perhaps - b.perhaps || a.instant - b.instant);
  const list = tag("ul", {}, ...sorted.map(entry));
  const rest = [...list.children].slice(SHOWN);
  if (rest.length < 2) return list;
  for (const item of rest) item.hidden = true;
  const n = rest.length;
  const button = tag(
    "button",
    { type: "button" },
    fill(strings.more, { n }),
    tag("span", { class: "rb-hidden" }, ` ${fill(strings.more_label, { n })}`),
  );
  button.addEventListener("click", () => {
    for (const item of rest) item.hidden = false;
    button.parentElement.remove();
    rest[0].querySelector("a").focus();
  });
  list.append(tag("li", { class: "rb-event-more" }, button));
  return list;
}

// A column per day, and a row per hour from the first to the last meeting.
function grid(week, entries) {
  const now = today();
  const days = [0, 1, 2, 3, 4, 5, 6].map((number) => week + number);
  const heads = days.map((day) => {
    const head = tag(
      "th",
      { scope: "col" },
      dated(day, { weekday: "short" }),
      " ",
      tag("b", {}, dated(day, { day: "numeric" })),
    );
    if (day === now) head.setAttribute("aria-current", "date");
    if (!entries.some((meeting) => meeting.day === day)) head.className = "rb-free";
    return head;
  });
  const hours = entries.map((meeting) => meeting.hour);
  const rows = [];
  for (let hour = Math.min(...hours); hour <= Math.max(...hours); hour += 1) {
    const cells = days.map((day) => {
      const here = entries.filter((meeting) => meeting.day === day && meeting.hour === hour);
      const list = here.length ? [cellList(here)] : [];
      const look = day === now ? "rb-today" : day < now ? "rb-past-day" : "";
      return tag("td", look ? { class: look } : {}, ...list);
    });
    rows.push(tag("tr", {}, tag("th", { scope: "row" }, `${String(hour).padStart(2, "0")}:00`), ...cells));
  }
  const head = tag("thead", {}, tag("tr", {}, tag("th", { scope: "col" }, strings.hour), ...heads));
  const caption = tag("caption", {}, fill(strings.caption, { zone: zone.selectedOptions[0].text }));
  return tag("table", { class: "rb-week-grid" }, caption, head, tag("tbody", {}, ...rows));
}

// The days as a list, for narrow screens.
function agenda(entries) {
  const days = [...new Set(entries.map((meeting) => meeting.day))];
  const parts = days.map((day) => {
    const head = tag("h3", {}, dated(day, DAY_NAME));
    if (day === today()) head.append(" ", tag("span", { class: "rb-tag" }, strings.today));
    const here = entries.filter((meeting) => meeting.day === day);
    return tag("section", {}, head, tag("ul", {}, ...here.map(entry)));
  });
  const past = days.filter((day) => day < today());
  // The days of the current week that have passed; an earlier week is shown whole.
  if (!past.length || past.length === days.length) return tag("div", { class: "rb-week-agenda" }, ...parts);
  const range = new Intl.DateTimeFormat(language, { timeZone: "UTC", ...DAY_NAME });
  const name = range.formatRange(past[0] * DAY, past.at(-1) * DAY);
  const fold = tag("details", { class: "rb-fold" }, tag("summary", {}, name), ...parts.slice(0, past.length));
  return tag("div", { class: "rb-week-agenda" }, fold, ...parts.slice(past.length));
}

// The lists below are filtered, too.
function lists() {
  document.querySelectorAll(".rb-cal-part").forEach((part) => {
    const items = [...part.querySelectorAll(".rb-cal-list > li")];
    items.forEach((item) => {
      item.hidden = !fits(item);
    });
    part.hidden = items.every((item) => item.hidden);
  });
  document.querySelectorAll(".rb-cal-days a").forEach((link) => {
    link.hidden = document.querySelector(link.hash).closest(".rb-cal-part").hidden;
  });
}

// The day on which the week was drawn.
let drawn = null;

function show() {
  drawn = today();
  const week = shownWeek();
  const entries = meetings(week);
  const range = new Intl.DateTimeFormat(language, { timeZone: "UTC", day: "numeric", month: "long", year: "numeric" });
  section.querySelector(".rb-week-name").textContent = range.formatRange(week * DAY, (week + 6) * DAY);
  const perhaps = entries.filter((meeting) => meeting.perhaps).length;
  const status = entries.length === 0 ? strings.empty : perhaps ? strings.status_perhaps : strings.status;
  section.querySelector(".rb-week-status").textContent = fill(status, {
    meetings: fill(strings.meetings, { n: entries.length }),
    n: perhaps,
  });
  showCalendar();
  const days = entries.length === 0 ? [] : [NARROW.matches ? agenda(entries) : grid(week, entries)];
  section.querySelector(".rb-week-days").replaceChildren(...days);
  lists();
  section.hidden = false;
}

// The calendar of the selected group.
function showCalendar() {
  const { subscribe, file, unconfirmed } = group.selectedOptions[0].dataset;
  const place = section.querySelector(".rb-week-add");
  const addresses = [subscribe, file, unconfirmed];
  for (const [index, link] of [...place.children].entries()) {
    link.hidden = !addresses[index];
    if (addresses[index]) link.href = addresses[index];
  }
  place.hidden = !addresses.some(Boolean);
}

function start() {
  foldSections();
  nameLinks();
  zones();
  read();
  show();
}

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("change", (event) => {
  // A group of a kind that is not selected would leave nothing.
  const option = group.selectedOptions[0];
  if (kind.value && group.value && option.dataset.kind !== kind.value) {
    if (event.target === kind) group.value = "";
    else kind.value = "";
  }
  write(false);
  show();
});
section.querySelector(".rb-week-go").addEventListener("click", ({ target }) => {
  const { go } = target.dataset;
  if (!go) return;
  const week = go === "this" ? monday(today()) : shownWeek() + (go === "next" ? 7 : -7);
  chosen = week === monday(today()) ? null : week;
  write(true);
  show();
});
window.addEventListener("popstate", () => {
  read();
  show();
});
NARROW.addEventListener("change", show);
// Another day has begun since the week was drawn.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && drawn !== today()) show();
});
document.addEventListener("rolebook:exchange", start);
start();
// The target of the fragment has moved down.
followFragments((target) => setFold(target.nextElementSibling, true))();
