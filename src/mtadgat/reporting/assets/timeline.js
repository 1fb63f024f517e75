// A timeline: a chart over the whole series that zooms, with an overview below it and buttons above it.

const positions = decode(data.x);
const limits = [positions[0] - half, data.end - half];

// plot: {section, lines, overviewLines, spans, strips, floor, read, click}; lines and spans are functions, called when drawn.
const makeTimeline = (plot) => {
  const zoom = makeZoom(limits, 8 * data.stride);
  const parent = plot.section.querySelector(".chart.wide");
  const overviewParent = plot.section.querySelector(".chart.overview");
  const logSwitch = plot.section.querySelector("[data-do=log]");
  let overview;

  const showAll = { dblclick: () => () => zoom.do("all") };

  const markOverview = () => {
    if (!overview || !zoom.chart) return;
    const [low, high] = span(zoom.chart).map((position) => overview.valToPos(position, "x"));
    overviewParent.classList.toggle("whole", high - low > overview.over.clientWidth - 2);
    const select = { left: low, width: Math.max(high - low, 3), top: 0, height: overview.over.clientHeight };
    overview.setSelect(select, false);
  };

  const drawChart = () => {
    zoom.chart = makeChart(parent, {
      x: positions,
      lines: plot.lines(),
      spans: plot.spans,
      strips: plot.strips,
      height: parent.clientWidth < 560 ? 260 : 340,
      log: logSwitch.checked,
      floor: plot.floor,
      read: plot.read,
      options: {
        cursor: { drag: { x: true, y: false, dist: 4 }, bind: { ...unlessShift, ...showAll }, y: false },
        hooks: { setScale: [(_self, key) => key === "x" && markOverview()] },
      },
    });
    zoomable(zoom.chart, zoom);
    if (plot.click) zoom.chart.over.addEventListener("click", (click) => plot.click(click, zoom.chart));
  };

  const pick = (self) => {
    const { left, width } = self.select;
    const [low, high] = [self.posToVal(left, "x"), self.posToVal(left + width, "x")];
    const [min, max] = span(zoom.chart);
    if (width >= 3) zoom.show(low, high);
    else zoom.show(low - (max - min) / 2, low + (max - min) / 2);
  };

  const drawOverview = () => {
    const empty = { ticks: { show: false }, values: () => [], label: null };
    overview = makeChart(overviewParent, {
      x: positions,
      lines: plot.overviewLines(),
      spans: plot.spans,
      strips: plot.strips,
      height: 46 + 8 * plot.strips,
      log: logSwitch.checked,
      floor: plot.floor,
      options: {
        cursor: { drag: { x: true, y: false, setScale: false }, x: false, y: false, points: { show: false }, bind: showAll },
        axes: [{ ...timeAxis(), size: 4, ...empty }, { ...valueAxis(false), grid: { show: false }, ...empty }],
        hooks: { setSelect: [pick], setSize: [markOverview] },
      },
    });
    overview.setScale("x", { min: limits[0], max: limits[1] });
  };

  const redraw = () => {
    const before = zoom.chart ? span(zoom.chart) : limits;
    [zoom.chart, overview].filter(Boolean).forEach(dropChart);
    drawOverview();
    drawChart();
    zoom.show(...before);
  };

  logSwitch.checked = data.log;
  logSwitch.addEventListener("change", redraw);
  all("button[data-do]", plot.section).forEach((button) => button.addEventListener("click", () => zoom.do(button.dataset.do)));
  zoomWithKeys(parent, zoom);
  return { zoom, redraw, parent };
};
