// Writes beside the name of each custom property what it is in the scheme that is shown.
const entries = [...document.querySelectorAll("[data-property]")];

function show() {
  const style = getComputedStyle(document.documentElement);
  for (const entry of entries) {
    const value = style.getPropertyValue(entry.dataset.property).trim();
    const [swatch, , said] = entry.children;
    const colour = CSS.supports("color", value);
    swatch.classList.toggle("rb-swatch-filled", colour);
    swatch.style.backgroundColor = colour ? value : "";
    said.textContent = value;
  }
}

show();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
new MutationObserver(show).observe(document.documentElement, { attributeFilter: ["data-theme"] });
