/* The time series as an SVG. Its colours are CSS, so a change of theme needs no redraw.

   draw(element, data, metric) with data as reports/chart.py makes it; watch(redraw) calls back when the width changed. */

const SVG = "http://www.w3.org/2000/svg";
const MARGIN = { top: 8, right: 4, bottom: 26, left: 44 };
const TICK_WIDTH = 72;

const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const exact = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const precise = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });

function seconds(value) {
  const whole = Math.round(value);
  const pad = (number) => String(number).padStart(2, "0");
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${pad(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h ${pad(Math.floor((whole % 3600) / 60))}m`;
}

// A unit: how its axis is labelled, how a value is told, and which steps its axis may take.
const DECIMAL_STEPS = [1, 2, 2.5, 5, 10];
const UNITS = {
  count: { axis: (value) => compact.format(value).replace("K", "k"), tell: (value) => exact.format(value), least: 1 },
  percent: { axis: (value) => `${precise.format(value)}%`, tell: (value) => `${precise.format(value)}%`, least: 1, most: 100 },
  ratio: { axis: (value) => precise.format(value), tell: (value) => precise.format(value), least: 0.1 },
  seconds: { axis: seconds, tell: seconds, least: 1, steps: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400] },
};

/* What was last drawn, so that a redraw puts the cursor back where it was. */
let state = null;

export function draw(element, data, name) {
  const metric = data.metrics[name] ?? Object.values(data.metrics)[0];
  state = { element, data, metric, cursor: state?.cursor ?? null };
  render();
  listen(element);
}

export function watch(redraw) {
  let width = 0;
  const observer = new ResizeObserver(([entry]) => {
    if (entry.contentRect.width !== width) {
      width = entry.contentRect.width;
      redraw();
    }
  });
  observer.observe(document.getElementById("main"));
}

function render() {
  const { element, data, metric } = state;
  const { width, height } = element.getBoundingClientRect();
  if (!width) return;
  const unit = UNITS[metric.unit];
  const known = [...metric.values, ...metric.previous.slice(0, data.ticks.length)].filter((value) => value !== null);
  const steps = axisSteps(Math.max(unit.least * 4, ...known), unit);
  const top = steps.at(-1);
  const count = data.ticks.length;
  const inner = { width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom };
  const x = (index) => MARGIN.left + (count === 1 ? inner.width / 2 : (index / (count - 1)) * inner.width);
  const y = (value) => MARGIN.top + inner.height * (1 - value / top);
  Object.assign(state, { x, y, width, height });

  const svg = make("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
  svg.append(wash());
  for (const step of steps) {
    const level = Math.round(y(step)) + 0.5;
    svg.append(make("line", { class: step ? "chart__grid" : "chart__grid chart__grid--base", x1: MARGIN.left, x2: width - MARGIN.right, y1: level, y2: level }));
    svg.append(text(MARGIN.left - 10, level + 4, unit.axis(step), "end"));
  }
  const every = Math.max(1, Math.ceil(count / Math.max(2, Math.floor(inner.width / TICK_WIDTH))));
  const phase = data.interval === "hour" ? 0 : (count - 1) % every;
  for (let index = phase; index < count; index += every) {
    const anchor = count > 1 && index === 0 ? "start" : count > 1 && index === count - 1 ? "end" : "middle";
    svg.append(text(x(index), height - 6, data.ticks[index], anchor));
  }

  const previous = points(metric.previous.slice(0, count), x, y);
  for (const run of previous) svg.append(make("path", { class: "chart__line chart__line--previous", d: curve(run) }));

  const whole = data.filling === null ? metric.values : metric.values.slice(0, data.filling + 1);
  for (const run of points(whole, x, y)) {
    const base = y(0);
    const isFilling = data.filling !== null && run.length > 1 && run.at(-1)[2] === data.filling;
    const solid = curve(isFilling ? run.slice(0, -1) : run);
    const [x0, x1] = [run[0][0], run.at(-1)[0]];
    const edge = isFilling ? `L${x1},${run.at(-1)[1]}` : "";
    svg.append(make("path", { class: "chart__area", d: `${solid}${edge}L${x1},${base}L${x0},${base}Z` }));
    svg.append(make("path", { class: "chart__line", d: solid }));
    if (isFilling) svg.append(make("path", { class: "chart__line chart__line--filling", d: line(run.slice(-2)) }));
    if (run.length === 1) svg.append(make("circle", { class: "chart__dot", cx: run[0][0], cy: run[0][1], r: 4 }));
  }
  element.replaceChildren(svg);
  if (!known.some((value) => value > 0)) element.append(html("p", "chart__nothing", "Nothing in this period"));
  if (state.cursor !== null) point(state.cursor);
}

/* From 0 up to a round number above `most`, in three to five steps. */
function axisSteps(most, unit) {
  const rough = most / 4;
  let step;
  if (unit.steps) step = unit.steps.find((each) => each >= rough) ?? Math.ceil(rough / 3600) * 3600;
  else {
    const size = 10 ** Math.floor(Math.log10(rough));
    step = DECIMAL_STEPS.map((each) => each * size).find((each) => each >= rough * 0.999);
    step = Math.max(step, unit.least);
    if (unit.least === 1) step = Math.ceil(step);
  }
  const steps = [0];
  while (steps.at(-1) < most - 1e-9) steps.push(+(steps.at(-1) + step).toFixed(6));
  return unit.most ? steps.filter((each) => each <= unit.most) : steps;
}

/* Runs of [x, y, index] without the buckets that have no value. */
function points(values, x, y) {
  const runs = [[]];
  values.forEach((value, index) => {
    if (value === null) {
      if (runs.at(-1).length) runs.push([]);
    } else runs.at(-1).push([x(index), y(value), index]);
  });
  return runs.filter((run) => run.length);
}

function line(run) {
  return run.map(([x, y], index) => `${index ? "L" : "M"}${x.toFixed(1)},${y.toFixed(1)}`).join("");
}

/* A monotone cubic (Fritsch and Carlson): smooth, and never above a peak or below zero. */
function curve(run) {
  if (run.length < 3) return line(run);
  const slopes = run.slice(1).map(([x, y], index) => (y - run[index][1]) / (x - run[index][0]));
  const tangents = run.map((_, index) => {
    if (index === 0) return slopes[0];
    if (index === run.length - 1) return slopes.at(-1);
    const [before, after] = [slopes[index - 1], slopes[index]];
    return before * after <= 0 ? 0 : (2 * before * after) / (before + after);
  });
  let path = line(run.slice(0, 1));
  for (let index = 1; index < run.length; index++) {
    const [x0, y0] = run[index - 1];
    const [x1, y1] = run[index];
    const third = (x1 - x0) / 3;
    const numbers = [x0 + third, y0 + third * tangents[index - 1], x1 - third, y1 - third * tangents[index], x1, y1];
    path += `C${numbers.map((number) => number.toFixed(1)).join(",")}`;
  }
  return path;
}

/* The hover card */

function listen(element) {
  if (element.dataset.listening) return;
  element.dataset.listening = "true";
  element.addEventListener("pointermove", (event) => point(nearest(event)));
  element.addEventListener("pointerdown", (event) => point(nearest(event)));
  element.addEventListener("pointerleave", () => point(null));
  element.addEventListener("blur", () => point(null));
  element.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const last = state.metric.values.length - 1;
    const from = state.cursor ?? (step > 0 ? -1 : last + 1);
    point(Math.min(last, Math.max(0, from + step)));
    document.getElementById("announcer").textContent = element.querySelector(".chart__card")?.innerText ?? "";
  });
}

function nearest(event) {
  const count = state.data.ticks.length;
  const inner = state.width - MARGIN.left - MARGIN.right;
  const at = event.clientX - state.element.getBoundingClientRect().left - MARGIN.left;
  return Math.min(count - 1, Math.max(0, Math.round((at / inner) * (count - 1))));
}

function point(index) {
  const { element, data, metric, x, y, width, height } = state;
  element.querySelector(".chart__pointer")?.remove();
  element.querySelector(".chart__card")?.remove();
  state.cursor = index;
  if (index === null) return;
  const unit = UNITS[metric.unit];
  const value = metric.values[index] ?? null;
  const previous = metric.previous[index] ?? null;
  const group = make("g", { class: "chart__pointer" });
  const at = Math.round(x(index)) + 0.5;
  group.append(make("line", { class: "chart__cursor", x1: at, x2: at, y1: MARGIN.top, y2: height - MARGIN.bottom }));
  if (value !== null) group.append(make("circle", { class: "chart__dot", cx: x(index), cy: y(value), r: 4.5 }));
  element.querySelector("svg").append(group);

  const card = html("div", "chart__card");
  const list = html("dl");
  const add = (key, term, shown) => {
    list.append(html("dt", key, term), html("dd", "", shown === null ? "–" : unit.tell(shown)));
  };
  if (index < metric.values.length) add("chart__key", data.labels[index], value);
  if (data.previousLabels[index]) add("chart__key chart__key--before", data.previousLabels[index], previous);
  card.append(html("p", "", metric.label), list);
  element.append(card);
  const size = card.getBoundingClientRect();
  const beside = x(index) + 14 + size.width > width ? x(index) - 14 - size.width : x(index) + 14;
  card.style.transform = `translate(${Math.max(0, Math.round(beside))}px, ${MARGIN.top + 4}px)`;
}

function make(name, attributes) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

function text(x, y, content, anchor) {
  const node = make("text", { class: "chart__text", x, y, "text-anchor": anchor });
  node.textContent = content;
  return node;
}

function html(name, className = "", content = "") {
  const node = document.createElement(name);
  if (className) node.className = className;
  node.textContent = content;
  return node;
}

function wash() {
  const gradient = make("linearGradient", { id: "chart-wash", x1: 0, x2: 0, y1: 0, y2: 1 });
  gradient.append(make("stop", { class: "chart__wash-top", offset: "0" }), make("stop", { class: "chart__wash-bottom", offset: "1" }));
  const defs = make("defs", {});
  defs.append(gradient);
  return defs;
}
