// Checklists: readers tick items, add notes and see their progress. All data stays in this browser.
import { clip, fold, foldRest, foldSections, followFragments, setFold } from "./folds.js";
import { all, button, common, fill, make, plain, status, store, transferControls, VERSION } from "./parts.js";

const { importButton, transferButton, transferButtons } = transferControls(() => import("./transfer.js"));

const SKILLS = "skills";

const emptyProgress = () => ({ start: null, items: new Map(), own: new Map() });
const isKept = (entry) => entry.done || entry.note || entry.undone;
const isEmpty = ({ start, items, own }) => !start && !own.size && ![...items.values()].some(isKept);
const titleOf = (item) => plain(item.querySelector(".rb-item-title"));
// A holder of the role is past the one and not yet at the other.
const OUTSIDE = ["before", "leaving"];
// The number of access entries that a folded list shows.
const FIRST_ACCESS = 3;
const FIRST_STEPS = 3;

// A bar that is filled in proportion to the completed items.
const meter = () => make("progress", { className: "rb-bar-done" });
function setMeter(bar, done, total) {
  bar.max = total || 1;
  bar.value = done;
}

// A checklist of the page, with the reader's entries.
class Checklist {
  progress = emptyProgress();
  controls = new WeakMap();
  listeners = [];
  total = make("span");
  extra = make("div", { className: "rb-extra" });
  start = make("input", { type: "date", max: "9999-12-31" });
  // Set when kept.js has loaded.
  extension = null;
  loading = null;

  constructor(element) {
    this.element = element;
    this.key = element.dataset.key;
    this.title = element.dataset.title || plain(document.querySelector("h1"));
    this.storageKey = `checklist:${this.key}`;
    ({ says: this.says, say: this.say } = status());
    this.total.setAttribute("role", "status");
    this.steps = document.querySelector(".rb-next-steps");
    this.bar = make("p", { className: "rb-progress" }, this.total, meter());
    this.start.addEventListener("change", () => this.changeStart());
    this.reset = this.transferButton(strings.reset, (transfer) => this.confirmReset(transfer));
  }

  async begin() {
    // Stored progress needs kept.js at once. If it cannot be loaded, the list stays read-only, so that nothing is
    // overwritten.
    if (this.isStored()) await this.load();
    else this.show();
    this.openCurrent();
    this.element.classList.add("rb-tracked");
    if (!this.steps) this.element.prepend(this.bar);
    this.element.append(this.tools());
    // The preview replaces parts of the page, so new items need controls.
    document.addEventListener("rolebook:exchange", () => this.showAll());
    // Another tab shows the same list.
    addEventListener("storage", (event) => {
      if (event.key === store.key(this.storageKey) || event.key === null) {
        this.load().catch(() => this.say(common.unreachable));
      }
    });
    return this;
  }

  isStored() {
    try {
      return Object.keys(localStorage).some((name) => name.includes(this.storageKey));
    } catch {
      // If storage is blocked, nothing is stored.
      return false;
    }
  }

  async load() {
    await this.furnish();
    this.extension.load();
    this.show();
  }

  furnish() {
    this.loading ??= import("./kept.js").then(
      ({ furnish }) => {
        this.extension = furnish(this);
      },
      (fault) => {
        this.loading = null;
        throw fault;
      },
    );
    return this.loading;
  }

  // Items of the list, and those of the page beside it: access and what recurs.
  items() {
    return all("main [data-item]");
  }

  // The items that count as progress: on the page of a holder, those of leaving do not.
  counted() {
    const { uncounted } = this.element.dataset;
    return all(".rb-phase [data-item]", this.element).filter(
      (item) => item.closest(".rb-phase").dataset.phase !== uncounted,
    );
  }

  // The items that are still to do: on the page of a holder, those of a holder, if there are any.
  open() {
    const isOpen = (item) => !item.classList.contains("rb-ticked");
    const isOutside = (item) => OUTSIDE.includes(item.closest(".rb-phase").dataset.phase);
    const open = this.counted().filter(isOpen);
    if (!this.element.dataset.uncounted) return open;
    const own = open.filter((item) => !isOutside(item));
    return own.length ? own : open;
  }

  // Opens the phase with the next item, and closes the others.
  openCurrent() {
    const current = this.open()[0]?.closest(".rb-phase");
    for (const section of all(".rb-phase", this.element)) {
      setFold(section.querySelector(".rb-items"), section === current);
    }
  }

