// The next times of meetings, worked out when a page is read: in the group's zone and in the reader's.
// Without it the rule stands there in words. The arithmetic is in occurrences.js, which comes before.
"use strict";
(() => {
  const { next, ruleOf, wallClock } = window.rolebookMeetings;

  const make = (name, ...children) => {
    const element = document.createElement(name);
    element.append(...children);
    return element;
  };

  const language = document.documentElement.lang || undefined;
  const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  // Making a format costs a hundred times what using it does.
  const formats = new Map();
  function format(instant, zone, options) {
    const key = JSON.stringify([zone, options]);
    if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(language, { timeZone: zone, ...options }));
    return formats.get(key).format(instant);
  }

  function table(item, now) {
    const rule = ruleOf(item.dataset);
    const words = item.closest(".rb-meetings").dataset;
    const sameYear = (instant) =>
      new Date(wallClock(instant, rule.zone)).getUTCFullYear() === new Date(wallClock(now, rule.zone)).getUTCFullYear();
    const date = (instant, zone) => {
      const year = sameYear(instant) ? undefined : "numeric";
      return format(instant, zone, { weekday: "short", day: "numeric", month: "short", year });
    };
    const time = (instant, zone) => format(instant, zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    const marked = (instant, text) => {
      const element = make("time", text);
      element.dateTime = new Date(instant).toISOString().replace(":00.000Z", "Z");
      return element;
    };
    const times = next(rule, now);
    // A reader whose clock shows the same needs it once.
    const elsewhere = times.some((instant) => wallClock(instant, own) !== wallClock(instant, rule.zone));
    const rows = times.map((instant, index) => {
      const day = date(instant, rule.zone);
      const or = rule.phaseUnknown && index > 0 ? `${words.or} ` : "";
      const head = make("th", or, day);
      head.scope = "row";
      const row = make("tr", head, make("td", marked(instant, time(instant, rule.zone))));
      if (elsewhere) {
        const ownDay = date(instant, own);
        row.append(make("td", marked(instant, `${ownDay === day ? "" : `${ownDay}, `}${time(instant, own)}`)));
      }
      return row;
    });
    const columns = rule.phaseUnknown ? [""] : [words.next];
    columns.push(item.dataset.zoneLabel);
    if (elsewhere) columns.push(`${words.yours} (${own.replaceAll("_", " ")})`);
    const heads = columns.map((text) => {
      const head = make(text ? "th" : "td", text);
      if (text) head.scope = "col";
      return head;
    });
    const body = make("tbody", ...rows);
    const shown = make("table", make("thead", make("tr", ...heads)), body);
    if (rule.phaseUnknown) {
      body.className = "rb-candidates";
      shown.prepend(make("caption", `${words.unknown}:`));
    }
    return shown;
  }

  let timer = 0;
  function show() {
    const now = Date.now();
    document.querySelectorAll(".rb-recurs").forEach((item) => {
      const place = item.querySelector(".rb-next");
      let content = [];
      try {
        // One of many weeks is as good as none.
        const { phase, every } = item.dataset;
        if (phase !== "unknown" || every <= 4) content = [table(item, now)];
      } catch (fault) {
        // A zone that this browser does not know: the words remain.
        if (!(fault instanceof RangeError)) throw fault;
      }
      place.replaceChildren(...content);
      place.hidden = content.length === 0;
    });
    // A page that stays open shows the next time when one has passed.
    clearTimeout(timer);
    timer = setTimeout(show, 60000 - (now % 60000));
  }

  show();
  document.addEventListener("rolebook:exchange", show);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") show();
  });
})();
