// The reader's side of checklists: what is ticked and noted, and how far it is. All of it stays in this browser.
import {
  all,
  button,
  common,
  draw,
  fill,
  importButton,
  make,
  plain,
  status,
  store,
  transferButtons,
  transferring,
  VERSION,
} from "./parts.js";

const SKILLS = "skills";

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

const kept = (entry) => entry.done || entry.note;
function writeProgress(progress, key, title) {
  const items = [...progress.items].filter(([, entry]) => kept(entry));
  const own = [...progress.own].map(([id, item]) => ({ id, ...item }));
  const head = { format: "rolebook-checklist", version: VERSION, key, title };
  return { ...head, start: progress.start, items: Object.fromEntries(items), own };
}
const isEmpty = ({ start, items, own }) => !start && !own.size && ![...items.values()].some(kept);

async function checklist(list) {
  const key = list.dataset.key;
  const title = list.dataset.title || plain(document.querySelector("h1"));
  const place = `checklist:${key}`;
  const listeners = [];
  const controls = new WeakMap();
  let progress = { start: null, items: new Map(), own: new Map() };
  let loading = null;
  let more = null;

  const { says, say } = status();
  const extra = make("div", { className: "rb-extra" });

  function save() {
    const value = isEmpty(progress) ? null : JSON.stringify(writeProgress(progress, key, title));
    const fine = store.set("localStorage", place, value);
    if (!fine) say(common.not_kept);
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
  const labelled = (element, action, item) =>
    element.setAttribute("aria-label", fill(words.labelled, { action, item }));

  // Gives an item its box, the place of its note and what writes it, once; the field comes when it is first wanted.
  function equip(item) {
    const known = controls.get(item);
    if (known && item.contains(known.box) && item.contains(known.write)) return known;
    if (known) [known.box, known.note, known.field, known.write].forEach((part) => part?.remove());
    const id = item.dataset.item;
    const box = make("input", { type: "checkbox" });
    box.addEventListener("change", () => change(id, { done: box.checked }));
    const note = make("p", { className: "rb-own-note" });
    const made = { box, note, field: null };
    const close = () => {
      made.field.hidden = true;
      show();
    };
    made.write = button(
      words.note_add,
      () => {
        if (made.field && !made.field.hidden) return close();
        made.field ??= noteField(id, made.write, close);
        made.field.hidden = false;
        show();
        made.field.focus();
      },
      "rb-quiet",
    );
    item.prepend(box);
    item.querySelector(".rb-item").append(note, made.write);
    item.classList.add("rb-tickable");
    controls.set(item, made);
    return made;
  }
  function noteField(id, write, close) {
    const field = make("textarea", { className: "rb-note-field", rows: 3 });
    field.addEventListener("input", () => change(id, { note: field.value }));
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      close();
      write.focus();
    });
    write.before(field);
    return field;
  }
  function showItem(item) {
    const { box, note, field, write } = equip(item);
    const said = plain(itemText(item));
    box.setAttribute("aria-label", said);
    const { done, note: text } = entry(item.dataset.item);
    const writing = Boolean(field) && !field.hidden;
    box.checked = done;
    item.classList.toggle("rb-ticked", done);
    if (field) {
      field.setAttribute("aria-label", fill(words.note_on, { item: said }));
      if (field.value !== text) field.value = text;
    }
    note.textContent = text;
    note.hidden = !text;
    note.classList.toggle("rb-print-only", writing);
    const label = writing ? words.note_close : text ? words.note_edit : words.note_add;
    if (write.textContent !== label) write.textContent = label;
    labelled(write, label, said);
    write.setAttribute("aria-expanded", String(writing));
  }

  function showPhase(section) {
    const boxes = all("[data-item] > input", section);
    const done = boxes.filter((box) => box.checked).length;
    let state = section.querySelector(":scope > .rb-state");
    if (!state) {
      state = make("p", { className: "rb-state" });
      section.querySelector("h3").after(state);
    }
    const share = fill(words.share, { done, n: boxes.length });
    const parts = [ring(done, boxes.length), make("span", { textContent: share })];
    if (more) parts.push(...more.dates(section, done === boxes.length));
    state.replaceChildren(...parts);
  }

  const total = make("span");
  total.setAttribute("role", "status");
  const bar = make("p", { className: "rb-progress" }, total);
  const start = make("input", { type: "date", max: "9999-12-31" });
  start.addEventListener("change", () => {
    progress.start = /^\d{4}-/.test(start.value) ? start.value : null;
    say("");
    save();
    showAll({ typing: true });
  });

  function show({ typing = false } = {}) {
    if (more) more.items();
    items().forEach(showItem);
    all(".rb-phase", list).forEach(showPhase);
    const done = items().filter((item) => item.classList.contains("rb-ticked")).length;
    const share = fill(words.share, { done, n: items().length });
    const late = all(".rb-late > h3", list).length;
    bar.querySelectorAll("svg").forEach((old) => old.remove());
    bar.prepend(ring(done, items().length));
    const text = late ? more.late(share, late) : share;
    if (total.textContent !== text) total.textContent = text;
    if (!typing) start.value = progress.start || "";
    reset.disabled = isEmpty(progress);
    listeners.forEach((listener) => listener());
  }

  async function showAll(options) {
    try {
      if (!isEmpty(progress)) await furnish();
    } catch {
      return say(common.unreachable);
    }
    show(options);
  }
  function furnish() {
    loading ??= import("./kept.js").then(
      (kept) => {
        more = kept.furnish(api);
      },
      (fault) => {
        loading = null;
        throw fault;
      },
    );
    return loading;
  }

  const api = {
    element: list,
    key,
    title,
    place,
    start,
    say,
    extra,
    entry,
    items,
    itemText,
    freshen,
    equip,
    labelled,
    save,
    show,
    get progress() {
      return progress;
    },
    set progress(other) {
      progress = other;
    },
    export: () => writeProgress(progress, key, title),
    // Whether it could be kept.
    async replace(other) {
      progress = other;
      all(".rb-note-field", list).forEach((field) => {
        field.hidden = true;
      });
      const fine = save();
      await showAll();
      return fine;
    },
    has: (id) => progress.own.has(id),
    add(id, item) {
      progress.own.set(id, item);
      save();
      showAll();
    },
    remove(id) {
      progress.own.delete(id);
      progress.items.delete(id);
      save();
      show();
    },
    listen: (listener) => listeners.push(listener),
  };

  const reset = button(
    words.reset,
    transferring(say, async (transfer) => {
      if (!(await transfer.confirmReset(api))) return;
      if (await api.replace({ start: null, items: new Map(), own: new Map() })) say(words.was_reset);
      start.focus();
    }),
  );
  const buttons = transferButtons(
    button(
      words.copy,
      transferring(say, (transfer) => transfer.copyList(api)),
    ),
    ...(list.dataset.newIssue
      ? [
          button(
            words.issue,
            transferring(say, (transfer) => transfer.openIssue(api)),
          ),
        ]
      : []),
    button(common.print, () => print()),
    button(
      common.export,
      transferring(say, (transfer) => transfer.exportList(api)),
    ),
    ...importButton(say, (transfer, value, name) => transfer.importList(api, value, name)),
    reset,
  );
  const dated = make("label", { className: "rb-start" }, make("span", { textContent: words.start }), start);
  const explained = make("p", { className: "rb-note" }, words.explained);
  const tools = make("div", { className: "rb-tools" }, explained, dated, buttons, says, extra);

  // Whoever has been here before gets everything at once, or a list to read: nothing that is kept is written over.
  async function load() {
    await furnish();
    more.load();
    show();
  }
  let known = false;
  try {
    known = Object.keys(localStorage).some((name) => name.includes(place));
  } catch {
    // Forbidden storage keeps nothing.
  }
  if (known) await load();
  else show();
  list.classList.add("rb-tracked");
  list.prepend(tools, bar);
  // The preview exchanges parts of the page: new items get their boxes, too.
  document.addEventListener("rolebook:exchange", () => showAll());
  // Another tab has the same list open.
  addEventListener("storage", (event) => {
    if (event.key === store.key(place) || event.key === null) load().catch(() => say(common.unreachable));
  });
  return api;
}

