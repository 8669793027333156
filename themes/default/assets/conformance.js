// Groups and rules: filters, a line that names the cell, and movement between cells with the arrow keys.
import { foldSections, followFragments, setFold } from "./folds.js";
import { all, fill, make, plain } from "./parts.js";

const form = document.querySelector(".rb-register-filter");
const hint = make("p", { className: "rb-hint" });
const tables = () => all(".rb-verdicts table");
const isVisible = (element) => !element.hidden;
const kindOf = (row) => row.closest(".rb-conformance").dataset.kind;
const foldBody = (section, isOpen) => setFold(section.querySelector(".rb-more-body"), isOpen);

// Shows the rows and columns of a table that fit; a column without a fitting cell is hidden.
function showTable(table, { group, rule, verdict }) {
  const columns = all("thead th", table).slice(1);
  const rows = all("tbody tr", table);
  const filled = new Set();
  for (const row of rows) {
    const named = `${plain(row.cells[0])} ${row.dataset.group} ${kindOf(row)}`.toLowerCase().includes(group);
    let fits = false;
    columns.forEach((column, index) => {
      const cell = row.cells[index + 1];
      const isAsked = !rule || column.dataset.rule === rule;
      const isHit = isAsked && (verdict ? cell.className.split(" ").includes(`rb-${verdict}`) : cell.children.length);
      cell.classList.toggle("rb-dim", Boolean(verdict) && !isHit);
      if (named && isHit) filled.add(column);
      fits ||= Boolean(isHit);
    });
    row.hidden = !named || !fits;
  }
  columns.forEach((column, index) => {
    const isShown = filled.has(column);
    column.hidden = !isShown;
    for (const row of rows) row.cells[index + 1].hidden = !isShown;
  });
  const section = table.closest(".rb-conformance");
  section.hidden = !rows.some(isVisible);
}

// Shows the findings of a rule that fit; true if any does, or the rule has a shown column.
function showRule(section, { group, rule, verdict }, groups, shown) {
  const id = section.dataset.rule;
  if (rule && id !== rule) return false;
  const findings = all(".rb-checks > li", section);
  for (const finding of findings) {
    const isOf = !group || finding.dataset.groups.split(" ").some((named) => groups.has(named));
    finding.hidden = !isOf || Boolean(verdict && finding.dataset.verdict !== verdict);
  }
  const fits = verdict ? section.dataset[verdict] !== "0" : true;
  return fits && (!group || shown.has(id) || findings.some(isVisible));
}

function show() {
  const { group, rule, verdict } = form.elements;
  const asked = { group: group.value.trim().toLowerCase(), rule: rule.value, verdict: verdict.value };
  for (const table of tables()) showTable(table, asked);
  const rows = all(".rb-verdicts tbody tr");
  const visible = rows.filter((row) => isVisible(row) && isVisible(row.closest(".rb-conformance")));
  const groups = new Set(visible.map((row) => row.dataset.group));
  const columns = all(".rb-conformance:not([hidden]) thead th[data-rule]:not([hidden])");
  const shown = new Set(columns.map((column) => column.dataset.rule));
  const rules = all(".rb-rule");
  for (const section of rules) {
    section.hidden = !showRule(section, asked, groups, shown);
    if (rule.value || verdict.value) foldBody(section, isVisible(section));
  }
  form.querySelector("output").textContent = fill(strings.shown, {
    groups: visible.length,
    n: rows.length,
    rules: rules.filter(isVisible).length,
    m: rules.length,
  });
  const query = new URLSearchParams();
  for (const [name, field] of Object.entries({ group, rule, verdict })) if (field.value) query.set(name, field.value);
  history.replaceState(null, "", (query.size ? `?${query}` : location.pathname) + location.hash);
  for (const table of tables()) rove(table);
}

// One cell of each table is reached with the Tab key, the others with the arrow keys.
const links = (table) => all("tbody tr:not([hidden]) :is(th, td):not([hidden]) > a", table);
function rove(table, chosen) {
  const all = links(table);
  const current = chosen ?? all.find((link) => link.tabIndex === 0 && link.closest("td")) ?? all[0];
  for (const link of all) link.tabIndex = link === current ? 0 : -1;
}

const STEPS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
function move(event) {
  const step = STEPS[event.key];
  const cell = event.target.closest("tbody :is(th, td)");
  if (!step || !cell || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const [x, y] = document.dir === "rtl" ? [-step[0], step[1]] : step;
  const table = cell.closest("table");
  const rows = [...table.tBodies[0].rows].filter(isVisible);
  let row = rows.indexOf(cell.parentElement);
  let column = cell.cellIndex;
  // Cells without a link are skipped.
  do {
    row += y;
    column += x;
    const link = rows[row]?.cells[column]?.querySelector("a");
    if (link && isVisible(link.parentElement)) {
      rove(table, link);
      link.focus();
      return;
    }
  } while (rows[row]?.cells[column]);
}

// Names a cell in words.
function name(event) {
  const cell = event.target.closest(".rb-verdicts :is(td, th)");
  for (const marked of all(".rb-column")) marked.classList.remove("rb-column");
  const table = cell?.closest("table");
  const column = table?.tHead.rows[0].cells[cell.cellIndex];
  if (!column?.dataset.rule) {
    hint.textContent = "";
    return;
  }
  column.classList.add("rb-column");
  const rule = plain(column);
  const verdict = cell.querySelector(".rb-hidden");
  if (cell === column) hint.textContent = rule;
  else if (verdict) {
    const group = plain(cell.parentElement.cells[0]);
    hint.textContent = fill(strings.hint, { group, rule, verdict: plain(verdict) });
  } else hint.textContent = "";
}

const asked = new URLSearchParams(location.search);
for (const field of ["group", "rule", "verdict"]) form.elements[field].value = asked.get(field) || "";
all(".rb-conformance").at(-1)?.after(hint);
form.addEventListener("input", show);
form.addEventListener("submit", (event) => event.preventDefault());
for (const table of tables()) table.addEventListener("keydown", move);
for (const kind of ["pointerover", "focusin"]) document.addEventListener(kind, name);
form.hidden = false;
foldSections();
show();
followFragments((target) => {
  for (const part of all(":scope > .rb-more-body", target.parentElement)) setFold(part, true);
})();
document.addEventListener("rolebook:exchange", foldSections);
