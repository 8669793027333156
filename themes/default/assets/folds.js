// Folds: parts of a page that readers open by keyboard, pointer or touch. Links and find-in-page open them, too.
// Without scripts and in print, every part is shown.
import { all, make } from "./parts.js";

const openers = new WeakMap();
// The height in pixels from which a text is clipped.
const CLIPPED = 190;
let count = 0;

// Makes a heading the button that opens a part. A heading or part that the preview has replaced gets its button again.
export function fold(heading, part, isOpen = false) {
  const existing = heading.querySelector(":scope > .rb-fold-button");
  if (existing && openers.has(part) && existing.getAttribute("aria-controls") === part.id) return;
  existing?.replaceWith(...existing.childNodes);
  count += 1;
  part.id ||= `rb-fold-${count}`;
  const button = make("button", { type: "button", className: "rb-fold-button" }, ...heading.childNodes);
  button.setAttribute("aria-controls", part.id);
  heading.append(button);
  const set = (open) => {
    button.setAttribute("aria-expanded", String(open));
    if (open) part.removeAttribute("hidden");
    else part.setAttribute("hidden", "until-found");
  };
  button.addEventListener("click", () => set(button.getAttribute("aria-expanded") !== "true"));
  part.addEventListener("beforematch", () => set(true));
  openers.set(part, set);
  set(isOpen);
}

// Opens or closes a part.
export const setFold = (part, isOpen) => openers.get(part)?.(isOpen);

// The element that the fragment of the address leads to, which `:target` matches only when the page is complete.
export function fragmentTarget() {
  try {
    return document.getElementById(decodeURIComponent(location.hash.slice(1)));
  } catch {
    // The fragment is malformed.
    return null;
  }
}

// Opens all parts that contain an element.
export function reveal(element) {
  for (let part = element; part; part = part.parentElement) setFold(part, true);
}

const showAllButton = (label) =>
  make("button", { type: "button", className: "rb-fold-button rb-show-all", textContent: label });

// Shows the first `n` entries of a list, and a button for the rest. A rest of one entry is shown at once.
export function foldRest(list, n, label) {
  if (openers.has(list)) return;
  // The button of a list that the preview has replaced.
  if (list.nextElementSibling?.matches(".rb-show-all")) list.nextElementSibling.remove();
  if (list.children.length < n + 2) return;
  // A script may have changed the order.
  const rest = () => [...list.children].slice(n);
  const button = showAllButton(label);
  const set = (open) => {
    for (const entry of list.children) entry.removeAttribute("hidden");
    if (!open) for (const entry of rest()) entry.setAttribute("hidden", "until-found");
    button.hidden = open;
  };
  button.addEventListener("click", () => {
    set(true);
    rest()[0].querySelector("a, button, input")?.focus();
  });
  for (const entry of list.children) entry.addEventListener("beforematch", () => set(true));
  openers.set(list, set);
  list.after(button);
  set(false);
}

// Shows the beginning of a long text, and a button for the rest.
export function clip(text, label) {
  if (text.scrollHeight < CLIPPED || text.classList.contains("rb-clipped")) return;
  text.classList.add("rb-clipped");
  const button = showAllButton(label);
  const open = () => {
    text.classList.remove("rb-clipped");
    button.remove();
  };
  button.addEventListener("click", open);
  text.addEventListener("focusin", open);
  text.after(button);
}

// On a small screen, everything begins closed.
const isWide = () => matchMedia("(min-width: 60rem)").matches;

// Sections with the class `rb-more`: a heading and a part that is closed unless the template opens it.
export function foldSections() {
  for (const section of all(".rb-more")) {
    const part = section.querySelector(":scope > .rb-more-body");
    const heading = section.querySelector(":scope > :is(h2, h3, h4)");
    if (heading && part) fold(heading, part, section.dataset.open === "true" && isWide());
  }
}

// Opens what the fragment of the address leads to: `open` opens the target itself. Also on a second click on the same
// link, which does not change the fragment.
export function followFragments(open) {
  const follow = (behavior) => {
    const target = fragmentTarget();
    if (!target) return;
    reveal(target);
    open(target);
    target.scrollIntoView({ behavior });
  };
  addEventListener("hashchange", () => follow("auto"));
  document.addEventListener("click", ({ target }) => {
    const link = target.closest("a[href^='#']");
    if (link && link.hash === location.hash) follow("auto");
  });
  // After a reload and on the way back, the browser restores the position.
  const [{ type }] = performance.getEntriesByType("navigation");
  return () => type === "navigate" && follow("instant");
}
