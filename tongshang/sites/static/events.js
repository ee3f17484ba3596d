// Tells the platform what was seen: cards half visible for a second, clicks, views, plays. It waits
// for nothing and is waited for by nothing; what it may keep of a person is a question of consent.
(() => {
  const KIND = { exposure: 1, click: 2, view: 3, play: 4, cart: 6 };
  const SEEN_MS = 1000, WAIT_MS = 4000, FULL = 40, BATCH = 100, UNSENT = 3;
  const script = document.currentScript;
  const where = new URL("/v1/event/batch", script.src);
  const ours = where.origin === location.origin;
  const uuid = () => (crypto.randomUUID ? crypto.randomUUID()
    : ([1e7] + -1e3 + -4e3 + -8e3 + -1e11).replace(/[018]/g, (c) =>
        (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16)));
  const page = uuid();

  // Who asks not to be tracked has not consented; elsewhere the site that shows us asks.
  const consents = () => {
    if (navigator.doNotTrack === "1" || navigator.globalPrivacyControl) return false;
    try {
      const said = localStorage.getItem("events-consent");
      if (said) return said === "yes";
    } catch { /* a page without storage has said nothing */ }
    return (script.dataset.consent || (ours ? "yes" : "no")) === "yes";
  };

  // --- sending -----------------------------------------------------------------------------------
  let waiting = [], timer = 0;
  const unsent = [];

  const body = (batch) => {
    const now = Date.now();
    const events = batch.events.map(({ at, ...event }) =>
      ({ ...event, ago_ms: Math.min(Math.max(now - at, 0), 86400000) }));
    const said = { batch: batch.id, page, consent: consents(), events };
    return new Blob([JSON.stringify(said)], { type: "text/plain" });
  };

  const post = async (batch) => {
    try {
      const options = { method: "POST", body: body(batch), keepalive: true };
      await fetch(where, ours ? options : { ...options, mode: "no-cors", credentials: "omit" });
    } catch { // the same batch again is harmless: it is counted once
      if (unsent.length < UNSENT) unsent.push(batch);
    }
  };

  const flush = (leaving) => {
    clearTimeout(timer);
    timer = 0;
    const batches = unsent.splice(0);
    while (waiting.length) batches.push({ id: uuid(), events: waiting.splice(0, BATCH) });
    for (const batch of batches) {
      if (!(leaving && navigator.sendBeacon && navigator.sendBeacon(where, body(batch)))) post(batch);
    }
  };

  const tell = (kind, about, count = 1) => {
    waiting.push({ kind, ...about, count, at: Date.now() });
    if (waiting.length >= FULL) flush(false);
    else timer ||= setTimeout(flush, WAIT_MS, false);
  };

  // --- cards -------------------------------------------------------------------------------------
  const told = new Set(); // tokens whose card was seen on this page
  const shown = new Map(); // cards that are half visible now, and their timers

  const expose = (card) => {
    const token = card.dataset.card;
    if (!token || told.has(token)) return;
    told.add(token);
    tell(KIND.exposure, { card: token });
    watch.unobserve(card);
    shown.delete(card);
  };
  const start = (card) => {
    if (document.visibilityState === "visible") shown.set(card, setTimeout(expose, SEEN_MS, card));
    else shown.set(card, 0);
  };
  const stop = (card) => clearTimeout(shown.get(card));

  const watch = new IntersectionObserver((changes) => {
    for (const { target, isIntersecting, intersectionRatio } of changes) {
      if (isIntersecting && intersectionRatio >= 0.5) {
        if (!shown.has(target)) start(target);
      } else if (shown.has(target)) {
        stop(target);
        shown.delete(target);
      }
    }
  }, { threshold: [0, 0.5] });

  // --- views and plays ---------------------------------------------------------------------------
  const ABOUT = { viewContent: "content_id", viewProduct: "product_id", viewShop: "shop_id" };
  const viewed = new Map(); // what this page shows, and since when it is looked at
  const plays = new Map(); // videos, and how many seconds were played

  const aboutOf = (element) => {
    for (const [name, field] of Object.entries(ABOUT)) {
      if (element.dataset[name]) return { [field]: element.dataset[name] };
    }
    return null;
  };
  const views = (element) => {
    const about = aboutOf(element), key = JSON.stringify(about);
    if (about && !viewed.has(key)) viewed.set(key, { about, since: Date.now(), done: false });
  };
  const video = (element) => {
    const holder = element.closest("[data-view-content]");
    if (!holder || plays.has(element)) return;
    const play = { about: aboutOf(holder), seconds: 0, since: 0, done: false };
    plays.set(element, play);
    const pause = () => {
      if (play.since) play.seconds += (Date.now() - play.since) / 1000;
      play.since = 0;
    };
    element.addEventListener("playing", () => { play.since ||= Date.now(); });
    for (const name of ["pause", "waiting", "ended"]) element.addEventListener(name, pause);
    play.pause = pause;
  };
  const tellViews = () => {
    for (const one of viewed.values()) {
      if (!one.done) tell(KIND.view, one.about, Math.max(1, Math.round((Date.now() - one.since) / 1000)));
      one.done = true;
    }
    for (const play of plays.values()) {
      play.pause();
      if (!play.done && play.seconds >= 1) {
        tell(KIND.play, play.about, Math.round(play.seconds));
        play.done = true;
      }
    }
  };

  // --- what is on the page, and comes to it --------------------------------------------------------
  const SOME = "[data-card], [data-view-content], [data-view-product], [data-view-shop], video";
  const meet = (element) => {
    if (element.dataset.card && !told.has(element.dataset.card)) watch.observe(element);
    views(element);
    if (element.tagName === "VIDEO") video(element);
  };
  const meetAll = (node) => {
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    if (node.matches(SOME)) meet(node);
    node.querySelectorAll(SOME).forEach(meet);
  };

  const begin = () => {
    meetAll(document.body);
    new MutationObserver((changes) => {
      for (const change of changes) {
        if (change.type === "childList") change.addedNodes.forEach(meetAll);
        else { // another card in the same place: looked at anew
          watch.unobserve(change.target);
          stop(change.target);
          shown.delete(change.target);
          meet(change.target);
        }
      }
    }).observe(document.body, {
      childList: true, subtree: true, attributes: true, attributeFilter: ["data-card"],
    });
  };

  const clicked = (event) => {
    const card = event.target instanceof Element && event.target.closest("[data-card]");
    if (!card) return;
    expose(card); // who clicks has seen
    tell(KIND.click, { card: card.dataset.card });
  };
  addEventListener("click", clicked, true);
  addEventListener("auxclick", clicked, true);
  addEventListener("submit", (event) => {
    const form = event.target, by = event.submitter;
    if (!form.dataset.cart || !by || by.value !== form.dataset.cart) return;
    const token = form.elements.card && form.elements.card.value;
    tell(KIND.cart, token ? { card: token } : { product_id: form.dataset.viewProduct });
  }, true);

  addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") {
      for (const card of [...shown.keys()]) start(card);
      return;
    }
    for (const card of shown.keys()) stop(card);
    tellViews();
    flush(true);
  });
  addEventListener("pagehide", () => { tellViews(); flush(true); });
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin);
  else begin();
})();
