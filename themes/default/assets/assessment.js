// Self-assessment: a level for each skill, shared by all pages that require the skill.
import {
  all,
  button,
  common,
  draw,
  expect,
  Fault,
  fill,
  isRecord,
  make,
  pieces,
  plain,
  status,
  store,
  transferControls,
  VERSION,
} from "./parts.js";
import { loadStyles } from "./styles.js";

const { importButton, transferButton, transferButtons } = transferControls(() => import("./transfer.js"));

const PLACE = "skills";
// Distance between two levels in the picture.
const RADAR_STEP = 35;

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
const gapMark = (skill) => {
  const kind = skill.gap === null ? "unknown" : skill.gap > 0 ? "open" : "closed";
  return make("span", { className: `rb-gap rb-gap-${kind}`, textContent: gapWords(skill) });
};

// The point on a skill's axis at a distance from the centre; the first axis points up.
function corner(index, count, radius) {
  const angle = (2 * Math.PI * index) / count - Math.PI / 2;
  return [Math.cos(angle) * radius, Math.sin(angle) * radius].map((number) => number.toFixed(1));
}

// A polygon with a corner for each skill that has a level.
function polygon(className, skills, level) {
  const levels = skills.map((skill, index) => [index, level(skill)]).filter(([, length]) => length !== null);
  const corners = levels.map(([index, length]) => corner(index, skills.length, RADAR_STEP * length).join(","));
  return draw("polygon", { class: className, points: corners.join(" ") });
}

function axis(index, count) {
  const [x2, y2] = corner(index, count, 4 * RADAR_STEP);
  const [x, y] = corner(index, count, 4 * RADAR_STEP + 16);
  const label = draw("text", { x, y, "text-anchor": "middle", "dominant-baseline": "central" });
  label.textContent = index + 1;
  return [draw("line", { class: "rb-radar-grid", x1: 0, y1: 0, x2, y2 }), label];
}

function dot({ level }, index, count) {
  if (level === null) return [];
  const [cx, cy] = corner(index, count, RADAR_STEP * level);
  return [draw("circle", { class: "rb-radar-dot", cx, cy, r: 3.5 })];
}

// A radar chart with one axis per skill, numbered as in the list below, which has the same content as text.
function radar(skills) {
  const picture = draw("svg", { class: "rb-radar", viewBox: "-170 -170 340 340", role: "img" });
  picture.setAttribute("aria-label", strings.radar);
  picture.append(
    ...[1, 2, 3, 4].map((level) => polygon("rb-radar-grid", skills, () => level)),
    ...skills.flatMap((_, index) => axis(index, skills.length)),
    polygon("rb-radar-asked", skills, (skill) => skill.expected),
    polygon("rb-radar-own", skills, (skill) => skill.level),
    ...skills.flatMap((skill, index) => dot(skill, index, skills.length)),
  );
  return picture;
}

function radarFigure(skills) {
  const legend = [
    make("span", { className: "rb-line-own", textContent: strings.you }),
    make("span", { className: "rb-line-asked", textContent: strings.asked_for }),
  ];
  return make("figure", { className: "rb-radar-figure" }, radar(skills), make("figcaption", {}, ...legend));
}

// A line of the list of skills, with the reader's level and the required one.
function standing(skill) {
  const values = {
    skill: make("b", { textContent: skill.name }),
    gap: gapMark(skill),
    own: skill.level === null ? "" : named(skill, skill.level),
    asked: named(skill, skill.expected),
  };
  return make("li", {}, ...pieces(skill.level === null ? strings.line_not_assessed : strings.line, values));
}

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
    this.part.prepend(this.tools());
    this.part.append(this.result);
    this.load();
    this.show();
    this.list?.listen(() => this.showResult(this.skills()));
    document.addEventListener("rolebook:exchange", () => this.show());
    addEventListener("storage", (event) => {
      if (event.key !== PLACE && event.key !== null) return;
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
    return make("div", { className: "rb-tools" }, explained, buttons, this.says);
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

  choose(id, value) {
    if (value) this.levels.set(id, Number(value));
    else this.levels.delete(id);
    this.say("");
    this.save();
    this.show();
  }

  choice(skill) {
    const select = make("select");
    select.setAttribute("aria-label", fill(strings.your_level_of, { skill: skill.name }));
    const options = [...skill.names.keys()].map((level) => new Option(named(skill, level), level));
    select.append(new Option(strings.your_level, ""), ...options);
    select.addEventListener("change", () => this.choose(skill.id, select.value));
    return make("span", { className: "rb-chosen" }, select, make("span"));
  }

  showSkill(skill) {
    let chosen = skill.row.querySelector(":scope > .rb-chosen");
    if (!chosen) {
      chosen = this.choice(skill);
      skill.row.insertBefore(chosen, skill.row.querySelector("details"));
    }
    chosen.querySelector("select").value = skill.level === null ? "" : String(skill.level);
    chosen.lastChild.replaceWith(gapMark(skill));
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
      make("h3", { textContent: strings.standing }),
      make("p", { textContent: summary }),
      ...(skills.length > 2 ? [radarFigure(skills)] : []),
      make("ol", { className: "rb-standing-list" }, ...skills.map(standing)),
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
