// The lists of people, by group.
import { all, fill } from "./parts.js";

const form = document.querySelector(".rb-register-filter");
const show = () => {
  const { group, differs } = form.elements;
  const sections = all(".rb-lists");
  sections.forEach((section) => {
    const isWanted = !group.value || section.dataset.group === group.value;
    section.hidden = !isWanted || (differs.checked && section.dataset.differs !== "true");
  });
  const agreeing = document.querySelector(".rb-agreeing");
  const isInFold = Boolean(agreeing?.querySelector(".rb-lists:not([hidden])"));
  if (agreeing) {
    agreeing.hidden = !isInFold;
    if (group.value && isInFold) agreeing.open = true;
  }
  const shown = sections.filter((section) => !section.hidden).length;
  form.querySelector("output").textContent = fill(strings.shown, { shown, n: sections.length });
  const query = new URLSearchParams();
  if (group.value) query.set("group", group.value);
  if (differs.checked) query.set("differs", "yes");
  history.replaceState(null, "", `${query.size ? `?${query}` : location.pathname}${location.hash}`);
};
if (form) {
  const asked = new URLSearchParams(location.search);
  form.elements.group.value = asked.get("group") || "";
  form.elements.differs.checked = asked.has("differs");
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  show();
}
