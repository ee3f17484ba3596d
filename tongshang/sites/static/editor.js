// The editor of contents: moves, adds and takes away parts without a round trip, sends pictures when
// they are chosen, and asks before leaving what is not kept. Without it each button sends the form.
const form = document.querySelector("[data-editor]");

if (form) {
  const list = form.querySelector("[data-parts]");
  let touched = form.hasAttribute("data-touched");

  const number = () => {
    [...list.children].forEach((part, place) => {
      for (const [mark, what] of [["up", "up"], ["down", "down"], ["cut", "cut"]]) {
        part.querySelector(`[data-${mark}]`).value = `${what}:${place}`;
      }
    });
  };
  const shift = (part, before) => {
    const next = before ? part.previousElementSibling : part.nextElementSibling;
    if (!next) return;
    before ? next.before(part) : next.after(part);
    part.classList.remove("moved");
    requestAnimationFrame(() => part.classList.add("moved"));
  };

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const part = button.closest("[data-part]");
    if (button.matches("[data-up]")) shift(part, true);
    else if (button.matches("[data-down]")) shift(part, false);
    else if (button.matches("[data-cut]")) part.remove();
    else if (button.matches("[data-add]")) {
      const made = document.getElementById(`part-${button.dataset.add}`).content.cloneNode(true);
      list.append(made);
      list.lastElementChild.querySelector("input:not([type=hidden]), textarea").focus();
    } else {
      touched = false; // the form is sent
      return;
    }
    event.preventDefault();
    touched = true;
    number();
    if (!button.matches("[data-add], [data-cut]")) button.focus();
  });

  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("[data-find]")) return;
    event.preventDefault();
    form.querySelector('[value="find"]').click();
  });
  form.addEventListener("input", () => { touched = true; });
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-send]") && event.target.files.length) form.querySelector("[data-upload]").click();
  });
  addEventListener("beforeunload", (event) => { if (touched) event.preventDefault(); });
}

document.addEventListener("submit", (event) => {
  const asked = event.submitter?.dataset.sure;
  if (asked && !confirm(asked)) event.preventDefault();
});
