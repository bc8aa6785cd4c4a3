// Players: as quickly as the member likes, from where they were, and where they are is written down for every device.

const EVERY = 15_000; // milliseconds
const token = () => document.querySelector("#acts [name=csrfmiddlewaretoken]").value;

function prepare(player) {
  player.dataset.ready = "1";
  const speed = player.closest("figure").querySelector(".speed");
  const choice = speed?.querySelector("select");
  let told = 0;
  let at = Number(player.dataset.at);

  function tell(more = {}) {
    if (!player.currentTime && !("speed" in more)) return;
    told = Date.now();
    const form = new FormData();
    const said = { csrfmiddlewaretoken: token(), seconds: player.currentTime || at, length: Number.isFinite(player.duration) ? player.duration : 0, ...more };
    for (const [name, value] of Object.entries(said)) form.append(name, value);
    navigator.sendBeacon(player.dataset.position, form);
  }

  if (speed) speed.hidden = false;
  if (choice) choice.value = player.dataset.speed;
  player.defaultPlaybackRate = player.playbackRate = Number(player.dataset.speed) || 1;
  player.addEventListener("loadedmetadata", () => {
    player.playbackRate = Number(choice?.value) || 1;
    if (at && player.currentTime < 1) player.currentTime = at; // not every browser minds the #t= of the address
    at = 0;
  });
  choice?.addEventListener("change", () => {
    player.defaultPlaybackRate = player.playbackRate = Number(choice.value);
    tell({ speed: choice.value });
  });
  player.addEventListener("timeupdate", () => { if (!player.paused && Date.now() - told > EVERY) tell(); });
  player.addEventListener("play", () => { told = Date.now(); });
  ["pause", "ended"].forEach((name) => player.addEventListener(name, () => tell()));
  document.addEventListener("visibilitychange", () => { if (document.hidden && !player.paused) tell(); });
  addEventListener("pagehide", () => { if (!player.paused) tell(); });
  player.addEventListener("ended", () => player.closest(".row")?.querySelector('[data-act="read"][value="1"]')?.click());
}

const fresh = () => document.querySelectorAll(":is(audio, video)[data-position]:not([data-ready])");
fresh().forEach(prepare);

// In a row it was asked for, so it begins.
document.addEventListener("htmx:afterSettle", () => {
  fresh().forEach((player) => {
    prepare(player);
    player.focus({ preventScroll: true });
    player.play().catch(() => {}); // where browsers want another click, there is the player's own
  });
  const film = document.querySelector(".row .plays a[data-frame]");
  if (film) play(film);
});

// A chapter is where the player goes.
document.addEventListener("click", (event) => {
  const chapter = event.target.closest("[data-seek]");
  const player = chapter && document.querySelector("audio[data-position], video[data-position]");
  if (!player) return;
  const go = () => { player.currentTime = Number(chapter.dataset.seek); };
  if (player.readyState > 0) go();
  else player.addEventListener("loadedmetadata", go, { once: true });
  player.play().catch(() => {});
});

// ---- films

document.addEventListener("click", (event) => {
  const film = event.target.closest("a[data-frame]");
  if (!film || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  play(film);
});

// Only now is anything asked of the place the film is at; it is told which site it plays on, as it insists.
function play(link) {
  const frame = document.createElement("iframe");
  frame.src = link.dataset.frame;
  frame.title = link.textContent.replace("▶", "").trim();
  frame.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
  frame.referrerPolicy = "strict-origin-when-cross-origin";
  frame.className = "film";
  (link.closest("p") ?? link).replaceWith(frame);
  frame.focus();
}
