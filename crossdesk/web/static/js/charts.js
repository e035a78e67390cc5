// Charts of a page, drawn by ECharts, which is loaded only where there are any. Colours come from the style sheet.

const place = document.querySelector("[data-echarts]");
const charts = [...document.querySelectorAll("[data-chart]")];

function colour(name) {
  const probe = document.createElement("i");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

const lang = document.documentElement.lang;
const [, MINUTES, HOURS, DAYS] = document.documentElement.dataset.brief.split("|");
const put = (words, number, places = 0) => words.replace("{}", number.toLocaleString(lang, { maximumFractionDigits: places }));

function said(value, unit) {
  if (value === null || value === undefined) return "–";
  if (unit === "share") return percent(value, 1);
  if (unit === "count") return value.toLocaleString(lang);
  if (value < 3600) return put(MINUTES, Math.round(value / 60));
  const minutes = Math.round((value % 3600) / 60);
  if (value < 86400) return [put(HOURS, Math.floor(value / 3600)), ...(minutes ? [put(MINUTES, minutes)] : [])].join(" ");
  return put(DAYS, value / 86400, 1);
}
const percent = (share, places) => `${(share * 100).toLocaleString(lang, { minimumFractionDigits: places, maximumFractionDigits: places })} %`;

// Steps that people count in: quarters of a share, round hours or days of a time.
function step(spec) {
  if (spec.unit === "share") return 0.25;
  if (spec.unit !== "seconds") return undefined;
  const most = Math.max(60, ...spec.lines.flatMap((one) => one.values).filter((value) => value !== null));
  return [60, 300, 600, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 604800].find((one) => most / one <= 5) ?? 2592000;
}

function options(spec, format) {
  const [ink, quiet, line, surface] = ["ink", "ink-3", "line", "raised"].map(colour);
  const colours = ["accent", "good", "warn", "bad"].map(colour);
  // Days, or steps that have names of their own.
  const day = (text) => spec.named ? text : new Date(`${text}T12:00`).toLocaleDateString(lang === "en" ? "en-GB" : lang, { day: "numeric", month: "short" });
  const text = { fontFamily: getComputedStyle(document.body).fontFamily, color: quiet, fontSize: 11 };
  return {
    animation: false,
    color: colours,
    textStyle: text,
    grid: { left: 8, right: 12, top: spec.lines.length > 1 ? 34 : 14, bottom: 4, containLabel: true },
    legend: spec.lines.length > 1 ? { top: 0, left: 0, icon: "roundRect", itemWidth: 10, itemHeight: 3, textStyle: { ...text, color: ink } } : undefined,
    tooltip: {
      trigger: "axis", renderMode: "richText", backgroundColor: surface, borderColor: line, textStyle: { ...text, color: ink },
      axisPointer: { lineStyle: { color: line } },
      formatter: (points) => [day(points[0].axisValue), ...points.map((point) => `${point.seriesName}: ${said(point.value, spec.unit)} (${spec.lines[point.seriesIndex].notes[point.dataIndex]})`)].join("\n"),
    },
    xAxis: { type: "category", data: spec.days, boundaryGap: false, axisTick: { show: false }, axisLine: { lineStyle: { color: line } }, axisLabel: { ...text, formatter: day, hideOverlap: true } },
    yAxis: { type: "value", min: 0, max: spec.unit === "share" ? 1 : undefined, interval: step(spec), splitLine: { lineStyle: { color: line } }, axisLabel: { ...text, showMaxLabel: spec.unit === "share", formatter: (value) => (spec.unit === "share" ? percent(value, 0) : said(value, spec.unit)) } },
    series: spec.lines.map((one) => ({ name: one.name, type: "line", data: one.values, connectNulls: true, showSymbol: one.values.filter((value) => value !== null).length < 3, symbolSize: 5, lineStyle: { width: 2 }, emphasis: { disabled: true } })),
  };
}

// A day or week opens to its rows: those of the line next to the pointer.
function opens(chart, element, spec) {
  if (element.dataset.drills || !spec.lines.some((one) => one.address)) return;
  element.dataset.drills = "yes";
  chart.getZr().on("click", ({ offsetX, offsetY }) => {
    const at = [offsetX, offsetY];
    if (!chart.containPixel("grid", at)) return;
    const [day, height] = chart.convertFromPixel({ gridIndex: 0 }, at);
    const far = (one) => Math.abs((one.values[day] ?? Infinity) - height);
    const near = spec.lines.reduce((best, one) => (far(one) < far(best) ? one : best));
    location.href = `${near.address}${near.address.includes("?") ? "&" : "?"}from=${spec.days[day]}&to=${spec.ends[day]}`;
  });
}

for (const button of document.querySelectorAll("[data-prints]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

if (place && charts.length) {
  const echarts = await import(place.dataset.echarts);
  const draw = (element) => {
    const chart = echarts.getInstanceByDom(element) ?? echarts.init(element, null, { renderer: "canvas" });
    const spec = JSON.parse(element.dataset.chart);
    chart.setOption(options(spec), true);
    chart.resize();
    opens(chart, element, spec);
  };
  charts.forEach(draw);
  document.addEventListener("crossdesk:theme", () => charts.forEach(draw));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => charts.forEach(draw));
  // On paper every table stands open and every chart is as wide as the paper, in its light colours.
  const closed = new Set();
  matchMedia("print").addEventListener("change", (paper) => {
    for (const one of document.querySelectorAll(".board details")) {
      if (paper.matches && !one.open) closed.add(one);
      if (closed.has(one)) one.open = paper.matches;
    }
    if (!paper.matches) closed.clear();
    charts.forEach(draw);
  });
  new ResizeObserver((seen) => { for (const one of seen) echarts.getInstanceByDom(one.target)?.resize(); }).observe(charts[0]);
  addEventListener("resize", () => charts.forEach((element) => echarts.getInstanceByDom(element)?.resize()));
}
