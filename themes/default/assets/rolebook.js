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

  // Ticks are kept in this browser alone, under the item's stable id.
  function checklist(list) {
    const prefix = `rolebook:checklist:${list.dataset.key}:`;
    const progress = list.querySelector(".rb-progress");
    const boxes = () => all("[data-item] > input", list);
    const tick = (item) => {
      const box = document.createElement("input");
      box.type = "checkbox";
      box.checked = store.get(prefix + item.dataset.item) === "1";
      const text = item.querySelector("p");
      box.setAttribute("aria-label", text.textContent.trim());
      item.prepend(box);
      item.classList.add("rb-tickable");
      box.addEventListener("change", () => {
        store.set(prefix + item.dataset.item, box.checked ? "1" : null);
        show();
      });
    };
    const show = () => {
      all("[data-item]:not(.rb-tickable)", list).forEach(tick);
      const done = boxes().filter((box) => box.checked).length;
      boxes().forEach((box) => box.parentElement.classList.toggle("rb-ticked", box.checked));
      progress.querySelector("progress").value = done;
      progress.querySelector("span").textContent = `${done} of ${boxes().length} done`;
      progress.querySelector("button").hidden = done === 0;
    };
    progress.querySelector("button").addEventListener("click", () => {
      if (!confirm("Untick every item of this list?")) return;
      boxes().forEach((box) => {
        box.checked = false;
        box.dispatchEvent(new Event("change"));
      });
    });
    // The preview exchanges parts of the page: new items get their boxes, too.
    document.addEventListener("rolebook:exchange", show);
    progress.hidden = false;
    show();
  }

  scheme();
  folds();
  chooser();
  filter(".rb-group-list > li, .rb-people-list > li");
  all(".rb-checklist").forEach(checklist);
})();
