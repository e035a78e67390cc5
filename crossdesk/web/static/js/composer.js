// Writing: reply or note, room left on the network, a draft that survives, and the guard's knowledge of what was seen.

const formOf = () => document.querySelector("[data-composer]");
const conversation = () => document.getElementById("conversation-main")?.dataset.conversation;
const shelf = () => `crossdesk:draft:${conversation()}`;

function count(form) {
  const place = form.querySelector("[data-count]");
  const limit = Number(place.dataset.limit);
  if (!limit) return;
  const left = limit - window.crossdesk.length(form.elements.text.value, place.dataset);
  place.textContent = String(left);
  place.dataset.tone = left < 0 ? "bad" : left < limit / 10 ? "warn" : "quiet";
}

function choose(form, kind) {
  form.dataset.kind = kind;
  for (const button of form.querySelectorAll("[data-kind-choice]")) button.setAttribute("aria-pressed", String(button.dataset.kindChoice === kind));
  const text = form.elements.text;
  text.placeholder = kind === "note" ? text.dataset.noteWords : text.dataset.replyWords;
  form.action = kind === "note" ? form.dataset.noteAddress : form.dataset.replyAddress;
}

function keep(form) {
  const text = form.elements.text.value;
  if (text.trim()) localStorage.setItem(shelf(), JSON.stringify({ text, kind: form.dataset.kind }));
  else localStorage.removeItem(shelf());
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
    const kept = localStorage.getItem(shelf());
    if (!form.elements.text.value && kept) {
      const draft = JSON.parse(kept);
      form.elements.text.value = draft.text;
      if (form.querySelector(`[data-kind-choice="${draft.kind}"]`)) choose(form, draft.kind);
    } else choose(form, form.dataset.kind);
    count(form);
  }
  look(form);
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-composer]");
  if (!form) return;
  count(form);
  keep(form);
});
document.addEventListener("click", (event) => {
  const form = event.target.closest("[data-composer]");
  if (!form) return;
  const choice = event.target.closest("[data-kind-choice]");
  if (choice) {
    choose(form, choice.dataset.kindChoice);
    form.elements.text.focus();
    look(form);
  }
  if (event.target.closest("[data-seen-it]")) {
    form.querySelector("[data-seen]").value = document.querySelector(".conversation-head").dataset.lastEntry;
    look(form);
    form.elements.text.focus();
  }
});
document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-composer]");
  if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector(".composer-send"));
  }
});
document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.sourceElement.matches("[data-composer]")) ctx.request.action = ctx.sourceElement.action;
});
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.sourceElement.matches("[data-composer]") && ctx.response.status < 300) localStorage.removeItem(shelf());
});
document.addEventListener("htmx:after:swap", prepare);
prepare();
