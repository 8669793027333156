// Self-assessment: a level by skill, for all pages that ask for the skill.
import {
  all,
  button,
  common,
  draw,
  expect,
  Fault,
  fill,
  importButton,
  isRecord,
  make,
  pieces,
  plain,
  status,
  store,
  transferButtons,
  transferring,
  VERSION,
} from "./parts.js";
import { loadStyles } from "./styles.js";

const PLACE = "skills";

function read(value) {
  expect(value, "rolebook-skills", "no_skills");
  if (!isRecord(value.levels)) throw new Fault("damaged_levels");
  const entries = Object.entries(value.levels);
  const odd = entries.find(([, level]) => !Number.isInteger(level) || level < 0 || level > 4);
  if (odd) throw new Fault("damaged_level", { id: odd[0] });
  return new Map(entries);
}

const styled = loadStyles("assessment.css");

const named = ({ names }, level) =>
  names.get(level) ? fill(words.level, { level, name: names.get(level) }) : String(level);
const gapWords = ({ gap }) => {
  if (gap === null) return words.not_assessed;
  if (gap > 0) return fill(words.to_go, { n: gap });
  return gap ? fill(words.above, { n: -gap }) : words.reached;
};
const gapMark = (skill) => {
  const kind = skill.gap === null ? "unknown" : skill.gap > 0 ? "open" : "closed";
  return make("span", { className: `rb-gap rb-gap-${kind}`, textContent: gapWords(skill) });
};

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
  picture.setAttribute("aria-label", words.radar);
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

