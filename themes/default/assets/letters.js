// Email templates: values that the reader fills in appear in all texts of the page, and last for the session.
import { all, common, fill, language, make, plain, status, store, transferControls } from "./parts.js";

const { transferButton, transferButtons } = transferControls(() => import("./transfer.js"));

const list = document.querySelector(".rb-checklist");
const storageKey = `letters:${list ? list.dataset.key : location.pathname}`;

function loadValues() {
  try {
    const entries = Object.entries(JSON.parse(store.get("sessionStorage", storageKey) || "{}"));
    return new Map(entries.map(([id, value]) => [id, String(value)]));
  } catch {
    // Not valid data of this script: the placeholders stay empty.
    return new Map();
  }
}

// Addresses in a text, encoded for a `mailto:` address.
function addresses(text) {
  const matches = text.match(/[^\s<>,;()]+@[^\s<>,;()]+/g) || [];
  return matches.map((address) => encodeURIComponent(address).replaceAll("%40", "@"));
}

const values = loadValues();
const letters = [];

class Letter {
  constructor(section) {
    this.section = section;
    this.form = section.querySelector(".rb-blanks");
    this.inputs = all("input", this.form);
    this.placeholders = all("[data-blank]", section);
    this.examples = new Map(this.placeholders.map((placeholder) => [placeholder, placeholder.textContent]));
    ({ says: this.says, say: this.say } = status());
    this.extra = make("div", { className: "rb-extra" });
    this.mail = make("a", { className: "rb-button", textContent: strings.mail });
    this.mail.addEventListener("click", () => this.say(this.withOpen(strings.mailed)));
    this.form.addEventListener("input", (event) => this.change(event.target));
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.hidden = !this.inputs.length;
    section.append(this.buttons(), this.says, this.extra);
  }

  // The text of a part of the letter.
  part(name) {
    return this.section.querySelector(`.rb-letter-${name}`)?.textContent ?? "";
  }

  buttons() {
    const copying = (label, name, copied) =>
      transferButton(label, this.say, (transfer) => {
        return transfer.copy(this.part(name).trim(), this.say, this.extra, this.withOpen(copied));
      });
    return transferButtons([
      copying(strings.copy_text, "text", strings.copied_text),
      copying(strings.copy_subject, "subject", strings.copied_subject),
      this.mail,
    ]);
  }

  // A message with the labels of the placeholders that are still empty.
  withOpen(text) {
    const open = this.inputs.filter((input) => !input.value.trim()).map((input) => plain(input.labels[0]));
    const blanks = new Intl.ListFormat(language, { type: "unit" }).format(open);
    return open.length ? fill(strings.still_open, { text, blanks }) : text;
  }

  change(input) {
    values.set(input.name, input.value);
    const isSaved = store.set("sessionStorage", storageKey, JSON.stringify(Object.fromEntries(values)));
    this.say(isSaved ? "" : common.not_kept);
    for (const letter of letters) letter.show();
  }

  show() {
    for (const input of this.inputs) {
      const value = values.get(input.name) || "";
      if (input.value !== value) input.value = value;
    }
    for (const placeholder of this.placeholders) {
      const value = (values.get(placeholder.dataset.blank) || "").trim();
      const text = value || this.examples.get(placeholder);
      if (placeholder.textContent !== text) placeholder.textContent = text;
      placeholder.classList.toggle("rb-filled", Boolean(value));
    }
    this.mail.href = this.mailAddress();
  }

  mailAddress() {
    const cc = addresses(this.part("cc"));
    const fields = [
      ...(cc.length ? [`cc=${cc.join(",")}`] : []),
      `subject=${encodeURIComponent(this.part("subject").trim())}`,
      `body=${encodeURIComponent(this.part("text").replace(/\r?\n/g, "\r\n"))}`,
    ];
    return `mailto:${addresses(this.part("to")).join(",")}?${fields.join("&")}`;
  }
}

for (const section of all("[data-letter]")) {
  const letter = new Letter(section);
  letters.push(letter);
  letter.show();
}