  stored(id) {
    return this.progress.items.get(id) || { done: false, note: "", text: "" };
  }

  // True if a rule proves that an item is done.
  isProven(id) {
    return this.items().some((item) => item.dataset.item === id && item.dataset.evidence === "met");
  }

  // An item that a rule proves is done, unless the reader has unticked it.
  entry(id) {
    const entry = this.stored(id);
    return entry.done || entry.undone || !this.isProven(id) ? entry : { ...entry, done: true };
  }

  tick(id, done) {
    this.change(id, { done, undone: (!done && this.isProven(id)) || undefined });
  }

  change(id, values) {
    this.progress.items.set(id, { ...this.stored(id), ...values });
    this.keepText(id);
    this.say("");
    this.save();
    this.show();
  }

  // Stores the text of an item with its entry, in case the item is removed from the list.
  keepText(id) {
    const item = this.items().find((candidate) => candidate.dataset.item === id);
    if (item && this.progress.items.has(id)) this.progress.items.get(id).text = titleOf(item);
  }

  changeStart() {
    this.progress.start = /^\d{4}-/.test(this.start.value) ? this.start.value : null;
    this.say("");
    this.save();
    this.showAll({ typing: true });
  }

  // Progress in the format of exported files.
  export() {
    const items = [...this.progress.items].filter(([, entry]) => isKept(entry));
    const own = [...this.progress.own].map(([id, item]) => ({ id, ...item }));
    const head = { format: "rolebook-checklist", version: VERSION, key: this.key, title: this.title };
    return { ...head, start: this.progress.start, items: Object.fromEntries(items), own };
  }

  save() {
    const value = isEmpty(this.progress) ? null : JSON.stringify(this.export());
    const isSaved = store.set("localStorage", this.storageKey, value);
    if (!isSaved) this.say(common.not_kept);
    return isSaved;
  }

  // Replaces the progress; true if it could be saved.
  async replace(other) {
    this.progress = other;
    for (const field of all("main .rb-note-field")) field.hidden = true;
    const isSaved = this.save();
    await this.showAll();
    return isSaved;
  }

  async confirmReset(transfer) {
    if (!(await transfer.confirmReset(this))) return;
    if (await this.replace(emptyProgress())) this.say(strings.was_reset);
    this.start.focus();
  }

  // Moves the focus to the tools, which stay when entries of the list go.
  focus() {
    this.element.querySelector(".rb-tools .rb-fold-button").focus();
  }

  has(id) {
    return this.progress.own.has(id);
  }

  add(id, item) {
    this.progress.own.set(id, item);
    this.save();
    this.showAll();
  }

  remove(id) {
    this.progress.own.delete(id);
    this.progress.items.delete(id);
    this.save();
    this.show();
  }

  listen(listener) {
    this.listeners.push(listener);
  }

  // Adds controls to an item, once. The note field is created when first opened. Items that recur are never finished.
  equip(item) {
    const existing = this.controls.get(item);
    if (existing && item.contains(existing.note) && item.contains(existing.write)) return existing;
    if (existing) for (const part of Object.values(existing)) part?.remove();
    const id = item.dataset.item;
    const controls = { box: null, note: make("p", { className: "rb-own-note" }), field: null };
    if (!item.closest(".rb-recurring")) {
      controls.box = make("input", { type: "checkbox" });
      controls.box.addEventListener("change", () => this.tick(id, controls.box.checked));
      item.prepend(controls.box);
      item.classList.add("rb-tickable");
    }
    controls.write = button(strings.note_add, () => this.toggleNote(id, controls), "rb-quiet");
    let body = item.querySelector(".rb-item-body");
    if (!body) {
      body = make("div", { className: "rb-item-body" });
      item.append(body);
    }
    item.querySelector(".rb-item-head").append(controls.note);
    body.append(controls.write);
    fold(item.querySelector(".rb-item-title"), body);
    this.controls.set(item, controls);
    return controls;
  }

  toggleNote(id, controls) {
    if (controls.field && !controls.field.hidden) return this.closeNote(controls);
    controls.field ??= this.noteField(id, controls);
    controls.field.hidden = false;
    this.show();
    controls.field.focus();
  }

  closeNote(controls) {
    controls.field.hidden = true;
    this.show();
  }

