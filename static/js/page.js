// What a page does by itself: keeps its place and the focus after a swap, and says what went wrong.

let place = null;

// What scrolls sideways inside a text can be reached and moved with the keyboard.
const scrollable = () => document.querySelectorAll(".prose :is(pre, table)").forEach((each) => {
  if (each.scrollWidth > each.clientWidth) each.tabIndex = 0;
});
scrollable();
document.addEventListener("htmx:afterSettle", scrollable);

document.addEventListener("htmx:beforeSwap", () => {
  const at = document.activeElement;
  place = {
    held: at && at !== document.body, // a page that renews itself moves nobody's focus
    row: document.querySelector(".row.here")?.id,
    id: at?.closest("[id]:not(#list)")?.id,
    act: at?.closest("[data-act]")?.dataset.act,
  };
});

document.addEventListener("htmx:afterSettle", () => {
  if (!place) return;
  // whoever has gone on in the meantime is not fetched back
  if (!document.querySelector(".row.here")) document.getElementById(place.row)?.classList.add("here");
  const lost = place.held && document.activeElement === document.body;
  const same = place.act && document.querySelector(`#${place.id ?? "main"} [data-act="${place.act}"]`);
  const next = document.querySelector("#list .row:not(.seen) [data-act=open]");
  if (lost) (same ?? (place.id === "older" ? next : null) ?? document.getElementById("main")).focus({ preventScroll: true });
  place = null;
});

// Rows that were there before older ones came, so that the focus goes on with the first new one.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.closest("#older")) document.querySelectorAll("#list .row").forEach((row) => row.classList.add("seen"));
});

// A picture that is not to be had at once, as when many come through this instance together, is asked for again.
const PATIENCE = 3; // times
const again = (picture) => {
  const tried = Number(picture.dataset.tried ?? 0) + 1;
  if (tried <= PATIENCE) setTimeout(() => { picture.dataset.tried = tried; picture.src = picture.src; }, tried * 1500);
};
document.addEventListener("error", (event) => event.target.matches?.("img[src^='/pictures/']") && again(event.target), true);
document.querySelectorAll("img[src^='/pictures/']").forEach((each) => each.complete && !each.naturalWidth && again(each));

// What renews itself waits while somebody writes in it.
document.addEventListener("htmx:beforeRequest", (event) => {
  const asks = event.detail.elt;
  if (asks.id === "coming" && asks.contains(document.activeElement?.closest("input:not([type=radio], [type=checkbox]), select, textarea"))) event.preventDefault();
});

document.addEventListener("htmx:responseError", () => say(document.body.dataset.failed));
document.addEventListener("htmx:sendError", () => say(document.body.dataset.offline));

function say(words) {
  const box = document.createElement("div");
  box.className = "undo fixed";
  box.textContent = words;
  document.getElementById("undo").replaceChildren(box);
}
