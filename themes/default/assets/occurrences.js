// Occurrences of meetings, computed from their rules across time zones and clock changes.
"use strict";
(() => {
  const DAY = 86400000;

  // Days are counted from 1 January 1970, a Thursday, in any time zone; weekdays from 1, Monday.
  const weekdayOf = (day) => ((((day + 3) % 7) + 7) % 7) + 1;
  const dayOf = (year, month, date) => Date.UTC(year, month, date) / DAY;

  // Local time at an instant, as if it were UTC.
  const clocks = new Map();
  function wallClock(instant, zone) {
    if (!clocks.has(zone)) {
      const parts = {
        year: "numeric",
        month: "numeric",
        day: "numeric",
        hour: "numeric",
        minute: "numeric",
        second: "numeric",
      };
      const options = { ...parts, timeZone: zone, hourCycle: "h23", calendar: "gregory", numberingSystem: "latn" };
      clocks.set(zone, new Intl.DateTimeFormat("en", options));
    }
    const read = {};
    for (const { type, value } of clocks.get(zone).formatToParts(instant)) read[type] = Number(value);
    return Date.UTC(read.year, read.month - 1, read.day, read.hour, read.minute, read.second);
  }

  // The instant of a local time. A time that occurs twice means the first occurrence. A time skipped by a clock change
  // uses the offset before the change. RFC 5545 has the same rules.
  function instantOf(wall, zone) {
    const offsetAt = (instant) => wallClock(instant, zone) - instant;
    const before = wall - offsetAt(wall - DAY);
    const after = wall - offsetAt(wall + DAY);
    const shows = (instant) => wallClock(instant, zone) === wall;
    return !shows(before) && shows(after) ? after : before;
  }

  // The n-th weekday in a month; the last if n is -1; null if the month has none.
  function nthOf(year, month, nth, weekday) {
    const first = dayOf(year, month, 1);
    const end = dayOf(year, month + 1, 1);
    const day = first + ((weekday - weekdayOf(first) + 7) % 7) + 7 * (nth - 1);
    if (nth < 0) return end - 1 - ((weekdayOf(end - 1) - weekday + 7) % 7);
    return day < end ? day : null;
  }

  // Days that match a rule, from a day on.
  function* daysFrom(rule, from) {
    const begin = rule.start === null ? from : Math.max(from, rule.start);
    if (rule.nth !== null) {
      const counted = new Date((begin - rule.after) * DAY);
      const weekday = ((rule.weekday - rule.after + 6) % 7) + 1;
      for (let month = counted.getUTCMonth(); ; month += 1) {
        const day = nthOf(counted.getUTCFullYear(), month, rule.nth, weekday);
        if (day !== null && day + rule.after >= begin) yield day + rule.after;
      }
    }
    // If the weeks are unknown, every week is possible.
    const step = 7 * (rule.phaseUnknown ? 1 : rule.every);
    const anchor = rule.start === null ? begin + ((rule.weekday - weekdayOf(begin) + 7) % 7) : rule.start;
    for (let day = anchor + Math.ceil((begin - anchor) / step) * step; ; day += step) yield day;
  }

  // The next instants of a rule: three, or one for each possible week.
  function next(rule, now) {
    const count = rule.phaseUnknown ? rule.every : 3;
    const instants = [];
    // A clock change may move a time across midnight.
    const today = Math.floor(wallClock(now, rule.zone) / DAY) - 1;
    for (const day of daysFrom(rule, today)) {
      const instant = instantOf(day * DAY + rule.minutes * 60000, rule.zone);
      if (instant >= now) instants.push(instant);
      if (instants.length === count) return instants;
    }
    return instants;
  }

  // The instants of a rule from `from` until before `to`.
  function between(rule, from, to) {
    const instants = [];
    for (const day of daysFrom(rule, Math.floor(wallClock(from, rule.zone) / DAY) - 1)) {
      const instant = instantOf(day * DAY + rule.minutes * 60000, rule.zone);
      if (instant >= to) return instants;
      if (instant >= from) instants.push(instant);
    }
    return instants;
  }

  function ruleOf({ weekday, time, zone, every, nth, after, start, phase }) {
    const [hour, minute] = time.split(":").map(Number);
    return {
      weekday: Number(weekday),
      minutes: hour * 60 + minute,
      zone,
      every: every ? Number(every) : null,
      nth: nth ? Number(nth) : null,
      after: after ? Number(after) : 0,
      start: start ? Date.parse(`${start}T00:00Z`) / DAY : null,
      phaseUnknown: phase === "unknown",
    };
  }

  // Interface for other scripts, tests, and scripts of other themes.
  window.rolebookMeetings = { between, instantOf, next, nthOf, ruleOf, wallClock, weekdayOf };
})();
