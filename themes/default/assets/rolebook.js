// Comfort for readers whose browser runs scripts. Every page is complete without it.
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
        localStorage.setItem("rolebook:scheme", root.dataset.theme);
      } catch {
        // Nothing to keep it in: it lasts as long as the page.
      }
    });
  }

  // The list beside the text is open, and shows where one is.
  function folds() {
    if (!matchMedia("(min-width: 64rem)").matches) return;
    const fold = document.querySelector(".rb-section > .rb-fold");
    if (fold && !CSS.supports("selector(::details-content)")) fold.open = true;
    const current = document.querySelector(".rb-section [aria-current]");
    const list = current?.closest(".rb-section");
    // Where things are is asked for the first frame: earlier, the page would be laid out twice.
    if (list) {
      requestAnimationFrame(() => {
        if (current.offsetTop > list.clientHeight) list.scrollTop = current.offsetTop - list.clientHeight / 2;
      });
    }
  }

  // A list that is led to opens.
  function led() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") target.open = true;
  }

  // Previews of what links lead to: loaded when a reader first gets to a link, by pointer, by keys or by a tap.
  function previews() {
    if (!location.protocol.startsWith("http")) return;
    const kinds = ["pointerover", "focusin", "click"];
    let loading = null;
    // What happened before they were loaded.
    const before = { touch: false, last: null, tapped: null };
    const stop = () => {
      for (const kind of kinds) document.removeEventListener(kind, hear);
    };
    const hear = (event) => {
      if (event.type === "pointerover") before.touch = event.pointerType === "touch";
      const link = event.target.closest("main a[href]");
      if (!loading && !link) return;
      if (event.type === "click") {
        if (!before.touch || !link || link.target || link.origin !== location.origin) return;
        // A tap waits: it may be the one that shows a preview.
        event.preventDefault();
        before.tapped = link;
      } else before.last = event;
      const follow = () => before.tapped && location.assign(before.tapped.href);
      loading ??= import("./previews.js").then(({ begin }) => begin(before), follow).finally(stop);
    };
    for (const kind of kinds) document.addEventListener(kind, hear);
  }

  // The search opens over the page; it is loaded when it is first wanted.
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
  searches();
  folds();
  led();
  addEventListener("hashchange", led);
  previews();
})();
