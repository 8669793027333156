// Texts to send: what is filled in shows at once in all texts of the page, and lasts for the session.
import {
  all,
  button,
  common,
  fill,
  language,
  make,
  plain,
  status,
  store,
  transferButtons,
  transferring,
} from "./parts.js";

const list = document.querySelector(".rb-checklist");
const place = `letters:${list ? list.dataset.key : location.pathname}`;
const values = new Map();
try {
  const known = Object.entries(JSON.parse(store.get("sessionStorage", place) || "{}"));
  known.forEach(([id, value]) => values.set(id, String(value)));
} catch {
  // Somebody else's words; the blanks stay open.
}

const shows = [];
all("[data-letter]").forEach((section) => {
  const form = section.querySelector(".rb-blanks");
  const inputs = all("input", form);
  const part = (name) => {
    const element = section.querySelector(`.rb-letter-${name}`);
    return element ? element.textContent : "";
  };
  const blanks = all("[data-blank]", section);
  const examples = new Map(blanks.map((blank) => [blank, blank.textContent]));
  const { says, say } = status();
  const extra = make("div", { className: "rb-extra" });
  const withOpen = (text) => {
    const open = inputs.filter((input) => !input.value.trim()).map((input) => plain(input.labels[0]));
    const blanksOpen = new Intl.ListFormat(language, { type: "unit" }).format(open);
    return open.length ? fill(words.still_open, { text, blanks: blanksOpen }) : text;
  };
  const addresses = (text) => {
    const found = text.match(/[^\s<>,;()]+@[^\s<>,;()]+/g) || [];
    return found.map((address) => encodeURIComponent(address).replaceAll("%40", "@"));
  };
  const mail = make("a", { className: "rb-button", textContent: words.mail });
  mail.addEventListener("click", () => say(withOpen(words.mailed)));
  const show = () => {
    inputs.forEach((input) => {
      const value = values.get(input.name) || "";
      if (input.value !== value) input.value = value;
    });
    blanks.forEach((blank) => {
      const value = (values.get(blank.dataset.blank) || "").trim();
      const text = value || examples.get(blank);
      if (blank.textContent !== text) blank.textContent = text;
      blank.classList.toggle("rb-filled", Boolean(value));
    });
    const cc = addresses(part("cc"));
    const fields = [
      ...(cc.length ? [`cc=${cc.join(",")}`] : []),
      `subject=${encodeURIComponent(part("subject").trim())}`,
      `body=${encodeURIComponent(part("text").replace(/\r?\n/g, "\r\n"))}`,
    ];
    mail.href = `mailto:${addresses(part("to")).join(",")}?${fields.join("&")}`;
  };
  form.addEventListener("input", (event) => {
    values.set(event.target.name, event.target.value);
    const fine = store.set("sessionStorage", place, JSON.stringify(Object.fromEntries(values)));
    say(fine ? "" : common.not_kept);
    shows.forEach((again) => again());
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = !inputs.length;
  const copying = (label, name, copied) =>
    button(
      label,
      transferring(say, (transfer) => transfer.copy(part(name).trim(), say, extra, withOpen(copied))),
    );
  const buttons = transferButtons(
    copying(words.copy_text, "text", words.copied_text),
    copying(words.copy_subject, "subject", words.copied_subject),
    mail,
  );
  section.append(buttons, says, extra);
  shows.push(show);
  show();
});
