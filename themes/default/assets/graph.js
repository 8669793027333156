// Highlights the lines of the hovered or focused node.
const picture = document.querySelector(".rb-graph");
const pick = (event) => {
  const node = event.target.closest(".rb-node");
  const id = event.type === "pointerout" || event.type === "focusout" ? null : node?.dataset.node;
  picture.classList.toggle("rb-picked", Boolean(id));
  picture.querySelectorAll(".rb-edge").forEach((edge) => {
    edge.classList.toggle("rb-edge-picked", edge.dataset.from === id || edge.dataset.to === id);
  });
};
for (const type of ["pointerover", "pointerout", "focusin", "focusout"]) picture?.addEventListener(type, pick);
