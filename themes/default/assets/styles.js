import { tag } from "./parts.js";

// Adds a style sheet of the theme to the page, and waits until it has loaded or failed; modules work without it.
export const loadStyles = (name) =>
  new Promise((settle) => {
    const sheet = tag("link", { rel: "stylesheet", href: new URL(name, import.meta.url).href });
    sheet.addEventListener("load", settle);
    sheet.addEventListener("error", settle);
    document.head.append(sheet);
  });
