// What a clause, a role, a term or an item says, beside the link to it: by pointer, by focus, and by the first of
// two taps.
import { all, fill, make } from "./parts.js";
import { loadStyles } from "./styles.js";

const root = new URL("..", import.meta.url);
const pages = new Map();
const styled = loadStyles("previews.css");
let card = null;
let shown = null;
let wait = 0;
let touch = false;

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
  if (!link.closest("main") || link.closest(".rb-card, .rb-toc-narrow, .rb-breadcrumbs, .rb-pager")) return false;
  const url = new URL(link.href);
  if (url.origin !== root.origin || !url.pathname.startsWith(root.pathname)) return false;
  if (url.hash.startsWith("#rb-")) return false;
  // Within a page, only its text refers to clauses; the rest is navigation.
  if (url.pathname === location.pathname && !link.closest(".rb-prose")) return false;
  return url.hash.length > 1 || /\/roles\/[^/]+\/$/.test(url.pathname);
};
// The parts of a page that a link means.
const meant = (other, hash) => {
  if (!hash) return [...other.querySelectorAll("main > .rb-lead")];
  const place = other.getElementById(decodeURIComponent(hash.slice(1)));
  if (!place) return [];
  if (place.tagName === "H1") return all("main .rb-prose > *, main > .rb-lead", other).slice(0, 3);
  if (!/^H[2-6]$/.test(place.tagName)) return [place.closest("li, dd, p") || place.querySelector("dd") || place];
  const parts = [];
  let length = 0;
  for (let next = place.nextElementSibling; next && length < 700; next = next.nextElementSibling) {
    if (/^H[1-6]$/.test(next.tagName) && next.tagName <= place.tagName) break;
    parts.push(next);
    length += next.textContent.length;
  }
  return parts;
};
// A copy without links, ids and what is not text.
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
  if (shown) shown.removeAttribute("aria-describedby");
  card = shown = null;
};
// A tap that has nothing to show is a tap on a link.
const follow = (link) => {
  if (touch && shown === link) location.href = link.href;
};
// The title of a card: that of the page, and of the section where the link leads to one.
const titleOf = (other, hash) => {
  const place = hash && other.getElementById(decodeURIComponent(hash.slice(1)));
  const heading = place && (/^H[2-6]$/.test(place.tagName) ? place : place.querySelector("dt"));
  const names = [other.querySelector("h1"), heading];
  const [page, section] = names.filter(Boolean).map((name) => bare(name).textContent.trim());
  return section ? fill(strings.title, { page, section }) : page;
};
const cardOf = (title, parts, href) => {
  const heading = make("p", { className: "rb-card-title", textContent: title });
  const made = make("div", { className: "rb-card", id: "rb-card" }, heading, ...parts.map(bare));
  made.setAttribute("role", "tooltip");
  if (touch) made.append(make("a", { href, textContent: strings.open }));
  made.addEventListener("pointerleave", hide);
  return made;
};
// Places the card below its link, or above it where there is more room.
const place = (link) => {
  const at = link.getBoundingClientRect();
  const isBelow = at.bottom + card.offsetHeight + 12 < innerHeight || at.top < card.offsetHeight + 12;
  const top = isBelow ? at.bottom + 6 : at.top - card.offsetHeight - 6;
  const left = Math.max(16, Math.min(at.left, document.documentElement.clientWidth - card.offsetWidth - 16));
  // A strict policy allows styles that scripts set.
  card.style.top = `${top + scrollY}px`;
  card.style.left = `${left + scrollX}px`;
};
const showCard = (link, hash, other) => {
  const parts = meant(other, hash);
  if (!parts.length) return follow(link);
  card = cardOf(titleOf(other, hash), parts, link.href);
  document.body.append(card);
  place(link);
  link.setAttribute("aria-describedby", "rb-card");
};
const show = (link) => {
  hide();
  shown = link;
  const url = new URL(link.href);
  const address = url.href.split("#")[0];
  Promise.all([page(address), styled]).then(
    ([other]) => {
      if (shown === link) showCard(link, url.hash, other);
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
  if (event.pointerType === "touch") return;
  const link = event.target.closest("a");
  if (card?.contains(event.target)) return clearTimeout(wait);
  if (previewable(link)) {
    if (link !== shown) later(() => show(link), 250);
    else clearTimeout(wait);
  } else if (shown) later(hide, 300);
  else clearTimeout(wait);
};
const focus = (event) => {
  if (touch) return;
  if (previewable(event.target) && event.target.matches(":focus-visible")) show(event.target);
  else if (card && !card.contains(event.target)) hide();
};

// Begins with what was done before this was loaded.
export function begin(before) {
  touch = before.touch;
  if (before.tapped) {
    if (previewable(before.tapped)) show(before.tapped);
    else location.assign(before.tapped.href);
  } else if (before.last?.type === "pointerover") over(before.last);
  else if (before.last) focus(before.last);
  addEventListener("pointerdown", (event) => {
    touch = event.pointerType === "touch";
    if (card && !card.contains(event.target) && event.target.closest("a") !== shown) hide();
  });
  document.addEventListener("pointerover", over);
  document.addEventListener("focusin", focus);
  document.addEventListener("keydown", (event) => {
    touch = false;
    if (event.key === "Escape") hide();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!touch || !previewable(link) || link === shown) return;
    event.preventDefault();
    show(link);
  });
}
