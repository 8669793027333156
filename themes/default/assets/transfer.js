// Exports and imports: clipboard, files, issues, and confirmation dialogs.

import { Fault } from "./files.js";
import { deadline, GROWTH_PHASE, PHASES, readProgress, shownDay } from "./kept.js";
import { all, button, common, fill, language, make, pieces, plain } from "./parts.js";
import { loadStyles } from "./styles.js";

// Browsers and GitHub accept longer addresses, but some servers in between do not.
const LONGEST_ADDRESS = 8000;
const LARGEST_FILE = 1_000_000;

await loadStyles("transfer.css");

// Asks, and returns the value of the choice; "" if the reader cancels.
function ask(title, text, choices) {
  return new Promise((answer) => {
    const dialog = make("dialog", { className: "rb-dialog" });
    dialog.setAttribute("aria-labelledby", "rb-ask");
    const choice = (value, label) => make("button", { value, textContent: label, className: "rb-button" });
    const back = Object.assign(choice("", strings.cancel), { autofocus: true });
    const choiceButtons = choices.map(([value, label]) => choice(value, label));
    const buttons = make("div", { className: "rb-buttons" }, ...choiceButtons, back);
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

// Asks whether to delete something.
export const confirmed = async (title, text, label) => (await ask(title, text, [["yes", label]])) === "yes";

// Asks whether a file replaces the current data or is merged with it.
export const mergeOrReplace = (text) => {
  const choices = [
    ["merge", strings.merge],
    ["replace", strings.replace],
  ];
  return ask(strings.merge_title, text, choices);
};

// Reports the result of an import; the answer "" means that it was cancelled.
export function imported(say, answer, isSaved, name) {
  if (!answer) say(strings.unchanged);
  else if (isSaved) say(fill(answer === "merge" ? strings.merged : strings.imported, { name }));
}

export function download(name, value) {
  const blob = new Blob([`${JSON.stringify(value, null, 2)}\n`], { type: "application/json" });
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export const exportList = (list) => download(`${list.key.replace(/[^\p{L}\p{M}\p{N}_-]+/gu, "-")}.json`, list.export());

async function parsed(file) {
  if (file.size > LARGEST_FILE) throw new Fault("too_large", { name: file.name });
  try {
    return JSON.parse(await file.text());
  } catch {
    throw new Fault("no_json", { name: file.name });
  }
}

// Passes the value in a file to `use`, and reports errors in it.
export async function read(file, say, use) {
  try {
    await use(await parsed(file));
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    say(fill(strings.refused, { fault: fill(strings.faults[fault.message], fault.values) }));
  }
}

export async function copy(text, say, container, done) {
  try {
    await navigator.clipboard.writeText(text);
    container.replaceChildren();
    say(done);
  } catch {
    const area = make("textarea", { className: "rb-copy", value: text, readOnly: true, rows: 8 });
    area.setAttribute("aria-label", strings.text);
    container.replaceChildren(area);
    area.focus();
    area.select();
    say(strings.not_copied);
  }
}

// Escapes plain text for Markdown.
const escaped = (text) => text.replace(/\s+/g, " ").replace(/[\\`*_[\]<]/g, "\\$&");
// Indents continuation lines of an item.
const indented = (text) => text.trim().replace(/\n(?=[^\n])/g, "\n  ");

const sources = new WeakMap();
// The preview also replaces items whose Markdown has changed.
document.addEventListener("rolebook:exchange", () => {
  for (const element of all(".rb-checklist")) sources.delete(element);
});

// The phases of a list with the Markdown of their items, from the JSON data of the page.
function phasesOf({ element }) {
  if (!sources.has(element)) {
    const source = loadPhases(element).catch((fault) => {
      sources.delete(element);
      throw fault;
    });
    sources.set(element, source);
  }
  return sources.get(element);
}

async function loadPhases(element) {
  const { source, address } = element.dataset;
  if (!source) return shownPhases(element);
  const response = await fetch(source);
  if (!response.ok) throw new Error(String(response.status));
  const { phases } = await response.json();
  // Without a base URL, links to pages of the site begin with a slash.
  const root = new URL("..", import.meta.url).href;
  const absolute = (text) => (address ? text : text.replace(/\]\((<?)\//g, `]($1${root}`));
  return phases.map(({ id, title, items }) => ({
    id,
    title: escaped(title),
    items: items.map((item) => itemMarkdown(item, absolute)),
  }));
}

// Without data, the items as plain text.
function shownPhases(element) {
  return all(".rb-phase:not(.rb-phase-own)", element).map((section) => {
    const heading = section.querySelector("h3").cloneNode(true);
    for (const addition of all(".rb-count, .rb-anchor", heading)) addition.remove();
    const items = all("[data-item]:not([data-item^='+'])", section).map((item) => ({
      id: item.dataset.item,
      text: escaped(plain(item.querySelector(".rb-item-title"))),
      access: [],
    }));
    return { id: section.dataset.phase, title: escaped(plain(heading)), items };
  });
}

function itemMarkdown({ id, title, text, done, refs, access = [] }, absolute) {
  const link = ({ label, url }) =>
    url ? `[${escaped(label)}](${/[()]/.test(url) ? `<${url}>` : url})` : escaped(label);
  return {
    id,
    text: `${title ? `**${escaped(title)}.** ` : ""}${absolute(text)}`,
    done: done && absolute(done),
    refs: absolute(refs.map(link).join(common.comma)),
    access: access.map((entry) => ({
      id: entry.id,
      text: absolute(fill(strings.access, entry)),
    })),
  };
}

// Loads the data for copies and issues before the reader requests one.
export const prepare = (list) => phasesOf(list).catch(() => {});

// Runs `use` with the list by phase, and reports failures to load its Markdown.
async function withTasks(list, use) {
  let phases;
  try {
    phases = await phasesOf(list);
  } catch {
    list.say(common.unreachable);
    return;
  }
  const own = [...list.progress.own].map(([id, { text, see }]) => ({
    id,
    text: escaped(text),
    done: see && escaped(see),
    access: [],
  }));
  const tasks = withOwn(phases, own).map(({ id, title, items }) => ({
    heading: headingMarkdown(title, deadline(list.progress.start, id)),
    items: items.map((item) => task(list, item)),
  }));
  await use(tasks);
}

// The phases with the reader's own items at the end of theirs.
function withOwn(phases, items) {
  if (!items.length) return phases;
  const at = phases.findIndex(({ id }) => id === GROWTH_PHASE);
  if (at >= 0) return phases.with(at, { ...phases[at], items: [...phases[at].items, ...items] });
  const later = phases.findIndex(({ id }) => PHASES.indexOf(id) > PHASES.indexOf(GROWTH_PHASE));
  const own = { id: GROWTH_PHASE, title: escaped(strings.growth), items };
  return phases.toSpliced(later < 0 ? phases.length : later, 0, own);
}

const headingMarkdown = (title, end) => `## ${title}${end ? `\n\n${fill(strings.due[end.kind], end)}` : ""}`;

// An item as a task, with and without its note.
function task(list, { id, text, done: see, refs, access }) {
  const { done, note } = list.entry(id);
  const box = (isDone) => `- [${isDone ? "x" : " "}]`;
  const isDone = access.length ? access.every((entry) => list.entry(entry.id).done) : done;
  const lines = [`${box(isDone)} ${indented(text)}`];
  if (see) lines.push(`  ${fill(strings.done_when, { text: indented(see) })}`);
  if (refs) lines.push(`  ${fill(strings.rests_on, { refs })}`);
  for (const entry of access) lines.push(`  ${box(list.entry(entry.id).done)} ${indented(indented(entry.text))}`);
  const short = lines.join("\n");
  if (!note) return { text: short, short };
  const noted = fill(strings.note, { note: note.trim().split(/\r?\n/).join("\n  ") });
  return { text: `${short}\n  ${noted}`, short: `${short}\n  ${strings.note_left_out}` };
}

const body = (phases) => `${phases.map((phase) => `${phase.heading}\n\n${phase.items.join("\n")}`).join("\n\n")}\n`;

function whole(list, tasks) {
  const phases = tasks.map(({ heading, items }) => ({ heading, items: items.map((item) => item.text) }));
  return `# ${escaped(list.title)}\n\n${body(phases)}`;
}

export const copyList = (list) =>
  withTasks(list, (tasks) => copy(whole(list, tasks), list.say, list.extra, strings.copied_markdown));

function issueAddress({ element }, heading, text) {
  const { newIssue, issueTitle = "title", issueBody = "body", labels } = element.dataset;
  const url = new URL(newIssue);
  url.searchParams.set(issueTitle, heading);
  url.searchParams.set(issueBody, text);
  if (labels) url.searchParams.set("labels", labels);
  return url.href;
}

// The phases of a part with one more item.
function extended(part, heading, text) {
  const longer = part.map((phase) => ({ heading: phase.heading, items: [...phase.items] }));
  if (!part.length || longer.at(-1).heading !== heading) longer.push({ heading, items: [] });
  longer.at(-1).items.push(text);
  return longer;
}

// Splits the tasks into as few parts as `fits` allows. A task that does not fit alone loses its note.
function split(tasks, fits) {
  const parts = [[]];
  for (const { heading, items } of tasks) {
    for (const { text, short } of items) {
      const longer = extended(parts.at(-1), heading, text);
      if (fits(longer)) {
        parts[parts.length - 1] = longer;
        continue;
      }
      if (parts.at(-1).length) parts.push([]);
      const alone = extended([], heading, text);
      parts[parts.length - 1] = fits(alone) ? alone : extended([], heading, short);
    }
  }
  return parts;
}

// Addresses of prefilled issue forms, as many as necessary.
function issueForms(list, tasks) {
  const titled = (part, n) => fill(strings.part, { title: list.title, part, n });
  const parts = split(tasks, (part) => issueAddress(list, titled(99, 99), body(part)).length <= LONGEST_ADDRESS);
  return parts.map((part, index) => {
    const heading = parts.length > 1 ? titled(index + 1, parts.length) : list.title;
    return { heading, address: issueAddress(list, heading, body(part)) };
  });
}

const formLink = (href, textContent) =>
  make("a", { href, target: "_blank", rel: "noopener", className: "rb-external", textContent });

// Links to several forms, with instructions for filling in one manually.
function listForms(list, forms) {
  const n = forms.length;
  const refused = make("div");
  const copyAll = (tasks) => copy(whole(list, tasks), list.say, refused, strings.copied_for_form);
  const copied = button(strings.copy, () => withTasks(list, copyAll), "rb-quiet");
  const empty = formLink(issueAddress(list, list.title, ""), strings.empty_form);
  const links = forms.map(({ heading, address }) => make("li", {}, formLink(address, heading)));
  list.extra.replaceChildren(
    make("p", { textContent: fill(strings.too_long, { n }) }),
    make("ol", { className: "rb-parts" }, ...links),
    make("p", {}, ...pieces(strings.all_in_one, { copy: copied, form: empty })),
    refused,
  );
  list.say(fill(strings.links, { n }));
  links[0].firstChild.focus();
}

export const openIssue = (list) =>
  withTasks(list, (tasks) => {
    const forms = issueForms(list, tasks);
    if (forms.length > 1) return listForms(list, forms);
    list.extra.replaceChildren();
    window.open(forms[0].address, "_blank", "noopener");
  });

// Summarises the entries of a list for a sentence; "" if there are none.
function describe({ items, own, start }) {
  const entries = [...items.values()];
  const counts = [
    [strings.ticks, entries.filter((entry) => entry.done).length],
    [strings.notes, entries.filter((entry) => entry.note).length],
    [strings.own, own.size],
  ];
  const parts = counts.filter(([, n]) => n).map(([string, n]) => fill(string, { n }));
  if (start) parts.push(fill(strings.start, { date: shownDay(start) }));
  return new Intl.ListFormat(language, { type: "conjunction" }).format(parts);
}

export const confirmReset = ({ progress }) =>
  confirmed(strings.reset_title, fill(strings.reset_text, { what: describe(progress) }), strings.reset);

// Merges two entries without loss: an item ticked in either is ticked, and both notes are kept if they differ.
function mergedEntry(mine, other) {
  const notes = mine.note.includes(other.note) ? [mine.note] : [mine.note, other.note];
  return {
    done: mine.done || other.done,
    undone: (mine.undone && other.undone) || undefined,
    note: notes.filter(Boolean).join("\n"),
    text: mine.text || other.text,
  };
}

function merge(mine, other) {
  mine.start = mine.start || other.start;
  for (const [id, item] of other.own) mine.own.set(id, item);
  for (const [id, entry] of other.items) {
    const before = mine.items.get(id);
    mine.items.set(id, before ? mergedEntry(before, entry) : entry);
  }
  return mine;
}

export async function importList(list, value, name) {
  const other = readProgress(value, list.key);
  const mine = describe(list.progress);
  const theirs = describe(other) || strings.nothing;
  const answer = mine ? await mergeOrReplace(fill(strings.merge_text, { name, theirs, mine })) : "replace";
  const isSaved = answer && (await list.replace(answer === "merge" ? merge(list.progress, other) : other));
  imported(list.say, answer, isSaved, name);
}
