// Cards on other people's pages: <script async src="https://…/embed.js" data-card="…"></script>
// puts a frame behind itself. It sets no cookie and sends nothing; data-consent="yes" lets the frame
// count that it was seen, data-theme is "light" or "dark", data-lang "zh" or "en", data-width pixels.
(() => {
  "use strict";
  const KINDS = ["card", "product", "shop", "content"];
  const HEIGHT_MAX = 1200;

  const put = (script) => {
    const kind = KINDS.find((name) => script.dataset[name]);
    if (!kind) return;
    script.dataset.done = "";
    const home = new URL(script.src).origin;
    const asked = new URLSearchParams({ origin: location.origin });
    for (const name of ["theme", "lang", "consent"]) if (script.dataset[name]) asked.set(name, script.dataset[name]);
    asked.set(kind === "card" ? "card" : "id", script.dataset[kind]);
    const frame = document.createElement("iframe");
    frame.src = `${home}/embed/${kind === "product" ? "card" : kind}?${asked}`;
    frame.title = script.dataset.title || "通商 · Tongshang";
    frame.loading = "lazy";
    frame.referrerPolicy = "no-referrer";
    frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox");
    const width = Math.min(Math.max(parseInt(script.dataset.width, 10) || 560, 240), 1000);
    frame.style.cssText = `display:block;border:0;width:100%;max-width:${width}px;height:148px;color-scheme:normal`;
    script.after(frame);
    addEventListener("message", (event) => {
      if (event.origin !== home || event.source !== frame.contentWindow) return;
      const told = event.data;
      if (told && told.tongshang === "size" && Number.isFinite(told.height))
        frame.style.height = `${Math.min(Math.max(Math.ceil(told.height), 60), HEIGHT_MAX)}px`;
    });
    new MutationObserver(() => {
      const consent = script.dataset.consent === "yes" ? "yes" : "no";
      frame.contentWindow?.postMessage({ tongshang: "consent", consent }, home);
    }).observe(script, { attributeFilter: ["data-consent"] });
  };

  const here = document.currentScript ? new URL(document.currentScript.src).origin : null;
  for (const script of document.querySelectorAll('script[src*="/embed.js"]:not([data-done])'))
    if (!here || new URL(script.src).origin === here) put(script);
})();
