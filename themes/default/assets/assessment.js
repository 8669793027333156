// Self-assessment: a level for each skill, shared by all pages that require the skill.
import { expect, Fault, isRecord } from "./files.js";
import { fold, setFold } from "./folds.js";
import { all, button, common, fill, make, pieces, plain, status, store, transferControls, VERSION } from "./parts.js";
import { loadStyles } from "./styles.js";

const { importButton, transferButton, transferButtons } = transferControls(() => import("./transfer.js"));

const PLACE = "skills";

// Reads the levels in an export.
function readLevels(value) {
  expect(value, "rolebook-skills", "no_skills");
  if (!isRecord(value.levels)) throw new Fault("damaged_levels");
  const entries = Object.entries(value.levels);
  const odd = entries.find(([, level]) => !Number.isInteger(level) || level < 0 || level > 4);
  if (odd) throw new Fault("damaged_level", { id: odd[0] });
  return new Map(entries);
}

const styled = loadStyles("assessment.css");

const named = ({ names }, level) =>
  names.get(level) ? fill(strings.level, { level, name: names.get(level) }) : String(level);
const gapWords = ({ gap }) => {
  if (gap === null) return strings.not_assessed;
  if (gap > 0) return fill(strings.to_go, { n: gap });
  return gap ? fill(strings.above, { n: -gap }) : strings.reached;
};
// Copies levels of the first version once; see kept.js.
function takeOver() {
  try {
    const old = localStorage.getItem(`rolebook:${PLACE}`);
    if (old === null || store.get("localStorage", `taken:${PLACE}`)) return;
    if (store.set("localStorage", `taken:${PLACE}`, "1")) store.set("localStorage", PLACE, old);
  } catch {
    // If storage is blocked, there is nothing to migrate.
  }
}

// The self-assessment for a part of the page. Steps are added to the checklist, if there is one.
class Assessment {
  levels = new Map();
  result = make("div", { className: "rb-result", hidden: true });

  constructor(part, list) {
    this.part = part;
    this.list = list;
    ({ says: this.says, say: this.say } = status());
    this.clear = transferButton(strings.clear, this.say, (transfer) => this.confirmClear(transfer));
  }

  begin() {
    this.load();
    this.sort();
    this.show();
    this.part.append(this.result, this.tools());
    this.list?.listen(() => this.showResult(this.skills()));
    document.addEventListener("rolebook:exchange", () => this.show());
    addEventListener("storage", (event) => {
      if (event.key !== store.key(PLACE) && event.key !== null) return;
      this.load();
      this.show();
    });
  }

  tools() {
    const explained = make("p", { className: "rb-note" }, strings.explained);
    const buttons = transferButtons([
      button(common.print, () => print()),
      transferButton(common.export, this.say, (transfer) => transfer.download("skills.json", this.export())),
      ...importButton(this.say, (transfer, value, name) => this.import(transfer, value, name)),
      this.clear,
    ]);
    const title = make("p", { className: "rb-tools-title", textContent: strings.tools });
    const body = make("div", {}, buttons);
    fold(title, body);
    return make("div", { className: "rb-tools" }, explained, title, body, this.says);
  }

  load() {
    this.levels = new Map();
    takeOver();
    const text = store.get("localStorage", PLACE);
    try {
      if (text) this.levels = readLevels(JSON.parse(text));
    } catch {
      store.set("localStorage", "unreadable:skills", text);
    }
  }

  export() {
    return { format: "rolebook-skills", version: VERSION, levels: Object.fromEntries(this.levels) };
  }

  save() {
    const isSaved = store.set("localStorage", PLACE, this.levels.size ? JSON.stringify(this.export()) : null);
    if (!isSaved) this.say(common.not_kept);
    return isSaved;
  }

  async import(transfer, value, name) {
    const theirs = readLevels(value);
    const text = fill(strings.merge_text, { name, n: theirs.size, mine: this.levels.size });
    const answer = this.levels.size ? await transfer.mergeOrReplace(text) : "replace";
    let isSaved = false;
    if (answer) {
      this.levels = answer === "merge" ? new Map([...this.levels, ...theirs]) : theirs;
      isSaved = this.save();
      this.show();
    }
    transfer.imported(this.say, answer, isSaved, name);
  }

  async confirmClear(transfer) {
    const text = fill(strings.clear_text, { n: this.levels.size });
    if (!(await transfer.confirmed(strings.clear_title, text, strings.clear))) return;
    this.levels = new Map();
    this.save();
    this.show();
    this.say(strings.cleared);
  }

  // The skills in the rows of the part, with the reader's levels.
  skills() {
    return all("[data-skill]", this.part).map((row) => {
      const names = new Map([[0, strings.not_yet]]);
      for (const level of row.dataset.levels.split("|")) names.set(parseInt(level, 10), level.replace(/^\d+ /, ""));
      const expected = Number(row.dataset.expected);
      const level = this.levels.get(row.dataset.skill) ?? null;
      const gap = level === null ? null : expected - level;
      return { row, id: row.dataset.skill, name: row.dataset.name, names, expected, level, gap };
    });
  }

