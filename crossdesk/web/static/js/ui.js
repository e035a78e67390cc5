// What every page has: menus that close, dialogs, toasts, the theme, clocks that tick, errors of a request in words.

const root = document.documentElement;

// --- menus: <details data-menu>; one open at a time, Escape closes and gives the focus back
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!except || !(menu === except || menu.contains(except))) menu.open = false;
  }
}
document.addEventListener("click", (event) => {
  const menu = event.target.closest("details[data-menu]");
  closeMenus(menu);
  if (menu && event.target.closest(".menu-item") && !event.target.closest("summary")) {
    setTimeout(() => closeMenus(null), 0);
  }
});
const inside = (panel) => panel.querySelector(".menu-item, input:not([type=hidden]), select");
document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.("details[data-menu]") || !menu.open) return;
  const panel = menu.querySelector(".menu-panel");
  const box = panel.getBoundingClientRect();
  if (box.left < 8) panel.dataset.side = "start";
  if (menu.dataset.byKey) {
    delete menu.dataset.byKey;
    (inside(panel) ?? menu.querySelector("summary")).focus();
  }
}, true);
// A panel whose content comes later takes the focus when it is there.
document.addEventListener("htmx:after:swap", (event) => {
  const menu = document.activeElement?.closest("details[data-menu][open] > summary")?.parentElement;
  if (menu && event.detail.ctx.sourceElement === menu) inside(menu.querySelector(".menu-panel"))?.focus();
});
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details[data-menu][open]") ?? (event.key === "Escape" && document.querySelector("details[data-menu][open]"));
  if (!menu) return;
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
    event.stopPropagation();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const items = [...menu.querySelectorAll(".menu-panel .menu-item, .menu-panel input")].filter((item) => item.getClientRects().length);
    const place = items.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    items[(place + items.length) % items.length]?.focus();
    event.preventDefault();
  }
});

// --- dialogs: anything with data-opens names one
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  if (event.target.matches?.("dialog[open]")) event.target.close();
});

// The palette and the viewer of pictures come when they are first called; the palette takes what is typed at once.
const palette = document.getElementById("palette");
function callPalette() {
  if (!palette || document.querySelector("dialog[open]")) return;
  const from = document.activeElement;
  palette.querySelector("input").value = "";
  palette.showModal();
  palette.querySelector("input").focus();
  import(palette.dataset.script).then((module) => module.open(from), lost);
}
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.key.toLowerCase() !== "k") return;
  event.preventDefault();
  if (palette?.open) palette.close();
  else callPalette();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-calls=palette]")) callPalette();
  const picture = event.target.closest("[data-enlarge]");
  const viewer = document.getElementById("viewer");
  if (!picture || !viewer || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  import(viewer.dataset.script).then((module) => module.show(picture), lost);
});

// A dialog that the server sends opens by itself, and goes when it is closed.
const dialogs = document.getElementById("dialogs");
if (dialogs) {
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) if (node.matches?.("dialog")) {
      node.showModal();
      node.addEventListener("close", () => node.remove());
      node.addEventListener("submit", () => setTimeout(() => node.close(), 0));
    }
  }).observe(dialogs, { childList: true });
}

// --- toasts: leave by themselves, but not while somebody is on them
const toasts = document.getElementById("toasts");
const STAYS = 8000;
const STAYS_WITH_A_WAY_BACK = 14000;
function tend(toast) {
  const stays = toast.querySelector("form") ? STAYS_WITH_A_WAY_BACK : STAYS;
  let timer = setTimeout(() => toast.remove(), stays);
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, () => clearTimeout(timer));
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, () => { clearTimeout(timer); timer = setTimeout(() => toast.remove(), stays); });
  toast.addEventListener("click", (event) => { if (event.target.closest("[data-close]")) toast.remove(); });
  toast.addEventListener("submit", () => { toast.hidden = true; });
}
if (toasts) {
  for (const toast of toasts.querySelectorAll("[data-toast]")) tend(toast);
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) if (node.matches?.("[data-toast]")) tend(node);
    while (toasts.children.length > 3) toasts.firstElementChild.remove();
  }).observe(toasts, { childList: true });
}

// A form that is nothing but choices sends itself.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-submits]");
  if (form) form.requestSubmit();
});

