// What a list does by itself: a title that leads to the site marks its row read, and what was scrolled past is read.

const REST = 800; // milliseconds without another row before they are sent

document.addEventListener("click", reads);
document.addEventListener("auxclick", (event) => event.button === 1 && reads(event));

function reads(event) {
  const row = event.target.closest("[data-reads]")?.closest(".row");
  row?.querySelector('[data-act="read"][value="1"]')?.click();
}

const list = document.querySelector("#list[data-scrolled]");
const passed = new Map(); // rows by their number
const seen = new WeakSet();
let waits = 0;

const watcher = list && new IntersectionObserver((changes) => {
  for (const { target, isIntersecting, boundingClientRect: box } of changes) {
    if (isIntersecting) seen.add(target);
    else if (seen.has(target) && box.bottom <= 0 && target.classList.contains("unread")) pass(target);
  }
});

function watch() {
  document.querySelectorAll("#list .row.unread").forEach((row) => watcher.observe(row));
}

function pass(row) {
  watcher.unobserve(row);
  passed.set(row.id.replace("row-", ""), row);
  clearTimeout(waits);
  waits = setTimeout(send, REST);
}

function send() {
  const entry = [...passed.keys()];
  passed.clear();
  if (!entry.length) return;
  const joined = document.querySelector("#undo [data-joined]")?.dataset.joined ?? "";
  const values = { entry, joined, in: document.querySelector('#list [name="in"]').value };
  htmx.ajax("POST", list.dataset.scrolled, { values, target: "#undo", swap: "innerHTML", source: document.getElementById("undo") });
}

if (watcher) {
  watch();
  document.addEventListener("htmx:afterSettle", watch);
}
