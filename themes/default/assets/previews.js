// Previews of clauses, roles, terms and items beside links to them: on hover, on focus, and on the first of two taps.
import { all, fill, make } from "./parts.js";
import { loadStyles } from "./styles.js";

const root = new URL("..", import.meta.url);
const pages = new Map();
const styled = loadStyles("previews.css");
let card = null;
let shownLink = null;
let wait = 0;
let touch = false;
// True after the page has scrolled, until the pointer moves: links that pass below a resting pointer get no preview.
let isResting = false;

const page = (address) => {
  if (address === location.href.split("#")[0]) return Promise.resolve(document);
  if (!pages.has(address)) {
    const parsed = fetch(address)
      .then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(answer.status))))
      .then((text) => new DOMParser().parseFromString(text, "text/html"));
    pages.set(address, parsed);
  }
  return pages.get(address);
};
const previewable = (link) => {
  if (
    !(link instanceof HTMLAnchorElement) ||
    !link.href ||
    link.matches(".rb-anchor, .rb-key, .rb-cites, .rb-chip, .rb-external")
  )
    return false;
  if (!link.closest("main") || link.closest(".rb-preview, .rb-toc-narrow, .rb-breadcrumbs, .rb-pager, .rb-tabs"))
    return false;
  const url = new URL(link.href);
  if (url.origin !== root.origin || !url.pathname.startsWith(root.pathname)) return false;
  if (url.hash.startsWith("#rb-")) return false;
  // Links within a page get previews only in running text.
  if (url.pathname === location.pathname && !link.closest(".rb-prose")) return false;
  return url.hash.length > 1 || /\/roles\/[^/]+\/$/.test(url.pathname);
};
// The parts of a page that a link leads to.
const targetParts = (other, hash) => {
  if (!hash) return [...other.querySelectorAll("main > .rb-lead")];
  const target = other.getElementById(decodeURIComponent(hash.slice(1)));
  if (!target) return [];
  if (target.tagName === "H1") return all("main .rb-prose > *, main > .rb-lead", other).slice(0, 3);
  if (!/^H[2-6]$/.test(target.tagName)) return [target.closest("li, dd, p") || target.querySelector("dd") || target];
  const parts = [];
  let length = 0;
  for (let next = target.nextElementSibling; next && length < 700; next = next.nextElementSibling) {
    if (/^H[1-6]$/.test(next.tagName) && next.tagName <= target.tagName) break;
    parts.push(next);
    length += next.textContent.length;
  }
  return parts;
};
// A copy without links, ids and non-text content.
const bare = (part) => {
  const copy = document.importNode(part, true);
  for (const odd of all(".rb-anchor, .rb-cites, img, script, input", copy)) odd.remove();
  for (const link of all("a", copy)) link.replaceWith(...link.childNodes);
  for (const element of [copy, ...all("[id]", copy)]) element.removeAttribute("id");
  return copy;
};
const hide = () => {
  clearTimeout(wait);
  if (card) card.remove();
  if (shownLink) shownLink.removeAttribute("aria-describedby");
  card = shownLink = null;
};
// A tap without a preview follows the link.
const follow = (link) => {
  if (touch && shownLink === link) location.href = link.href;
};
// The title of a card: that of the page, and of the section that the link leads to.
const titleOf = (other, hash) => {
  const target = hash && other.getElementById(decodeURIComponent(hash.slice(1)));
  const heading = target && (/^H[2-6]$/.test(target.tagName) ? target : target.querySelector("dt"));
  const names = [other.querySelector("h1"), heading];
  const [page, section] = names.filter(Boolean).map((name) => bare(name).textContent.trim());
  return section ? fill(strings.title, { page, section }) : page;
};
const cardOf = (title, parts, href) => {
  const heading = make("p", { className: "rb-preview-title", textContent: title });
  const body = make("div", { className: "rb-preview-body" }, ...parts.map(bare));
  const element = make("div", { className: "rb-preview", id: "rb-preview" }, heading, body);
  element.setAttribute("role", "tooltip");
  if (touch) element.append(make("a", { href, textContent: strings.open }));
  element.addEventListener("pointerleave", hide);
  return element;
};
// Positions the card below its link, or above it if there is more space.
const positionCard = (link) => {
  const at = link.getBoundingClientRect();
  const isBelow = at.bottom + card.offsetHeight + 12 < innerHeight || at.top < card.offsetHeight + 12;
  const top = isBelow ? at.bottom + 6 : at.top - card.offsetHeight - 6;
  const left = Math.max(16, Math.min(at.left, document.documentElement.clientWidth - card.offsetWidth - 16));
  // Styles set by scripts are allowed by a strict content security policy.
  card.style.top = `${top + scrollY}px`;
  card.style.left = `${left + scrollX}px`;
};
const showCard = (link, hash, other) => {
  const parts = targetParts(other, hash);
  if (!parts.length) return follow(link);
  card = cardOf(titleOf(other, hash), parts, link.href);
  document.body.append(card);
  positionCard(link);
  link.setAttribute("aria-describedby", "rb-preview");
};
const show = (link) => {
  hide();
  shownLink = link;
  const url = new URL(link.href);
  const address = url.href.split("#")[0];
  Promise.all([page(address), styled]).then(
    ([other]) => {
      if (shownLink === link) showCard(link, url.hash, other);
    },
    () => {
      pages.delete(address);
      follow(link);
    },
  );
};
const later = (work, delay) => {
  clearTimeout(wait);
  wait = setTimeout(work, delay);
};
const over = (event) => {
  if (event.pointerType === "touch" || isResting) return;
  const link = event.target.closest("a");
  if (card?.contains(event.target)) return clearTimeout(wait);
  if (previewable(link)) {
    if (link !== shownLink) later(() => show(link), 250);
    else clearTimeout(wait);
  } else if (shownLink) later(hide, 300);
  else clearTimeout(wait);
};
const focus = (event) => {
  if (touch) return;
  if (previewable(event.target) && event.target.matches(":focus-visible")) show(event.target);
  else if (card && !card.contains(event.target)) hide();
};

// Starts with the state recorded before this module was loaded.
export function begin(before) {
  ({ touch, isResting } = before);
  if (before.tapped) {
    if (previewable(before.tapped)) show(before.tapped);
    else location.assign(before.tapped.href);
  } else if (before.last?.type === "focusin") focus(before.last);
  else if (before.last) over(before.last);
  addEventListener("pointerdown", (event) => {
    touch = event.pointerType === "touch";
    if (card && !card.contains(event.target) && event.target.closest("a") !== shownLink) hide();
  });
  document.addEventListener("pointerover", over);
  document.addEventListener("pointermove", (event) => {
    if (!isResting) return;
    isResting = false;
    over(event);
  });
  addEventListener(
    "scroll",
    () => {
      isResting = true;
      if (!touch) hide();
    },
    { passive: true },
  );
  document.addEventListener("focusin", focus);
  document.addEventListener("keydown", (event) => {
    touch = false;
    if (event.key === "Escape") hide();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!touch || !previewable(link) || link === shownLink) return;
    event.preventDefault();
    show(link);
  });
}
