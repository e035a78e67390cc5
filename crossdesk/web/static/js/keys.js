// The keyboard: an element names its key in data-key ("r", "g i"); j and k walk the list. Nothing fires while one types.

// What is deep lies in something folded that its key unfolds.
const seen = (element) => element.getClientRects().length > 0 || (element.matches("[data-deep]") && element.closest("details.reading")?.getClientRects().length > 0);
const all = (keys) => [...document.querySelectorAll("[data-key]")].filter((element) => element.dataset.key === keys && (seen(element) || keys.startsWith("g ")));
// While many are chosen, the keys of acts are theirs.
const find = (keys) => { const found = all(keys); return found.find((element) => element.closest("[data-many]")) ?? found.at(-1); };
const typing = (target) => target.matches?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
// Single keys can be turned off; kept in this browser.
const OFF = "crossdesk:keys-off";
const off = () => localStorage.getItem(OFF) === "yes";
const choice = document.querySelector("[data-single-keys]");
if (choice) {
  choice.checked = !off();
  choice.addEventListener("change", () => { if (choice.checked) localStorage.removeItem(OFF); else localStorage.setItem(OFF, "yes"); });
}
let first = "";
let forget = 0;
let walk = 0;
let walking = null;

function press(element) {
  if (element.matches("input, textarea")) {
    element.focus();
    element.select?.();
  } else if (element.matches("summary")) {
    for (let box = element.parentElement.parentElement.closest("details:not([open])"); box; box = box.parentElement.closest("details:not([open])")) box.open = true;
    const menu = element.parentElement;
    if (menu.matches("[data-menu]") && !menu.open) menu.dataset.byKey = "yes";
    element.click();
  } else element.click();
}

function step(by) {
  const rows = [...document.querySelectorAll(".row-card")];
  if (!rows.length) return;
  const at = rows.indexOf(document.activeElement);
  const place = at >= 0 ? at : rows.findIndex((row) => row.getAttribute("aria-current") === "true");
  const next = rows[place < 0 ? 0 : Math.min(Math.max(place + by, 0), rows.length - 1)];
  if (place >= 0 && rows[place] === next) return;
  for (const row of rows) row.removeAttribute("aria-current");
  next.setAttribute("aria-current", "true");
  next.scrollIntoView({ block: "nearest" });
  next.focus({ preventScroll: true });
  clearTimeout(walk);
  walking = next;
  walk = setTimeout(arrive, 90);
}
// Who walks on quickly opens only the row where they stop; the next key is meant for that one.
function arrive() {
  clearTimeout(walk);
  const row = walking;
  walking = null;
  if (row?.isConnected) row.click();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && typing(event.target)) {
    event.target.blur();
    return;
  }
  if ((off() && event.key.length === 1) || typing(event.target) || document.querySelector("dialog[open]") || document.querySelector("details[data-menu][open]")) return;
  const keys = first ? `${first} ${event.key}` : event.key;
  clearTimeout(forget);
  if (event.key === "g" && !first) {
    first = "g";
    forget = setTimeout(() => { first = ""; }, 1200);
    return;
  }
  first = "";
  if (keys === "j" || keys === "k") {
    event.preventDefault();
    step(keys === "j" ? 1 : -1);
    return;
  }
  arrive();
  if (!document.dispatchEvent(new CustomEvent("crossdesk:key", { detail: keys, cancelable: true }))) {
    event.preventDefault();
    return;
  }
  const bar = document.querySelector("[data-many]:not([hidden])");
  if (bar && !bar.firstElementChild) { // its acts are on their way: the key is meant for them
    event.preventDefault();
    new MutationObserver((_, watch) => { watch.disconnect(); const found = find(keys); if (found?.closest("[data-many]")) press(found); }).observe(bar, { childList: true });
    return;
  }
  const element = find(keys);
  if (element) {
    event.preventDefault();
    press(element);
  }
});
