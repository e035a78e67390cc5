// Drafts: on this device with every letter, on the server a moment later. When the line is down they wait here, and go
// up when it is back. The newer of the two stands, by the writer's own clock.

const SHELF = "crossdesk:draft:";
const idOf = (form) => new URL(form.dataset.draftAddress, location.href).pathname;
const read = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
const WAIT = 900;
let timer = 0;
let asked = performance.timeOrigin; // when what the page shows was asked for

const keyOf = (form) => SHELF + idOf(form);
const token = (form) => form.elements.csrfmiddlewaretoken.value;

function say(form, words) {
  const place = form?.isConnected && form.querySelector("[data-kept]");
  if (place) place.textContent = words ? place.dataset[words] : "";
}

async function up(address, draft, csrf) {
  const body = new URLSearchParams({ text: draft.text, kind: draft.kind, stamp: draft.stamp, csrfmiddlewaretoken: csrf });
  const answer = await fetch(address, { method: "POST", body, headers: { "HX-Request": "true" }, keepalive: body.toString().length < 60000 });
  return answer.ok || answer.status === 409 || answer.status === 404 || answer.status === 403;
}

async function sync(form) {
  const key = keyOf(form), draft = read(key);
  if (!draft || draft.synced) return;
  try {
    if (!(await up(form.dataset.draftAddress, draft, token(form)))) throw new Error("not kept");
    const now = read(key);
    if (now?.stamp === draft.stamp) {
      if (now.text.trim()) localStorage.setItem(key, JSON.stringify({ ...now, synced: Date.now() }));
      else localStorage.removeItem(key);
      say(form, draft.text.trim() ? "keptWords" : "");
    }
  } catch {
    say(form, "localWords");
  }
}

function keep(form) {
  if (!form.dataset.draftAddress || form.dataset.holds) return;
  const stamp = Math.max(Date.now(), Number(form.dataset.stamp) + 1);
  form.dataset.stamp = String(stamp);
  localStorage.setItem(keyOf(form), JSON.stringify({ text: form.elements.text.value, kind: form.dataset.kind, stamp, address: form.dataset.draftAddress }));
  say(form, "");
  clearTimeout(timer);
  timer = setTimeout(() => sync(form), WAIT);
}

// What this device knows of a draft, when it is newer than what the server put into the field.
function keptDraft(form) {
  if (!form.dataset.draftAddress || form.dataset.holds) return null;
  const kept = read(keyOf(form));
  if (!kept) return null;
  // The server had it before this page was asked for, and gives another: sent, thrown away or gone on with elsewhere.
  if (kept.synced < asked && kept.stamp !== Number(form.dataset.stamp)) {
    localStorage.removeItem(keyOf(form));
    return null;
  }
  if (kept.stamp < Number(form.dataset.stamp)) return null;
  form.dataset.stamp = String(kept.stamp);
  return kept;
}

function all() {
  const form = document.querySelector("[data-composer]");
  const csrf = form && token(form);
  if (!csrf) return;
  for (const key of Object.keys(localStorage)) {
    const draft = key.startsWith(SHELF) && read(key);
    if (!draft || draft.synced || !draft.address) continue;
    if (key === keyOf(form)) sync(form);
    else up(draft.address, draft, csrf).then((kept) => { if (kept) localStorage.removeItem(key); }, () => {});
  }
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-composer]");
  if (form && event.target === form.elements.text) keep(form);
});
document.addEventListener("crossdesk:put", (event) => keep(event.target));
document.addEventListener("crossdesk:kind", (event) => { if (event.target.elements.text.value.trim()) keep(event.target); });
window.addEventListener("online", all);
document.addEventListener("visibilitychange", () => {
  const form = document.querySelector("[data-composer]");
  if (document.hidden && form) sync(form);
});
// Whatever draws the field anew leaves this device's copy behind: the server has it all by then. An answer that comes back
// stands before what was begun since, so that goes along.
document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail, form = document.querySelector("[data-composer]");
  if (ctx.target?.id !== "composer" || !form?.dataset.draftAddress) return;
  clearTimeout(timer);
  ctx.draftKey = keyOf(form);
  if (ctx.sourceElement.matches("[data-composer]") || form.dataset.holds || !form.elements.text.value.trim()) return;
  ctx.request.body.set("begun", form.elements.text.value);
  ctx.request.body.set("begun_kind", form.dataset.kind);
  ctx.request.body.set("begun_stamp", form.dataset.stamp);
});
document.addEventListener("htmx:before:request", (event) => { event.detail.ctx.askedAt = Date.now(); });
document.addEventListener("htmx:after:swap", (event) => { asked = event.detail.ctx?.askedAt ?? asked; });
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.draftKey && ctx.response.status < 300) localStorage.removeItem(ctx.draftKey);
});
window.crossdesk = { ...window.crossdesk, keptDraft };
all();