  // Puts the largest gaps first, once, so that no row moves while a reader edits it.
  sort() {
    if (!this.levels.size) return;
    const gap = (skill) => skill.gap ?? 0;
    const sorted = this.skills().sort((a, b) => gap(b) - gap(a));
    const rows = this.part.querySelector(".rb-skill-rows");
    rows.append(...sorted.map(({ row }) => row));
    setFold(rows, false);
  }

  choose(id, value) {
    if (value) this.levels.set(id, Number(value));
    else this.levels.delete(id);
    this.say("");
    this.save();
    this.show();
  }

  choice(skill) {
    const select = make("select");
    const options = [...skill.names.keys()].map((level) => new Option(named(skill, level), level));
    select.append(new Option(strings.asked, ""), ...options);
    select.addEventListener("change", () => this.choose(skill.id, select.value));
    return make("span", { className: "rb-chosen" }, select);
  }

  showSkill(skill) {
    const { row } = skill;
    let chosen = row.querySelector(":scope > .rb-chosen");
    if (!chosen) {
      chosen = this.choice(skill);
      row.querySelector(":scope > .rb-level-name").after(chosen);
    }
    const select = chosen.querySelector("select");
    select.value = skill.level === null ? "" : String(skill.level);
    select.setAttribute("aria-label", fill(strings.your_level_of, { skill: skill.name, gap: gapWords(skill) }));
    const bell = row.querySelector(".rb-dumbbell");
    for (const mark of all("b, s", bell)) mark.remove();
    delete bell.dataset.own;
    if (skill.level === null) return;
    bell.dataset.own = skill.level;
    bell.append(make("s"), make("b"));
  }

  show() {
    const skills = this.skills();
    for (const skill of skills) this.showSkill(skill);
    this.clear.disabled = !this.levels.size;
    this.showResult(skills);
  }

  showResult(skills) {
    const assessed = skills.filter((skill) => skill.level !== null);
    this.result.hidden = !assessed.length;
    if (!assessed.length) return this.result.replaceChildren();
    const focused = this.result.contains(document.activeElement) ? document.activeElement.dataset.growth : null;
    const open = assessed.filter((skill) => skill.gap > 0).sort((a, b) => b.gap - a.gap || b.expected - a.expected);
    const counts = { assessed: assessed.length, n: skills.length, open: open.length };
    const summary = fill(open.length ? strings.summary : strings.summary_reached, counts);
    this.result.replaceChildren(
      make("p", {}, make("b", { textContent: summary })),
      ...(open.length ? this.growth(open) : []),
    );
    if (focused)
      all("[data-growth]", this.result)
        .find((element) => element.dataset.growth === focused)
        ?.focus();
  }

  // The next steps for the five largest gaps.
  growth(open) {
    const steps = open.slice(0, 5).map((skill) => this.growthStep(skill));
    return [make("h3", { textContent: strings.next_steps }), make("ul", { className: "rb-growth" }, ...steps)];
  }

  // The step from the reader's level, or the first step above it.
  growthStep(skill) {
    const [step] = all("[data-from]", skill.row).filter(({ dataset }) => Number(dataset.from) >= skill.level);
    const span = { skill: make("b", { textContent: skill.name }), from: skill.level, to: skill.expected };
    const line = make("li", {}, make("p", {}, ...pieces(strings.span, span)));
    if (!step) {
      const link = make("a", { href: skill.row.querySelector("a").href, textContent: strings.levels });
      line.append(make("p", {}, ...pieces(strings.no_step, { levels: link })));
      return line;
    }
    const text = step.cloneNode(true);
    text.querySelector("b").remove();
    line.append(make("p", {}, ...text.childNodes));
    if (this.list) line.append(this.stepButton(skill, Number(step.dataset.from), plain(line.lastChild)));
    return line;
  }

  // Adds a step to the checklist, or removes it.
  stepButton(skill, from, step) {
    const { list, say } = this;
    const id = `+${skill.id}.${from}`;
    const item = {
      text: fill(strings.step, { skill: skill.name, step }),
      see: fill(strings.see, { level: named(skill, from + 1) }),
    };
    const toggle = button(list.has(id) ? strings.remove : strings.add, () => {
      if (list.has(id)) list.remove(id);
      else list.add(id, item);
      say(list.has(id) ? strings.added : strings.removed);
    });
    toggle.dataset.growth = id;
    toggle.setAttribute("aria-label", fill(strings.labelled, { action: toggle.textContent, skill: skill.name }));
    return toggle;
  }
}

// Adds a self-assessment to a part of the page.
export async function assess(part, list) {
  await styled;
  new Assessment(part, list).begin();
}
