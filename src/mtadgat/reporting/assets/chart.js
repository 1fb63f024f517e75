// Charts: uPlot in our colours, with labelled and predicted events shaded.

const charts = new Set();
const AXIS_FONT = "12px system-ui, sans-serif";
const PRINT_WIDTH = 680;
const LOG_FLOOR = 1e-8;
const STRIP = 8;
const AXIS_ROOM = 36;

const DAY = 864e5;
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

// The finer part of a time on the first line; the coarser part below it where it changes.
const timeTexts = (_chart, splits, _axis, _space, step) => {
  let before = "";
  return splits.map((position) => {
    const iso = shownDate(position).toISOString();
    const month = MONTHS[Number(iso.slice(5, 7)) - 1];
    const [fine, coarse] =
      step >= 360 * DAY ? [iso.slice(0, 4), ""]
      : step >= 27 * DAY ? [month, iso.slice(0, 4)]
      : step >= DAY ? [`${month} ${Number(iso.slice(8, 10))}`, iso.slice(0, 4)]
      : [iso.slice(11, step >= 60e3 ? 16 : step >= 1e3 ? 19 : 23), iso.slice(0, 10)];
    const text = coarse === before ? fine : `${fine}\n${coarse}`;
    before = coarse;
    return text;
  });
};

const timeAxis = () => ({
  stroke: () => colour("muted"),
  font: AXIS_FONT,
  ...(timed && data.axis && { label: data.axis, labelFont: AXIS_FONT, labelSize: 18 }),
  grid: { show: false },
  ticks: { stroke: () => colour("rule"), width: 1, size: 5 },
  border: { show: true, stroke: () => colour("rule"), width: 1 },
  size: timed ? 44 : 32,
  space: 72,
  values: timed ? timeTexts : (_, splits) => splits.map(countText),
});

const powersOfTen = (_chart, splits) => splits.map((value) => (value > 0 && Number.isInteger(Math.log10(value)) ? value : null));

const valueAxis = (log) => ({
  stroke: () => colour("muted"),
  font: AXIS_FONT,
  size: 54,
  ...(log && { filter: powersOfTen }),
  grid: { stroke: () => colour("rule"), width: 1, ...(log && { filter: powersOfTen }) },
  ticks: { show: false },
  space: log ? 22 : 34,
  values: (_, splits) => splits.map(tickText),
});

// Labelled events: the whole height, with a line at the head. Predicted events: a strip at the foot, below the lines.
const shadeSpans = (chart, spans) => {
  const { ctx, bbox } = chart;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const { kind, list, strip, alpha } of spans()) {
    ctx.fillStyle = colour(kind);
    for (const [start, stop] of list) {
      const left = chart.valToPos(start, "x", true);
      const width = Math.max(chart.valToPos(stop, "x", true) - left, 1.5 * ratio);
      if (left > bbox.left + bbox.width || left + width < bbox.left) continue;
      if (strip === undefined) {
        ctx.globalAlpha = alpha ?? 0.24;
        ctx.fillRect(left, bbox.top, width, bbox.height);
        ctx.globalAlpha = 1;
        if (alpha === undefined) ctx.fillRect(left, bbox.top, width, 4 * ratio);
      } else {
        ctx.fillRect(left, bbox.top + bbox.height - (STRIP * strip + STRIP) * ratio, width, (STRIP - 1) * ratio);
      }
    }
  }
  ctx.restore();
};

// lines: {label, values, colour, width, dash}; spans: () => [{kind, list, strip}]; strips: how many of them to leave
// room for; floor: the lowest value on a logarithmic axis; read: called with the row under the cursor.
const makeChart = (parent, { x, lines, spans = () => [], strips = 0, height, log = false, floor: lowest, read, options = {} }) => {
  const foot = (STRIP * strips) / (height - AXIS_ROOM);
  const floor = log ? (lowest ?? positiveFloor(lines)) : null;
  const columns = lines.map((line) => (log ? line.values.map((v) => (v == null ? null : Math.max(v, floor))) : line.values));
  const chart = new uPlot(
    {
      width: parent.clientWidth,
      height,
      ms: 1,
      tzDate: (position) => uPlot.tzDate(shownDate(position), "Etc/UTC"),
      legend: { show: false },
      padding: [8, 10, 0, 0],
      scales: { x: { time: timed }, y: { distr: log ? 3 : 1, range: (_, low, high) => (log ? logRange : valueRange)(low, high, foot) } },
      axes: [timeAxis(), valueAxis(log)],
      series: [
        {},
        ...lines.map((line) => ({
          label: line.label,
          stroke: () => colour(line.colour),
          width: line.width ?? 1.25,
          alpha: line.alpha ?? 1,
          dash: line.dash,
          points: { show: line.points ?? false, size: 6, fill: () => colour(line.colour) },
        })),
      ],
      ...options,
      hooks: {
        drawClear: [(self) => shadeSpans(self, spans)],
        setCursor: read ? [(self) => read(self.cursor.idx)] : [],
        ...options.hooks,
      },
    },
    [x, ...columns],
    parent,
  );
  charts.add(chart);
  new ResizeObserver(() => charts.has(chart) && fit(chart, parent.clientWidth)).observe(parent);
  return chart;
};

const positiveFloor = (lines) => {
  let lowest = Infinity;
  let highest = 0;
  for (const line of lines)
    for (const value of line.values) {
      if (value > 0 && value < lowest) lowest = value;
      if (value > highest) highest = value;
    }
  return Math.max(lowest, highest * LOG_FLOOR, Number.MIN_VALUE);
};

const valueRange = (low, high, foot) => {
  if (low == null) return [0, 1];
  const pad = (high - low || Math.abs(high) || 1) * 0.06;
  const [bottom, top] = [low >= 0 && low < 0.4 * high ? 0 : low - pad, high + pad];
  return [bottom - (top - bottom) * foot, top];
};

const logRange = (low, high, foot) => {
  if (low == null) return [0.1, 1];
  const [bottom, top] = [low / 1.3, high * 1.6];
  return [bottom * (bottom / top) ** foot, top];
};

const dropChart = (chart) => {
  charts.delete(chart);
  chart.destroy();
};

const fit = (chart, width) => {
  if (width > 0 && width !== chart.width && !root.classList.contains("printing")) chart.setSize({ width, height: chart.height });
};

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => charts.forEach((chart) => chart.redraw(false)));
