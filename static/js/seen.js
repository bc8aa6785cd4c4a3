// What a page saw of its reader's reading: rows that stood before their eyes, a piece opened, a piece read to its end.
// It goes to the reader's own memory (docs/tending.md) and nowhere else; where that is off, the server drops it.

const GLANCE = 1000; // milliseconds a row stands in view before it was shown
const READ = 5000; // and one with its whole text before it was opened
const REST = 4000; // before what was seen is sent
const QUARTER = 15000; // milliseconds a minute of text takes at the least: a quarter of it

const to = document.body.dataset.seen;
const list = document.getElementById("list");
const piece = document.querySelector("[data-entry]");
const begun = Date.now();
const said = new Set();
let waiting = { shown: [], opened: [], finished: [] };
let timer = 0;

function say(kind, entry) {
  const word = `${kind} ${entry}`;
  if (!entry || said.has(word)) return;
  said.add(word);
  waiting[kind].push(entry);
  clearTimeout(timer);
  timer = setTimeout(send, REST);
}

function send(origin = where()) {
  const form = new URLSearchParams();
  for (const [kind, entries] of Object.entries(waiting)) entries.forEach((entry) => form.append(kind, entry));
  if (!form.size) return;
  waiting = { shown: [], opened: [], finished: [] };
  form.set("origin", origin);
  const headers = JSON.parse(document.body.getAttribute("hx-headers"));
  fetch(to, { method: "POST", body: form, headers, keepalive: true }).catch(() => {}); // off the network it is not known
}

function where() {
  if (piece) return "page";
  if (list?.dataset.density === "full") return "full";
  const path = location.pathname.split("/")[1];
  return ["river", "today", "search"].includes(path) ? path : "list";
}

const number = (row) => row.id.replace("row-", "");
const waits = new Map();

const watcher = new IntersectionObserver((changes) => {
  for (const { target, isIntersecting } of changes) {
    waits.get(target)?.forEach(clearTimeout);
    if (!isIntersecting) continue;
    const later = [setTimeout(() => say("shown", number(target)), GLANCE)];
    if (list?.dataset.density === "full") later.push(setTimeout(() => say("opened", number(target)), READ));
    waits.set(target, later);
  }
});

const ends = new IntersectionObserver(([{ isIntersecting }]) => {
  if (isIntersecting && Date.now() - begun >= QUARTER * piece.dataset.minutes) say("finished", piece.dataset.entry);
});

function watch() {
  document.querySelectorAll(".rows .row[id^=row-]").forEach((row) => watcher.observe(row));
}

// A title that leads to the site, or the way to the original: opened there.
document.addEventListener("click", (event) => {
  const link = event.target.closest('[data-reads], a[data-act="original"]');
  const row = link?.closest(".row");
  if (row) say("opened", number(row));
});

if (to) {
  watch();
  document.addEventListener("htmx:afterSettle", watch);
  if (piece) {
    say("opened", piece.dataset.entry);
    send();
    const tools = document.getElementById("tools");
    if (tools) ends.observe(tools);
    document.addEventListener("scrollend", () => { if (tools) { ends.unobserve(tools); ends.observe(document.getElementById("tools")); } });
  }
  addEventListener("pagehide", () => send());
}
