// Suggestions while one writes: `/` saved replies, `@` people, `#` tags, and the emoji picker.
// Fetched when one begins to write. A combobox after the ARIA pattern: the focus stays in the field, the list is walked by arrow keys.

const known = new Map(); // address → what may be offered there
const WORD = /(^|[\s(])([/@#])([\p{L}\p{N}_.@-]*)$/u;
const MOST = 8;
let shown = null; // { form, start, options, at }

const listOf = (form) => form.querySelector("[data-help]");
const tellOf = (form) => form.querySelector("[data-help-told]");
const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

async function offered(form) {
  const address = form.dataset.helpAddress;
  if (!known.has(address)) known.set(address, fetch(address).then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error("no help")))));
  try {
    return await known.get(address);
  } catch {
    known.delete(address);
    return { saved: [], people: [], colleagues: [], tags: [] };
  }
}

function fitting(mark, typed, from, kind) {
  const wanted = folded(typed);
  const ranked = (rows, ...keys) => rows
    .map((row) => ({ row, rank: Math.min(...keys.map((key) => { const place = folded(key(row)).indexOf(wanted); return place < 0 ? 99 : place ? 1 : 0; })) }))
    .filter((one) => one.rank < 99).sort((a, b) => a.rank - b.rank).slice(0, MOST).map((one) => one.row);
  if (mark === "/") return ranked(from.saved, (row) => row.shortcut, (row) => row.title).map((row) => ({ put: row.text, head: row.title, side: `/${row.shortcut}`, note: row.text, saved: row.id }));
  if (mark === "#") return typed ? ranked(from.tags, (tag) => tag).map((tag) => ({ put: `#${tag} `, head: `#${tag}` })) : from.tags.slice(0, MOST).map((tag) => ({ put: `#${tag} `, head: `#${tag}` }));
  const people = kind === "note" ? from.colleagues : from.people;
  return ranked(people, (row) => row.handle ?? row.name, (row) => row.name).map((row) => ({ put: `@${row.handle ?? row.name} `, head: row.name || row.handle, side: row.handle ? `@${row.handle}` : "" }));
}

function close() {
  if (!shown) return;
  const { form } = shown;
  shown = null;
  listOf(form).hidden = true;
  tellOf(form).textContent = "";
  form.elements.text.removeAttribute("aria-activedescendant");
}

function mark(place) {
  const list = listOf(shown.form);
  shown.at = (place + shown.options.length) % shown.options.length;
  for (const [index, option] of [...list.querySelectorAll("[role=option]")].entries()) {
    option.setAttribute("aria-selected", String(index === shown.at));
    if (index === shown.at) {
      option.scrollIntoView({ block: "nearest" });
      shown.form.elements.text.setAttribute("aria-activedescendant", option.id);
    }
  }
}

function draw(form, start, sign, options) {
  const list = listOf(form);
  const title = { "/": "savedWords", "@": "peopleWords", "#": "tagsWords" }[sign];
  const head = document.createElement("p");
  head.className = "menu-title";
  head.setAttribute("role", "presentation");
  head.textContent = options.length ? list.dataset[title] : list.dataset.noneWords;
  const rows = options.map((option, index) => {
    const row = document.createElement("div");
    row.className = "writing-option";
    row.id = `writing-option-${index}`;
    row.setAttribute("role", "option");
    for (const [name, words] of [["b", option.head], ["small", option.side], ["span", option.note]]) {
      if (!words) continue;
      const part = document.createElement(name);
      part.textContent = words;
      row.append(part);
    }
    row.addEventListener("pointerdown", (event) => { event.preventDefault(); take(index); });
    return row;
  });
  list.replaceChildren(head, ...rows);
  list.hidden = false;
  const told = tellOf(form);
  told.textContent = options.length ? told.dataset.words.replace("{}", options.length) : head.textContent;
  shown = { form, start, options, at: 0 };
  if (options.length) mark(0);
}

// Put words into the field at the cursor, in a way that the browser's own undo knows.
function put(form, words, from) {
  const field = form.elements.text;
  field.focus();
  field.setSelectionRange(from ?? field.selectionStart, field.selectionEnd);
  if (!document.execCommand("insertText", false, words)) field.setRangeText(words, field.selectionStart, field.selectionEnd, "end");
  form.dispatchEvent(new CustomEvent("crossdesk:put", { bubbles: true }));
}

function take(index) {
  const { form, start, options } = shown;
  const option = options[index];
  close();
  put(form, option.put, start);
  close();
  if (option.saved && ![...form.querySelectorAll("[name=used]")].some((one) => one.value === String(option.saved))) {
    const used = Object.assign(document.createElement("input"), { type: "hidden", name: "used", value: String(option.saved) });
    form.append(used);
  }
}

