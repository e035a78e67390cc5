// Changing a thing where it stands: Escape leaves it, and the focus comes back to where it was. Arrows walk a grid.

let returns = "";

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-in-place]");
  // The browser gives the focus as soon as the form stands there, a moment before htmx has looked at it: a key may be quicker.
  if (form) window.htmx.process(form);
  if (form && event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    form.querySelector("[data-cancel]")?.click();
  }
});
// Enter keeps a choice too; the space bar opens its list.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches?.("[data-in-place] select")) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});
for (const name of ["submit", "click"]) document.addEventListener(name, (event) => {
  const form = event.target.closest?.("[data-in-place]");
  if (form && (name === "submit" || event.target.closest("[data-cancel]"))) returns = form.dataset.inPlace;
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest?.("[data-keeps]");
  if (form) returns = form.dataset.keeps;
});
function again(id) {
  const form = document.querySelector(`[data-keeps="${CSS.escape(id)}"]`);
  const button = form?.querySelector("button");
  return button?.disabled ? form.parentElement.querySelector("button:not(:disabled)") : button;
}

// At the moment it gets the focus, whoever gives it: a moment later the first letters typed would be selected too.
document.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-in-place] input[type=text][autofocus]")) event.target.select();
});
function settle() {
  const field = document.querySelector("[data-in-place] [autofocus]");
  if (field) {
    if (!field.closest("[data-in-place]").contains(document.activeElement)) field.focus();
  } else if (returns) {
    (document.getElementById(returns) ?? again(returns))?.focus();
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

// --- an order: dragged by its grip, or Alt with an arrow on whatever of it has the focus
document.addEventListener("keydown", (event) => {
  if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
  const item = event.target.closest?.("[data-item]");
  if (!item) return;
  event.preventDefault();
  item.querySelector(`[data-keeps$="${event.key === "ArrowUp" ? "-up" : "-down"}"] button:not(:disabled)`)?.click();
});
let dragged = null;
const items = () => [...dragged.closest("[data-ordered]").querySelectorAll("[data-item]")];
function over(event) {
  const item = event.target.closest?.("[data-item]");
  return dragged && item && item.closest("[data-ordered]") === dragged.closest("[data-ordered]") ? item : null;
}
function unmark() {
  for (const item of document.querySelectorAll("[data-drop]")) delete item.dataset.drop;
}
document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.(".grip")?.closest("[data-item]") ?? null;
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", "");
  event.dataTransfer.setDragImage(dragged, 16, 16);
});
document.addEventListener("dragover", (event) => {
  const item = over(event);
  if (!item) return;
  event.preventDefault();
  unmark();
  const all = items();
  if (item !== dragged) item.dataset.drop = all.indexOf(item) > all.indexOf(dragged) ? "after" : "before";
});
document.addEventListener("drop", (event) => {
  const item = over(event);
  if (!item || item === dragged) return;
  event.preventDefault();
  const form = dragged.querySelector("[data-move]");
  form.elements.to.value = items().indexOf(item);
  form.requestSubmit();
});
document.addEventListener("dragend", () => { unmark(); dragged = null; });