// --- theme: shown at once, and kept in the cookie that the server draws by; without scripts the form does it
document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-theme-form]");
  if (!form || !event.submitter) return;
  event.preventDefault();
  const scheme = event.submitter.value;
  root.dataset.scheme = scheme;
  if (scheme === "system") root.removeAttribute("data-bs-theme");
  else root.setAttribute("data-bs-theme", scheme);
  document.querySelector("meta[name=color-scheme]").content = scheme === "system" ? "light dark" : scheme;
  for (const button of form.querySelectorAll("[name=theme]")) {
    button.setAttribute("aria-pressed", String(button === event.submitter));
    button.querySelector("[data-check]")?.remove();
  }
  document.cookie = `crossdesk_theme=${scheme}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
  document.dispatchEvent(new CustomEvent("crossdesk:theme"));
});

// --- density: shown at once, and kept with the person
document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-density-form]");
  if (!form || !event.submitter) return;
  event.preventDefault();
  root.dataset.density = event.submitter.value;
  for (const button of form.querySelectorAll("[name=density]")) {
    button.setAttribute("aria-pressed", String(button === event.submitter));
    button.querySelector("[data-check]")?.remove();
  }
  fetch(form.action, { method: "POST", body: new FormData(form, event.submitter), headers: { "X-Requested-With": "fetch" }, keepalive: true });
});

// --- clocks: the same words as `formats.brief` and `formats.due`
const BRIEF = root.dataset.brief.split("|");
function brief(seconds) {
  const left = Math.abs(seconds);
  if (left < 60) return BRIEF[0];
  if (left < 3600) return BRIEF[1].replace("{}", Math.floor(left / 60));
  if (left < 86400) return BRIEF[2].replace("{}", Math.floor(left / 3600));
  return BRIEF[3].replace("{}", Math.floor(left / 86400));
}
function tick() {
  const moment = Date.now();
  for (const clock of document.querySelectorAll("time[data-clock]")) {
    const seconds = (moment - Date.parse(clock.dateTime)) / 1000;
    let text;
    if (clock.dataset.clock === "ago") text = brief(seconds);
    else if (seconds > 0) text = clock.dataset.late.replace("{}", brief(Math.max(seconds, 60)));
    else text = brief(Math.max(-seconds, 60));
    if (clock.textContent !== text) clock.textContent = text;
    const due = clock.closest(".due");
    if (due && clock.dataset.clock === "due") due.dataset.tone = seconds > 0 ? "bad" : seconds > -3600 ? "warn" : "quiet";
  }
}
setInterval(tick, 20000);

// The exact moment on hover, in the zone that the server wrote the page in.
const exact = new Intl.DateTimeFormat(root.lang === "en" ? "en-GB" : root.lang, { dateStyle: "full", timeStyle: "long", timeZone: root.dataset.zone || "UTC" });
document.addEventListener("pointerover", (event) => {
  const clock = event.target.closest?.(".due")?.querySelector("time") ?? event.target.closest?.("time");
  if (clock && !clock.title) clock.title = exact.format(new Date(clock.dateTime));
});

// --- requests: what went wrong is said once, in words; what is open stays open through a morph
function complain(text, again) {
  for (const older of toasts?.querySelectorAll("[data-complaint]") ?? []) if (older.firstChild.textContent === text) older.remove();
  const toast = document.createElement("div");
  toast.className = "toast-bar";
  toast.dataset.toast = toast.dataset.complaint = "";
  toast.dataset.tone = "bad";
  toast.setAttribute("role", "alert");
  const words = document.createElement("span");
  words.textContent = text;
  toast.append(words);
  if (again) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: toasts.dataset.againWords });
    button.addEventListener("click", () => { toast.remove(); again(); });
    toast.append(button);
  }
  toasts?.append(toast);
}
function lost(event) {
  const { sourceElement: element, sourceEvent: cause } = event?.detail?.ctx ?? {};
  // What refreshes by itself is fetched when the line is back; the banner tells that it is down.
  if (element?.matches("[data-live]")) element.dataset.stale = "yes";
  else complain(toasts.dataset.lostWords, once(element, cause));
}
// The same again: a form is sent, a link or button pressed, what refreshes by itself is asked for.
function once(element, cause) {
  if (element?.matches("form")) return () => element.isConnected && element.requestSubmit(cause?.submitter ?? undefined);
  if (element?.matches("[data-live]")) return () => window.htmx.trigger(element, "live");
  return element?.matches("a, button") && cause?.type === "click" ? () => element.isConnected && element.click() : null;
}
// What a server, or what stands before it, says when it breaks is no part of the page: the page stays as it is.
document.addEventListener("htmx:before:response", (event) => {
  const { response, sourceElement: element, sourceEvent: cause } = event.detail.ctx;
  if (response.status < 500) return;
  event.preventDefault();
  complain(toasts.dataset.brokenWords, once(element, cause));
});
// What takes longer than a blink says that it is being fetched; what refreshes by itself does so unseen.
const fetching = new Map();
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (ctx.sourceElement?.matches("[data-live]")) return;
  // A script may name the place by its selector.
  const place = typeof ctx.target === "string" ? document.querySelector(ctx.target) : ctx.target;
  const timer = setTimeout(() => {
    root.dataset.fetching = "";
    if (place !== toasts) place?.setAttribute("aria-busy", "true");
  }, 300);
  fetching.set(ctx, { place, timer });
});
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  if (!fetching.has(ctx)) return;
  const { place, timer } = fetching.get(ctx);
  clearTimeout(timer);
  fetching.delete(ctx);
  place?.removeAttribute("aria-busy");
  if (!fetching.size) delete root.dataset.fetching;
});
for (const name of ["htmx:error", "crossdesk:lost"]) document.addEventListener(name, lost);
window.htmx?.registerExtension("crossdesk", {
  htmx_before_morph_attr: (element, detail) => !(detail.attrName === "open" && element.matches("details")),
});

// --- tabs: where they do not all fit, the current one is in sight
document.querySelector(".tab[aria-current]")?.scrollIntoView({ inline: "nearest", block: "nearest" });
