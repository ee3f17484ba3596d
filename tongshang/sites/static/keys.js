// Keys of the desks: / searches, j and k go from row to row, Enter or e opens one, x chooses it,
// Esc closes what is beside the list, ? tells them.
const rows = () => [...document.querySelectorAll("main tbody tr")].filter((row) => row.offsetParent);
const help = () => document.getElementById("keys");

function go(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(document.activeElement.closest("main tbody tr"));
  const row = all[Math.min(Math.max(at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step, 0), all.length - 1)];
  row.tabIndex = -1;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

const keys = {
  "/": () => document.querySelector("main input[type=search]")?.focus(),
  j: () => go(1),
  k: () => go(-1),
  e: () => document.activeElement.closest("main tbody tr")?.querySelector("a, button")?.click(),
  x: () => document.activeElement.closest("main tbody tr")?.querySelector("input[name=pick]")?.click(),
  Escape: () => document.querySelector("[data-close]")?.click(),
  "?": () => (help().open ? help().close() : help().showModal()),
};

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.matches("input:not([type=checkbox], [type=radio]), select, textarea")) return;
  const key = event.key === "Enter" && event.target.matches("main tbody tr") ? "e" : event.key;
  if (!Object.hasOwn(keys, key) || (help().open && key !== "?")) return;
  if (key !== "Escape") event.preventDefault();
  keys[key]();
});
addEventListener("click", (event) => {
  if (event.target.closest("[data-keys]") || event.target === help()) keys["?"]();
});
