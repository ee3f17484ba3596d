// A short video's cards: each appears over the picture at its second, for eight seconds.
const video = document.querySelector("[data-watch]");
const cards = [...document.querySelectorAll("[data-at]")];
const SHOWN_FOR = 8;

function show() {
  const now = video.currentTime;
  const due = cards.filter((card) => now >= Number(card.dataset.at) && now < Number(card.dataset.at) + SHOWN_FOR);
  const last = due.at(-1);
  for (const card of cards) {
    card.classList.toggle("on", card === last);
    card.tabIndex = card === last ? 0 : -1;
  }
}

if (video) {
  for (const name of ["timeupdate", "seeked", "play"]) video.addEventListener(name, show);
  for (const jump of document.querySelectorAll("[data-jump]")) {
    jump.addEventListener("click", () => {
      video.currentTime = Number(jump.dataset.jump);
      video.play().catch(() => {});
    });
  }
  show();
}
