// Choosing many rows: by their boxes, with Shift for all between, by x; one bar acts on them; rows are dragged to a department.

const list = document.getElementById("rows");
const bar = document.getElementById("many");

if (list && bar) {
  const chosen = new Set();
  let last = "";
  const MOST = 200;
  const boxes = () => [...list.querySelectorAll("[data-pick]")];
  const box = (id) => list.querySelector(`[data-pick][value="${id}"]`);
  const currentId = () => document.activeElement?.closest?.("[data-line]")?.dataset.line ?? list.querySelector(".row-card[aria-current=true]")?.dataset.row;

  // What is chosen is known here, not in the boxes: the list is redrawn under them.
  function show() {
    for (const one of boxes()) {
      one.checked = chosen.has(one.value);
      one.closest("[data-line]").toggleAttribute("data-chosen", one.checked);
    }
    list.parentElement.toggleAttribute("data-choosing", chosen.size > 0);
    if (chosen.size && !bar.childElementCount) window.htmx.trigger(bar, "choose");
    if (!chosen.size && bar.contains(document.activeElement)) list.querySelector(".row-card")?.focus({ preventScroll: true });
    bar.hidden = !chosen.size;
    const count = bar.querySelector("[data-many-count]");
    if (count) count.textContent = String(chosen.size);
  }
  const put = (id, on) => {
    if (on && chosen.size < MOST) chosen.add(id);
    else if (!on) chosen.delete(id);
  };
  function upTo(id, on) {
    const ids = boxes().map((one) => one.value);
    const [from, to] = [ids.indexOf(last), ids.indexOf(id)].sort((a, b) => a - b);
    if (from < 0) put(id, on);
    else for (const between of ids.slice(from, to + 1)) put(between, on);
  }
  function choose(id, on, range) {
    if (range && last) upTo(id, on);
    else put(id, on);
    last = id;
    show();
  }
  const all = () => {
    for (const one of boxes()) put(one.value, true);
    show();
  };
  const none = () => { chosen.clear(); last = ""; show(); };

  list.addEventListener("click", (event) => {
    const one = event.target.closest("[data-pick]");
    if (one) choose(one.value, one.checked, event.shiftKey);
  });
  bar.addEventListener("click", (event) => {
    if (event.target.closest("[data-many-none]")) none();
    if (event.target.closest("[data-many-all]")) all();
  });
  document.addEventListener("crossdesk:key", (event) => {
    const id = currentId();
    if (event.detail === "A" && boxes().length) {
      event.preventDefault();
      all();
    }
    if (!id || (event.detail !== "x" && event.detail !== "X")) return;
    event.preventDefault();
    choose(id, event.detail === "X" || !chosen.has(id), event.detail === "X");
    box(id)?.closest("[data-line]").querySelector(".row-card").focus({ preventScroll: true });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && chosen.size && !event.defaultPrevented && !document.querySelector("dialog[open], details[data-menu][open]") && !event.target.matches?.("input:not([type=checkbox]), textarea")) none();
  });
  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = event.detail;
    if (bar.contains(ctx.sourceElement) && ctx.sourceElement.matches("form")) ctx.request.body.set("ids", [...chosen].join(","));
  });
  // What was done is no longer chosen; what was refused stays chosen, to be looked at.
  document.body.addEventListener("inbox-changed", (event) => {
    for (const id of event.detail?.ids ?? []) chosen.delete(String(id));
    show();
  });
  document.addEventListener("htmx:after:swap", () => {
    for (const id of [...chosen]) if (!box(id)) chosen.delete(id);
    show();
  });

  // --- drag a row, or all that are chosen, onto a department
  const MOVED = "application/x-crossdesk-conversations";
  const place = (event) => event.dataTransfer.types.includes(MOVED) && event.target.closest?.("[data-department]");
  list.addEventListener("dragstart", (event) => {
    const row = event.target.closest?.("[data-line]");
    if (!row) return;
    const ids = chosen.has(row.dataset.line) ? [...chosen] : [row.dataset.line];
    event.dataTransfer.setData(MOVED, ids.join(","));
    event.dataTransfer.effectAllowed = "move";
    const ghost = document.createElement("div");
    ghost.className = "drag-ghost";
    ghost.textContent = ids.length > 1 ? list.dataset.dragWords.replace("{}", ids.length) : row.querySelector(".row-name").textContent;
    document.body.append(ghost);
    event.dataTransfer.setDragImage(ghost, -12, -8);
    setTimeout(() => ghost.remove(), 0);
    document.querySelector("[data-inbox]").dataset.dragging = "yes";
  });
  document.addEventListener("dragend", () => {
    delete document.querySelector("[data-inbox]").dataset.dragging;
    for (const one of document.querySelectorAll("[data-over]")) one.removeAttribute("data-over");
  });
  document.addEventListener("dragover", (event) => {
    const over = place(event);
    for (const one of document.querySelectorAll("[data-over]")) if (one !== over) one.removeAttribute("data-over");
    if (!over) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    over.setAttribute("data-over", "");
  });
  document.addEventListener("drop", (event) => {
    const over = place(event);
    if (!over) return;
    event.preventDefault();
    over.removeAttribute("data-over");
    const form = document.getElementById("hand-over");
    form.elements.ids.value = event.dataTransfer.getData(MOVED);
    form.elements.value.value = over.dataset.department;
    form.requestSubmit();
  });
}
