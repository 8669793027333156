// The comparison of two groups, chosen by `?a=` and `?b=`.
import { common, fill, language, tag } from "./parts.js";

const form = document.querySelector(".rb-compare-choice");
const comparison = document.querySelector(".rb-comparison");
const source = new URL(form.dataset.compare, location.href);
const root = new URL("..", source);
const averages = new Intl.NumberFormat(language, { minimumFractionDigits: 1 });
let loading;

const load = () =>
  (loading ??= fetch(source)
    .then((answer) => {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    })
    .catch((error) => {
      loading = undefined;
      throw error;
    }));

/** Addresses in the data start at the root of the site. */
function link(to) {
  if (!to.url) return to.label;
  const href = to.external ? to.url : new URL(to.url.replace(/^\//, ""), root).href;
  return tag("a", to.external ? { href, class: "rb-external" } : { href }, to.label);
}

const list = (entries, show) =>
  entries.length
    ? tag(
        "ul",
        {},
        entries.map((entry) => tag("li", {}, show(entry))),
      )
    : strings.nothing;
const named = (to) => link({ label: to.name, url: to.url });
const titled = (role) => link({ label: role.title, url: role.url });
const spaced = (nodes) => nodes.flatMap((node, index) => (index ? [common.comma, node] : [node]));

function holders(role) {
  const nobody = tag("span", { class: "rb-open" }, role.filled === "vacant" ? strings.vacant : strings.open);
  return [titled(role), ": ", ...(role.holders.length ? spaced(role.holders.map(named)) : [nobody])];
}

function meetings(group) {
  const { figures } = group;
  const sum = figures.without_rule ? strings.meetings_per_week_and_more : strings.meetings_per_week;
  const line = fill(sum, { n: averages.format(figures.meetings_per_week), more: figures.without_rule });
  return [
    tag("p", {}, line),
    folded(group.meetings, (meeting) => (meeting.when ? `${meeting.title}: ${meeting.when}` : meeting.title)),
  ];
}

/** Folds a long list below its count. */
function folded(entries, show) {
  if (entries.length < 5) return list(entries, show);
  return tag("details", {}, tag("summary", {}, String(entries.length)), list(entries, show));
}

/** The entries of all roles of a group, each with its role. */
const ofRoles = (group, name) => group.roles.flatMap((role) => role[name].map((entry) => [role, entry]));

function skills(group, other) {
  const roles = group.roles.filter((role) => role.skills.length);
  if (!roles.length) return strings.nothing;
  return roles.map((role) => {
    const counterpart = other.roles.find(({ id }) => id === role.id);
    const rows = role.skills.map((skill) => {
      const other = counterpart?.skills.find(({ id }) => id === skill.id);
      const differs = counterpart && other?.level.level !== skill.level.level;
      return tag(
        "li",
        differs ? { class: "rb-differs" } : {},
        named(skill),
        ` ${skill.level.level} · ${skill.level.name}`,
      );
    });
    const differs = rows.some((row) => row.className);
    const head = fill(strings.skills_of_role, { role: role.title, n: rows.length });
    return tag("details", differs ? { open: "" } : {}, tag("summary", {}, head), tag("ul", {}, rows));
  });
}

const topics = [
  [strings.roles, (group) => list(group.roles, holders)],
  [strings.liaison, (group) => (group.liaison ? named(group.liaison) : strings.nothing)],
  [strings.meetings, meetings],
  [strings.subprojects, (group) => folded(group.subprojects, link)],
  [strings.working_groups, (group) => list(group.working_groups, link)],
  [strings.stakeholders, (group) => list(group.stakeholders, link)],
  [strings.contact, (group) => list(group.contacts, link)],
  [strings.charter, (group) => (group.charter ? link(group.charter) : strings.nothing)],
  [
    strings.deviations,
    (group) => list(ofRoles(group, "deviations"), ([role, clause]) => [`${role.title}: `, link(clause)]),
  ],
  [strings.items, (group) => list(ofRoles(group, "items"), ([role, item]) => [`${role.title}: `, link(item)])],
  [strings.skills, skills],
];

function table(a, b) {
  const head = tag("tr", {}, tag("td", {}), ...[a, b].map((group) => tag("th", { scope: "col" }, named(group))));
  const rows = topics.map(([topic, show]) =>
    tag("tr", {}, tag("th", { scope: "row" }, topic), tag("td", {}, show(a, b)), tag("td", {}, show(b, a))),
  );
  const caption = tag("caption", {}, fill(strings.caption, { a: a.name, b: b.name }));
  return tag("table", {}, caption, tag("thead", {}, head), tag("tbody", {}, rows));
}

/** Shows the selection in the address. */
async function show() {
  const chosen = new URLSearchParams(location.search);
  for (const select of form.elements) {
    select.value = chosen.get(select.name) ?? "";
    // A group that does not exist is deselected.
    if (select.selectedIndex < 0) select.value = "";
  }
  const ids = [...form.elements].map((select) => select.value);
  if (ids.some((id) => !id)) return comparison.replaceChildren();
  try {
    const { groups } = await load();
    const [a, b] = ids.map((id) => groups.find((group) => group.id === id));
    // The selection may have changed in the meantime.
    if (new URLSearchParams(location.search).toString() !== chosen.toString()) return;
    comparison.replaceChildren(table(a, b));
  } catch {
    comparison.replaceChildren(tag("p", {}, strings.failed));
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
