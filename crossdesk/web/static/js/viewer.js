// Pictures of the thread, enlarged with their words; arrows walk through all of them, Escape leads back to where one was.

const viewer = document.getElementById("viewer");
export let show;

{
  const picture = viewer.querySelector("img");
  const words = viewer.querySelector("figcaption");
  const links = () => [...document.querySelectorAll("[data-thread] [data-enlarge]")];
  let from = null;

  show = (link) => {
    from = link;
    const all = links();
    const small = link.querySelector("img");
    picture.src = link.href;
    picture.alt = small.alt;
    words.textContent = small.alt || words.dataset.none;
    viewer.querySelector("[data-viewer-open]").href = link.href;
    viewer.querySelector("[data-viewer-count]").textContent = all.length > 1 ? `${all.indexOf(link) + 1} / ${all.length}` : "";
    for (const button of viewer.querySelectorAll("[data-viewer-step]")) button.hidden = !all[all.indexOf(link) + Number(button.dataset.viewerStep)];
    if (!viewer.open) viewer.showModal();
  };
  function step(by) {
    const all = links();
    const next = all[all.indexOf(from) + by];
    if (next) show(next);
  }

  viewer.addEventListener("click", (event) => {
    const button = event.target.closest("[data-viewer-step]");
    if (button) step(Number(button.dataset.viewerStep));
    else if (event.target.closest("[data-viewer-close]") || event.target.matches("figure")) viewer.close();
  });
  viewer.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by) step(document.dir === "rtl" ? -by : by);
  });
  viewer.addEventListener("close", () => {
    picture.removeAttribute("src");
    from?.scrollIntoView({ block: "nearest" });
    from?.focus({ preventScroll: true });
  });
}
