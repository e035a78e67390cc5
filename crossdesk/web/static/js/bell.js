// The number beside the bell stands in the tab's title too, so that it is seen from another tab.

const bell = document.querySelector("[data-bell]");

function show() {
  const unseen = Number(bell.querySelector("[data-unseen]")?.dataset.unseen ?? 0);
  const bare = document.title.replace(/^\(\d+\+?\) /, "");
  const wanted = unseen ? `(${unseen > 99 ? "99+" : unseen}) ${bare}` : bare;
  if (document.title !== wanted) document.title = wanted;
}
if (bell) {
  new MutationObserver(show).observe(bell, { childList: true, subtree: true });
  new MutationObserver(show).observe(document.querySelector("title"), { childList: true });
}
