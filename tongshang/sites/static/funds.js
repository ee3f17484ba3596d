// Looks every two seconds how far a withdrawal is, until it is over.
const progress = () => document.getElementById("progress");
setInterval(async () => {
  const shown = progress();
  if (!shown || !shown.dataset.poll || document.hidden) return;
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("progress");
  if (fresh && fresh.innerText.trim() !== shown.innerText.trim()) location.reload();
}, 2000);
