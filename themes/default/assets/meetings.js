// The next occurrences of meetings, in the group's time zone and in the reader's. Without this script, the schedule
// remains as text. occurrences.js, which loads first, computes the dates.
"use strict";
(() => {
  const { next, ruleOf, wallClock } = window.rolebookMeetings;

  const make = (name, ...children) => {
    const element = document.createElement(name);
    element.append(...children);
    return element;
  };

  // With European digits.
  const { lang } = document.documentElement;
  const language = new Intl.Locale(lang || "en", { calendar: "gregory", numberingSystem: "latn" });
  const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  // Creating a format takes a hundred times as long as using it.
  const formats = new Map();
  function format(instant, zone, options) {
    const key = JSON.stringify([zone, options]);
    if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(language, { timeZone: zone, ...options }));
    return formats.get(key).format(instant);
  }

  const yearOf = (instant, zone) => new Date(wallClock(instant, zone)).getUTCFullYear();

  // The date of an instant, with the year unless it is the current one.
  function date(instant, now, rule, zone) {
    const year = yearOf(instant, rule.zone) === yearOf(now, rule.zone) ? undefined : "numeric";
    return format(instant, zone, { weekday: "short", day: "numeric", month: "short", year });
  }

  const time = (instant, zone) => format(instant, zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

  function timeCell(instant, rule, zone, day = "") {
    const end = rule.length ? `–${time(instant + rule.length, zone)}` : "";
    const element = make("time", day + time(instant, zone) + end);
    element.dateTime = new Date(instant).toISOString().replace(":00.000Z", "Z");
    return make("td", element);
  }

  function row(instant, now, rule, or, isElsewhere) {
    const day = date(instant, now, rule, rule.zone);
    const cells = make("tr", headCell(or + day, "row"), timeCell(instant, rule, rule.zone));
    if (isElsewhere) {
      const ownDay = date(instant, now, rule, own);
      cells.append(timeCell(instant, rule, own, ownDay === day ? "" : `${ownDay}, `));
    }
    return cells;
  }

  function headCell(text, scope) {
    const cell = make(text ? "th" : "td", text);
    if (text) cell.scope = scope;
    return cell;
  }

  // The next occurrences of a meeting; if its weeks are unknown, the possible days.
  function table(item, now) {
    const rule = ruleOf(item.dataset);
    const strings = item.closest(".rb-meetings").dataset;
    const times = next(rule, now);
    if (times.length === 0) return [];
    // Readers with the same local time need it only once.
    const isElsewhere = times.some((instant) => wallClock(instant, own) !== wallClock(instant, rule.zone));
    const or = (index) => (rule.phaseUnknown && index > 0 ? `${strings.or} ` : "");
    const rows = times.map((instant, index) => row(instant, now, rule, or(index), isElsewhere));
    const columns = [rule.phaseUnknown ? "" : strings.next, item.dataset.zoneLabel];
    if (isElsewhere) columns.push(`${strings.yours} (${own.replaceAll("_", " ")})`);
    const heads = columns.map((text) => headCell(text, "col"));
    const body = make("tbody", ...rows);
    const result = make("table", make("thead", make("tr", ...heads)), body);
    if (rule.phaseUnknown) {
      body.className = "rb-candidates";
      result.prepend(make("caption", `${strings.unknown}:`));
    }
    return [result];
  }

  // Shows the table; without occurrences, the schedule remains as text.
  function showItem(item, now) {
    const container = item.querySelector(".rb-next");
    let content = [];
    try {
      // With many possible weeks, a single date would be misleading.
      const { phase, every } = item.dataset;
      if (phase !== "unknown" || every <= 4) content = table(item, now);
    } catch (fault) {
      // The browser does not know the time zone.
      if (!(fault instanceof RangeError)) throw fault;
    }
    container.replaceChildren(...content);
    container.hidden = content.length === 0;
  }

  // The next occurrence of a meeting, or the possible ones if its weeks are unknown; none if there is no rule.
  function soonest(item, now) {
    try {
      const rule = ruleOf(item.dataset);
      // With many possible weeks, a date would be misleading.
      return rule.phaseUnknown ? (rule.every <= 4 ? next(rule, now) : []) : next(rule, now).slice(0, 1);
    } catch (fault) {
      if (!(fault instanceof RangeError)) throw fault;
      return [];
    }
  }

  const full = {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  };

  // Of several meetings, the one that comes next stands first, with its date in the reader's time zone.
  function showSoonest(list, now) {
    const dated = [...list.children].map((item) => ({
      item,
      at: item.matches(".rb-recurs") ? soonest(item, now) : [],
    }));
    dated.sort((a, b) => (a.at[0] ?? Number.POSITIVE_INFINITY) - (b.at[0] ?? Number.POSITIVE_INFINITY));
    const shown = Number(list.dataset.shown ?? 2);
    for (const [index, { item, at }] of dated.entries()) {
      const headline = item.querySelector(".rb-headline");
      headline.hidden = !at.length;
      if (at.length) {
        const element = headline.querySelector("time");
        element.textContent = at.map((instant) => format(instant, own, full)).join(` ${list.dataset.or} `);
        if (at.length === 1) element.dateTime = new Date(at[0]).toISOString();
        else element.removeAttribute("datetime");
        const note = headline.querySelector(".rb-note");
        note.dataset.text ??= note.textContent;
        note.textContent = at.length > 1 ? `${note.dataset.text}, ${list.dataset.unconfirmed}` : note.dataset.text;
      }
      item.classList.toggle("rb-later", index > 0);
      item.classList.toggle("rb-undated", !at.length);
      item.classList.toggle("rb-unconfirmed", at.length > 1);
      item.hidden = index >= shown;
      // Moving an item would take the focus from it.
      if (list.children[index] !== item) list.insertBefore(item, list.children[index]);
    }
    const place = document.querySelector(".rb-when-next");
    const certain = dated.find(({ at }) => at.length === 1);
    if (place && certain) {
      place.textContent = format(certain.at[0], own, full);
      place.hidden = false;
    }
  }

  let timer = 0;
  function show() {
    const now = Date.now();
    for (const item of document.querySelectorAll(".rb-meetings > .rb-recurs")) showItem(item, now);
    for (const list of document.querySelectorAll(".rb-soonest")) showSoonest(list, now);
    // Updates the page when an occurrence has passed.
    clearTimeout(timer);
    timer = setTimeout(show, 60000 - (now % 60000));
  }

  show();
  document.addEventListener("rolebook:exchange", show);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") show();
  });
})();
