// Checklists: readers tick items, add notes and see their progress. All data stays in this browser.
import { all, button, common, draw, fill, make, plain, status, store, transferControls, VERSION } from "./parts.js";

const { importButton, transferButton, transferButtons } = transferControls(() => import("./transfer.js"));

const SKILLS = "skills";

const emptyProgress = () => ({ start: null, items: new Map(), own: new Map() });
const isKept = (entry) => entry.done || entry.note;
const isEmpty = ({ start, items, own }) => !start && !own.size && ![...items.values()].some(isKept);
const itemText = (item) => item.querySelector(".rb-item > p");

// A ring that is filled in proportion to the completed items.
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
    this.bar = make("p", { className: "rb-progress" }, this.total);
    this.start.addEventListener("change", () => this.changeStart());
    this.reset = this.transferButton(strings.reset, (transfer) => this.confirmReset(transfer));
  }

  async begin() {
    // Stored progress needs kept.js at once. If it cannot be loaded, the list stays read-only, so that nothing is
    // overwritten.
    if (this.isStored()) await this.load();
    else this.show();
    this.element.classList.add("rb-tracked");
    this.element.prepend(this.tools(), this.bar);
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

  items() {
    return all("[data-item]", this.element);
  }

  entry(id) {
    return this.progress.items.get(id) || { done: false, note: "", text: "" };
  }

  change(id, values) {
    this.progress.items.set(id, { ...this.entry(id), ...values });
    this.keepText(id);
    this.say("");
    this.save();
    this.show();
  }

  // Stores the text of an item with its entry, in case the item is removed from the list.
  keepText(id) {
    const item = this.items().find((candidate) => candidate.dataset.item === id);
    if (item && this.progress.items.has(id)) this.progress.items.get(id).text = plain(itemText(item));
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
    for (const field of all(".rb-note-field", this.element)) field.hidden = true;
    const isSaved = this.save();
    await this.showAll();
    return isSaved;
  }

  async confirmReset(transfer) {
    if (!(await transfer.confirmReset(this))) return;
    if (await this.replace(emptyProgress())) this.say(strings.was_reset);
    this.start.focus();
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

  // Adds controls to an item, once. The note field is created when first opened.
  equip(item) {
    const existing = this.controls.get(item);
    if (existing && item.contains(existing.box) && item.contains(existing.write)) return existing;
    if (existing) for (const part of Object.values(existing)) part?.remove();
    const id = item.dataset.item;
    const box = make("input", { type: "checkbox" });
    box.addEventListener("change", () => this.change(id, { done: box.checked }));
    const controls = { box, note: make("p", { className: "rb-own-note" }), field: null };
    controls.write = button(strings.note_add, () => this.toggleNote(id, controls), "rb-quiet");
    item.prepend(box);
    item.querySelector(".rb-item").append(controls.note, controls.write);
    item.classList.add("rb-tickable");
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
    const text = plain(itemText(item));
    const { done, note } = this.entry(item.dataset.item);
    controls.box.setAttribute("aria-label", text);
    controls.box.checked = done;
    item.classList.toggle("rb-ticked", done);
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
    let state = section.querySelector(":scope > .rb-state");
    if (!state) {
      state = make("p", { className: "rb-state" });
      section.querySelector("h3").after(state);
    }
    const share = fill(strings.share, { done, n: boxes.length });
    const dates = this.extension?.dates(section, done === boxes.length) || [];
    state.replaceChildren(ring(done, boxes.length), make("span", { textContent: share }), ...dates);
  }

  showTotal() {
    const items = this.items();
    const done = items.filter((item) => item.classList.contains("rb-ticked")).length;
    const share = fill(strings.share, { done, n: items.length });
    const late = all(".rb-late > h3", this.element).length;
    this.bar.querySelector("svg")?.remove();
    this.bar.prepend(ring(done, items.length));
    const text = late ? this.extension.late(share, late) : share;
    if (this.total.textContent !== text) this.total.textContent = text;
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
    return make("div", { className: "rb-tools" }, explained, dated, row, this.says, this.extra);
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

const begin = async (element) => new Checklist(element).begin();
const lists = all(".rb-checklist").map((element) => begin(element).catch(reportError));
// Stored progress may have moved the target of the fragment.
Promise.all(lists).then(() => {
  const [{ type }] = performance.getEntriesByType("navigation");
  if (type === "navigate") document.querySelector(":target")?.scrollIntoView({ behavior: "instant" });
});
for (const part of all(".rb-assessment")) loadAssessmentLater(part, lists[0]);
