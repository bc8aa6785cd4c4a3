// For times without network: the worker that stands in then, and today's edition for it to keep.

const workers = navigator.serviceWorker; // browsers have it over https, and on the machine itself

if (workers) addEventListener("load", async () => {
  await workers.register("/worker.js");
  const { active } = await workers.ready;
  const keep = document.querySelector("[data-keep]")?.dataset.keep;
  if (keep) active.postMessage({ keep });
});