async function consider(form) {
  const field = form.elements.text;
  const before = field.value.slice(0, field.selectionStart);
  const found = WORD.exec(before);
  if (!found || (found[2] === "/" && form.dataset.kind === "note")) return close();
  const from = await offered(form);
  if (!form.isConnected || field.value.slice(0, field.selectionStart) !== before) return undefined;
  const options = fitting(found[2], found[3], from, form.dataset.kind);
  const start = found.index + found[1].length;
  if (options.length || (found[2] === "/" && !found[3])) draw(form, start, found[2], options);
  else close();
  return undefined;
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-composer]");
  if (form && event.target === form.elements.text && !event.isComposing) consider(form);
});
document.addEventListener("keydown", (event) => {
  if (!shown || event.target !== shown.form.elements.text || event.isComposing) return;
  if (event.key === "Escape") close();
  else if (!shown.options.length || event.ctrlKey || event.metaKey) return;
  else if (event.key === "ArrowDown") mark(shown.at + 1);
  else if (event.key === "ArrowUp") mark(shown.at - 1);
  else if (event.key === "Enter" || event.key === "Tab") take(shown.at);
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
document.addEventListener("focusout", (event) => { if (shown && event.target === shown.form.elements.text) close(); });
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-saved]");
  if (!button) return;
  const form = button.closest("[data-composer]"), field = form.elements.text;
  const before = field.value.slice(0, field.selectionStart);
  put(form, before && !/\s$/.test(before) ? " /" : "/");
  consider(form);
});

// --- emoji: a small dialog, searched by words, walked by arrow keys; the lately used ones come first
const RECENT = "crossdesk:emoji";
const LINE = 8;
let signs = null;

function recent() {
  try { return JSON.parse(localStorage.getItem(RECENT)) ?? []; } catch { return []; }
}

function grid(panel, wanted) {
  const inside = panel.querySelector("[data-emoji-grid]");
  const all = signs.groups.flatMap((group) => group.emoji);
  const groups = wanted
    ? [{ name: "", emoji: all.filter(([, name]) => folded(name).includes(folded(wanted))) }]
    : [{ name: panel.dataset.recentWords, emoji: all.filter(([sign]) => recent().includes(sign)) }, ...signs.groups].filter((group) => group.emoji.length);
  inside.replaceChildren(...groups.flatMap((group) => {
    const box = document.createElement("div");
    box.className = "emoji-grid";
    box.append(...group.emoji.map(([sign, name]) => Object.assign(document.createElement("button"), { type: "button", textContent: sign, title: name, ariaLabel: name, className: "emoji" })));
    const head = Object.assign(document.createElement("p"), { className: "menu-title", textContent: group.name });
    return group.name ? [head, box] : [box];
  }));
}

function shut(panel, focus) {
  panel.hidden = true;
  const button = document.querySelector("[data-emoji]");
  button?.setAttribute("aria-expanded", "false");
  if (focus) document.querySelector("[data-composer]")?.elements.text.focus();
}

document.addEventListener("click", async (event) => {
  const panel = document.querySelector("[data-emoji-panel]");
  if (!panel) return;
  const button = event.target.closest("[data-emoji]"), sign = event.target.closest(".emoji");
  if (button) {
    if (!panel.hidden) return void shut(panel, true);
    signs ??= await fetch(button.dataset.emoji).then((answer) => answer.json());
    if (!panel.firstElementChild) {
      const field = Object.assign(document.createElement("input"), { type: "search", className: "form-control", placeholder: panel.dataset.searchWords, ariaLabel: panel.dataset.searchWords });
      field.addEventListener("input", () => grid(panel, field.value.trim()));
      const inside = document.createElement("div");
      inside.className = "emoji-inside scroll";
      inside.dataset.emojiGrid = "";
      panel.append(field, inside);
    }
    panel.querySelector("input").value = "";
    grid(panel, "");
    panel.hidden = false;
    button.setAttribute("aria-expanded", "true");
    panel.querySelector("input").focus();
  } else if (sign) {
    localStorage.setItem(RECENT, JSON.stringify([sign.textContent, ...recent().filter((one) => one !== sign.textContent)].slice(0, 2 * LINE)));
    if (!event.shiftKey) shut(panel, false);
    put(document.querySelector("[data-composer]"), sign.textContent);
  } else if (!panel.hidden && !panel.contains(event.target)) shut(panel, false);
});
document.addEventListener("keydown", (event) => {
  const panel = event.target.closest?.("[data-emoji-panel]");
  if (!panel) return;
  const all = [...panel.querySelectorAll(".emoji")], place = all.indexOf(document.activeElement);
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: place < 0 ? 1 : LINE, ArrowUp: -LINE }[event.key];
  if (event.key === "Escape") shut(panel, true);
  else if (event.key === "Enter" && place < 0) all[0]?.click();
  else if (step && (place >= 0 || event.key === "ArrowDown")) (all[place + step] ?? panel.querySelector("input")).focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
document.addEventListener("htmx:after:swap", () => { if (shown && !shown.form.isConnected) shown = null; });
const writing = document.activeElement?.closest?.("[data-composer]");
if (writing && document.activeElement === writing.elements.text) consider(writing);
