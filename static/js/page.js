// What a page does by itself: keeps the focus after a swap, and says what went wrong.

let focused = null;

document.addEventListener("htmx:beforeSwap", () => {
  const at = document.activeElement;
  focused = at && at.dataset.act ? { id: at.closest("[id]")?.id, act: at.dataset.act } : null;
});

document.addEventListener("htmx:afterSwap", () => {
  if (!focused?.id) return;
  document.getElementById(focused.id)?.querySelector(`[data-act="${focused.act}"]`)?.focus({ preventScroll: true });
  focused = null;
});

document.addEventListener("htmx:responseError", () => say(document.body.dataset.failed));
document.addEventListener("htmx:sendError", () => say(document.body.dataset.offline));

function say(words) {
  const live = document.getElementById("live");
  if (live && words) live.textContent = words;
}
