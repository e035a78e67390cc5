// Pictures: picked, pasted or dropped; a reminder before one leaves without a description.

const picker = () => document.querySelector("[data-picker]");

function take(files) {
  const form = picker();
  const pictures = [...files].filter((file) => file.type.startsWith("image/"));
  if (!form || !pictures.length) return false;
  const list = new DataTransfer();
  for (const picture of pictures) list.items.add(picture);
  form.querySelector("[data-files]").files = list.files;
  form.requestSubmit();
  return true;
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-attach]")) picker()?.querySelector("[data-files]").click();
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-files]") && event.target.files.length) event.target.form.requestSubmit();
});
document.addEventListener("paste", (event) => {
  if (event.target.closest?.("[data-composer][data-kind=reply]") && take(event.clipboardData.files)) event.preventDefault();
});
const over = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files") && picker() && document.querySelector("[data-composer][data-kind=reply]");
document.addEventListener("dragover", (event) => {
  const form = over(event);
  if (!form) return;
  event.preventDefault();
  form.dataset.dropping = "yes";
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) delete document.querySelector("[data-composer]")?.dataset.dropping;
});
document.addEventListener("drop", (event) => {
  const form = over(event);
  if (!form) return;
  event.preventDefault();
  delete form.dataset.dropping;
  take(event.dataTransfer.files);
});
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-alt]")) return;
  event.target.closest("figure").dataset.described = event.target.value.trim() ? "yes" : "no";
  const remind = document.querySelector("[data-remind]");
  if (remind) remind.hidden = true;
});
document.addEventListener("htmx:after:swap", (event) => {
  const place = document.getElementById("attached");
  if (event.detail.ctx?.sourceElement?.matches?.("[data-picker]")) {
    event.detail.ctx.sourceElement.reset();
    [...place.querySelectorAll("[data-alt]")].findLast((field) => !field.value)?.focus();
  }
});
// The first try to send reminds; where the workspace does not require descriptions, the second one sends.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches?.("[data-composer][data-kind=reply]")) return;
  const bare = [...form.querySelectorAll("[data-alt]")].find((field) => !field.value.trim());
  const remind = form.querySelector("[data-remind]");
  if (!bare || !remind || (!remind.hidden && !("must" in bare.dataset))) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  remind.textContent = "must" in bare.dataset ? remind.dataset.mustWords : remind.dataset.words;
  remind.hidden = false;
  bare.focus();
}, true);
