// The reader's side of lead pages and procedures: progress of a checklist, texts to send, self-assessment.
// All of it stays in this browser. Without scripts the page is a list to read, and nothing here is missed.
"use strict";
(() => {
  const VERSION = 1;
  // Browsers and GitHub take longer addresses, but not all of what stands between them.
  const LONGEST_ADDRESS = 8000;
  const LARGEST_FILE = 1_000_000;
  const PHASES = ["before", "day-1", "week-1", "month-1", "quarter-1", "ongoing", "leaving"];
  const GROWTH_PHASE = { id: "quarter-1", label: "First quarter" };
  const DUE = { before: "until", "day-1": "on", "week-1": "by", "month-1": "by", "quarter-1": "by" };

  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const button = (label, action, className = "rb-button") => {
    const element = make("button", { type: "button", className, textContent: label });
    element.addEventListener("click", action);
    return element;
  };
  const draw = (name, attributes, ...children) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
    element.append(...children);
    return element;
  };
  const count = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;
  const plain = (element) => element.textContent.replace(/\s+/g, " ").trim();
  const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
  const isText = (value) => value === undefined || typeof value === "string";

  // What a reader did that cannot be done, in words for the reader.
  class Fault extends Error {}

  const store = {
    get(area, key) {
      try {
        return window[area].getItem(key);
      } catch {
        return null;
      }
    },
    set(area, key, value) {
      try {
        if (value === null) window[area].removeItem(key);
        else window[area].setItem(key, value);
        return true;
      } catch {
        return false;
      }
    },
  };
  const MERGE_OR_REPLACE = [["merge", "Merge"], ["replace", "Replace"]];
  const NOT_KEPT =
    "This browser keeps nothing here: its storage is full or forbidden. What you enter lasts until you leave the " +
    "page; export it to keep it.";

  // Dates are calendar days, written as `2026-01-05`.
  const day = (text) => new Date(`${text}T00:00:00Z`);
  const written = (date) => (Number.isNaN(date.getTime()) ? "" : date.toISOString().slice(0, 10));
  const isDay = (text) => typeof text === "string" && /^\d{4}-\d\d-\d\d$/.test(text) && written(day(text)) === text;
  const today = () => {
    const now = new Date();
    return written(new Date(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate())));
  };
  const language = document.documentElement.lang || "en";
  const dates = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" });
  const shownDay = (text) => dates.format(day(text));
  // The day a phase ends, for those that do.
  function due(start, phase) {
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
    return written(date);
  }

  // Asks, and gives the value of the choice; "" when the reader backs out.
  function ask(title, text, choices) {
    return new Promise((answer) => {
      const dialog = make("dialog", { className: "rb-dialog" });
      dialog.setAttribute("aria-labelledby", "rb-ask");
      const choice = (value, label) => make("button", { value, textContent: label, className: "rb-button" });
      const back = Object.assign(choice("", "Cancel"), { autofocus: true });
      const buttons = make("div", { className: "rb-buttons" }, ...choices.map(([value, label]) => choice(value, label)), back);
      const form = make("form", { method: "dialog" }, buttons);
      dialog.append(make("h2", { id: "rb-ask", textContent: title }), make("p", { textContent: text }), form);
      dialog.addEventListener("close", () => {
        dialog.remove();
        answer(dialog.returnValue);
      });
      document.body.append(dialog);
      dialog.showModal();
    });
  }

  function download(name, value) {
    const blob = new Blob([`${JSON.stringify(value, null, 2)}\n`], { type: "application/json" });
    const link = make("a", { href: URL.createObjectURL(blob), download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  // A button that takes a file; `use` gets what is in it, and its faults go to `say`.
  function importButton(use, say) {
    const input = make("input", { type: "file", accept: ".json,application/json", hidden: true });
    input.addEventListener("change", async () => {
      const file = input.files[0];
      if (!file) return;
      try {
        if (file.size > LARGEST_FILE) throw new Fault(`“${file.name}” is too large to be an export of this page.`);
        let value;
        try {
          value = JSON.parse(await file.text());
        } catch {
          throw new Fault(`“${file.name}” is no JSON file.`);
        }
        await use(value, file.name);
      } catch (fault) {
        if (!(fault instanceof Fault)) throw fault;
        say(`${fault.message} Nothing was changed.`);
      } finally {
        input.value = "";
      }
    });
    return [button("Import", () => input.click()), input];
  }

  // The head of an export: which kind it is, and whether this page can read it.
  function expect(value, format, what) {
    if (!isRecord(value) || value.format !== format) throw new Fault(`This is no export of a ${what}.`);
    if (value.version !== VERSION) {
      throw new Fault(`This export has version ${value.version}; this page reads version ${VERSION}.`);
    }
  }

  async function copy(text, say, place, done) {
    try {
      await navigator.clipboard.writeText(text);
      place.replaceChildren();
      say(done);
    } catch {
      const area = make("textarea", { className: "rb-copy", value: text, readOnly: true, rows: 8 });
      area.setAttribute("aria-label", "Text to copy");
      place.replaceChildren(area);
      area.focus();
      area.select();
      say("The browser did not let the page copy. The text below is selected: copy it with your keyboard.");
    }
  }

  function ring(done, total) {
    const circle = (className, share) => {
      const dashes = `${share} 100`;
      return draw("circle", { class: className, cx: 18, cy: 18, r: 15, pathLength: 100, "stroke-dasharray": dashes });
    };
    const picture = draw("svg", { class: "rb-ring", viewBox: "0 0 36 36", "aria-hidden": "true" });
    picture.append(circle("rb-ring-all", 100));
    if (done) picture.append(circle("rb-ring-done", (100 * done) / total));
    if (done === total && total) picture.append(draw("path", { class: "rb-ring-tick", d: "M11.5 18.5l4.5 4.5 8.5-9.5" }));
    return picture;
  }

  // Markdown of rendered text.
  const escaped = (text) => text.replace(/\s+/g, " ").replace(/[\\`*_[\]<]/g, "\\$&");
  const target = (url) => url.replace(/[()]/g, (sign) => (sign === "(" ? "%28" : "%29"));
  function markdown(node, base) {
    if (node.nodeType === Node.TEXT_NODE) return escaped(node.data);
    if (node.nodeType !== Node.ELEMENT_NODE) return "";
    const inner = [...node.childNodes].map((child) => markdown(child, base)).join("");
    switch (node.tagName) {
      case "A":
        if (node.matches(".rb-term") || !node.hasAttribute("href")) return inner;
        return `[${inner}](${target(new URL(node.getAttribute("href"), base).href)})`;
      case "CODE": {
        const text = plain(node);
        return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
      }
      case "EM":
        return `*${inner}*`;
      case "STRONG":
      case "B":
        return `**${inner}**`;
      case "DEL":
        return `~~${inner}~~`;
      case "BR":
        return " ";
      default:
        return inner;
    }
  }

  // Progress of a list: the start date, what is ticked and noted by item, and items of the reader's own.
  // An item's text is kept with it, so that it can be shown when the list has lost the item.
  const noProgress = () => ({ start: null, items: new Map(), own: new Map() });
  const kept = (entry) => entry.done || entry.note;
  function readProgress(value, key) {
    expect(value, "rolebook-checklist", "checklist");
    if (value.key !== key) {
      const of = typeof value.title === "string" ? value.title : value.key;
      throw new Fault(`This export is of another list: ${of}.`);
    }
    const damaged = (where) => new Fault(`This export is damaged: ${where} cannot be read.`);
    const progress = noProgress();
    if (value.start !== null && !isDay(value.start)) throw damaged("its start date");
    progress.start = value.start;
    if (!isRecord(value.items) || !Array.isArray(value.own)) throw damaged("its list of items");
    for (const [id, entry] of Object.entries(value.items)) {
      const fine = isRecord(entry) && typeof entry.done === "boolean" && isText(entry.note) && isText(entry.text);
      if (!fine) throw damaged(`the item “${id}”`);
      progress.items.set(id, { done: entry.done, note: entry.note || "", text: entry.text || "" });
    }
    for (const item of value.own) {
      const named = isRecord(item) && typeof item.id === "string" && item.id.startsWith("+");
      if (!named || typeof item.text !== "string" || !isText(item.see)) throw damaged("an item of your own");
      progress.own.set(item.id, { text: item.text, see: item.see || "" });
    }
    return progress;
  }
  function writeProgress(progress, key, title) {
    const items = [...progress.items].filter(([, entry]) => kept(entry));
    const own = [...progress.own].map(([id, item]) => ({ id, ...item }));
    const head = { format: "rolebook-checklist", version: VERSION, key, title };
    return { ...head, start: progress.start, items: Object.fromEntries(items), own };
  }
  // Nothing of either is lost: ticked is what is ticked in one, and differing notes stand below each other.
  function merge(mine, other) {
    mine.start = mine.start || other.start;
    other.own.forEach((item, id) => mine.own.set(id, item));
    other.items.forEach((entry, id) => {
      const before = mine.items.get(id) || { done: false, note: "", text: "" };
      const notes = before.note.includes(entry.note) ? [before.note] : [before.note, entry.note];
      mine.items.set(id, {
        done: before.done || entry.done,
        note: notes.filter(Boolean).join("\n"),
        text: before.text || entry.text,
      });
    });
  }
  function describe(progress) {
    const entries = [...progress.items.values()];
    const words = [];
    const ticks = entries.filter((entry) => entry.done).length;
    const notes = entries.filter((entry) => entry.note).length;
    if (ticks) words.push(count(ticks, "tick"));
    if (notes) words.push(count(notes, "note"));
    if (progress.own.size) words.push(`${count(progress.own.size, "item")} of your own`);
    if (progress.start) words.push(`the start date ${shownDay(progress.start)}`);
    return words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : words[0] || "";
  }

  function checklist(list) {
    const key = list.dataset.key;
    const title = list.dataset.title || plain(document.querySelector("h1"));
    const base = new URL(list.dataset.address || location.href, location.href);
    const place = `rolebook:checklist:${key}`;
    const fileName = `${key.replace(/[^\w-]+/g, "-")}.json`;
    const listeners = [];
    const controls = new WeakMap();
    let progress = noProgress();

    const says = make("p", { className: "rb-says" });
    says.setAttribute("role", "status");
    const say = (text) => {
      says.textContent = text;
    };
    const extra = make("div", { className: "rb-extra" });

    function load() {
      progress = noProgress();
      const text = store.get("localStorage", place);
      if (text === null) return takeOver();
      try {
        progress = readProgress(JSON.parse(text), key);
      } catch {
        // Left beside, for whoever can read it.
        store.set("localStorage", `rolebook:unreadable:${key}`, text);
        say(
          "What this browser kept of this list cannot be read by this page. It is left in the browser’s storage, and " +
            "the list starts anew.",
        );
      }
    }
    // Ticks as they were kept once: one entry an item.
    function takeOver() {
      const prefix = `${place}:`;
      const ids = all("[data-item]", list).map((item) => item.dataset.item);
      let old = [];
      try {
        old = Object.keys(localStorage).filter((name) => name.startsWith(prefix));
      } catch {
        // Forbidden storage has nothing to take over.
      }
      old.forEach((name) => {
        const id = name.slice(prefix.length);
        if (store.get("localStorage", name) === "1") progress.items.set(id, { done: true, note: "", text: "" });
      });
      ids.forEach(freshen);
      if (old.length && save()) old.forEach((name) => store.set("localStorage", name, null));
    }
    function save() {
      const value = writeProgress(progress, key, title);
      const empty = !value.start && !value.own.length && !Object.keys(value.items).length;
      const fine = store.set("localStorage", place, empty ? null : JSON.stringify(value));
      if (!fine) say(NOT_KEPT);
      return fine;
    }

    const entry = (id) => progress.items.get(id) || { done: false, note: "", text: "" };
    const items = () => all("[data-item]", list);
    const itemText = (item) => item.querySelector(".rb-item > p");
    function freshen(id) {
      const item = items().find((candidate) => candidate.dataset.item === id);
      if (item && progress.items.has(id)) progress.items.get(id).text = plain(itemText(item));
    }
    function change(id, values) {
      progress.items.set(id, { ...entry(id), ...values });
      freshen(id);
      say("");
      save();
      show();
    }

    // Gives an item its box and its note, once.
    function equip(item) {
      const known = controls.get(item);
      if (known && item.contains(known.box) && item.contains(known.write)) return known;
      if (known) [known.box, known.note, known.field, known.write].forEach((part) => part.remove());
      const id = item.dataset.item;
      const box = make("input", { type: "checkbox" });
      box.addEventListener("change", () => change(id, { done: box.checked }));
      const note = make("p", { className: "rb-own-note" });
      const field = make("textarea", { className: "rb-note-field", rows: 3, hidden: true });
      field.addEventListener("input", () => change(id, { note: field.value }));
      const close = () => {
        field.hidden = true;
        show();
      };
      const write = button("Add a note", () => {
        if (!field.hidden) return close();
        field.hidden = false;
        show();
        field.focus();
      }, "rb-quiet");
      field.addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        close();
        write.focus();
      });
      item.prepend(box);
      item.querySelector(".rb-item").append(note, field, write);
      item.classList.add("rb-tickable");
      const made = { box, note, field, write };
      controls.set(item, made);
      return made;
    }
    function showItem(item) {
      const { box, note, field, write } = equip(item);
      const said = plain(itemText(item));
      box.setAttribute("aria-label", said);
      field.setAttribute("aria-label", `Note on: ${said}`);
      const { done, note: text } = entry(item.dataset.item);
      box.checked = done;
      item.classList.toggle("rb-ticked", done);
      if (field.value !== text) field.value = text;
      note.textContent = text;
      note.hidden = !text;
      note.classList.toggle("rb-print-only", !field.hidden);
      const label = field.hidden ? (text ? "Edit the note" : "Add a note") : "Close the note";
      if (write.textContent !== label) write.textContent = label;
      write.setAttribute("aria-label", `${label}: ${said}`);
      write.setAttribute("aria-expanded", String(!field.hidden));
    }

    // Items of the reader's own stand in their phase; where the list has none of that name, it gets one.
    function showOwn() {
      all("[data-item^='+']", list).forEach((item) => {
        if (!progress.own.has(item.dataset.item)) item.remove();
      });
      let section = list.querySelector(`.rb-phase[data-phase="${GROWTH_PHASE.id}"]`);
      if (progress.own.size && !section) {
        section = make("section", { className: "rb-phase rb-phase-own" });
        section.dataset.phase = GROWTH_PHASE.id;
        section.append(make("h3", { textContent: GROWTH_PHASE.label }), make("ul", { className: "rb-items" }));
        const later = PHASES.slice(PHASES.indexOf(GROWTH_PHASE.id) + 1);
        const follower = all(":scope > .rb-phase", list).find((other) => later.includes(other.dataset.phase));
        list.insertBefore(section, follower || gone);
      }
      progress.own.forEach((own, id) => {
        if (items().some((item) => item.dataset.item === id)) return;
        const body = make("div", { className: "rb-item" }, make("p", { textContent: own.text }));
        const label = make("b", { textContent: "Done when" });
        if (own.see) body.append(make("p", { className: "rb-done" }, label, ` ${own.see}`));
        const item = make("li", {}, body);
        item.dataset.item = id;
        item.id = `item.${id}`;
        section.querySelector(".rb-items").append(item);
        equip(item);
        const remove = button("Remove", () => {
          const neighbour = item.previousElementSibling || item.nextElementSibling;
          api.remove(id);
          (neighbour ? neighbour.querySelector("input") : start).focus();
        }, "rb-quiet");
        remove.setAttribute("aria-label", `Remove: ${own.text}`);
        body.append(remove);
      });
      const empty = list.querySelector(".rb-phase-own");
      if (empty && !progress.own.size) empty.remove();
    }

    // What was ticked or noted of items that the list has no more.
    const gone = make("section", { className: "rb-gone", hidden: true });
    function showGone() {
      const present = new Set(items().map((item) => item.dataset.item));
      const lost = [...progress.items].filter(([id, value]) => kept(value) && !present.has(id));
      gone.hidden = !lost.length;
      const rows = lost.map(([id, value]) => {
        const text = value.text || id;
        const drop = button("Drop", () => {
          progress.items.delete(id);
          save();
          show();
          say(`Dropped: ${text}`);
          (gone.querySelector("button") || start).focus();
        }, "rb-quiet");
        drop.setAttribute("aria-label", `Drop: ${text}`);
        const tag = make("span", { className: "rb-tag", textContent: value.done ? "Done" : "Not done" });
        const row = make("li", {}, make("p", {}, text, " ", tag));
        if (value.note) row.append(make("p", { className: "rb-own-note", textContent: value.note }));
        row.append(drop);
        return row;
      });
      gone.replaceChildren(
        make("h3", { textContent: "No longer in the list" }),
        make("p", { className: "rb-note" }, "The list has changed. What you ticked or noted here is kept until you drop it."),
        make("ul", { className: "rb-plain" }, ...rows),
      );
    }

    function showPhase(section) {
      const boxes = all("[data-item] > input", section);
      const done = boxes.filter((box) => box.checked).length;
      let state = section.querySelector(":scope > .rb-state");
      if (!state) {
        state = make("p", { className: "rb-state" });
        section.querySelector("h3").after(state);
      }
      const parts = [ring(done, boxes.length), make("span", { textContent: `${done} of ${boxes.length} done` })];
      const { phase } = section.dataset;
      const last = due(progress.start, phase);
      if (last) parts.push(make("span", { className: "rb-due", textContent: `${DUE[phase]} ${shownDay(last)}` }));
      const late = last && last < today() && done < boxes.length;
      if (late) parts.push(make("b", { className: "rb-overdue", textContent: "Overdue" }));
      section.classList.toggle("rb-late", Boolean(late));
      state.replaceChildren(...parts);
    }

    const total = make("span");
    total.setAttribute("role", "status");
    const bar = make("p", { className: "rb-progress" }, total);
    const start = make("input", { type: "date", max: "9999-12-31" });
    start.addEventListener("change", () => {
      progress.start = isDay(start.value) ? start.value : null;
      say("");
      save();
      show({ typing: true });
    });

    function show({ typing = false } = {}) {
      if (list.lastElementChild !== gone) list.append(gone);
      showOwn();
      items().forEach(showItem);
      showGone();
      const sections = all(".rb-phase", list);
      sections.forEach(showPhase);
      const done = items().filter((item) => item.classList.contains("rb-ticked")).length;
      const words = `${done} of ${items().length} done`;
      const late = all(".rb-late > h3", list).length;
      bar.querySelectorAll("svg").forEach((old) => old.remove());
      bar.prepend(ring(done, items().length));
      const text = late ? `${words}, ${count(late, "phase")} overdue` : words;
      if (total.textContent !== text) total.textContent = text;
      // A date that is being typed is no date yet, and stays.
      if (!typing) start.value = progress.start || "";
      reset.disabled = !describe(progress);
      listeners.forEach((listener) => listener());
    }

    // The list as Markdown: by phase, each item as a task.
    function tasks() {
      return all(".rb-phase", list).map((section) => {
        const heading = section.querySelector("h3").cloneNode(true);
        all(".rb-count, .rb-anchor", heading).forEach((odd) => odd.remove());
        const { phase } = section.dataset;
        const last = due(progress.start, phase);
        return {
          heading: `## ${escaped(plain(heading))}${last ? `\n\nDue ${DUE[phase]} ${shownDay(last)}.` : ""}`,
          items: all("[data-item]", section).map((item) => {
            const { done, note } = entry(item.dataset.item);
            const lines = [`- [${done ? "x" : " "}] ${markdown(itemText(item), base).trim()}`];
            const see = item.querySelector(".rb-done");
            if (see) {
              const rest = [...see.childNodes].filter((node) => node.nodeName !== "B");
              lines.push(`  Done when ${rest.map((node) => markdown(node, base)).join("").trim()}`);
            }
            const refs = all(".rb-item-refs a", item).map((link) => markdown(link, base));
            if (refs.length) lines.push(`  Rests on: ${refs.join(", ")}`);
            const text = lines.join("\n");
            const noted = `${text}\n  Note: ${note.trim().split(/\r?\n/).join("\n  ")}`;
            return { text: note ? noted : text, short: note ? `${text}\n  Note: left out, it is too long.` : text };
          }),
        };
      });
    }
    const body = (phases) => `${phases.map((phase) => `${phase.heading}\n\n${phase.items.join("\n")}`).join("\n\n")}\n`;
    function whole() {
      const phases = tasks().map(({ heading, items: found }) => ({ heading, items: found.map((item) => item.text) }));
      return `# ${escaped(title)}\n\n${body(phases)}`;
    }
    function issueAddress(heading, text) {
      const url = new URL(list.dataset.newIssue);
      url.searchParams.set("title", heading);
      url.searchParams.set("body", text);
      if (list.dataset.labels) url.searchParams.set("labels", list.dataset.labels);
      return url.href;
    }
    // Forms that are filled in by their address, as many as it takes.
    function issueForms() {
      const extended = (part, heading, text) => {
        const longer = part.map((phase) => ({ heading: phase.heading, items: [...phase.items] }));
        if (!part.length || longer.at(-1).heading !== heading) longer.push({ heading, items: [] });
        longer.at(-1).items.push(text);
        return longer;
      };
      const fits = (part) => issueAddress(`${title} (part 99 of 99)`, body(part)).length <= LONGEST_ADDRESS;
      const parts = [[]];
      for (const { heading, items: found } of tasks()) {
        for (const { text, short } of found) {
          const longer = extended(parts.at(-1), heading, text);
          if (fits(longer)) parts[parts.length - 1] = longer;
          else {
            if (parts.at(-1).length) parts.push([]);
            const alone = extended([], heading, text);
            parts[parts.length - 1] = fits(alone) ? alone : extended([], heading, short);
          }
        }
      }
      return parts.map((part, index) => {
        const heading = parts.length > 1 ? `${title} (part ${index + 1} of ${parts.length})` : title;
        return { heading, address: issueAddress(heading, body(part)) };
      });
    }
    function openIssue() {
      const forms = issueForms();
      if (forms.length === 1) {
        extra.replaceChildren();
        window.open(forms[0].address, "_blank", "noopener");
        return;
      }
      const form = (href, text) => {
        const link = { href, target: "_blank", rel: "noopener", className: "rb-external", textContent: text };
        return make("a", link);
      };
      const links = forms.map(({ heading, address }) => make("li", {}, form(address, heading)));
      const refused = make("div");
      const copyAll = () => copy(whole(), say, refused, "Copied. Paste it into the form.");
      const copied = button("Copy as Markdown", copyAll, "rb-quiet");
      extra.replaceChildren(
        make("p", { textContent: `The list is too long for one link. Open these ${forms.length} forms one after the other:` }),
        make("ol", { className: "rb-parts" }, ...links),
        make("p", {}, "Or all in one: ", copied, " and paste it into ", form(issueAddress(title, ""), "an empty form"), "."),
        refused,
      );
      say(`${forms.length} links are below.`);
      links[0].firstChild.focus();
    }

    const reset = button("Reset", async () => {
      const what = describe(progress);
      const text = `This removes ${what} from this browser. Export first to keep a copy.`;
      const answer = await ask("Reset this checklist?", text, [["reset", "Reset"]]);
      if (answer !== "reset") return;
      progress = noProgress();
      save();
      show();
      say("The checklist was reset.");
      start.focus();
    });
    async function take(value, name) {
      const other = readProgress(value, key);
      const mine = describe(progress);
      const what = `“${name}” has ${describe(other) || "nothing"}. Here you have ${mine}.`;
      const text = `${what} Merging keeps both; replacing removes what is here.`;
      const answer = mine ? await ask("Merge with what is here?", text, MERGE_OR_REPLACE) : "replace";
      if (!answer) return say("Nothing was changed.");
      if (answer === "merge") merge(progress, other);
      else progress = other;
      all(".rb-note-field", list).forEach((field) => {
        field.hidden = true;
      });
      const fine = save();
      show();
      if (fine) say(`${answer === "merge" ? "Merged" : "Imported"} “${name}”.`);
    }

    const actions = [
      button("Copy as Markdown", () => copy(whole(), say, extra, "Copied as Markdown.")),
      ...(list.dataset.newIssue ? [button("Open as GitHub issue", openIssue)] : []),
      button("Print", () => print()),
      button("Export", () => download(fileName, writeProgress(progress, key, title))),
      ...importButton(take, say),
      reset,
    ];
    const dated = make("label", { className: "rb-start" }, make("span", { textContent: "Start date" }), start);
    const explained = make(
      "p",
      { className: "rb-note" },
      "Ticks, notes and the start date are kept in this browser and sent nowhere. A start date gives the phases their dates.",
    );
    const buttons = make("div", { className: "rb-buttons" }, ...actions);
    const tools = make("div", { className: "rb-tools" }, explained, dated, buttons, says, extra);

    const api = {
      has: (id) => progress.own.has(id),
      add(id, item) {
        progress.own.set(id, item);
        save();
        show();
      },
      remove(id) {
        progress.own.delete(id);
        progress.items.delete(id);
        save();
        show();
        say("Removed from your checklist.");
      },
      listen: (listener) => listeners.push(listener),
    };

    list.classList.add("rb-tracked");
    list.prepend(tools, bar);
    load();
    show();
    // The preview exchanges parts of the page: new items get their boxes, too.
    document.addEventListener("rolebook:exchange", show);
    // Another tab has the same list open.
    addEventListener("storage", (event) => {
      if (event.key !== place && event.key !== null) return;
      load();
      show();
    });
    return api;
  }

  // Texts to send: what is filled in shows at once in all texts of the page, and lasts for the session.
  function letters() {
    const sections = all("[data-letter]");
    const list = document.querySelector(".rb-checklist");
    const place = `rolebook:letters:${list ? list.dataset.key : location.pathname}`;
    const values = new Map();
    try {
      const known = Object.entries(JSON.parse(store.get("sessionStorage", place) || "{}"));
      known.forEach(([id, value]) => values.set(id, String(value)));
    } catch {
      // Somebody else's words; the blanks stay open.
    }
    const shows = [];
    sections.forEach((section) => {
      const form = section.querySelector(".rb-blanks");
      const inputs = all("input", form);
      const part = (name) => {
        const element = section.querySelector(`.rb-letter-${name}`);
        return element ? element.textContent : "";
      };
      const blanks = all("[data-blank]", section);
      const examples = new Map(blanks.map((blank) => [blank, blank.textContent]));
      const says = make("p", { className: "rb-says" });
      says.setAttribute("role", "status");
      const say = (text) => {
        says.textContent = text;
      };
      const extra = make("div", { className: "rb-extra" });
      const open = () => inputs.filter((input) => !input.value.trim()).map((input) => plain(input.labels[0]));
      const stillOpen = () => (open().length ? ` Still open: ${open().join(", ")}.` : "");
      const addresses = (text) => {
        const found = text.match(/[^\s<>,;()]+@[^\s<>,;()]+/g) || [];
        return found.map((address) => encodeURIComponent(address).replaceAll("%40", "@"));
      };
      const mail = make("a", { className: "rb-button", textContent: "Open in mail program" });
      mail.addEventListener("click", () => say(`Handed to your mail program.${stillOpen()}`));
      const show = () => {
        inputs.forEach((input) => {
          const value = values.get(input.name) || "";
          if (input.value !== value) input.value = value;
        });
        blanks.forEach((blank) => {
          const value = (values.get(blank.dataset.blank) || "").trim();
          const text = value || examples.get(blank);
          if (blank.textContent !== text) blank.textContent = text;
          blank.classList.toggle("rb-filled", Boolean(value));
        });
        const cc = addresses(part("cc"));
        const fields = [
          ...(cc.length ? [`cc=${cc.join(",")}`] : []),
          `subject=${encodeURIComponent(part("subject").trim())}`,
          `body=${encodeURIComponent(part("text").replace(/\r?\n/g, "\r\n"))}`,
        ];
        mail.href = `mailto:${addresses(part("to")).join(",")}?${fields.join("&")}`;
      };
      form.addEventListener("input", (event) => {
        values.set(event.target.name, event.target.value);
        const fine = store.set("sessionStorage", place, JSON.stringify(Object.fromEntries(values)));
        say(fine ? "" : NOT_KEPT);
        shows.forEach((again) => again());
      });
      form.addEventListener("submit", (event) => event.preventDefault());
      form.hidden = !inputs.length;
      const copied = (name, label) =>
        button(`Copy the ${label}`, () => copy(part(name).trim(), say, extra, `The ${label} is copied.${stillOpen()}`));
      section.append(make("div", { className: "rb-buttons" }, copied("text", "text"), copied("subject", "subject"), mail), says, extra);
      shows.push(show);
      show();
    });
  }

  // Self-assessment: a level by skill, for all pages that ask for the skill.
  function assessment(part, list) {
    const place = "rolebook:skills";
    let levels = new Map();
    const read = (value) => {
      expect(value, "rolebook-skills", "self-assessment");
      if (!isRecord(value.levels)) throw new Fault("This export is damaged: it has no levels.");
      const entries = Object.entries(value.levels);
      const odd = entries.find(([, level]) => !Number.isInteger(level) || level < 0 || level > 4);
      if (odd) throw new Fault(`This export is damaged: the level of “${odd[0]}” is none.`);
      return new Map(entries);
    };
    const value = () => ({ format: "rolebook-skills", version: VERSION, levels: Object.fromEntries(levels) });
    const load = () => {
      levels = new Map();
      const text = store.get("localStorage", place);
      try {
        if (text) levels = read(JSON.parse(text));
      } catch {
        store.set("localStorage", "rolebook:unreadable:skills", text);
      }
    };
    const says = make("p", { className: "rb-says" });
    says.setAttribute("role", "status");
    const say = (text) => {
      says.textContent = text;
    };
    const save = () => {
      const fine = store.set("localStorage", place, levels.size ? JSON.stringify(value()) : null);
      if (!fine) say(NOT_KEPT);
      return fine;
    };

    const rows = () =>
      all("[data-skill]", part).map((row) => {
        const names = new Map([[0, "not yet"]]);
        row.dataset.levels.split("|").forEach((level) => names.set(parseInt(level, 10), level.replace(/^\d+ /, "")));
        const expected = Number(row.dataset.expected);
        const level = levels.get(row.dataset.skill) ?? null;
        const gap = level === null ? null : expected - level;
        return { row, id: row.dataset.skill, name: row.dataset.name, names, expected, level, gap };
      });
    const named = (skill, level) => (skill.names.get(level) ? `${level} · ${skill.names.get(level)}` : String(level));
    const gapWords = ({ gap }) => {
      if (gap === null) return "not assessed";
      if (gap > 0) return `${count(gap, "level")} to go`;
      return gap ? `${-gap} above` : "reached";
    };
    const gapMark = (skill) => {
      const kind = skill.gap === null ? "unknown" : skill.gap > 0 ? "open" : "closed";
      return make("span", { className: `rb-gap rb-gap-${kind}`, textContent: gapWords(skill) });
    };

    function equip(skill) {
      let chosen = skill.row.querySelector(":scope > .rb-chosen");
      if (!chosen) {
        const select = make("select");
        select.setAttribute("aria-label", `Your level of ${skill.name}`);
        const options = [...skill.names.keys()].map((level) => new Option(named(skill, level), level));
        select.append(new Option("Your level …", ""), ...options);
        select.addEventListener("change", () => {
          if (select.value) levels.set(skill.id, Number(select.value));
          else levels.delete(skill.id);
          say("");
          save();
          show();
        });
        chosen = make("span", { className: "rb-chosen" }, select, make("span"));
        skill.row.insertBefore(chosen, skill.row.querySelector("details"));
      }
      chosen.querySelector("select").value = skill.level === null ? "" : String(skill.level);
      chosen.lastChild.replaceWith(gapMark(skill));
    }

    // One axis a skill, numbered as in the list below it, which says the same in words.
    function radar(skills) {
      const at = (index, radius) => {
        const angle = (2 * Math.PI * index) / skills.length - Math.PI / 2;
        return [Math.cos(angle) * radius, Math.sin(angle) * radius].map((number) => number.toFixed(1));
      };
      const polygon = (className, radius) => {
        const points = skills.map((skill, index) => [index, radius(skill)]).filter(([, length]) => length !== null);
        const corners = points.map(([index, length]) => at(index, length).join(","));
        return draw("polygon", { class: className, points: corners.join(" ") });
      };
      const step = 35;
      const picture = draw("svg", { class: "rb-radar", viewBox: "-170 -170 340 340", role: "img" });
      picture.setAttribute("aria-label", "Your levels and those asked for; the list below says them in words");
      [1, 2, 3, 4].forEach((level) => picture.append(polygon("rb-radar-grid", () => step * level)));
      skills.forEach((skill, index) => {
        const [x, y] = at(index, 4 * step);
        picture.append(draw("line", { class: "rb-radar-grid", x1: 0, y1: 0, x2: x, y2: y }));
        const [textX, textY] = at(index, 4 * step + 16);
        const label = draw("text", { x: textX, y: textY, "text-anchor": "middle", "dominant-baseline": "central" });
        label.textContent = index + 1;
        picture.append(label);
      });
      picture.append(polygon("rb-radar-asked", (skill) => step * skill.expected));
      picture.append(polygon("rb-radar-own", (skill) => (skill.level === null ? null : step * skill.level)));
      skills.forEach((skill, index) => {
        if (skill.level === null) return;
        const [cx, cy] = at(index, step * skill.level);
        picture.append(draw("circle", { class: "rb-radar-dot", cx, cy, r: 3.5 }));
      });
      return picture;
    }

    const result = make("div", { className: "rb-standing", hidden: true });
    function showResult(skills) {
      const assessed = skills.filter((skill) => skill.level !== null);
      result.hidden = !assessed.length;
      if (!assessed.length) return result.replaceChildren();
      const focused = result.contains(document.activeElement) ? document.activeElement.dataset.growth : null;
      const open = assessed.filter((skill) => skill.gap > 0).sort((a, b) => b.gap - a.gap || b.expected - a.expected);
      const summary = open.length
        ? `${assessed.length} of ${skills.length} skills assessed; ${open.length} with levels to go.`
        : `${assessed.length} of ${skills.length} skills assessed; each is at the level asked for.`;
      const lines = skills.map((skill) => {
        const own = skill.level === null ? "Asked for" : `You ${named(skill, skill.level)}, asked for`;
        const name = make("b", { textContent: skill.name });
        return make("li", {}, name, ": ", gapMark(skill), `. ${own} ${named(skill, skill.expected)}.`);
      });
      const legend = [
        make("span", { className: "rb-line-own", textContent: "you" }),
        make("span", { className: "rb-line-asked", textContent: "asked for" }),
      ];
      result.replaceChildren(make("h3", { textContent: "Where you stand" }), make("p", { textContent: summary }));
      if (skills.length > 2) {
        result.append(make("figure", { className: "rb-radar-figure" }, radar(skills), make("figcaption", {}, ...legend)));
      }
      result.append(make("ol", { className: "rb-standing-list" }, ...lines));
      if (!open.length) return;
      const steps = open.slice(0, 5).map(growth);
      result.append(make("h3", { textContent: "The next steps" }), make("ul", { className: "rb-growth" }, ...steps));
      const again = focused && all("[data-growth]", result).find((element) => element.dataset.growth === focused);
      if (again) again.focus();
    }
    // The step from where the reader stands, or the first one there is above it.
    function growth(skill) {
      const steps = all("[data-from]", skill.row).filter((step) => Number(step.dataset.from) >= skill.level);
      const line = make("li", {}, make("p", {}, make("b", { textContent: skill.name }), ` ${skill.level} → ${skill.expected}`));
      if (!steps.length) {
        const link = skill.row.querySelector("a");
        const levelsLink = make("a", { href: link.href, textContent: "what the levels look like" });
        line.append(make("p", {}, "No step is written down for this level. See ", levelsLink, "."));
        return line;
      }
      const text = steps[0].cloneNode(true);
      text.querySelector("b").remove();
      line.append(make("p", {}, ...text.childNodes));
      if (!list) return line;
      const from = Number(steps[0].dataset.from);
      const id = `+${skill.id}.${from}`;
      const see = `You see yourself at level ${named(skill, from + 1)}.`;
      const item = { text: `${skill.name}: ${plain(line.lastChild)}`, see };
      const added = list.has(id);
      const toggle = button(added ? "Remove from my checklist" : "Add to my checklist", () => {
        if (list.has(id)) list.remove(id);
        else list.add(id, item);
        say(list.has(id) ? "Added to the first quarter of your checklist." : "Removed from your checklist.");
      });
      toggle.dataset.growth = id;
      toggle.setAttribute("aria-label", `${toggle.textContent}: ${skill.name}`);
      line.append(toggle);
      return line;
    }

    const clear = button("Clear", async () => {
      const what = `This removes the levels of ${count(levels.size, "skill")} from this browser, those of other roles included.`;
      const text = `${what} Export first to keep a copy.`;
      if ((await ask("Clear the self-assessment?", text, [["clear", "Clear"]])) !== "clear") return;
      levels = new Map();
      save();
      show();
      say("The self-assessment was cleared.");
    });
    function show() {
      const skills = rows();
      skills.forEach(equip);
      clear.disabled = !levels.size;
      showResult(skills);
    }
    async function take(other, name) {
      const theirs = read(other);
      const what = `“${name}” has the levels of ${count(theirs.size, "skill")}; here are those of ${levels.size}.`;
      const text = `${what} Merging takes the file’s where both have one; replacing removes what is here.`;
      const answer = levels.size ? await ask("Merge with what is here?", text, MERGE_OR_REPLACE) : "replace";
      if (!answer) return say("Nothing was changed.");
      levels = answer === "merge" ? new Map([...levels, ...theirs]) : theirs;
      const fine = save();
      show();
      if (fine) say(`${answer === "merge" ? "Merged" : "Imported"} “${name}”.`);
    }
    const explained = make(
      "p",
      { className: "rb-note" },
      "Choose your level of each skill to see what is left to learn. What you choose is private: it never leaves this browser.",
    );
    const actions = [
      button("Print", () => print()),
      button("Export", () => download("skills.json", value())),
      ...importButton(take, say),
      clear,
    ];
    part.prepend(make("div", { className: "rb-tools" }, explained, make("div", { className: "rb-buttons" }, ...actions), says));
    part.append(result);
    load();
    show();
    if (list) list.listen(() => showResult(rows()));
    document.addEventListener("rolebook:exchange", show);
    addEventListener("storage", (event) => {
      if (event.key !== place && event.key !== null) return;
      load();
      show();
    });
  }

  const lists = all(".rb-checklist").map(checklist);
  letters();
  all(".rb-assessment").forEach((part) => assessment(part, lists[0]));
})();
