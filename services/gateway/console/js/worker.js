// The service worker of the report form: opens it without a network, and sends what waits when there is one again.
import { PAGE, sendAll } from "./queue.js";

const CACHE = "pasopati-lapor-1";
const NETWORK_PATIENCE = 6000;

self.addEventListener("install", (event) => event.waitUntil(keepPage().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("sync", (event) => {
  if (event.tag === "laporan") event.waitUntil(sendOrTryAgain());
});
self.addEventListener("message", (event) => {
  if (event.data === "lupakan") event.waitUntil(caches.delete(CACHE));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate" && pathname === PAGE) event.respondWith(page(request));
  // Names of built files carry a hash of their content: what is kept never grows old.
  else if (pathname.startsWith("/aset/")) event.respondWith(kept(request));
});

/** The page and every built file it names. */
async function keepPage() {
  const answer = await fetch(PAGE, { headers: { Accept: "text/html" }, cache: "no-store" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const markup = await answer.clone().text();
  const cache = await caches.open(CACHE);
  const named = new Set(markup.match(/\/aset\/[\w.-]+/g));
  await cache.addAll([...named]);
  await cache.put(PAGE, answer);
}

async function takeOver() {
  for (const name of await caches.keys()) if (name.startsWith("pasopati-lapor") && name !== CACHE) await caches.delete(name);
  await self.clients.claim();
}

async function page(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(NETWORK_PATIENCE) });
    if (answer.ok && answer.type === "basic" && !answer.redirected) await cache.put(PAGE, answer.clone());
    if (answer.status < 500) return answer;
  } catch {
    // No network, or too little of it: the page as it was last seen.
  }
  return (await cache.match(PAGE)) ?? Response.error();
}

async function kept(request) {
  const found = await caches.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok && (await caches.has(CACHE))) await (await caches.open(CACHE)).put(request, answer.clone());
  return answer;
}

async function sendOrTryAgain() {
  // A rejected sync is tried again by the browser, later and later.
  if ((await sendAll()) === "jaringan") throw new Error("masih tanpa jaringan");
}
