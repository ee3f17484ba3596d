// Computes a line's proof anew, so that nobody need believe the page that shows it.
const bytes = (hex) => Uint8Array.from(hex.match(/../g) || [], (pair) => parseInt(pair, 16));
const hex = (some) => [...some].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const text = (some) => new TextEncoder().encode(some);

async function hashed(kind, ...parts) {
  const all = new Uint8Array(1 + parts.reduce((sum, part) => sum + part.length, 0));
  all[0] = kind;
  let at = 1;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", all));
}

async function digestOf(proof) {
  let node = await hashed(0, bytes(proof.salt), text(proof.text));
  for (const step of proof.way) {
    const beside = bytes(step.hash);
    node = step.side === "left" ? await hashed(1, beside, node) : await hashed(1, node, beside);
  }
  const day = proof.day;
  const said = JSON.stringify([day.book_id, day.day, day.lines, hex(node)]);
  return hex(await hashed(2, bytes(day.earlier), text(said)));
}

async function check() {
  const place = document.getElementById("proof");
  const verdict = document.getElementById("verdict");
  const say = (words, tone) => {
    verdict.classList.add(tone);
    verdict.querySelector("span").textContent = words;
  };
  if (!globalThis.crypto?.subtle) {
    say(place.dataset.cannot, "wait");
    return;
  }
  const proof = JSON.parse(place.dataset.proof);
  const good = (await digestOf(proof)) === proof.day.digest;
  say(good ? place.dataset.good : place.dataset.bad, good ? "done" : "bad");
}

check();
