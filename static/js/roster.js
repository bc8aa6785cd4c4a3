// The roster's table: all on a page at once, and a range of rows with the shift key.

const form = document.querySelector("form.picker");
const rows = () => [...form.querySelectorAll("input[name=pick]")];
const page = form?.querySelector("input[name=page]");
let last = null;

form?.addEventListener("click", (event) => {
  const box = event.target;
  if (box.name !== "pick") return;
  if (event.shiftKey && last && last !== box) {
    const all = rows();
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    all.slice(from, to + 1).forEach((each) => { each.checked = box.checked; });
  }
  last = box;
  page.checked = rows().every((each) => each.checked);
});

page?.addEventListener("change", () => rows().forEach((each) => { each.checked = page.checked; }));
if (page?.checked) rows().forEach((each) => { each.checked = true; });
