// Shows only the reading order of the role whose page was opened last.
import { store } from "./parts.js";

const orders = [...document.querySelectorAll(".rb-reading-step")];

// Without storage, all reading orders are shown.
const started = orders.find((order) => order.dataset.position === "1");
if (started) store.set("sessionStorage", "reading", started.dataset.role);
const role = store.get("sessionStorage", "reading");
const followed = orders.find((order) => order.dataset.role === role);
if (followed) {
  for (const order of orders) order.hidden = order !== followed;
  const all = followed.closest("details");
  if (all) {
    all.open = true;
    all.querySelector("summary").hidden = true;
  }
  document.querySelector(".rb-pager-section")?.setAttribute("hidden", "");
}
