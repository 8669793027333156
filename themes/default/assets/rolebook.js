// Optional features. Every page is complete without JavaScript.
"use strict";
(() => {
  function scheme() {
    const button = document.querySelector(".rb-theme");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      const root = document.documentElement;
      const dark = root.dataset.theme
        ? root.dataset.theme === "dark"
        : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      try {
        localStorage.setItem(root.dataset.schemeKey, root.dataset.theme);
      } catch {
        // Without storage, the choice lasts as long as the page.
      }
    });
  }

  // Opens the list beside the text, and scrolls it to the current page.
  function folds() {
    if (!matchMedia("(min-width: 64rem)").matches) return;
    const fold = document.querySelector(".rb-section > .rb-fold");
    if (fold && !CSS.supports("selector(::details-content)")) fold.open = true;
    const current = document.querySelector(".rb-section [aria-current]");
    const list = current?.closest(".rb-section");
    // Measures in the first frame; earlier, the page would be laid out twice.
    if (list) {
      requestAnimationFrame(() => {
        if (current.offsetTop > list.clientHeight) list.scrollTop = current.offsetTop - list.clientHeight / 2;
      });
    }
  }

  // The menu closes on Escape and on a click outside of it.
  function menu() {
    const menu = document.querySelector(".rb-menu");
    if (!menu) return;
    document.addEventListener("click", (event) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }

  // Opens a folded list that a link leads to.
  function led() {
    try {
      const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (target?.tagName === "DETAILS") target.open = true;
    } catch {
      // The fragment is malformed.
    }
  }

  // Previews of link targets, loaded when a reader first reaches a link by pointer, keyboard or tap.
  function previews() {
    if (!location.protocol.startsWith("http")) return;
    const kinds = ["pointerover", "pointermove", "focusin", "click"];
    let loading = null;
    // State recorded until they are loaded.
    const before = { touch: false, last: null, tapped: null, isResting: false };
    // Links that scroll below a resting pointer get no preview.
    const rest = () => {
      before.isResting = true;
    };
    const stop = () => {
      for (const kind of kinds) document.removeEventListener(kind, hear);
      removeEventListener("scroll", rest);
    };
    const hear = (event) => {
      if (event.type === "pointermove") {
        if (!before.isResting) return;
        before.isResting = false;
      }
      if (event.type === "pointerover") {
        before.touch = event.pointerType === "touch";
        if (before.isResting && !before.touch) return;
      }
      const link = event.target.closest("main a[href]");
      if (!loading && !link) return;
      if (event.type === "click") {
        if (!before.touch || !link || link.target || link.origin !== location.origin) return;
        // A tap waits, because it may show a preview instead.
        event.preventDefault();
        before.tapped = link;
      } else before.last = event;
      const follow = () => before.tapped && location.assign(before.tapped.href);
      loading ??= import("./previews.js").then(({ begin }) => begin(before), follow).finally(stop);
    };
    for (const kind of kinds) document.addEventListener(kind, hear);
    addEventListener("scroll", rest, { passive: true });
  }

  // Opens the search over the page; loaded on first use.
  function searches() {
    const link = document.querySelector(".rb-search-open");
    const script = document.querySelector('script[src$="assets/rolebook.js"]');
    if (!link || !script || !location.protocol.startsWith("http")) return;
    const open = (event) => {
      event.preventDefault();
      const follow = () => location.assign(link.href);
      import(new URL("search.js", script.src)).then((search) => search.open(link.href)).catch(follow);
    };
    link.addEventListener("click", (event) => {
      if (!event.ctrlKey && !event.metaKey && !event.shiftKey) open(event);
    });
    document.addEventListener("keydown", (event) => {
      const control = event.ctrlKey || event.metaKey;
      const typing = event.target.closest("input, textarea, select, [contenteditable]");
      const slash = event.key === "/" && !control && !event.altKey && !typing;
      if (slash || (event.key === "k" && control && !event.altKey && !event.shiftKey)) open(event);
    });
  }

  scheme();
  menu();
  searches();
  folds();
  led();
  addEventListener("hashchange", led);
  previews();
})();
