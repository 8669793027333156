// What leaves the page and comes into it: copies, files, issues, and the questions before something is lost.
import { deadline, readProgress, shownDay } from "./kept.js";
import { all, button, Fault, fill, language, make, pieces, plain } from "./parts.js";

// Browsers and GitHub take longer addresses, but not all of what stands between them.
const LONGEST_ADDRESS = 8000;
const LARGEST_FILE = 1_000_000;

// Asks, and gives the value of the choice; "" when the reader backs out.
function ask(title, text, choices) {
  return new Promise((answer) => {
    const dialog = make("dialog", { className: "rb-dialog" });
    dialog.setAttribute("aria-labelledby", "rb-ask");
    const choice = (value, label) => make("button", { value, textContent: label, className: "rb-button" });
    const back = Object.assign(choice("", words.cancel), { autofocus: true });
    const buttons = make(
      "div",
      { className: "rb-buttons" },
      ...choices.map(([value, label]) => choice(value, label)),
      back,
    );
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
// Whether something is to be removed.
export const confirmed = async (title, text, label) => (await ask(title, text, [["yes", label]])) === "yes";
// Whether a file is to be merged with what is here, or to replace it.
export const mergeOrReplace = (text) =>
  ask(words.merge_title, text, [
    ["merge", words.merge],
    ["replace", words.replace],
  ]);
// Says how an import ended; an answer of "" is none.
export function imported(say, answer, fine, name) {
  if (!answer) say(words.unchanged);
  else if (fine) say(fill(answer === "merge" ? words.merged : words.imported, { name }));
}

export function download(name, value) {
  const blob = new Blob([`${JSON.stringify(value, null, 2)}\n`], { type: "application/json" });
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export const exportList = (list) => download(`${list.key.replace(/[^\w-]+/g, "-")}.json`, list.export());

// Gives what is in a file to `use`, and says what is wrong with it.
export async function read(file, say, use) {
  try {
    if (file.size > LARGEST_FILE) throw new Fault("too_large", { name: file.name });
    let value;
    try {
      value = JSON.parse(await file.text());
    } catch {
      throw new Fault("no_json", { name: file.name });
    }
    await use(value);
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    say(fill(words.refused, { fault: fill(words.faults[fault.message], fault.values) }));
  }
}

export async function copy(text, say, place, done) {
  try {
    await navigator.clipboard.writeText(text);
    place.replaceChildren();
    say(done);
  } catch {
    const area = make("textarea", { className: "rb-copy", value: text, readOnly: true, rows: 8 });
    area.setAttribute("aria-label", words.text);
    place.replaceChildren(area);
    area.focus();
    area.select();
    say(words.not_copied);
  }
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

// A list as Markdown: by phase, each item as a task.
function tasks({ element, entry, itemText, progress }) {
  const base = new URL(element.dataset.address || location.href, location.href);
  return all(".rb-phase", element).map((section) => {
    const heading = section.querySelector("h3").cloneNode(true);
    all(".rb-count, .rb-anchor", heading).forEach((odd) => odd.remove());
    const end = deadline(progress.start, section.dataset.phase);
    return {
      heading: `## ${escaped(plain(heading))}${end ? `\n\n${fill(words.due[end.kind], end)}` : ""}`,
      items: all("[data-item]", section).map((item) => {
        const { done, note } = entry(item.dataset.item);
        const lines = [`- [${done ? "x" : " "}] ${markdown(itemText(item), base).trim()}`];
        const see = item.querySelector(".rb-done");
        if (see) {
          const rest = [...see.childNodes].filter((node) => node.nodeName !== "B");
          const text = rest
            .map((node) => markdown(node, base))
            .join("")
            .trim();
          lines.push(`  ${fill(words.done_when, { text })}`);
        }
        const refs = all(".rb-item-refs a", item).map((link) => markdown(link, base));
        if (refs.length) lines.push(`  ${fill(words.rests_on, { refs: refs.join(", ") })}`);
        const text = lines.join("\n");
        if (!note) return { text, short: text };
        const noted = fill(words.note, { note: note.trim().split(/\r?\n/).join("\n  ") });
        return { text: `${text}\n  ${noted}`, short: `${text}\n  ${words.note_left_out}` };
      }),
    };
  });
}
const body = (phases) => `${phases.map((phase) => `${phase.heading}\n\n${phase.items.join("\n")}`).join("\n\n")}\n`;
function whole(list) {
  const phases = tasks(list).map(({ heading, items }) => ({ heading, items: items.map((item) => item.text) }));
  return `# ${escaped(list.title)}\n\n${body(phases)}`;
}
export const copyList = (list) => copy(whole(list), list.say, list.extra, words.copied_markdown);

function issueAddress({ element }, heading, text) {
  const url = new URL(element.dataset.newIssue);
  url.searchParams.set("title", heading);
  url.searchParams.set("body", text);
  if (element.dataset.labels) url.searchParams.set("labels", element.dataset.labels);
  return url.href;
}
// Forms that are filled in by their address, as many as it takes.
function issueForms(list) {
  const extended = (part, heading, text) => {
    const longer = part.map((phase) => ({ heading: phase.heading, items: [...phase.items] }));
    if (!part.length || longer.at(-1).heading !== heading) longer.push({ heading, items: [] });
    longer.at(-1).items.push(text);
    return longer;
  };
  const titled = (part, n) => fill(words.part, { title: list.title, part, n });
  const fits = (part) => issueAddress(list, titled(99, 99), body(part)).length <= LONGEST_ADDRESS;
  const parts = [[]];
  for (const { heading, items } of tasks(list)) {
    for (const { text, short } of items) {
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
    const heading = parts.length > 1 ? titled(index + 1, parts.length) : list.title;
    return { heading, address: issueAddress(list, heading, body(part)) };
  });
}
export function openIssue(list) {
  const forms = issueForms(list);
  if (forms.length === 1) {
    list.extra.replaceChildren();
    window.open(forms[0].address, "_blank", "noopener");
    return;
  }
  const form = (href, text) => {
    const link = { href, target: "_blank", rel: "noopener", className: "rb-external", textContent: text };
    return make("a", link);
  };
  const n = forms.length;
  const links = forms.map(({ heading, address }) => make("li", {}, form(address, heading)));
  const refused = make("div");
  const copyAll = () => copy(whole(list), list.say, refused, words.copied_for_form);
  const copied = button(words.copy, copyAll, "rb-quiet");
  const empty = form(issueAddress(list, list.title, ""), words.empty_form);
  list.extra.replaceChildren(
    make("p", { textContent: fill(words.too_long, { n }) }),
    make("ol", { className: "rb-parts" }, ...links),
    make("p", {}, ...pieces(words.all_in_one, { copy: copied, form: empty })),
    refused,
  );
  list.say(fill(words.links, { n }));
  links[0].firstChild.focus();
}

// What a reader has of a list, in words.
function describe({ items, own, start }) {
  const entries = [...items.values()];
  const said = [];
  const count = (word, n) => n && said.push(fill(word, { n }));
  count(words.ticks, entries.filter((entry) => entry.done).length);
  count(words.notes, entries.filter((entry) => entry.note).length);
  count(words.own, own.size);
  if (start) said.push(fill(words.start, { date: shownDay(start) }));
  return new Intl.ListFormat(language, { type: "conjunction" }).format(said);
}
export const confirmReset = ({ progress }) =>
  confirmed(words.reset_title, fill(words.reset_text, { what: describe(progress) }), words.reset);

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
  return mine;
}
export async function importList(list, value, name) {
  const other = readProgress(value, list.key);
  const mine = describe(list.progress);
  const theirs = describe(other) || words.nothing;
  const answer = mine ? await mergeOrReplace(fill(words.merge_text, { name, theirs, mine })) : "replace";
  const fine = answer && (await list.replace(answer === "merge" ? merge(list.progress, other) : other));
  imported(list.say, answer, fine, name);
}
