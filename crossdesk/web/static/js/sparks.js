// Small lines in tiles, drawn by uPlot when the page has any.

function draw() {
  for (const place of document.querySelectorAll("[data-spark]:not([data-drawn])")) {
    place.dataset.drawn = "yes";
    const values = JSON.parse(place.dataset.spark);
    const style = getComputedStyle(place);
    const line = style.getPropertyValue("--accent").trim() || "currentColor";
    new window.uPlot({
      width: place.clientWidth || 180, height: place.clientHeight || 36, padding: [3, 2, 3, 2],
      cursor: { show: false }, legend: { show: false }, select: { show: false },
      scales: { x: { time: false } }, axes: [{ show: false }, { show: false }],
      series: [{}, { stroke: resolve(line), width: 1.5, points: { show: false } }],
    }, [values.map((_, index) => index), values], place);
  }
}
// A canvas does not know light-dark(): ask the browser what the colour is.
function resolve(colour) {
  const probe = document.createElement("i");
  probe.style.color = colour;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}
document.addEventListener("crossdesk:theme", () => {
  for (const place of document.querySelectorAll("[data-spark][data-drawn]")) {
    place.replaceChildren();
    delete place.dataset.drawn;
  }
  draw();
});
document.addEventListener("htmx:after:swap", draw);
draw();
