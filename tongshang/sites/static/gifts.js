// Gifts: counts what is written, sums what is given, and lets the time run down.
const yuan = (fen) => `¥${(fen / 100).toLocaleString("en", { minimumFractionDigits: 2 })}`;
const form = document.getElementById("give");

const tell = () => {
  for (const text of document.querySelectorAll("[data-counted]")) {
    document.getElementById(text.dataset.counted).textContent = [...text.value].length;
  }
  const sku = form?.querySelector("[name=sku_id]:checked");
  const total = document.querySelector("[data-total]");
  if (!sku || !total) return;
  const way = form.querySelector("[name=way]:checked").value;
  const portions = ["share", "draw"].includes(way) ? Number(form.portions.value) || 1 : 1;
  total.textContent = yuan(sku.dataset.price * portions);
  const hint = document.querySelector(".when-many-total");
  if (hint) hint.hidden = true;
};
if (form) form.addEventListener("input", tell);
tell();

// A deadline that is near is told to the second.
const near = [...document.querySelectorAll("time.left")].map((shown) => [shown, Date.parse(shown.dateTime)]);
const english = document.documentElement.lang === "en";
const run = () => {
  for (const [shown, at] of near) {
    const left = Math.floor((at - Date.now()) / 1000);
    if (left <= 0 || left >= 3600) continue;
    const [minutes, seconds] = [Math.floor(left / 60), left % 60];
    shown.textContent = english ? `${minutes} min ${seconds} s` : `${minutes} 分 ${seconds} 秒`;
  }
};
if (near.length && !document.querySelector("a[href='/sandbox']")) setInterval(run, 1000);
