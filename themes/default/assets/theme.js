// Runs before the first paint, so that the chosen scheme applies without a flash of the other one.
"use strict";
(() => {
  try {
    const scheme = localStorage.getItem("rolebook:scheme");
    if (scheme === "light" || scheme === "dark") document.documentElement.dataset.theme = scheme;
  } catch {
    // If storage is blocked, the system's preference applies.
  }
  document.documentElement.classList.add("rb-js");
})();
