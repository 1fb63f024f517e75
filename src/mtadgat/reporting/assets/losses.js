// Losses over the epochs, the best epoch marked.

const markBest = (chart) => {
  const { ctx, bbox } = chart;
  const at = chart.valToPos(data.losses.best, "x", true);
  ctx.save();
  ctx.strokeStyle = colour("good");
  ctx.lineWidth = 2 * devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(at, bbox.top);
  ctx.lineTo(at, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
};

const lossChart = (parent, part) => {
  const box = element("div");
  const text = element("p");
  const chart = element("div", "chart");
  box.append(text, chart);
  parent.append(box);
  const title = part.name === "total" ? "Loss by epoch, RMSE of scaled values" : `of which ${part.name}`;
  const points = data.losses.epochs.length < 40;
  const lines = [
    { label: "training", values: part.train, colour: "muted", width: 2, points },
    { label: "validation", values: part.validation, colour: "predicted", width: 2, points },
  ];
  const read = (row) => {
    const words = lines.filter((line) => line.values[row] != null).map((line) => `${line.label} ${numberText(line.values[row])}`);
    text.textContent = row == null ? title : [`epoch ${data.losses.epochs[row]}`, ...words].join(" \u00b7 ");
  };
  read(null);
  makeChart(chart, {
    x: data.losses.epochs,
    lines,
    height: 220,
    read,
    options: {
      cursor: { y: false, drag: { x: false, y: false } },
      scales: { x: { time: false }, y: { range: (_, low, high) => [0, high * 1.06 || 1] } },
      axes: [{ ...timeAxis(), size: 32, space: 36, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500], values: (_, splits) => splits.map(tickText) }, valueAxis(false)],
      hooks: { drawAxes: [markBest] },
    },
  });
};

if (data.losses) data.losses.parts.forEach((part) => lossChart(byId("loss-charts"), part));
