// Stands in when there is no network: today's edition, as it was kept for the member who is logged in, and for nobody else.

const KEPT = "plnet-kept"; // the edition, and whose it is
const SHELL = "plnet-shell"; // how pages look, and the page for who has kept nothing
const EDITION = "/today/offline/";
const NOTHING = "/offline/";
const WHOSE = "/whose";
const ANY = { ignoreVary: true }; // whose a page is, is known otherwise than by its cookie

addEventListener("install", (event) => event.waitUntil(prepare()));
addEventListener("activate", (event) => event.waitUntil(begin()));
addEventListener("message", (event) => event.data?.keep && event.waitUntil(keep(event.data.keep)));
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (new URL(request.url).pathname.startsWith("/static/")) event.respondWith(fetch(request).catch(() => asKept(request)));
});

async function prepare() {
  await store(NOTHING, SHELL, NOTHING, await fetch(NOTHING, { cache: "reload" }));
  await skipWaiting();
}

async function begin() {
  await registration.navigationPreload?.enable();
  await clients.claim();
}

async function page(event) {
  try {
    const answer = (await event.preloadResponse) ?? (await fetch(event.request));
    const whose = answer.headers.get("Plnet-Member");
    if (whose) await inTurn(() => belongs(whose)); // before anybody sees it
    return answer;
  } catch {
    return without(event.request);
  }
}

async function asKept(request) {
  return (await caches.match(request, { ...ANY, cacheName: SHELL, ignoreSearch: true })) ?? Response.error();
}

// ---- without network

async function without(request) {
  const kept = request.method === "GET" && (await edition());
  if (!kept) return asKept(new Request(NOTHING));
  const entry = new URL(request.url).pathname.match(/^\/entries\/(\d+)\/$/)?.[1];
  if (entry && (await kept.clone().text()).includes(`id="entry-${entry}"`)) return Response.redirect(`${EDITION}#entry-${entry}`);
  return kept;
}

async function edition() {
  const cache = await caches.open(KEPT);
  const [key] = (await cache.keys()).filter((each) => new URL(each.url).pathname === EDITION);
  return key && cache.match(key, ANY);
}

// ---- what is kept, and for whom

async function keep(url) {
  if (new URL(url, location).pathname !== EDITION || (await has(url))) return;
  const answer = await fetch(url);
  if (!answer.ok || answer.redirected) return;
  await inTurn(async () => {
    const whose = answer.headers.get("Plnet-Member");
    const last = await known();
    if ((last && last !== whose) || (await has(url))) return; // somebody else came meanwhile, or another tab was quicker
    await belongs(whose);
    await store(url, KEPT, url, answer);
    const cache = await caches.open(KEPT);
    for (const { url: other } of await cache.keys()) {
      if (!other.endsWith(url) && !other.endsWith(WHOSE)) await cache.delete(other, ANY); // an earlier day's
    }
  });
}

async function has(url) {
  return caches.match(url, { ...ANY, cacheName: KEPT });
}

async function known() {
  return (await caches.match(WHOSE, { cacheName: KEPT }))?.text();
}

async function belongs(whose) {
  if ((await known()) === whose) return;
  await caches.delete(KEPT); // another member, or nobody any more
  await (await caches.open(KEPT)).put(WHOSE, new Response(whose));
}

// A page, and with it what it is set in.
async function store(url, name, key, answer) {
  if (!answer.ok) return;
  const text = await answer.clone().text();
  await (await caches.open(name)).put(key, answer);
  const shell = await caches.open(SHELL);
  const needed = new Set([...text.matchAll(/(?:href|src)="(\/static\/[^"#]+)/g)].map((found) => found[1]));
  for (const each of needed) if (!(await shell.match(each))) await shell.add(each);
}

let turn = Promise.resolve();
function inTurn(work) {
  const mine = turn.then(work);
  turn = mine.catch(() => {});
  return mine;
}
