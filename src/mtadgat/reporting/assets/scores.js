// Scores over time, and the choice of a threshold.

const labelled = decodeSpans(data.labelled, half);
const flagged = data.thresholds.map((line) => decodeSpans(line.flagged, half));
let chosen = 0;

const thresholdValues = (line) => line.values ?? positions.map(() => line.value);
const inside = (spans, position) => spans.some(([start, stop]) => start <= position && position < stop);

const readScore = (row) => {
  if (row == null) return;
  const line = data.thresholds[chosen];
  const limit = line.values ? line.values[row] : line.value;
  const words = [positionText(positions[row]), `score ${numberText(data.score[row])}`, `threshold ${numberText(limit)}`];
  if (inside(flagged[chosen], positions[row])) words.push("flagged");
  if (inside(labelled, positions[row])) words.push("labelled");
  byId("score-readout").textContent = words.join(" \u00b7 ");
};

const openEventAt = (click, chart) => {
  const tolerance = 6 * perPixel(chart);
  const position = chart.posToVal(click.offsetX, "x");
  const away = ([start, stop]) => Math.max(start - position, position - stop, 0);
  const near = data.events.map((event, row) => [away(event.span), row]).sort((a, b) => a[0] - b[0])[0];
  if (near && near[0] <= tolerance && !click.shiftKey && chart.select.width < 4) openEvent(near[1]);
};

const timeline = makeTimeline({
  section: byId("scores"),
  lines: () => [
    { label: "score", values: data.score, colour: "score", width: 1 },
    { label: "threshold", values: thresholdValues(data.thresholds[chosen]), colour: "threshold", width: 1.5, dash: [7, 4] },
  ],
  overviewLines: () => [{ label: "score", values: data.score, colour: "muted", width: 0.8 }],
  spans: () => [
    { kind: "labelled", list: labelled },
    { kind: "predicted", list: flagged[chosen], strip: 0 },
  ],
  strips: 1,
  read: readScore,
  click: openEventAt,
});

const chooseThreshold = (which) => {
  chosen = which;
  all(".by-threshold").forEach((part) => part.classList.toggle("chosen", Number(part.dataset.threshold) === which));
  all("input[name=threshold]").forEach((input) => (input.checked = Number(input.value) === which));
  timeline.redraw();
};

all("input[name=threshold]").forEach((input) => input.addEventListener("change", () => chooseThreshold(Number(input.value))));
chooseThreshold(0);