// The self-assessment is loaded when it is about to be seen or used, and at once where a level is kept: on paper,
// too, nothing is then missing. Where it cannot be loaded it is a list to read.
function later(part, list) {
  let asked = false;
  const load = () => {
    if (asked) return;
    asked = true;
    near.disconnect();
    Promise.all([import("./assessment.js"), list]).then(
      ([{ assess }, ready]) => assess(part, ready),
      () => {},
    );
  };
  const near = new IntersectionObserver(
    (entries) => {
      if (entries.some((entry) => entry.isIntersecting)) load();
    },
    { rootMargin: "100% 0px" },
  );
  near.observe(part);
  part.addEventListener("focusin", load);
  addEventListener("storage", (event) => {
    if (event.key === store.key(SKILLS)) load();
  });
  const above = (heading) => heading.compareDocumentPosition(part) & Node.DOCUMENT_POSITION_FOLLOWING;
  const places = [all("main h2").filter(above).at(-1), ...all("[id]", part)];
  if (store.get("localStorage", SKILLS) || places.some((place) => place?.matches(":target"))) load();
}

const lists = all(".rb-checklist").map((list) => checklist(list).catch((fault) => reportError(fault)));
// What was kept moves the place that the browser goes to.
Promise.all(lists).then(() => {
  const [{ type }] = performance.getEntriesByType("navigation");
  if (type === "navigate") document.querySelector(":target")?.scrollIntoView({ behavior: "instant" });
});
all(".rb-assessment").forEach((part) => later(part, lists[0]));
