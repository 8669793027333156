// The week of all groups: the meetings of the list below it, at the hours of the reader's zone. What is chosen
// is in the address. The arithmetic is in occurrences.js, which comes before.
import { fill, language, tag } from "./parts.js";

const { between, instantOf, ruleOf, wallClock, weekdayOf } = window.rolebookMeetings;
const DAY = 86400000;
const HOUR = 3600000;
const NARROW = matchMedia("(max-width: 60rem)");

const place = document.querySelector(".rb-week");
const form = place.querySelector("form");
const { kind, group, zone } = form.elements;
const ofReader = new Intl.DateTimeFormat().resolvedOptions().timeZone;
const own = isZone(ofReader) ? ofReader : "UTC";

// Days are counted from 1 January 1970. Those of the grid have no zone of their own: they are shown in UTC.
const dated = (day, options) => new Intl.DateTimeFormat(language, { timeZone: "UTC", ...options }).format(day * DAY);
const written = (day) => new Date(day * DAY).toISOString().slice(0, 10);
const monday = (day) => day - (weekdayOf(day) - 1);
const today = () => Math.floor(wallClock(Date.now(), zone.value) / DAY);

// The Monday of the week that is shown; null for the present week, whichever it is.
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

// The reader's zone, UTC, and those of the data.
function zones() {
  const known = new Map([[own, fill(strings.own, { zone: own.replaceAll("_", " ") })]]);
  if (!known.has("UTC")) known.set("UTC", "UTC");
  const items = [...document.querySelectorAll(".rb-recurs")].map((item) => item.dataset);
  items.sort((a, b) => a.zoneLabel.localeCompare(b.zoneLabel, language));
  for (const { zone: name, zoneLabel } of items) {
    const place = name.replaceAll("_", " ");
    const label = zoneLabel === place ? place : fill(strings.named, { zone: zoneLabel, place });
    if (!known.has(name) && isZone(name)) known.set(name, label);
  }
  zone.replaceChildren(...[...known].map(([name, label]) => new Option(label, name)));
}

// What the address says. What it cannot mean is as good as nothing.
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
  const week = query.get("week") ?? "";
  const day = /^2\d{3}-\d\d-\d\d$/.test(week) ? Date.parse(`${week}T00:00Z`) / DAY : NaN;
  chosen = Number.isNaN(day) ? null : monday(day);
}

// The address of what is shown, without what goes without saying.
function write(isNewPlace) {
  const query = new URLSearchParams();
  if (group.value) query.set("group", group.value);
  if (kind.value) query.set("kind", kind.value);
  if (zone.value !== own) query.set("zone", zone.value);
  if (chosen !== null) query.set("week", written(chosen));
  // A zone is more readable with its slash, and an address may have one there.
  const search = `?${query}`.replaceAll("%2F", "/").replace(/^\?$/, "");
  history[isNewPlace ? "pushState" : "replaceState"](null, "", location.pathname + search + location.hash);
}

const fits = ({ dataset }) =>
  (!group.value || dataset.group === group.value) && (!kind.value || dataset.kind === kind.value);

// One of four colors, by the position of the group's kind.
const tone = ({ dataset }) => [...kind.options].findIndex(({ value }) => value === dataset.kind) % 4;

// The meetings of a week in the order of time.
function meetings(week) {
  const [from, to] = [week, week + 7].map((day) => instantOf(day * DAY, zone.value));
  const found = [];
  for (const item of document.querySelectorAll(".rb-recurs")) {
    if (!fits(item) || !isZone(item.dataset.zone)) continue;
    const rule = ruleOf(item.dataset);
    for (const instant of between(rule, from, to)) {
      const wall = wallClock(instant, zone.value);
      const day = Math.floor(wall / DAY);
      found.push({ item, instant, day, hour: Math.floor((wall - day * DAY) / HOUR), perhaps: rule.phaseUnknown });
    }
  }
  return found.sort(
    (a, b) => a.instant - b.instant || a.item.dataset.name.localeCompare(b.item.dataset.name, language),
  );
}

function entry({ item, instant, perhaps }, withJoin) {
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
  const join = withJoin && item.querySelector(".rb-join");
  const more = join ? [" ", join.cloneNode(true)] : [];
  return tag(
    "li",
    { class: `rb-event rb-event-tone-${tone(item)}${perhaps ? " rb-event-perhaps" : ""}` },
    link,
    ...more,
  );
}

// A column for each day, a row for each hour from the first to the last that has a meeting.
function grid(week, found) {
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
    if (!found.some((meeting) => meeting.day === day)) head.className = "rb-free";
    return head;
  });
  const hours = found.map((meeting) => meeting.hour);
  const rows = [];
  for (let hour = Math.min(...hours); hour <= Math.max(...hours); hour += 1) {
    const cells = days.map((day) => {
      const here = found.filter((meeting) => meeting.day === day && meeting.hour === hour);
      const list = here.length ? [tag("ul", {}, ...here.map((meeting) => entry(meeting, false)))] : [];
      return tag("td", day === now ? { class: "rb-today" } : {}, ...list);
    });
    rows.push(tag("tr", {}, tag("th", { scope: "row" }, `${String(hour).padStart(2, "0")}:00`), ...cells));
  }
  const head = tag("thead", {}, tag("tr", {}, tag("th", { scope: "col" }, strings.hour), ...heads));
  const caption = tag("caption", {}, fill(strings.caption, { zone: zone.selectedOptions[0].text }));
  return tag("table", { class: "rb-week-grid" }, caption, head, tag("tbody", {}, ...rows));
}

// The days one under the other, where there is no room beside each other.
function agenda(found) {
  const days = [...new Set(found.map((meeting) => meeting.day))];
  const parts = days.map((day) => {
    const head = tag("h3", {}, dated(day, { weekday: "long", day: "numeric", month: "long" }));
    if (day === today()) head.append(" ", tag("span", { class: "rb-tag" }, strings.today));
    const here = found.filter((meeting) => meeting.day === day);
    return tag("section", {}, head, tag("ul", {}, ...here.map((meeting) => entry(meeting, true))));
  });
  return tag("div", { class: "rb-week-agenda" }, ...parts);
}

// The lists below show what is chosen, too.
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

function show() {
  const week = shownWeek();
  const found = meetings(week);
  const range = new Intl.DateTimeFormat(language, { timeZone: "UTC", day: "numeric", month: "long", year: "numeric" });
  place.querySelector(".rb-week-name").textContent = range.formatRange(week * DAY, (week + 6) * DAY);
  const perhaps = found.filter((meeting) => meeting.perhaps).length;
  const status = found.length === 0 ? strings.empty : perhaps ? strings.status_perhaps : strings.status;
  place.querySelector(".rb-week-status").textContent = fill(status, {
    meetings: fill(strings.meetings, { n: found.length }),
    n: perhaps,
  });
  const days = found.length === 0 ? [] : [NARROW.matches ? agenda(found) : grid(week, found)];
  place.querySelector(".rb-week-days").replaceChildren(...days);
  lists();
  place.hidden = false;
}

function start() {
  zones();
  read();
  show();
}

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("change", (event) => {
  // A group of another kind than is chosen would be nothing at all.
  const option = group.selectedOptions[0];
  if (kind.value && group.value && option.dataset.kind !== kind.value) {
    if (event.target === kind) group.value = "";
    else kind.value = "";
  }
  write(false);
  show();
});
place.querySelector(".rb-week-go").addEventListener("click", ({ target }) => {
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
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") show();
});
document.addEventListener("rolebook:exchange", start);
start();
// What the address leads to has moved down with everything else.
if (location.hash)
  document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView({ behavior: "instant" });
