// Group pages: the details of each subproject are folded.
import { foldSections, followFragments, setFold } from "./folds.js";
import { all } from "./parts.js";

foldSections();
followFragments((target) => {
  for (const part of all(":scope > .rb-more-body", target.parentElement)) setFold(part, true);
})();
document.addEventListener("rolebook:exchange", foldSections);
