// Scores of several runs on the same labels, each divided by its threshold: a row is flagged where its line reaches 1.

const labelled = decodeSpans(data.labelled, half);
const runs = data.runs.map((run, number) => ({ ...run, flagged: decodeSpans(run.flagged, half), colour: `run-${number}`, shown: true }));
const shownRuns = () => runs.filter((run) => run.shown);

const readRuns = (row) => {
  if (row == null) return;
  const words = shownRuns().map((run) => `${run.name} ${numberText(run.ratio[row])}`);
  byId("score-readout").textContent = [positionText(positions[row]), ...words].join(" \u00b7 ");
};

// The first run is drawn last, on top of the others, and has the highest strip.
const ratioLines = () =>
  shownRuns()
    .reverse()
    .map((run) => ({ label: run.name, values: run.ratio, colour: run.colour, width: 1, alpha: 0.8 }));

const timeline = makeTimeline({
  section: byId("scores"),
  lines: () => [...ratioLines(), { label: "threshold", values: positions.map(() => 1), colour: "ink", width: 1.2, dash: [7, 4] }],
  overviewLines: ratioLines,
  spans: () => [
    { kind: "labelled", list: labelled },
    ...shownRuns()
      .reverse()
      .map((run, strip) => ({ kind: run.colour, list: run.flagged, strip })),
  ],
  strips: runs.length,
  floor: 0.01,
  read: readRuns,
});

all("input[name=run]").forEach((input) =>
  input.addEventListener("change", () => {
    runs[Number(input.value)].shown = input.checked;
    timeline.redraw();
  }),
);
timeline.redraw();
