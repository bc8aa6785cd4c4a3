// The page of an entry: choosing words to highlight, notes in a dialog, pictures larger.

const AROUND = 32; // characters kept on either side
const words = () => document.querySelector("#text .prose");
const bar = document.getElementById("picked");
const quick = document.getElementById("quick");
const noting = document.getElementById("noting");
const larger = document.getElementById("larger");
const live = document.getElementById("live");
const blank = document.getElementById("note-form")?.outerHTML; // a note that is not written yet
let back = null; // where the focus was before the dialog

// ---- what is chosen

// The text as the server counts it: without the notes, which are ours.
function textOf(range) {
  const part = range.cloneContents();
  part.querySelectorAll("[role=note]").forEach((each) => each.remove());
  return part.textContent;
}

function chosen() {
  const selection = getSelection();
  const text = words();
  if (!text || selection.rangeCount === 0 || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0).cloneRange();
  if (!range.intersectsNode(text)) return null;
  if (!text.contains(range.startContainer)) range.setStart(text, 0);
  if (!text.contains(range.endContainer)) range.setEnd(text, text.childNodes.length);
  const quote = selection.toString().trim();
  const bare = textOf(range);
  if (!quote || !bare.trim()) return null;
  const before = document.createRange();
  before.setStart(text, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const after = document.createRange();
  after.setStart(range.endContainer, range.endOffset);
  after.setEnd(text, text.childNodes.length);
  const front = textOf(before);
  const noted = range.cloneContents().querySelector("[role=note]");
  return { range, quote: noted ? bare.trim() : quote, before: front.slice(-AROUND), after: textOf(after).slice(0, AROUND), start: front.length };
}

function fill(form, what) {
  for (const name of ["quote", "before", "after", "start"]) form.elements[name].value = what?.[name] ?? "";
}

function mark(what) {
  fill(quick, what);
  getSelection().removeAllRanges();
  quick.requestSubmit();
}

function write(what) {
  if (blank) {
    document.getElementById("note-form").outerHTML = blank;
    htmx.process(noting);
  }
  fill(document.getElementById("note-form"), what);
  open(what ? "note" : "quote");
}

function open(field) {
  back = document.activeElement;
  noting.showModal();
  (document.getElementById(`f-${field}`) ?? document.getElementById("f-note")).focus();
  if (field === "quote") document.getElementById("f-note").focus();
}

// ---- the bar that comes with a choice: near it where there is a mouse, above the bottom bar under a thumb

function follow() {
  const what = noting?.open ? null : chosen();
  bar.hidden = !what;
  if (!what) return;
  const narrow = matchMedia("(max-width: 47.99rem), (pointer: coarse)").matches;
  const box = what.range.getBoundingClientRect();
  const top = box.top - bar.offsetHeight - 8;
  bar.style.insetBlockStart = narrow ? "" : `${Math.max(8, top < 8 ? Math.min(box.bottom + 8, innerHeight - 60) : top)}px`;
  bar.style.insetInlineStart = narrow ? "" : `${Math.max(8, Math.min(box.left, innerWidth - bar.offsetWidth - 8))}px`;
}

if (bar) {
  let soon = 0;
  document.addEventListener("selectionchange", () => { clearTimeout(soon); soon = setTimeout(follow, 150); });
  addEventListener("scroll", () => { if (!bar.hidden) follow(); }, { passive: true });
  bar.addEventListener("pointerdown", (event) => event.preventDefault()); // the choice stays
}

// ---- without a mouse: h chooses the first sentence in view, arrows change it

function block(by) {
  const all = [...words().querySelectorAll("p, li, h2, h3, h4, td, th, pre, blockquote, figcaption, dd, dt")].filter((each) => each.textContent.trim() && !each.querySelector("p, li"));
  if (!all.length) return words();
  const at = getSelection().anchorNode;
  const now = by ? all.findIndex((each) => each.contains(at)) : -1;
  return now >= 0 ? all[Math.max(0, Math.min(all.length - 1, now + by))] : all.find((each) => each.getBoundingClientRect().bottom > 80) ?? all[0];
}

function choose(element) {
  const selection = getSelection();
  const start = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode();
  if (!start) return;
  selection.collapse(start, 0);
  selection.modify("extend", "forward", "sentence");
  if (selection.isCollapsed || !element.contains(selection.focusNode)) selection.selectAllChildren(element);
  element.scrollIntoView({ block: "nearest" });
  live.textContent = quick.dataset.choose;
  picking = true;
}

let picking = false;

document.addEventListener("keydown", (event) => {
  const field = event.target.closest("input, textarea, select, dialog[open]");
  if (event.ctrlKey || event.metaKey || event.altKey || field || !words() || document.getElementById("keys")?.open) return;
  const what = chosen();
  const arrow = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "h") what ? mark(what) : choose(block(0));
  else if (event.key === "n") write(what);
  else if (picking && what && arrow && !event.shiftKey) choose(block(arrow));
  else if (event.key === "Escape" && what) getSelection().removeAllRanges();
  else return;
  picking = picking && event.key !== "n" && event.key !== "Escape";
  event.preventDefault();
});

// ---- clicks

document.addEventListener("click", (event) => {
  const on = (selector) => event.target.closest(selector);
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const pick = on("[data-pick]")?.dataset.pick ?? on("a[data-write]")?.dataset.write;
  const what = pick && chosen();
  const picture = on(".prose a.zoom");
  const own = on("mark[id]");
  if (pick === "mark" && what) mark(what);
  else if (pick === "mark") choose(block(0));
  else if (pick) write(what);
  else if (on("[data-close]")) noting.close();
  else if (picture) show(picture);
  else if (own && !on("a") && getSelection().isCollapsed) document.getElementById(`item-${own.id.slice(2)}`)?.scrollIntoView({ block: "center" });
  else return;
  event.preventDefault();
});

function show(link) {
  const picture = link.querySelector("img").cloneNode();
  picture.removeAttribute("sizes");
  picture.removeAttribute("srcset");
  picture.src = link.href;
  larger.querySelector("img")?.remove();
  larger.append(picture);
  larger.showModal();
}

larger?.addEventListener("click", (event) => { if (event.target.matches("dialog, img")) larger.close(); });

// ---- what htmx brings

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status !== 422) return;
  event.detail.shouldSwap = true; // a form that was refused comes back with what was typed
  event.detail.isError = false;
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id === "text" && event.detail.xhr.status < 300) noting?.close();
});

document.addEventListener("htmx:afterRequest", (event) => {
  const edit = event.detail.elt.closest?.("[data-edit]");
  if (edit && event.detail.successful) open("note");
});

// What went wrong is said where one is, and what was typed stays.
for (const [name, words] of [["htmx:responseError", "failed"], ["htmx:sendError", "offline"]]) {
  document.addEventListener(name, () => {
    if (!noting?.open) return;
    noting.querySelector(".wrong")?.remove();
    const said = document.createElement("p");
    said.className = "notice alert wrong";
    said.setAttribute("role", "alert");
    said.append(Object.assign(document.createElement("span"), { textContent: document.body.dataset[words] }));
    document.getElementById("note-form").prepend(said);
  });
}

noting?.addEventListener("close", () => {
  if (back?.isConnected && back !== document.body) back.focus({ preventScroll: true });
  follow();
});
