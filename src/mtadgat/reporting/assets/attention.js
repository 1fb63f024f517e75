// Attention between features as heat maps: a single hue for weights, two hues for changes.

const NAMES = ["healthy", "event", "difference"];
const matrices = Object.fromEntries(all("canvas[data-matrix]").map((canvas) => [canvas.dataset.matrix, canvas]));
let shownAttention = 0;

const rgb = (name) => {
  const hex = colour(name).replace("#", "");
  return [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16));
};
const mixed = (from, to, share) => from.map((value, channel) => Math.round(value + (to[channel] - value) * share));
// Most weights are small: a square root spreads them. Small changes stay small.
const strength = (name, value, max) => Math.min(Math.abs(value) / max, 1) ** (name === "difference" ? 1 : 0.5);

const cells = (change) => {
  const difference = change.event.map((row, i) => row.map((weight, j) => weight - change.healthy[i][j]));
  return { healthy: change.healthy, event: change.event, difference };
};
const highest = (rows) => rows.reduce((max, row) => row.reduce((m, v) => Math.max(m, Math.abs(v)), max), 1e-9);

const paint = (name, rows, max, hue) => {
  const canvas = matrices[name];
  canvas.width = canvas.height = rows.length;
  const context = canvas.getContext("2d");
  const image = context.createImageData(rows.length, rows.length);
  const paper = rgb("paper");
  rows.flat().forEach((value, cell) => image.data.set([...mixed(paper, hue(value), strength(name, value, max)), 255], 4 * cell));
  context.putImageData(image, 0, 0);
};

const scaleBar = (name, low, high, hues) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 40 1");
  svg.setAttribute("preserveAspectRatio", "none");
  const paper = rgb("paper");
  for (let step = 0; step < 40; step++) {
    const value = low + ((high - low) * (step + 0.5)) / 40;
    const cell = document.createElementNS(svg.namespaceURI, "rect");
    cell.setAttribute("x", step);
    cell.setAttribute("width", 1.05);
    cell.setAttribute("height", 1);
    cell.setAttribute("fill", `rgb(${mixed(paper, hues(value), strength(name, value, high)).join(",")})`);
    svg.append(cell);
  }
  document.querySelector(`[data-scale=${name}]`).replaceChildren(numberText(low), svg, numberText(high));
};

const drawAttention = () => {
  const change = data.attention[shownAttention];
  const rows = cells(change);
  const maxWeight = Math.max(highest(rows.healthy), highest(rows.event));
  const maxChange = highest(rows.difference);
  const [weight, more, less] = [rgb("predicted"), rgb("forecast"), rgb("predicted")];
  for (const name of NAMES) {
    const hue = name === "difference" ? (value) => (value > 0 ? more : less) : () => weight;
    const top = name === "difference" ? maxChange : maxWeight;
    paint(name, rows[name], top, hue);
    scaleBar(name, name === "difference" ? -top : 0, top, hue);
  }
  all(".by-attention").forEach((part) => part.classList.toggle("chosen", Number(part.dataset.attention) === shownAttention));
};

const readAttention = (event) => {
  const change = data.attention[shownAttention];
  const count = change.features.length;
  const cell = (at, size) => Math.min(Math.max(Math.floor((at / size) * count), 0), count - 1);
  const [row, column] = [cell(event.offsetY, event.target.clientHeight), cell(event.offsetX, event.target.clientWidth)];
  const [healthy, now] = [change.healthy[row][column], change.event[row][column]];
  byId("attention-readout").textContent =
    `${change.features[row]} reads ${change.features[column]}: healthy ${numberText(healthy)}, ` +
    `event ${numberText(now)}, change ${now >= healthy ? "+" : "\u2212"}${numberText(Math.abs(now - healthy))}`;
};

if (data.attention.length) {
  drawAttention();
  Object.values(matrices).forEach((canvas) => ["pointermove", "pointerdown"].forEach((name) => canvas.addEventListener(name, readAttention)));
  byId("attention-choice")?.addEventListener("change", (event) => {
    shownAttention = Number(event.target.value);
    drawAttention();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAttention);
}
