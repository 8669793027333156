// Of the reading orders that a page stands in, the one of the role whose page was opened last is followed.
const key = "rolebook-reading";
const orders = [...document.querySelectorAll(".rb-reading-step")];

try {
  const begun = orders.find((order) => order.dataset.position === "1");
  if (begun) sessionStorage.setItem(key, begun.dataset.role);
  const role = sessionStorage.getItem(key);
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
} catch {
  // Without storage, all of them stay.
}