  noteField(id, controls) {
    const field = make("textarea", { className: "rb-note-field", rows: 3 });
    field.addEventListener("input", () => this.change(id, { note: field.value }));
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.closeNote(controls);
      controls.write.focus();
    });
    controls.write.before(field);
    return field;
  }

  label(element, action, item) {
    element.setAttribute("aria-label", fill(strings.labelled, { action, item }));
  }

  showItem(item) {
    const controls = this.equip(item);
    const text = titleOf(item);
    const { done, note } = this.entry(item.dataset.item);
    if (controls.box) {
      controls.box.setAttribute("aria-label", text);
      controls.box.checked = done;
      item.classList.toggle("rb-ticked", done);
    }
    this.showNote(controls, text, note);
  }

  showNote({ note, field, write }, item, text) {
    const isOpen = Boolean(field) && !field.hidden;
    if (field) {
      field.setAttribute("aria-label", fill(strings.note_on, { item }));
      if (field.value !== text) field.value = text;
    }
    note.textContent = text;
    note.hidden = !text;
    note.classList.toggle("rb-print-only", isOpen);
    const label = isOpen ? strings.note_close : text ? strings.note_edit : strings.note_add;
    if (write.textContent !== label) write.textContent = label;
    this.label(write, label, item);
    write.setAttribute("aria-expanded", String(isOpen));
  }

  showPhase(section) {
    const boxes = all("[data-item] > input", section);
    const done = boxes.filter((box) => box.checked).length;
    const heading = section.querySelector("h3");
    fold(heading, section.querySelector(".rb-items"), true);
    let state = section.querySelector(":scope > .rb-state");
    if (!state) {
      state = make("p", { className: "rb-state" });
      heading.after(state);
    }
    const share = fill(strings.share, { done, n: boxes.length });
    const dates = this.extension?.dates(section, done === boxes.length) || [];
    const bar = meter();
    bar.setAttribute("aria-label", share);
    setMeter(bar, done, boxes.length);
    state.replaceChildren(make("span", { textContent: share }), ...dates, bar);
  }

  showTotal() {
    const items = this.counted();
    const done = items.filter((item) => item.classList.contains("rb-ticked")).length;
    const share = fill(strings.share, { done, n: items.length });
    const late = all(".rb-late > h3", this.element).length;
    const text = late ? this.extension.late(share, late) : share;
    setMeter(this.bar.querySelector("progress"), done, items.length);
    if (this.total.textContent !== text) this.total.textContent = text;
    if (this.steps) this.showSteps(text, done, items.length);
    this.showAccess();
  }

  // The next steps at the top of the page, and a record for the home page.
  showSteps(text, done, total) {
    const open = this.open();
    const step = (item) => {
      const see = item.querySelector(".rb-done");
      const link = make("a", { href: `#${item.id}` }, make("b", { textContent: titleOf(item) }));
      if (see) {
        const [label, condition] = [...see.children].map(plain);
        link.append(" ", make("span", {}, `${label} `, make("bdi", { textContent: condition })));
      }
      return make("li", {}, link);
    };
    const list = this.steps.querySelector("ol");
    list.replaceChildren(...open.slice(0, FIRST_STEPS).map(step));
    if (!open.length) list.replaceChildren(make("li", {}, make("p", { textContent: strings.all_done })));
    const share = this.steps.querySelector(".rb-share");
    share.hidden = false;
    const told = share.querySelector("b");
    if (told.textContent !== text) told.textContent = text;
    const phase = open[0]?.closest(".rb-phase");
    const due = phase?.querySelector(".rb-due");
    const label = phase ? plain(phase.querySelector(".rb-fold-button")).replace(/ \d+$/, "") : "";
    share.querySelector("span").textContent = [label, due?.textContent].filter(Boolean).join(common.comma);
    const bar = this.steps.querySelector("progress");
    bar.hidden = false;
    bar.setAttribute("aria-label", text);
    setMeter(bar, done, total);
    const go = this.steps.querySelector(".rb-solid");
    if (open.length) go.href = `#${open[0].id}`;
    go.dataset.start ??= go.textContent;
    go.textContent = done ? go.dataset.more : go.dataset.start;
    go.hidden = !open.length;
    const next = open[0] ? titleOf(open[0]) : "";
    this.remember(done, total, next);
  }

  // The home page shows the list with progress that was opened last.
  remember(done, total, next) {
    const { pathname } = location;
    const value = JSON.stringify({ pathname, title: this.title, done, total, next });
    if (done && !isEmpty(this.progress)) store.set("localStorage", "last", value);
    else if (store.get("localStorage", "last")?.includes(JSON.stringify(pathname)))
      store.set("localStorage", "last", null);
  }

  showAccess() {
    const list = document.querySelector(".rb-access-list");
    if (!list) return;
    const boxes = all("[data-item] > input", list);
    const done = boxes.filter((box) => box.checked).length;
    list.querySelector(":scope > h2 > .rb-count").textContent = fill(strings.share, { done, n: boxes.length });
  }

  show({ typing = false } = {}) {
    this.extension?.items();
    for (const item of this.items()) this.showItem(item);
    for (const section of all(".rb-phase", this.element)) this.showPhase(section);
    this.showTotal();
    if (!typing) this.start.value = this.progress.start || "";
    this.reset.disabled = isEmpty(this.progress);
    for (const listener of this.listeners) listener();
  }

  // Shows the list, including the parts that need kept.js.
  async showAll(options) {
    try {
      if (!isEmpty(this.progress)) await this.furnish();
    } catch {
      return this.say(common.unreachable);
    }
    this.show(options);
  }

  transferButton(label, use) {
    return transferButton(label, this.say, use);
  }

  tools() {
    const issue = this.transferButton(this.element.dataset.issueLabel ?? strings.issue, (transfer) =>
      transfer.openIssue(this),
    );
    const buttons = [
      this.transferButton(strings.copy, (transfer) => transfer.copyList(this)),
      ...(this.element.dataset.newIssue ? [issue] : []),
      button(common.print, () => print()),
      this.transferButton(common.export, (transfer) => transfer.exportList(this)),
      ...importButton(this.say, (transfer, value, name) => transfer.importList(this, value, name)),
      this.reset,
    ];
    const row = transferButtons(buttons, (transfer) => transfer.prepare(this));
    const dated = make("label", { className: "rb-start" }, make("span", { textContent: strings.start }), this.start);
    const explained = make("p", { className: "rb-note" }, strings.explained);
    const title = make("p", { className: "rb-tools-title", textContent: strings.tools });
    const body = make("div", {}, explained, dated, row, this.extra);
    fold(title, body);
    return make("div", { className: "rb-tools" }, title, body, this.says);
  }
}

