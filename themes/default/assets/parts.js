// Shared by the modules of the theme. `common` has their common strings.
export const common = strings;
const { lang } = document.documentElement;
// The language for `Intl`, with European digits.
export const language = new Intl.Locale(lang || "en", { calendar: "gregory", numberingSystem: "latn" });
// Version of exported files and stored data.
export const VERSION = 1;

const forms = new Intl.PluralRules(language);
const numbers = new Intl.NumberFormat(language);
// A string with its placeholders filled in, as text and elements; `n` selects a plural form.
export function pieces(word, values = {}) {
  const text = typeof word === "string" ? word : word[forms.select(values.n)] || word.other;
  const shown = (name) => (typeof values[name] === "number" ? numbers.format(values[name]) : values[name]);
  return text.split(/\{(\w+)\}/).map((piece, index) => (index % 2 ? shown(piece) : piece));
}
export const fill = (string, values) => pieces(string, values).join("");

export const all = (selector, root = document) => [...root.querySelectorAll(selector)];
export const make = (name, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};
export const button = (label, action, className = "rb-button") => {
  const element = make("button", { type: "button", className, textContent: label });
  element.addEventListener("click", action);
  return element;
};
// Creates an element with attributes; `make` sets properties.
export const tag = (name, attributes, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children.flat());
  return element;
};
// A line for status messages.
export function status() {
  const says = make("p", { className: "rb-says" });
  says.setAttribute("role", "status");
  const say = (text) => {
    says.textContent = text;
  };
  return { says, say };
}
export const plain = (element) => element.textContent.replace(/\s+/g, " ").trim();

// Several handbooks may share an origin.
const { pathname } = new URL("..", import.meta.url);
export const store = {
  key: (name) => `rolebook:${pathname}:${name}`,
  get(area, name) {
    try {
      return window[area].getItem(store.key(name));
    } catch {
      return null;
    }
  },
  set(area, name, value) {
    try {
      if (value === null) window[area].removeItem(store.key(name));
      else window[area].setItem(store.key(name), value);
      return true;
    } catch {
      return false;
    }
  },
};

// Buttons for exports and imports. `load` imports the required module when a reader is about to use one of them.
export function transferControls(load) {
  const loading =
    (say, use) =>
    async (...given) => {
      let loaded;
      try {
        loaded = await load();
      } catch {
        say(common.unreachable);
        return;
      }
      await use(loaded, ...given);
    };
  const transferButton = (label, say, use) => button(label, loading(say, use));
  // A row of buttons that need the module; `prepare` receives it before one of them is used.
  function transferButtons(buttons, prepare = () => {}) {
    const row = make("div", { className: "rb-buttons" }, ...buttons);
    const soon = () =>
      load()
        .then(prepare)
        .catch(() => {});
    for (const kind of ["pointerover", "focusin"]) row.addEventListener(kind, soon, { once: true });
    return row;
  }
  // A button that reads a file; `use` receives its content.
  function importButton(say, use) {
    const input = make("input", { type: "file", accept: ".json,application/json", hidden: true });
    const read = loading(say, (loaded, file) => {
      return loaded.read(file, say, (value) => use(loaded, value, file.name));
    });
    input.addEventListener("change", () => {
      const [file] = input.files;
      input.value = "";
      if (file) read(file);
    });
    return [button(common.import, () => input.click()), input];
  }
  return { importButton, transferButton, transferButtons };
}
