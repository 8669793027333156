// The comparison of two groups, chosen by `?a=` and `?b=`.
const words = {
  caption: "{a} and {b}",
  topic: "Topic",
  roles: "Lead roles",
  vacant: "vacant",
  open: "nobody, and optional",
  liaison: "Liaison",
  meetings: "Meetings",
  meetingsPerWeek: "{n} a week",
  meetingsPerWeekAndMore: "{n} a week, and {more} more of unknown frequency",
  subprojects: "Subprojects",
  workingGroups: "Working groups for it",
  stakeholders: "Works for",
  contact: "Contact",
  charter: "Charter",
  deviations: "What the charter says otherwise",
  items: "Checklist items of its own",
  skills: "Skills asked for",
  skillsOfRole: "{role}: {n}",
  nothing: "–",
  failed: "The data of the groups could not be loaded. The table below has the key figures.",
};

const form = document.querySelector(".rb-compare-choice");
const place = document.querySelector(".rb-comparison");
const source = new URL(form.dataset.compare, location.href);
const root = new URL("..", source);
let loading;

const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const load = () => (loading ??= fetch(source).then((answer) => {
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}).catch((error) => {
  loading = undefined;
  throw error;
}));

/** An element with attributes and children; texts stay texts. */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.flat());
  return element;
}

/** Addresses within the site are written from its root. */
function link(to) {
  if (!to.url) return to.label;
  const href = to.external ? to.url : new URL(to.url.replace(/^\//, ""), root).href;
  return make("a", to.external ? { href, class: "rb-external" } : { href }, to.label);
}

const list = (entries, show) => (entries.length ? make("ul", {}, entries.map((entry) => make("li", {}, show(entry)))) : words.nothing);
const named = (to) => link({ label: to.name, url: to.url });
const titled = (role) => link({ label: role.title, url: role.url });
const spaced = (nodes) => nodes.flatMap((node, index) => (index ? [", ", node] : [node]));

function holders(role) {
  const nobody = make("span", { class: "rb-open" }, role.filled === "vacant" ? words.vacant : words.open);
  return [titled(role), ": ", ...(role.holders.length ? spaced(role.holders.map(named)) : [nobody])];
}

function meetings(group) {
  const { figures } = group;
  const sum = figures.without_rule ? words.meetingsPerWeekAndMore : words.meetingsPerWeek;
  const line = say(sum, { n: figures.meetings_per_week, more: figures.without_rule });
  return [make("p", {}, line), folded(group.meetings, (meeting) => (meeting.when ? `${meeting.title}: ${meeting.when}` : meeting.title))];
}

/** A long list is counted first. */
function folded(entries, show) {
  if (entries.length < 5) return list(entries, show);
  return make("details", {}, make("summary", {}, String(entries.length)), list(entries, show));
}

/** What roles of a group have in a list of their own, with the role before each. */
const ofRoles = (group, name) => group.roles.flatMap((role) => role[name].map((entry) => [role, entry]));

function skills(group, other) {
  const roles = group.roles.filter((role) => role.skills.length);
  if (!roles.length) return words.nothing;
  return roles.map((role) => {
    const counterpart = other.roles.find(({ id }) => id === role.id);
    const rows = role.skills.map((skill) => {
      const there = counterpart?.skills.find(({ id }) => id === skill.id);
      const differs = counterpart && there?.level.level !== skill.level.level;
      return make("li", differs ? { class: "rb-differs" } : {}, named(skill), ` ${skill.level.level} · ${skill.level.name}`);
    });
    const differs = rows.some((row) => row.className);
    const head = say(words.skillsOfRole, { role: role.title, n: rows.length });
    return make("details", differs ? { open: "" } : {}, make("summary", {}, head), make("ul", {}, rows));
  });
}

const topics = [
  [words.roles, (group) => list(group.roles, holders)],
  [words.liaison, (group) => (group.liaison ? named(group.liaison) : words.nothing)],
  [words.meetings, meetings],
  [words.subprojects, (group) => folded(group.subprojects, link)],
  [words.workingGroups, (group) => list(group.working_groups, link)],
  [words.stakeholders, (group) => list(group.stakeholders, link)],
  [words.contact, (group) => list(group.contacts, link)],
  [words.charter, (group) => (group.charter ? link(group.charter) : words.nothing)],
  [words.deviations, (group) => list(ofRoles(group, "deviations"), ([role, clause]) => [`${role.title}: `, link(clause)])],
  [words.items, (group) => list(ofRoles(group, "items"), ([role, item]) => [`${role.title}: `, link(item)])],
  [words.skills, skills],
];

function table(a, b) {
  const head = make("tr", {}, make("td", {}), ...[a, b].map((group) => make("th", { scope: "col" }, named(group))));
  const rows = topics.map(([topic, show]) => make("tr", {}, make("th", { scope: "row" }, topic), make("td", {}, show(a, b)), make("td", {}, show(b, a))));
  const caption = make("caption", {}, say(words.caption, { a: a.name, b: b.name }));
  return make("table", {}, caption, make("thead", {}, head), make("tbody", {}, rows));
}

/** Shows what the address chooses. */
async function show() {
  const chosen = new URLSearchParams(location.search);
  for (const select of form.elements) {
    select.value = chosen.get(select.name) ?? "";
    // A group that is gone chooses nothing.
    if (select.selectedIndex < 0) select.value = "";
  }
  const ids = [...form.elements].map((select) => select.value);
  if (ids.some((id) => !id)) return place.replaceChildren();
  try {
    const { groups } = await load();
    const [a, b] = ids.map((id) => groups.find((group) => group.id === id));
    // Another choice may have been made meanwhile.
    if (new URLSearchParams(location.search).toString() !== chosen.toString()) return;
    place.replaceChildren(table(a, b));
  } catch {
    place.replaceChildren(make("p", {}, words.failed));
  }
}

form.addEventListener("change", () => {
  const chosen = new URLSearchParams([...new FormData(form)].filter(([, id]) => id));
  history.pushState(null, "", `${location.pathname}${chosen.size ? `?${chosen}` : ""}`);
  show();
});
form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("popstate", show);
show();
