// Paper: light colours, all pages of events open, charts as wide as the sheet.

let openBefore = [];
let sizes = new Map();
const PRINT_TRACE = 64;
const columns = (chart) => (chart.root.closest(".losses") ? 0.32 : chart.root.closest(".features") ? 0.48 : 1);

addEventListener("beforeprint", () => {
  const pages = all("details.event:not([hidden])");
  openBefore = pages.filter((details) => details.open);
  pages.forEach((details) => {
    details.open = true;
    if (typeof drawEvent === "function") drawEvent(details);
  });
  if (typeof drawAllFeatures === "function") drawAllFeatures();
  sizes = new Map([...charts].map((chart) => [chart, { width: chart.width, height: chart.height }]));
  root.classList.add("printing");
  charts.forEach((chart) => {
    // An event fits on a sheet when its charts are low.
    const height = chart.root.closest(".traces") ? chart.height - 104 + PRINT_TRACE : chart.height;
    chart.setSize({ width: Math.floor(PRINT_WIDTH * columns(chart)), height });
    chart.redraw(false);
  });
  if (typeof drawAttention === "function" && data.attention?.length) drawAttention();
});

addEventListener("afterprint", () => {
  root.classList.remove("printing");
  all("details.event").forEach((details) => (details.open = openBefore.includes(details)));
  sizes.forEach((size, chart) => chart.setSize(size));
  charts.forEach((chart) => chart.redraw(false));
  if (typeof drawAttention === "function" && data.attention?.length) drawAttention();
});
