// Shows the value of each custom property in the current color scheme.
const entries = [...document.querySelectorAll("[data-property]")];

// An opaque color as in style sheets: `#15171b`.
function hexadecimal(colour) {
  const channels = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(colour);
  if (!channels) return colour;
  return `#${channels
    .slice(1)
    .map((channel) => Number(channel).toString(16).padStart(2, "0"))
    .join("")}`;
}

function showValue(entry, value) {
  const [swatch, , text] = entry.children;
  const isColour = CSS.supports("color", value);
  swatch.classList.toggle("rb-swatch-filled", isColour);
  swatch.style.backgroundColor = isColour ? value : "";
  // `light-dark()` is resolved only for an element that uses it.
  const dependsOnScheme = isColour && value.startsWith("light-dark(");
  text.textContent = dependsOnScheme ? hexadecimal(getComputedStyle(swatch).backgroundColor) : value;
}

function show() {
  const style = getComputedStyle(document.documentElement);
  for (const entry of entries) {
    showValue(entry, style.getPropertyValue(entry.dataset.property).trim());
  }
}

show();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
new MutationObserver(show).observe(document.documentElement, { attributeFilter: ["data-theme"] });
