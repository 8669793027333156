// The register of obligations, by role and level.
import { all, fill } from "./parts.js";

const form = document.querySelector(".rb-register-filter");
const show = () => {
  const { role, level, open } = form.elements;
  const entries = all(".rb-obligations > li");
  entries.forEach((entry) => {
    const bound = !role.value || entry.dataset.roles.split(" ").includes(role.value);
    const fits = bound && (!level.value || entry.dataset.level === level.value);
    entry.hidden = !fits || (open.checked && entry.dataset.open !== "yes");
  });
  all(".rb-register-clause, .rb-register").forEach((part) => {
    part.hidden = !part.querySelector("li:not([hidden])");
  });
  const shown = entries.filter((entry) => !entry.hidden).length;
  form.querySelector("output").textContent = fill(strings.shown, { shown, n: entries.length });
  const query = new URLSearchParams();
  if (role.value) query.set("role", role.value);
  if (level.value) query.set("level", level.value);
  if (open.checked) query.set("open", "yes");
  history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
};
const asked = new URLSearchParams(location.search);
form.elements.role.value = asked.get("role") || "";
form.elements.level.value = asked.get("level") || "";
form.elements.open.checked = asked.has("open");
form.addEventListener("input", show);
form.addEventListener("submit", (event) => event.preventDefault());
form.hidden = false;
show();
