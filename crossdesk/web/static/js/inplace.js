// Changing a thing where it stands: Escape leaves it, and the focus comes back to where it was. Arrows walk a grid.

let returns = "";

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-in-place]");
  if (form && event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    form.querySelector("[data-cancel]")?.click();
  }
});
for (const name of ["submit", "click"]) document.addEventListener(name, (event) => {
  const form = event.target.closest?.("[data-in-place]");
  if (form && (name === "submit" || event.target.closest("[data-cancel]"))) returns = form.dataset.inPlace;
});

function settle() {
  const field = document.querySelector("[data-in-place] [autofocus]");
  if (field) {
    if (!field.closest("[data-in-place]").contains(document.activeElement)) field.focus();
    if (field.matches("input[type=text]")) field.select();
  } else if (returns) {
    document.getElementById(returns)?.focus();
    returns = "";
  }
}
document.addEventListener("htmx:after:swap", () => setTimeout(settle, 0));

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
document.addEventListener("keydown", (event) => {
  const step = STEPS[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
  const choice = event.target.closest?.(".part-choice");
  if (choice) {
    if (!step[1]) return;
    const all = [...choice.querySelectorAll("button")];
    const way = step[1] * (document.dir === "rtl" ? -1 : 1);
    all[(all.indexOf(event.target) + way + all.length) % all.length]?.focus();
    event.preventDefault();
    return;
  }
  const cell = event.target.matches?.("[data-grid] td > a") && event.target.closest("td");
  if (!cell) return;
  const way = step[1] * (document.dir === "rtl" ? -1 : 1);
  const row = cell.parentElement.parentElement.rows[cell.parentElement.rowIndex - 1 + step[0]];
  const next = row?.cells[cell.cellIndex + way]?.querySelector("a");
  if (next && next.closest("td")) next.focus();
  event.preventDefault();
});
