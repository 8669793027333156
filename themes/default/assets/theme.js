// Runs before the first paint, so that a chosen scheme never flashes the other one.
"use strict";
(() => {
  try {
    const scheme = localStorage.getItem("rolebook:scheme");
    if (scheme === "light" || scheme === "dark") document.documentElement.dataset.theme = scheme;
  } catch {
    // Storage may be forbidden; the system's preference then stands.
  }
  document.documentElement.classList.add("rb-js");
})();
