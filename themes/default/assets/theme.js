// Runs before the first paint, so that the chosen scheme applies without a flash of the other one.
"use strict";
(() => {
  const root = document.documentElement;
  // Several handbooks may share an origin.
  root.dataset.schemeKey = `rolebook:${new URL("..", document.currentScript.src).pathname}:scheme`;
  try {
    const scheme = localStorage.getItem(root.dataset.schemeKey);
    if (scheme === "light" || scheme === "dark") root.dataset.theme = scheme;
  } catch {
    // If storage is blocked, the system's preference applies.
  }
  root.classList.add("rb-js");
})();
