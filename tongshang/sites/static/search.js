// The search box by keyboard: arrows choose a suggestion, Escape puts them away.
document.addEventListener("keydown", (event) => {
  const box = document.getElementById("seek");
  const found = document.getElementById("seek-found");
  if (!box || !found) return;
  const lines = [...found.querySelectorAll(".seek-line")];
  const at = lines.indexOf(document.activeElement);
  if (event.key === "Escape") {
    found.replaceChildren();
    if (at >= 0) box.focus();
  } else if (lines.length && (document.activeElement === box || at >= 0)) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    (lines[at + step] || (step > 0 ? lines[0] : box)).focus();
  }
});
document.addEventListener("click", (event) => {
  if (!event.target.closest(".seek")) document.getElementById("seek-found")?.replaceChildren();
});
