// Zoom and pan of a chart along its time axis: mouse, touch, wheel and keyboard.

const STEPS = {
  in: (span) => [0.25 * span, -0.25 * span],
  out: (span) => [-0.5 * span, 0.5 * span],
  left: (span) => [-0.25 * span, -0.25 * span],
  right: (span) => [0.25 * span, 0.25 * span],
};
const KEYS = { ArrowLeft: "left", ArrowRight: "right", "+": "in", "=": "in", "-": "out", 0: "all", Home: "all" };

const makeZoom = (limits, smallest) => {
  const zoom = {
    chart: null,
    show(low, high) {
      const span = Math.min(Math.max(high - low, smallest), limits[1] - limits[0]);
      let start = (low + high - span) / 2;
      start = Math.min(Math.max(start, limits[0]), limits[1] - span);
      zoom.chart.setScale("x", { min: start, max: start + span });
    },
    do(what) {
      if (what === "all") return zoom.show(...limits);
      const { min, max } = zoom.chart.scales.x;
      const [left, right] = STEPS[what](max - min);
      zoom.show(min + left, max + right);
    },
    move(from, pixels, unitsPerPixel) {
      zoom.show(from[0] - pixels * unitsPerPixel, from[1] - pixels * unitsPerPixel);
    },
  };
  return zoom;
};

const zoomWithKeys = (parent, zoom) =>
  parent.addEventListener("keydown", (event) => {
    const what = KEYS[event.key];
    if (!what || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    zoom.do(what);
  });

const zoomWithWheel = (chart, zoom) =>
  chart.over.addEventListener(
    "wheel",
    (event) => {
      // Without Ctrl the wheel scrolls the page, as readers expect.
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const { min, max } = chart.scales.x;
      const centre = chart.posToVal(event.offsetX, "x");
      const factor = Math.exp(event.deltaY * 0.002);
      zoom.show(centre - (centre - min) * factor, centre + (max - centre) * factor);
    },
    { passive: false },
  );

const span = (chart) => [chart.scales.x.min, chart.scales.x.max];
const perPixel = (chart) => (chart.scales.x.max - chart.scales.x.min) / chart.over.clientWidth;

const panWithShift = (chart, zoom) =>
  chart.over.addEventListener("mousedown", (event) => {
    if (!event.shiftKey) return;
    const [from, scale, start] = [span(chart), perPixel(chart), event.clientX];
    const drag = (moved) => zoom.move(from, moved.clientX - start, scale);
    document.addEventListener("mousemove", drag);
    document.addEventListener("mouseup", () => document.removeEventListener("mousemove", drag), { once: true });
  });

const panWithTouch = (chart, zoom) => {
  const fingers = new Map();
  let from, scale, start;
  const begin = () => {
    [from, scale] = [span(chart), perPixel(chart)];
    start = [...fingers.values()];
  };
  const lift = (event) => {
    fingers.delete(event.pointerId);
    begin();
  };
  chart.over.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "touch") return;
    fingers.set(event.pointerId, event.clientX);
    begin();
  });
  chart.over.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    fingers.set(event.pointerId, event.clientX);
    const now = [...fingers.values()];
    if (now.length === 1) return zoom.move(from, now[0] - start[0], scale);
    pinch(chart, zoom, from, scale, start, now);
  });
  for (const name of ["pointerup", "pointercancel", "pointerleave"]) chart.over.addEventListener(name, lift);
};

const pinch = (chart, zoom, from, scale, start, now) => {
  const edge = chart.over.getBoundingClientRect().left;
  const apart = (pair) => Math.max(Math.abs(pair[1] - pair[0]), 10);
  const middle = (pair) => (pair[0] + pair[1]) / 2 - edge;
  const finer = (scale * apart(start)) / apart(now);
  const centre = from[0] + middle(start) * scale;
  const low = centre - middle(now) * finer;
  zoom.show(low, low + finer * chart.over.clientWidth);
};

const zoomable = (chart, zoom) => {
  zoomWithWheel(chart, zoom);
  panWithShift(chart, zoom);
  panWithTouch(chart, zoom);
};

// A shifted drag moves the chart: uPlot must not take it for a selection.
const unlessShift = { mousedown: (_self, _target, handler) => (event) => (event.shiftKey ? null : handler(event)) };
