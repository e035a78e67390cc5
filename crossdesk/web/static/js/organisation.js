// Copying a link that is shown once.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  const field = button && document.getElementById(button.dataset.copies);
  if (!field) return;
  field.select();
  await navigator.clipboard?.writeText(field.value);
  button.dataset.kind = "plain";
  button.querySelector("span").textContent = button.dataset.done;
});
