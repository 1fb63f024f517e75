// Pages of events: charts are made when a page is opened.

const TRACES = [
  { label: "reconstruction", colour: "reconstruction", dash: [6, 3], width: 1.5 },
  { label: "forecast", colour: "forecast", width: 1.25 },
  { label: "actual", colour: "actual", width: 1.75 },
];
const SCORES = [
  { label: "threshold", colour: "threshold", dash: [7, 4], width: 1.5 },
  { label: "score", colour: "score", width: 1.5 },
];
const READ_ORDER = ["actual", "forecast", "reconstruction", "score", "threshold"];

const eventChart = (parent, event, number, title, coded, last) => {
  const head = element("p", "trace-head");
  const values = element("span");
  head.append(element("strong", "", title), values);
  const box = element("div", "chart");
  const trace = element("div", "trace");
  trace.append(head, box);
  parent.append(trace);
  const x = decode(coded.x);
  const lines = (last ? SCORES : TRACES).map((line) => ({ ...line, values: coded[line.label] }));
  const order = [...lines].sort((a, b) => READ_ORDER.indexOf(a.label) - READ_ORDER.indexOf(b.label));
  const read = (row) => {
    const words = row == null ? [] : order.map((line) => `${line.label} ${numberText(line.values[row])}`);
    values.textContent = row == null ? "" : [positionText(x[row]), ...words].join(" \u00b7 ");
  };
  makeChart(box, {
    x,
    lines,
    spans: () => event.spans,
    strips: 1,
    height: last ? 136 : 104,
    read,
    options: {
      cursor: { y: false, drag: { x: true, y: false, dist: 4 }, sync: { key: `event-${number}`, setSeries: false } },
      axes: [last ? timeAxis() : { ...timeAxis(), values: () => [], size: 8 }, { ...valueAxis(false), space: 26 }],
    },
  });
};

const drawEvent = (details) => {
  if (details.dataset.drawn) return;
  details.dataset.drawn = "yes";
  const number = Number(details.dataset.event);
  const event = data.events[number];
  event.spans = [
    { kind: "labelled", list: decodeSpans(event.labelled, half) },
    { kind: "predicted", list: decodeSpans(event.flagged, half), strip: 0 },
  ];
  const parent = details.querySelector(".traces");
  event.features.forEach((feature) => eventChart(parent, event, number, feature.name, feature, false));
  eventChart(parent, event, number, "Score", event.score, true);
};

const openEvent = (number) => {
  const details = byId(`event-${number + 1}`);
  if (!details) return;
  details.hidden = false;
  details.open = true;
  drawEvent(details);
  details.scrollIntoView();
  details.querySelector("summary").focus({ preventScroll: true });
};

const eventPages = all("details.event");
eventPages.forEach((details) => details.addEventListener("toggle", () => details.open && drawEvent(details)));
all("input[name=kind]").forEach((input) =>
  input.addEventListener("change", () =>
    eventPages.forEach((details) => (details.hidden = input.value !== "" && details.dataset.kind !== input.value)),
  ),
);
all("[data-show]").forEach((button) =>
  button.addEventListener("click", () => {
    const [start, stop] = data.events[Number(button.dataset.show)].span;
    const margin = Math.max(2 * (stop - start), 60 * data.stride);
    timeline.zoom.show(start - margin, stop + margin);
    byId("scores").scrollIntoView();
    timeline.parent.focus({ preventScroll: true });
  }),
);
