// Inside a frame on another site's page: tells how high it is, hears whether seeing may be counted.
(() => {
  "use strict";
  if (parent === window) return;
  const page = document.documentElement;
  const host = page.dataset.origin || "*"; // a height is no secret
  const tell = () => parent.postMessage({ tongshang: "size", height: document.body.offsetHeight }, host);
  new ResizeObserver(tell).observe(document.body);
  addEventListener("message", (event) => {
    if (event.source !== parent || (page.dataset.origin && event.origin !== page.dataset.origin)) return;
    const told = event.data;
    if (!told || told.tongshang !== "consent") return;
    const events = document.querySelector("script[data-consent]");
    events.dataset.consent = told.consent === "yes" ? "yes" : "no";
  });
  tell();
})();
