// One row of a list, beside the list: only that part of the page changes. Without it the link leads
// to the same page with the row open.
let asked = 0;

// On a phone the sections are one row: the one that is open is in sight.
document.querySelector(".rail nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

async function show(place) {
  const mine = ++asked;
  const answer = await fetch(place, { headers: { accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (mine !== asked) return;
  document.getElementById("drawer")?.remove();
  const drawer = page.getElementById("drawer");
  if (drawer) document.querySelector("main").append(drawer);
  drawer?.querySelector("[data-close]").focus({ preventScroll: true });
}

addEventListener("click", (event) => {
  const link = event.target.closest("a[data-drawer]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState(null, "", link.href);
  show(link.href).catch(() => location.assign(link.href));
});
addEventListener("popstate", () => show(location.href).catch(() => location.reload()));

// How many rows are chosen; the bar itself comes and goes by the style sheet.
addEventListener("change", (event) => {
  const told = document.querySelector("[data-count]");
  if (!told || event.target.name !== "pick") return;
  const count = document.querySelectorAll("input[name=pick]:checked").length;
  told.textContent = told.dataset.count.replace("#", count);
});
