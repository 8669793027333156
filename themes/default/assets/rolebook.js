// Comfort for readers whose browser runs scripts. Every page is complete without it.
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const store = {
    get(key) {
      try {
        return localStorage.getItem(key);
      } catch {
        return null;
      }
    },
    set(key, value) {
      try {
        if (value === null) localStorage.removeItem(key);
        else localStorage.setItem(key, value);
      } catch {
        // Nothing to keep it in: it lasts as long as the page.
      }
    },
  };

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
      store.set("rolebook:scheme", root.dataset.theme);
    });
  }

  // Lists beside the text start folded where there is no room beside it.
  function folds() {
    if (matchMedia("(max-width: 63.99rem)").matches) {
      all(".rb-section > .rb-fold").forEach((fold) => fold.removeAttribute("open"));
    }
    const current = document.querySelector(".rb-section [aria-current]");
    const list = current && current.closest(".rb-section");
    if (list && current.offsetTop > list.clientHeight) list.scrollTop = current.offsetTop - list.clientHeight / 2;
  }

  // "I am … in …": the choices are those of the list below.
  function chooser() {
    const form = document.querySelector(".rb-chooser");
    if (!form) return;
    const role = form.querySelector(".rb-choose-role");
    const group = form.querySelector(".rb-choose-group");
    const entries = all(".rb-group-list > li").map((item) => ({
      name: item.dataset.name,
      seats: new Map(all("[data-role]", item).map((chip) => [chip.dataset.role, chip.href])),
    }));
    const fill = (select, names, kept) => {
      select.replaceChildren(...names.map((name) => new Option(name, name, name === kept, name === kept)));
    };
    const groups = () => {
      const names = entries.filter((entry) => entry.seats.has(role.value)).map((entry) => entry.name);
      fill(group, names, group.value);
    };
    fill(role, [...new Set(entries.flatMap((entry) => [...entry.seats.keys()]))], store.get("rolebook:role"));
    groups();
    const kept = store.get("rolebook:group");
    if (kept && all("option", group).some((option) => option.value === kept)) group.value = kept;
    role.addEventListener("change", groups);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const entry = entries.find((candidate) => candidate.name === group.value);
      if (!entry) return;
      store.set("rolebook:role", role.value);
      store.set("rolebook:group", group.value);
      location.href = entry.seats.get(role.value);
    });
    form.hidden = false;
  }

  // A filter hides what does not hold all words, and headings with nothing left under them.
  function filter(itemSelector) {
    const label = document.querySelector(".rb-filter");
    if (!label || !document.querySelector(itemSelector)) return;
    label.hidden = false;
    label.querySelector("input").addEventListener("input", (event) => {
      const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
      all(itemSelector).forEach((item) => {
        const text = `${item.dataset.name || ""} ${item.textContent}`.toLowerCase();
        item.hidden = !words.every((word) => text.includes(word));
      });
      all(".rb-group-list, .rb-letter").forEach((list) => {
        const empty = !list.querySelector("li:not([hidden])");
        list.hidden = empty;
        const heading = list.previousElementSibling;
        if (heading && heading.tagName === "H3") heading.hidden = empty;
      });
    });
  }

  // The register of obligations, by role and level.
  function register() {
    const form = document.querySelector(".rb-register-filter");
    if (!form) return;
    const show = () => {
      const { role, level, open } = form.elements;
      const entries = all(".rb-obligations > li");
      entries.forEach((entry) => {
        const bound = !role.value || entry.dataset.roles.split(" ").includes(role.value);
        const fits = bound && (!level.value || entry.dataset.level === level.value);
        entry.hidden = !fits || (open.checked && entry.dataset.open !== "yes");
      });
      all(".rb-register-clause, .rb-register").forEach((part) => {
        part.hidden = !part.querySelector("li:not([hidden])");
      });
      const shown = entries.filter((entry) => !entry.hidden).length;
      form.querySelector("output").textContent = `${shown} of ${entries.length}`;
      const query = new URLSearchParams();
      if (role.value) query.set("role", role.value);
      if (level.value) query.set("level", level.value);
      if (open.checked) query.set("open", "yes");
      history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
    };
    const asked = new URLSearchParams(location.search);
    form.elements.role.value = asked.get("role") || "";
    form.elements.level.value = asked.get("level") || "";
    form.elements.open.checked = asked.has("open");
    form.addEventListener("input", show);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
    show();
  }

  // A list that is led to opens.
  function led() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") target.open = true;
  }

  // The lines of the node that is looked at.
  function graph() {
    const picture = document.querySelector(".rb-graph");
    if (!picture) return;
    const pick = (event) => {
      const node = event.target.closest && event.target.closest(".rb-node");
      const id = event.type === "pointerout" || event.type === "focusout" ? null : node && node.dataset.node;
      picture.classList.toggle("rb-picked", Boolean(id));
      all(".rb-edge", picture).forEach((edge) => {
        edge.classList.toggle("rb-edge-picked", edge.dataset.from === id || edge.dataset.to === id);
      });
    };
    ["pointerover", "pointerout", "focusin", "focusout"].forEach((type) => picture.addEventListener(type, pick));
  }

  // What a clause, a role, a term or an item says, beside the link to it: by pointer, by focus, and by the
  // first of two taps.
  function previews() {
    const script = document.querySelector('script[src$="assets/rolebook.js"]');
    if (!script || !location.protocol.startsWith("http")) return;
    const root = new URL("..", script.src);
    const pages = new Map();
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
      if (!link || !link.href || link.matches(".rb-anchor, .rb-key, .rb-cites, .rb-chip, .rb-external")) return false;
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
    const plain = (part) => {
      const copy = document.importNode(part, true);
      all(".rb-anchor, .rb-cites, img, script, input", copy).forEach((odd) => odd.remove());
      all("a", copy).forEach((link) => link.replaceWith(...link.childNodes));
      [copy, ...all("[id]", copy)].forEach((element) => element.removeAttribute("id"));
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
    const show = (link) => {
      hide();
      shown = link;
      const url = new URL(link.href);
      page(url.href.split("#")[0]).then(
        (other) => {
          if (shown !== link) return;
          const parts = meant(other, url.hash);
          if (!parts.length) return follow(link);
          card = document.createElement("div");
          card.className = "rb-card";
          card.id = "rb-card";
          card.setAttribute("role", "tooltip");
          const title = document.createElement("p");
          title.className = "rb-card-title";
          const place = url.hash && other.getElementById(decodeURIComponent(url.hash.slice(1)));
          const heading = place && (/^H[2-6]$/.test(place.tagName) ? place : place.querySelector("dt"));
          const names = [other.querySelector("h1"), heading];
          title.textContent = names.filter(Boolean).map((name) => plain(name).textContent.trim()).join(" › ");
          card.append(title, ...parts.map(plain));
          if (touch) {
            const open = document.createElement("a");
            open.href = link.href;
            open.textContent = "Open";
            card.append(open);
          }
          document.body.append(card);
          const at = link.getBoundingClientRect();
          const below = at.bottom + card.offsetHeight + 12 < innerHeight || at.top < card.offsetHeight + 12;
          const top = below ? at.bottom + 6 : at.top - card.offsetHeight - 6;
          const left = Math.max(16, Math.min(at.left, document.documentElement.clientWidth - card.offsetWidth - 16));
          // A strict policy allows styles that scripts set.
          card.style.top = `${top + scrollY}px`;
          card.style.left = `${left + scrollX}px`;
          link.setAttribute("aria-describedby", "rb-card");
          card.addEventListener("pointerleave", hide);
        },
        () => {
          pages.delete(url.href.split("#")[0]);
          follow(link);
        },
      );
    };
    const later = (work, delay) => {
      clearTimeout(wait);
      wait = setTimeout(work, delay);
    };
    addEventListener("pointerdown", (event) => {
      touch = event.pointerType === "touch";
      if (card && !card.contains(event.target) && event.target.closest("a") !== shown) hide();
    });
    document.addEventListener("pointerover", (event) => {
      if (event.pointerType === "touch") return;
      const link = event.target.closest("a");
      if (card && card.contains(event.target)) return clearTimeout(wait);
      if (previewable(link)) {
        if (link !== shown) later(() => show(link), 250);
        else clearTimeout(wait);
      } else if (shown) later(hide, 300);
      else clearTimeout(wait);
    });
    document.addEventListener("focusin", (event) => {
      if (touch) return;
      if (previewable(event.target) && event.target.matches(":focus-visible")) show(event.target);
      else if (card && !card.contains(event.target)) hide();
    });
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
  register();
  led();
  addEventListener("hashchange", led);
  graph();
  previews();
  chooser();
  filter(".rb-group-list > li, .rb-people-list > li");
})();