// Loads the self-assessment when it is about to be visible or used. With a stored level it is loaded at once, so that
// it is complete in print. If loading fails, the skills remain a plain list.
function loadAssessmentLater(part, list) {
  let isAsked = false;
  const load = () => {
    if (isAsked) return;
    isAsked = true;
    near.disconnect();
    Promise.all([import("./assessment.js"), list]).then(
      ([{ assess }, ready]) => assess(part, ready),
      () => {},
    );
  };
  const near = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && load(), {
    rootMargin: "100% 0px",
  });
  near.observe(part);
  part.addEventListener("focusin", load);
  addEventListener("storage", (event) => {
    if (event.key === store.key(SKILLS)) load();
  });
  if (store.get("localStorage", SKILLS) || isTarget(part)) load();
}

// True if the fragment leads to the part or to the heading above it.
function isTarget(part) {
  const isAbove = (heading) => heading.compareDocumentPosition(part) & Node.DOCUMENT_POSITION_FOLLOWING;
  const targets = [all("main h2").filter(isAbove).at(-1), ...all("[id]", part)];
  return targets.some((target) => target?.matches(":target"));
}

function foldLists() {
  foldSections();
  for (const text of all(".rb-clip")) clip(text, strings.read_all);
  const showFirst = (list, n) => foldRest(list, n, fill(strings.show_all, { n: list.children.length }));
  for (const list of all(".rb-access-list > ul")) showFirst(list, FIRST_ACCESS);
  for (const row of all(".rb-assessment [data-skill]")) {
    fold(row.querySelector(".rb-looks"), row.querySelector(".rb-steps"));
  }
  for (const list of all("[data-rest]")) showFirst(list, Number(list.dataset.rest));
}

const begin = async (element) => new Checklist(element).begin();
const lists = all(".rb-checklist").map((element) => begin(element).catch(reportError));
foldLists();
document.addEventListener("rolebook:exchange", foldLists);
const arrive = followFragments((target) => {
  setFold(target.querySelector(":scope > .rb-item-body"), true);
  setFold(target.nextElementSibling, true);
});
// Stored progress may have moved the target of the fragment.
Promise.all(lists).then(arrive);
for (const part of all(".rb-assessment")) loadAssessmentLater(part, lists[0]);