// Makes the skills of a part of the page something to assess oneself by; steps go to the list, if there is one.
export async function assess(part, list) {
  await styled;
  let levels = new Map();
  const value = () => ({ format: "rolebook-skills", version: VERSION, levels: Object.fromEntries(levels) });
  const load = () => {
    levels = new Map();
    takeOver();
    const text = store.get("localStorage", PLACE);
    try {
      if (text) levels = read(JSON.parse(text));
    } catch {
      store.set("localStorage", "unreadable:skills", text);
    }
  };
  // As in kept.js.
  const takeOver = () => {
    try {
      const old = localStorage.getItem(`rolebook:${PLACE}`);
      if (old === null || store.get("localStorage", `taken:${PLACE}`)) return;
      if (store.set("localStorage", `taken:${PLACE}`, "1")) store.set("localStorage", PLACE, old);
    } catch {
      // Forbidden storage has nothing to take over.
    }
  };
  const { says, say } = status();
  const save = () => {
    const fine = store.set("localStorage", PLACE, levels.size ? JSON.stringify(value()) : null);
    if (!fine) say(common.not_kept);
    return fine;
  };

  const rows = () =>
    all("[data-skill]", part).map((row) => {
      const names = new Map([[0, words.not_yet]]);
      row.dataset.levels.split("|").forEach((level) => names.set(parseInt(level, 10), level.replace(/^\d+ /, "")));
      const expected = Number(row.dataset.expected);
      const level = levels.get(row.dataset.skill) ?? null;
      const gap = level === null ? null : expected - level;
      return { row, id: row.dataset.skill, name: row.dataset.name, names, expected, level, gap };
    });

  function equip(skill) {
    let chosen = skill.row.querySelector(":scope > .rb-chosen");
    if (!chosen) {
      const select = make("select");
      select.setAttribute("aria-label", fill(words.your_level_of, { skill: skill.name }));
      const options = [...skill.names.keys()].map((level) => new Option(named(skill, level), level));
      select.append(new Option(words.your_level, ""), ...options);
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

  const result = make("div", { className: "rb-result", hidden: true });
  function showResult(skills) {
    const assessed = skills.filter((skill) => skill.level !== null);
    result.hidden = !assessed.length;
    if (!assessed.length) return result.replaceChildren();
    const focused = result.contains(document.activeElement) ? document.activeElement.dataset.growth : null;
    const open = assessed.filter((skill) => skill.gap > 0).sort((a, b) => b.gap - a.gap || b.expected - a.expected);
    const counts = { assessed: assessed.length, n: skills.length, open: open.length };
    const summary = fill(open.length ? words.summary : words.summary_reached, counts);
    const lines = skills.map((skill) => {
      const values = {
        skill: make("b", { textContent: skill.name }),
        gap: gapMark(skill),
        own: skill.level === null ? "" : named(skill, skill.level),
        asked: named(skill, skill.expected),
      };
      return make("li", {}, ...pieces(skill.level === null ? words.line_not_assessed : words.line, values));
    });
    const legend = [
      make("span", { className: "rb-line-own", textContent: words.you }),
      make("span", { className: "rb-line-asked", textContent: words.asked_for }),
    ];
    result.replaceChildren(make("h3", { textContent: words.standing }), make("p", { textContent: summary }));
    if (skills.length > 2) {
      result.append(make("figure", { className: "rb-radar-figure" }, radar(skills), make("figcaption", {}, ...legend)));
    }
    result.append(make("ol", { className: "rb-standing-list" }, ...lines));
    if (!open.length) return;
    const steps = open.slice(0, 5).map(growth);
    result.append(make("h3", { textContent: words.next_steps }), make("ul", { className: "rb-growth" }, ...steps));
    const again = focused && all("[data-growth]", result).find((element) => element.dataset.growth === focused);
    if (again) again.focus();
  }
  // The step from where the reader stands, or the first one there is above it.
  function growth(skill) {
    const steps = all("[data-from]", skill.row).filter((step) => Number(step.dataset.from) >= skill.level);
    const span = { skill: make("b", { textContent: skill.name }), from: skill.level, to: skill.expected };
    const line = make("li", {}, make("p", {}, ...pieces(words.span, span)));
    if (!steps.length) {
      const link = make("a", { href: skill.row.querySelector("a").href, textContent: words.levels });
      line.append(make("p", {}, ...pieces(words.no_step, { levels: link })));
      return line;
    }
    const text = steps[0].cloneNode(true);
    text.querySelector("b").remove();
    line.append(make("p", {}, ...text.childNodes));
    if (!list) return line;
    const from = Number(steps[0].dataset.from);
    const id = `+${skill.id}.${from}`;
    const item = {
      text: fill(words.step, { skill: skill.name, step: plain(line.lastChild) }),
      see: fill(words.see, { level: named(skill, from + 1) }),
    };
    const toggle = button(list.has(id) ? words.remove : words.add, () => {
      if (list.has(id)) list.remove(id);
      else list.add(id, item);
      say(list.has(id) ? words.added : words.removed);
    });
    toggle.dataset.growth = id;
    toggle.setAttribute("aria-label", fill(words.labelled, { action: toggle.textContent, skill: skill.name }));
    line.append(toggle);
    return line;
  }

  const clear = button(
    words.clear,
    transferring(say, async (transfer) => {
      const text = fill(words.clear_text, { n: levels.size });
      if (!(await transfer.confirmed(words.clear_title, text, words.clear))) return;
      levels = new Map();
      save();
      show();
      say(words.cleared);
    }),
  );
  function show() {
    const skills = rows();
    skills.forEach(equip);
    clear.disabled = !levels.size;
    showResult(skills);
  }
  async function take(transfer, other, name) {
    const theirs = read(other);
    const text = fill(words.merge_text, { name, n: theirs.size, mine: levels.size });
    const answer = levels.size ? await transfer.mergeOrReplace(text) : "replace";
    let fine = false;
    if (answer) {
      levels = answer === "merge" ? new Map([...levels, ...theirs]) : theirs;
      fine = save();
      show();
    }
    transfer.imported(say, answer, fine, name);
  }
  const explained = make("p", { className: "rb-note" }, words.explained);
  const buttons = transferButtons(
    button(common.print, () => print()),
    button(
      common.export,
      transferring(say, (transfer) => transfer.download("skills.json", value())),
    ),
    ...importButton(say, take),
    clear,
  );
  part.prepend(make("div", { className: "rb-tools" }, explained, buttons, says));
  part.append(result);
  load();
  show();
  if (list) list.listen(() => showResult(rows()));
  document.addEventListener("rolebook:exchange", show);
  addEventListener("storage", (event) => {
    if (event.key !== PLACE && event.key !== null) return;
    load();
    show();
  });
}
