// What all parts of a page share: its data, its colours, its way of writing numbers.

const root = document.documentElement;
const data = JSON.parse(document.getElementById("plot-data").textContent);
root.classList.add("js");

const byId = (id) => document.getElementById(id);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// Colours are looked up when something is drawn: a reader may switch between light, dark and paper.
const colour = (name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim();

const decode = ({ first, unit, steps }) => {
  let position = first;
  return [first, ...steps.map((step) => (position += step * unit))];
};

// Spans come as edges, start and stop in turn; a row is drawn from half a step before it to half a step after it.
const decodeSpans = (coded, half) => {
  if (!coded || coded.none) return [];
  const edges = decode(coded);
  return edges.filter((_, index) => index % 2 === 0).map((start, index) => [start - half, edges[2 * index + 1] - half]);
};

const half = data.stride / 2;
const timed = data.kind === "time";

const tidy = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });
const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 4 });
const numberText = (value) => (value == null ? "\u2013" : tidy.format(value).replace("-", "\u2212"));
const tickText = (value) => (value == null ? "" : Math.abs(value) >= 1e4 ? short.format(value) : tidy.format(value));

// Positions are instants, or wall times whose zone nobody told: `data.ahead` says how far a clock was ahead of them.
const shownDate = (position) => {
  const change = data.ahead.findLast(([from]) => from <= position) ?? data.ahead[0];
  return new Date(position + change[1]);
};

const countText = (position) =>
  (Math.round(position) / 10 ** data.decimals).toLocaleString("en", { maximumFractionDigits: data.decimals });

const positionText = (position) => {
  if (!timed) return `${data.kind} ${countText(position)}`;
  return shownDate(position).toISOString().replace("T", " ").slice(0, data.stride % 60000 ? 19 : 16);
};

const element = (tag, className, text) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};
