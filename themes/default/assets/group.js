// Group pages: the details of each subproject are folded.

import { foldSections, fragmentTarget, reveal, setFold } from "./folds.js";
import { all } from "./parts.js";

// Opens the subproject that the fragment of the address leads to.
function follow() {
  const target = fragmentTarget();
  if (!target) return;
  reveal(target);
  for (const part of all(":scope > .rb-more-body", target.parentElement)) setFold(part, true);
  target.scrollIntoView({ behavior: "instant" });
}

foldSections();
follow();
addEventListener("hashchange", follow);
document.addEventListener("rolebook:exchange", foldSections);
