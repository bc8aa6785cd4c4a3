// What a page does by itself: tells the server the time zone once, keeps the focus after a swap, says what changed.

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone) document.cookie = `zone=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax`;

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
