// Writing: reply or note, room left on the network, who reads it, sending with its seconds of grace, and the guard's
// knowledge of what was seen. Drafts are `drafts.js`, suggestions `helping.js`, pictures `attaching.js`.

const formOf = () => document.querySelector("[data-composer]");

function count(form) {
  const place = form.querySelector("[data-count]");
  const limit = Number(place.dataset.limit);
  if (!limit) return;
  const left = limit - window.crossdesk.length(form.elements.text.value, place.dataset);
  place.textContent = String(left);
  place.dataset.tone = left < 0 ? "bad" : left < limit / 10 ? "warn" : "quiet";
  const parts = form.querySelector("[data-parts]");
  if (parts && form.dataset.kind === "reply" && (left < 0 || parts.firstElementChild || /^\s*---/m.test(form.elements.text.value))) parts.dispatchEvent(new Event("parts"));
}

function choose(form, kind) {
  form.dataset.kind = kind;
  for (const button of form.querySelectorAll("[data-kind-choice]")) button.setAttribute("aria-pressed", String(button.dataset.kindChoice === kind));
  const text = form.elements.text;
  text.placeholder = kind === "note" ? text.dataset.noteWords : text.dataset.replyWords;
  form.action = kind === "note" ? form.dataset.noteAddress : form.dataset.replyAddress;
}

// The newest message of the thread counts as seen while nothing is being written; else the writer says so.
function look(form) {
  const head = document.querySelector(".conversation-head");
  const seen = form.querySelector("[data-seen]");
  if (!head) return;
  const newer = Number(head.dataset.lastSaid) > Number(seen.value) && form.elements.text.value.trim() !== "";
  if (!newer) seen.value = head.dataset.lastEntry;
  form.querySelector("[data-arrived]").hidden = !(newer && form.dataset.kind === "reply");
}

function prepare() {
  const form = formOf();
  if (!form) return;
  if (!form.dataset.ready) {
    form.dataset.ready = "yes";
    const kept = window.crossdesk.keptDraft?.(form);
    if (kept && form.querySelector(`[data-kind-choice="${kept.kind}"]`)) form.dataset.kind = kept.kind;
    if (kept) form.elements.text.value = kept.text;
    choose(form, form.dataset.kind);
    count(form);
  }
  look(form);
  grace();
}

// --- the seconds in which an answer can be taken back: the server says how many are left, the page counts them down
let ticking = 0;
function grace() {
  const now = performance.now();
  let any = false;
  for (const place of document.querySelectorAll("[data-leaving]")) {
    if (place.leavesFrom !== place.dataset.leaving) {
      place.leavesFrom = place.dataset.leaving;
      place.leavesAt = now + Number(place.dataset.leaving) * 1000;
    }
    const left = Math.ceil((place.leavesAt - now) / 1000);
    const words = place.querySelector("[data-leaves-in]");
    if (left > 0) {
      any = true;
      const text = place.dataset.words.replace("{}", String(left));
      if (words.textContent !== text) words.textContent = text;
    } else if (place.matches("[data-toast]")) place.remove();
    else if (!place.dataset.left) {
      place.dataset.left = "yes";
      words.textContent = place.dataset.after;
      place.querySelector("form")?.remove();
    }
  }
  clearTimeout(ticking);
  if (any) ticking = setTimeout(grace, 200);
}

function send(form, name) {
  const button = name ? form.querySelector(name) : form.querySelector(".composer-send");
  if (button && !form.querySelector(".composer-send").disabled) form.requestSubmit(button);
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-composer]");
  if (form && event.target === form.elements.text) count(form);
});
document.addEventListener("change", (event) => {
  if (event.target.name !== "visibility" || !event.target.closest("[data-composer]")) return;
  const menu = event.target.closest("details");
  menu.querySelector("[data-audience]").textContent = event.target.dataset.words;
  menu.querySelector("[data-audience-sign]").innerHTML = event.target.nextElementSibling.innerHTML;
});
document.addEventListener("click", (event) => {
  const form = event.target.closest("[data-composer]");
  if (!form) return;
  const choice = event.target.closest("[data-kind-choice]");
  if (choice) {
    choose(form, choice.dataset.kindChoice);
    count(form);
    form.elements.text.focus();
    look(form);
    form.dispatchEvent(new CustomEvent("crossdesk:kind", { bubbles: true }));
  }
  if (event.target.closest("[data-seen-it]")) {
    form.querySelector("[data-seen]").value = document.querySelector(".conversation-head").dataset.lastEntry;
    look(form);
    form.elements.text.focus();
  }
});
document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-composer]");
  if (!form || !(event.ctrlKey || event.metaKey)) return;
  if (event.key === "Enter") {
    event.preventDefault();
    send(form, event.shiftKey && form.dataset.kind === "reply" ? "[data-then-resolve]" : "");
  } else if (event.key.toLowerCase() === "z" && !event.shiftKey && event.target.value === "") {
    const undo = document.querySelector("[data-leaving] [data-key=z], [data-undo-send]");
    if (undo) event.preventDefault();
    undo?.click();
  }
});
// What cannot be sent as it is stays here: nothing written, or too long for the network.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches?.("[data-composer]")) return;
  const text = form.elements.text;
  const empty = text.value.trim() === "" && (form.dataset.kind === "note" || !form.querySelector("[name=attachment]"));
  const parts = form.elements.in_parts;
  const long = form.dataset.kind === "reply" && form.querySelector("[data-count]").dataset.tone === "bad" && !parts?.checked;
  const when = event.submitter?.value === "own" && !form.elements.at_own.value;
  if (!(empty || long || when)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  (when ? form.elements.at_own : (long && parts) || text).focus();
}, true);
document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.sourceElement.matches("[data-composer]")) ctx.request.action = ctx.sourceElement.action;
});
// After sending, and when a text comes back, one goes on writing; on a touch screen the keyboard stays away.
document.addEventListener("htmx:after:swap", (event) => {
  prepare();
  const { ctx } = event.detail, text = formOf()?.elements.text;
  const done = ctx?.sourceElement?.getAttribute("action"); // what was taken back no longer counts down
  for (const place of document.querySelectorAll("[data-toast][data-leaving] form")) if (place.getAttribute("action") === done) place.closest("[data-toast]").remove();
  if (ctx?.target?.id !== "composer" || !text || matchMedia("(pointer: coarse)").matches) return;
  text.focus({ preventScroll: true });
  text.setSelectionRange(text.value.length, text.value.length);
});
new MutationObserver(grace).observe(document.getElementById("toasts") ?? document.body, { childList: true });
document.addEventListener("crossdesk:put", (event) => count(event.target));
// Suggestions and emoji are fetched when one begins to write; a click that came first is given again. With the line down
// they are asked for once more at the next wish: only who clicked is told.
let helping = null;
function help(form) {
  if (!helping) {
    const asked = import(form.dataset.helpScript);
    helping = asked;
    asked.then(() => { asked.ready = true; }, () => { helping = null; });
  }
  return helping;
}
document.addEventListener("focusin", (event) => {
  const form = event.target.closest?.("[data-composer]");
  if (form) help(form);
});
document.addEventListener("click", (event) => {
  const button = !helping?.ready && event.target.closest("[data-emoji], [data-saved]");
  const form = button && button.closest("[data-composer]");
  if (form) help(form).then(() => button.click(), () => document.dispatchEvent(new Event("crossdesk:lost")));
});
prepare();
