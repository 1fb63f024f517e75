// Small multiples: one chart for each feature, drawn when it comes near the window; all zoom together.

const whole = [data.first - half, data.end - half];
const shaded = {
  trained: decodeSpans(data.trained, half),
  labelled: decodeSpans(data.labelled, half),
  gaps: data.gaps.map(([start, stop]) => [start + half, stop - half]),
};
const drawn = [];
let shownSpan = whole;

const zoomAll = (low, high) => {
  if (high - low < 4 * data.stride) return;
  shownSpan = [low, high];
  drawn.forEach((chart) => chart.setScale("x", { min: low, max: high }));
};

const drawFeature = (article) => {
  const feature = data.features[Number(article.dataset.feature)];
  const text = article.querySelector(".value");
  const x = decode(feature.x);
  const missing = decodeSpans(feature.missing, half);
  const read = (row) => {
    text.textContent = row == null || feature.values[row] == null ? "" : `${positionText(x[row])} \u00b7 ${numberText(feature.values[row])}`;
  };
  const chart = makeChart(article.querySelector(".chart"), {
    x,
    lines: [{ label: feature.name, values: feature.values, colour: "actual", width: 1 }],
    spans: () => [
      { kind: "good", list: shaded.trained, alpha: 0.07 },
      { kind: "muted", list: shaded.gaps, alpha: 0.16 },
      { kind: "labelled", list: shaded.labelled },
      { kind: "bad", list: missing, strip: 0 },
    ],
    strips: missing.length ? 1 : 0,
    height: 132,
    read,
    options: {
      cursor: {
        y: false,
        drag: { x: true, y: false, dist: 4, setScale: false },
        bind: { dblclick: () => () => zoomAll(...whole) },
        sync: { key: "features", setSeries: false },
      },
      axes: [{ ...timeAxis(), label: undefined }, { ...valueAxis(false), space: 26 }],
      hooks: {
        setSelect: [
          (self) => {
            const { left, width } = self.select;
            if (width < 4) return;
            const [low, high] = [self.posToVal(left, "x"), self.posToVal(left + width, "x")];
            self.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
            zoomAll(low, high);
          },
        ],
      },
    },
  });
  drawn.push(chart);
  chart.setScale("x", { min: shownSpan[0], max: shownSpan[1] });
};

const articles = all(".feature");
const waiting = new IntersectionObserver(
  (entries) =>
    entries
      .filter((entry) => entry.isIntersecting)
      .forEach((entry) => {
        waiting.unobserve(entry.target);
        drawFeature(entry.target);
      }),
  { rootMargin: "400px" },
);
articles.forEach((article) => waiting.observe(article));

// Paper shows all of them.
const drawAllFeatures = () =>
  articles
    .filter((article) => !article.querySelector(".uplot"))
    .forEach((article) => {
      waiting.unobserve(article);
      drawFeature(article);
    });

byId("find").addEventListener("input", (typed) => {
  const word = typed.target.value.trim().toLowerCase();
  articles.forEach((article) => (article.hidden = !article.dataset.name.includes(word)));
  const count = articles.filter((article) => !article.hidden).length;
  byId("found").textContent = word ? `${count} of ${articles.length}` : "";
});
