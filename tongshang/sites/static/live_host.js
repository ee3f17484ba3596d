// A host's console that moves: figures as they are told, comments as they come.
(() => {
  const here = document.querySelector("[data-console]");
  if (!here) return;
  const said = document.querySelector("[data-said]");
  const put = (name, value) => {
    here.querySelector(`[data-${name}]`).textContent = value;
  };
  let waiting = 0;
  const again = () => {
    if (waiting) return;
    waiting = setTimeout(async () => {
      waiting = 0;
      if (said.contains(document.activeElement)) return; // somebody is about to press a button
      const answer = await fetch(`${here.dataset.console}/comments`);
      if (!answer.ok) return;
      const made = document.createElement("template");
      made.innerHTML = await answer.text();
      said.replaceChildren(made.content);
    }, 600);
  };
  const source = new EventSource(here.dataset.stream);
  source.addEventListener("figures", (event) => {
    const now = JSON.parse(event.data);
    put("viewers", now.viewers);
    put("likes", now.likes);
    put("count", now.comments);
  });
  source.addEventListener("comment", again);
  addEventListener("pagehide", () => source.close());
})();
