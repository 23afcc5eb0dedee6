// Serves the page of a gate without a network. The page puts itself and its files into the cache; requests of the API
// are not served from here.

const CACHE = "gate";

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("fetch", (event) => {
  const { request } = event;
  const path = new URL(request.url).pathname;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => kept(request)));
  } else if (path.startsWith("/assets/")) {
    // The name of a file contains its hash.
    event.respondWith(kept(request).then((response) => (response.ok ? response : fetch(request))));
  }
});

/** The copy of a response; an error without one. */
async function kept(request) {
  const cache = await caches.open(CACHE);
  const options = { ignoreSearch: true, ignoreVary: true };
  return (await cache.match(request, options)) ?? Response.error();
}
