// Keys: each one clicks what is on the page already. Letters typed into a field stay letters.

const ACTS = { o: "open", v: "original", m: "read", s: "keep", A: "all", u: "undo", x: "pass", e: "unfold" };
const MOVES = { J: "lower", K: "higher" }; // of the row one stands on, and of no other
const FIELDS = { n: "note", t: "tag", c: "circles" };
const PLACES = { t: "today", r: "river", i: "skim", l: "listen", w: "watch", k: "kept", p: "people", a: "add", o: "roster", g: "groups", s: "settings", n: "notes" };
const WAIT = 1500; // milliseconds a g waits for its letter

let goes = 0;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || writes(event.target)) return;
  const dialog = document.getElementById("keys");
  if (dialog?.open) return;
  const waited = Date.now() - goes < WAIT;
  goes = 0;
  const own = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!waited && own) press(event, own); // a page may have keys of its own: a deck of cards
  else if (waited && PLACES[event.key]) press(event, document.querySelector(`[data-place-of="${PLACES[event.key]}"]`));
  else if (event.key === "g") goes = Date.now();
  else if (event.key === "j") step(event, 1);
  else if (event.key === "k") step(event, -1);
  else if (event.key === "?" && dialog) stop(event, () => dialog.showModal());
  else if (event.key === "/") search(event);
  else if (FIELDS[event.key]) reach(event, document.querySelector(`[data-field-of="${FIELDS[event.key]}"]`));
  else if (MOVES[event.key]) press(event, document.querySelector(`.row.here [data-act="${MOVES[event.key]}"]`));
  else if (ACTS[event.key]) press(event, find(ACTS[event.key]));
});

// Marking what is above or below begins at the row one stands on, if one stands on one.
document.addEventListener("click", (event) => {
  const here = document.querySelector(".row.here");
  if (here && event.target.closest("[data-act=above], [data-act=below]")) document.getElementById("here").value = here.dataset.place;
}, true);

function writes(element) {
  return element.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
}

function find(act) {
  const row = document.querySelector(".row.here");
  const theirs = row?.closest(".voice-of"); // by person: what belongs to the row stands beneath it
  return row?.querySelector(`[data-act="${act}"]`) ?? theirs?.querySelector(`[data-act="${act}"]`) ?? document.querySelector(`:not(.row) > [data-act="${act}"], #tools [data-act="${act}"]`);
}

function step(event, by) {
  const rows = [...document.querySelectorAll("#list .row")];
  if (!rows.length) return press(event, document.querySelector(`[data-act="${by > 0 ? "next" : "previous"}"]`));
  const at = rows.findIndex((row) => row.classList.contains("here"));
  const to = rows[at < 0 ? 0 : at + by];
  event.preventDefault();
  if (to) stand(to);
  else if (by > 0) document.querySelector("#older a")?.click();
}

function stand(row) {
  document.querySelector(".row.here")?.classList.remove("here");
  row.classList.add("here");
  row.querySelector("[data-act=open]").focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

// Whoever comes back to a row, as after moving it, stands on it.
const back = document.getElementById(location.hash.slice(1));
if (back?.matches("#list .row")) stand(back);

function reach(event, field) {
  const folded = field?.closest("details");
  if (folded) folded.open = true;
  stop(event, field, "focus");
}

function search(event) {
  const field = document.querySelector("[type=search]");
  if (field) stop(event, () => { field.focus(); field.select(); });
  else press(event, document.querySelector("[data-place-of=search]"));
}

function press(event, element) {
  if (element) stop(event, () => element.click());
}

function stop(event, act, method) {
  if (!act) return;
  event.preventDefault();
  method ? act[method]() : act();
}
