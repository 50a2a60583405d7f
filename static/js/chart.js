/* The time series as an SVG. Its colours are CSS, so a change of theme needs no redraw.

   draw(chart, data, metric): into the element of templates/reports/_series.html, with data as reports/chart.py makes it.
   watch(redraw) calls back when the width changed. */

import { axisSteps, unitOf } from "./chart-axis.js";
import { curve, line, runs } from "./chart-lines.js";
import { read } from "./chart-reader.js";
import { html, svg } from "./markup.js";

const MARGIN = { top: 8, right: 4, bottom: 26, left: 44 };
const TICK_WIDTH = 72;
const HOURS_IN_SIGHT = 50; // more of them are told by their days

export function draw(chart, data, name) {
  const plot = chart.querySelector("[data-plot]");
  const { width, height } = plot.getBoundingClientRect();
  if (!width) return;
  // The name stands in the address, where anybody may have put __proto__.
  const metric = Object.hasOwn(data.metrics, name) ? data.metrics[name] : Object.values(data.metrics)[0];
  const count = data.ticks.length;
  const known = [...metric.values, ...metric.previous.slice(0, count)].filter((value) => value !== null);
  const unit = unitOf(metric);
  const steps = axisSteps(Math.max(unit.least * 4, ...known), unit);
  const area = { left: MARGIN.left, right: width - MARGIN.right, top: MARGIN.top, bottom: height - MARGIN.bottom };
  const x = (index) => area.left + (area.right - area.left) * (count === 1 ? 0.5 : index / (count - 1));
  const y = (value) => area.bottom - ((area.bottom - area.top) * value) / steps.at(-1);
  const view = { chart, plot, data, metric, area, x, y, width };

  const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" }, wash());
  drawing.append(...grid(view, steps, unit), ...ticks(view, height), ...before(view), ...values(view));
  plot.replaceChildren(drawing);
  chart.querySelector(".chart__nothing")?.remove();
  if (!known.some((value) => value > 0)) chart.append(html("p", { class: "chart__nothing" }, chart.dataset.nothing));
  plot.setAttribute("aria-valuemax", count);
  mark(view, drawing);
  read(view);
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

function grid({ area, y }, steps, unit) {
  return steps.flatMap((step) => {
    const level = Math.round(y(step)) + 0.5;
    const className = step ? "chart__grid" : "chart__grid chart__grid--base";
    return [
      svg("line", { class: className, x1: area.left, x2: area.right, y1: level, y2: level }),
      text(area.left - 10, level + 4, unit.axis(step), "end"),
    ];
  });
}

function ticks({ area, data, x }, height) {
  const count = data.ticks.length;
  let every = Math.max(1, Math.ceil(count / Math.max(2, Math.floor((area.right - area.left) / TICK_WIDTH))));
  const isOfDays = data.interval === "hour" && count > HOURS_IN_SIGHT;
  if (isOfDays) every = Math.ceil(every / 24) * 24;
  const found = [];
  for (let index = ["hour", "minute"].includes(data.interval) ? 0 : (count - 1) % every; index < count; index += every) {
    const anchor = count > 1 && index === 0 ? "start" : count > 1 && index === count - 1 ? "end" : "middle";
    found.push(text(x(index), height - 6, data.ticks[index], anchor));
  }
  return found;
}

function before({ data, metric, x, y }) {
  const compared = metric.previous.slice(0, data.ticks.length);
  return runs(compared, x, y).map((run) => svg("path", { class: "chart__line chart__line--previous", d: curve(run) }));
}

/* The line with its wash; to the bucket that is still filling it is dashed. */
function values({ area, data, metric, x, y }) {
  return runs(metric.values, x, y).flatMap((run) => {
    const isFilling = data.filling !== null && run.length > 1 && run.at(-1)[2] === data.filling;
    const solid = curve(isFilling ? run.slice(0, -1) : run);
    const edge = isFilling ? `L${run.at(-1)[0]},${run.at(-1)[1]}` : "";
    const [x0, x1] = [run[0][0], run.at(-1)[0]];
    const drawn = [
      svg("path", { class: "chart__area", d: `${solid}${edge}L${x1},${area.bottom}L${x0},${area.bottom}Z` }),
      svg("path", { class: "chart__line", d: solid }),
    ];
    if (isFilling) drawn.push(svg("path", { class: "chart__line chart__line--filling", d: line(run.slice(-2)) }));
    if (run.length === 1) drawn.push(svg("circle", { class: "chart__dot", cx: run[0][0], cy: run[0][1], r: 4 }));
    return drawn;
  });
}

/* What happened then: a line, and at its foot a button that opens it. Several in a bucket are one with their number. */
function mark({ area, chart, data, x }, drawing) {
  for (const old of chart.querySelectorAll(".chart__note")) old.remove();
  for (const { index, count, kind, titles, label, url } of data.annotations ?? []) {
    const at = Math.round(x(index)) + 0.5;
    drawing.append(svg("line", { class: "chart__moment", x1: at, x2: at, y1: area.top, y2: area.bottom }));
    const name = count > 1 ? `${label}: ${titles.join(", ")}` : titles[0];
    const note = html("button", { class: "chart__note", type: "button", title: titles.join("\n"), "aria-label": name, "data-kind": kind });
    note.append(html("span", {}, count > 1 ? String(count) : ""));
    note.setAttribute("hx-get", url);
    note.setAttribute("hx-target", "#detail-body");
    note.setAttribute("hx-swap", "innerHTML");
    note.style.left = `${x(index)}px`;
    note.style.top = `${area.bottom}px`;
    chart.append(note);
    htmx.process(note);
  }
}

function text(x, y, content, anchor) {
  return svg("text", { class: "chart__text", x, y, "text-anchor": anchor }, content);
}

function wash() {
  const gradient = svg("linearGradient", { id: "chart-wash", x1: 0, x2: 0, y1: 0, y2: 1 });
  gradient.append(svg("stop", { class: "chart__wash-top", offset: "0" }), svg("stop", { class: "chart__wash-bottom", offset: "1" }));
  return svg("defs", {}, gradient);
}
