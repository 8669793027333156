// Pages of groups and roles: details, such as those of each subproject and of obligations, are folded.
import { foldSections, followFragments, setFold } from "./folds.js";
import { all } from "./parts.js";

foldSections();
followFragments((target) => {
  for (const part of all(":scope > .rb-more-body", target.parentElement)) setFold(part, true);
})();
document.addEventListener("rolebook:exchange", foldSections);
