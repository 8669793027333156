// Keeps a tab of the preview up to date. Only the preview sends this script; it is never part of a built site.
"use strict";
(() => {
  const script = document.currentScript;
  const base = new URL("..", script.src);
  let version = script.dataset.version;

  // The page as sent by the server, with each node mapped to its live counterpart. Changes that scripts and readers
  // have made to the live page are kept, except where the sent page changes the same thing.
  const liveOf = new WeakMap();
  const sentOf = new WeakMap();
  const pair = (sent, live) => {
    liveOf.set(sent, live);
    sentOf.set(live, sent);
    for (const [index, child] of sent.childNodes.entries()) pair(child, live.childNodes[index]);
  };
  let sentHead = document.head.cloneNode(true);
  let sentBody = document.body.cloneNode(true);
  pair(sentHead, document.head);
  pair(sentBody, document.body);

  class Lost extends Error {}
  const live = (sent) => {
    const node = liveOf.get(sent);
    if (!node?.isConnected) throw new Lost();
    return node;
  };
  const keep = (before, after) => {
    const node = liveOf.get(before);
    if (node) {
      liveOf.set(after, node);
      sentOf.set(node, after);
    }
    for (const [index, child] of before.childNodes.entries()) keep(child, after.childNodes[index]);
  };
  const alike = (a, b) => a.nodeName === b.nodeName && a.id === b.id;

  function exchange(before, after) {
    const node = live(before);
    liveOf.set(after, node);
    sentOf.set(node, after);
    if (after.nodeType !== Node.ELEMENT_NODE) {
      if (before.data !== after.data) node.data = after.data;
      return;
    }
    if (after.nodeName === "SCRIPT") {
      if (before.getAttribute("src") !== after.getAttribute("src")) throw new Lost();
      return;
    }
    for (const { name, value } of after.attributes) {
      if (before.getAttribute(name) !== value) node.setAttribute(name, value);
    }
    for (const { name } of [...before.attributes]) {
      if (!after.hasAttribute(name)) node.removeAttribute(name);
    }
    exchangeChildren([...before.childNodes], [...after.childNodes], node);
  }

  function exchangeChildren(before, after, parent) {
    let start = 0;
    let [endBefore, endAfter] = [before.length, after.length];
    while (start < endBefore && start < endAfter && before[start].isEqualNode(after[start])) {
      keep(before[start], after[start]);
      start += 1;
    }
    while (endBefore > start && endAfter > start && before[endBefore - 1].isEqualNode(after[endAfter - 1])) {
      endBefore -= 1;
      endAfter -= 1;
      keep(before[endBefore], after[endAfter]);
    }
    const follower = before[endBefore] || null;
    const old = before.slice(start, endBefore);
    for (const next of after.slice(start, endAfter)) {
      let at = old.findIndex((node) => node.isEqualNode(next));
      if (at < 0) at = old.findIndex((node) => alike(node, next));
      // Nodes before the matching one were removed, unless a later node matches them.
      if (at > 0 && after.slice(start, endAfter).some((other) => other !== next && other.isEqualNode(old[0]))) at = -1;
      if (at >= 0) {
        for (const gone of old.splice(0, at)) live(gone).remove();
        const match = old.shift();
        if (match.isEqualNode(next)) keep(match, next);
        else exchange(match, next);
      } else {
        if (next.nodeName === "SCRIPT") throw new Lost();
        const node = document.importNode(next, true);
        const anchor = old[0] || follower;
        parent.insertBefore(node, anchor && live(anchor));
        pair(next, node);
      }
    }
    for (const gone of old) live(gone).remove();
  }

  let busy = false;
  let again = false;
  async function update() {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    try {
      let response = await fetch(location.href, { cache: "no-store" });
      if (!response.ok) {
        // Some programs delete a file before they write it again.
        await new Promise((done) => setTimeout(done, 200));
        response = await fetch(location.href, { cache: "no-store" });
        if (!response.ok) throw new Lost();
      }
      const next = new DOMParser().parseFromString(await response.text(), "text/html");
      const sent = next.querySelector("script[data-version]");
      if (!sent || next.body.className !== sentBody.className) throw new Lost();
      const focused = document.activeElement?.id;
      exchange(sentHead, next.head);
      exchange(sentBody, next.body);
      [sentHead, sentBody] = [next.head, next.body];
      version = sent.dataset.version;
      document.documentElement.lang = next.documentElement.lang;
      if (focused && document.activeElement === document.body) {
        const element = document.getElementById(focused);
        if (element) element.focus({ preventScroll: true });
      }
      document.dispatchEvent(new CustomEvent("rolebook:exchange"));
    } catch (fault) {
      if (!(fault instanceof Lost) && fault instanceof TypeError && !navigator.onLine) return;
      location.reload();
    } finally {
      busy = false;
      if (again) {
        again = false;
        update();
      }
    }
  }

  // The old style sheet is removed after the new one has loaded, so that the page is never unstyled.
  const superseded = new WeakSet();
  function renew(path, stamp) {
    const renewed = (address) => {
      const url = new URL(address, location.href);
      if (url.origin !== location.origin || decodeURI(url.pathname) !== decodeURI(path)) return null;
      url.search = `?v=${encodeURIComponent(stamp)}`;
      return url.href;
    };
    // Imported scripts have no element, so their changes need a reload.
    if (/\.m?js$/.test(path) && performance.getEntriesByType("resource").some(({ name }) => renewed(name))) {
      location.reload();
      return;
    }
    for (const element of document.querySelectorAll("link[href], img[src], source[src], video[src], audio[src]")) {
      const name = element.nodeName === "LINK" ? "href" : "src";
      const address = renewed(element.getAttribute(name));
      if (!address || superseded.has(element)) continue;
      if (element.rel === "stylesheet") {
        superseded.add(element);
        const successor = element.cloneNode();
        successor.href = address;
        successor.addEventListener("load", () => element.remove());
        successor.addEventListener("error", () => element.remove());
        element.after(successor);
        const sent = sentOf.get(element);
        if (sent) {
          liveOf.set(sent, successor);
          sentOf.set(successor, sent);
        }
      } else {
        element.setAttribute(name, address);
      }
    }
  }

  // --- Diagnostics ---------------------------------------------------------------------------------

  const host = document.createElement("rolebook-preview");
  const shadow = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  shadow.adoptedStyleSheets = [sheet];
  const make = (name, className, ...children) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    element.append(...children.filter((child) => child !== null));
    return element;
  };
  const counted = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;
  const entry = (diagnostic) => {
    const { severity, code, message, place, line, help } = diagnostic;
    return make(
      "li",
      severity,
      make("p", "message", make("span", "severity", severity), " ", message),
      make("p", "place", place ? make("span", "", place) : null, place ? " · " : null, make("span", "code", code)),
      line ? make("pre", "", line[0], make("mark", "", line[1] || " "), line[2]) : null,
      help ? make("p", "help", make("b", "", "help"), " ", help) : null,
    );
  };
  const list = (diagnostics, more) => {
    const items = diagnostics.map(entry);
    if (more > 0) items.push(make("li", "more", `and ${more} more; the terminal shows all`));
    return make("ul", "", ...items);
  };
  const button = (label, act) => {
    const element = make("button", "close", "×");
    element.type = "button";
    element.setAttribute("aria-label", label);
    element.addEventListener("click", act);
    return element;
  };

  let dismissed = "";
  let shownErrors = "";
  function overlay({ errors, moreErrors }) {
    const signature = JSON.stringify([errors, moreErrors]);
    if (signature === shownErrors) return;
    shownErrors = signature;
    const existing = shadow.querySelector(".overlay");
    if (existing) existing.remove();
    if (!errors.length || signature === dismissed) return;
    const dismiss = () => {
      dismissed = signature;
      box.remove();
    };
    const number = errors.length + moreErrors;
    const title = make(
      "h2",
      "",
      `${counted(number, "error")} ${number === 1 ? "keeps" : "keep"} the site from being built`,
    );
    const note = make("p", "note", "What cannot be made stays as it last was.");
    const head = make("header", "", title, button("Close the errors", dismiss));
    const box = make("section", "overlay", head, note, list(errors, moreErrors));
    box.setAttribute("role", "alert");
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape") dismiss();
    });
    shadow.prepend(box);
  }

  const CLOSED = "rolebook:preview:closed";
  const stored = (value) => {
    try {
      if (value === undefined) return sessionStorage.getItem(CLOSED);
      sessionStorage.setItem(CLOSED, value);
    } catch {
      // Without storage, the choice lasts as long as the page.
    }
    return value;
  };
  let shownFindings = "";
  function panel({ findings, moreFindings }) {
    const others = findings.filter((diagnostic) => diagnostic.severity !== "error");
    const signature = JSON.stringify([others, moreFindings]);
    if (signature === shownFindings) return;
    shownFindings = signature;
    const existing = shadow.querySelector(".panel");
    const wasOpen = Boolean(existing?.open);
    if (existing) existing.remove();
    if (!others.length || stored() === signature) return;
    const close = (event) => {
      event.preventDefault();
      stored(signature);
      box.remove();
    };
    const summary = make(
      "summary",
      "",
      `${counted(others.length + moreFindings, "diagnostic")} on this page`,
      button("Close the diagnostics", close),
    );
    const box = make("details", "panel", summary, list(others, moreFindings));
    box.open = wasOpen;
    shadow.append(box);
  }

  // --- The connection ------------------------------------------------------------------------------

  let assets = null;
  let guide = null;
  function hear(news) {
    if (assets) {
      for (const [path, stamp] of Object.entries(news.assets)) {
        if (assets[path] !== stamp) renew(path, stamp);
      }
    }
    assets = news.assets;
    const count = news.guide ? news.guide.count : 0;
    const moves = guide !== null && count > guide && document.visibilityState === "visible";
    guide = count;
    if (moves && decodeURI(news.guide.url) !== decodeURI(location.pathname)) {
      location.assign(news.guide.url);
      return;
    }
    if (news.version !== version) update();
    overlay(news);
    panel(news);
  }

  let pause = 100;
  function connect() {
    const address = new URL(`.rolebook/live?page=${location.pathname}`, base);
    address.protocol = "ws:";
    const socket = new WebSocket(address);
    socket.addEventListener("open", () => {
      pause = 100;
    });
    socket.addEventListener("message", (event) => hear(JSON.parse(event.data)));
    socket.addEventListener("close", () => {
      setTimeout(connect, pause);
      pause = Math.min(pause * 2, 2000);
    });
  }

  document.documentElement.append(host);
  connect();
})();
