// Keeps what every page needs and what is shown without a network; never a page of anybody's.
const SHELL = "shell-%mark%";
const KEPT = %kept%;

self.addEventListener("install", (event) => {
  // What is posted goes past us: a beacon of a page that is left must not wait for us to wake.
  if (event.addRoutes) {
    event.waitUntil(event.addRoutes({ condition: { requestMethod: "POST" }, source: "network" }));
  }
  event.waitUntil(caches.open(SHELL).then((shell) => shell.addAll(KEPT)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const drop = (names) => Promise.all(names.filter((name) => name !== SHELL).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(drop).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match("/offline")));
  } else if (KEPT.includes(new URL(request.url).pathname)) {
    event.respondWith(caches.match(request, { ignoreSearch: true }).then((kept) => kept || fetch(request)));
  }
});
