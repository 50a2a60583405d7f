/* Reading a chart: its values with pointer and arrow keys, and selecting a range to zoom into. */

import { change, tellChange, unitOf } from "./chart-axis.js";
import { zoomIn } from "./chart-zoom.js";
import { filled, html, svg } from "./markup.js";

const DRAG_PX = 8;

/* What is pointed at and selected outlives a redraw. view: what js/chart.js drew last. */
let view = null;
let cursor = null;
let selection = null; // [anchor, end], as buckets
let pressed = null; // {index, x} of the pointer that is down

export function read(drawn) {
  view = drawn;
  const last = view.data.ticks.length - 1;
  if (cursor > last) cursor = null;
  if (selection?.some((index) => index > last)) selection = null;
  listen(view.plot);
  show();
  if (cursor === null) tell(shownLast());
}

const bounds = () => [Math.min(...selection), Math.max(...selection)];
const shownLast = () => Math.max(0, view.metric.values.length - 1);

function listen(plot) {
  if (plot.dataset.listening) return;
  plot.dataset.listening = "true";
  plot.addEventListener("pointerdown", press);
  plot.addEventListener("pointermove", move);
  plot.addEventListener("pointerup", release);
  plot.addEventListener("pointercancel", () => clear());
  plot.addEventListener("pointerleave", leave);
  plot.addEventListener("dblclick", (event) => zoom(nearest(event), nearest(event)));
  plot.addEventListener("blur", (event) => event.relatedTarget?.closest(".chart__zoom") || clear());
  plot.addEventListener("keydown", pressKey);
}

/* Pointer: a mouse zooms when it lets go, a finger is asked first, since it may only want to read. */

function press(event) {
  if (!event.isPrimary || event.button !== 0) return;
  selection = null;
  pressed = { index: nearest(event), x: event.clientX };
  point(pressed.index);
}

function move(event) {
  const index = nearest(event);
  if (pressed && (selection || Math.abs(event.clientX - pressed.x) > DRAG_PX)) {
    if (event.isTrusted) view.plot.setPointerCapture(event.pointerId);
    selection = [pressed.index, index];
  }
  point(index);
}

/* A finger leaves when it is lifted, and what it pointed at is to be read. */
function leave(event) {
  if (!pressed && event.pointerType !== "touch") point(null);
}

function release(event) {
  pressed = null;
  if (!selection) return;
  if (event.pointerType === "mouse") zoom(...bounds());
  else show();
}

function nearest(event) {
  const { area, data, plot } = view;
  const at = (event.clientX - plot.getBoundingClientRect().left - area.left) / (area.right - area.left);
  const last = data.ticks.length - 1;
  return Math.min(last, Math.max(0, Math.round(at * last)));
}

/* Keys */

function pressKey(event) {
  const last = view.data.ticks.length - 1;
  const from = cursor ?? (event.key === "ArrowRight" ? -1 : shownLast() + 1);
  const target = { ArrowRight: from + 1, ArrowLeft: from - 1, Home: 0, End: shownLast() }[event.key];
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (target !== undefined) {
    const index = Math.min(last, Math.max(0, target));
    selection = event.shiftKey ? [selection?.[0] ?? cursor ?? index, index] : null;
    point(index);
  } else if (event.key === "Enter" && cursor !== null) {
    zoom(...(selection ? bounds() : [cursor, cursor]));
  } else if (event.key === "Escape") {
    clear();
  } else return;
  event.preventDefault();
}

function zoom(first, last) {
  const isAll = first === 0 && last === view.data.ticks.length - 1;
  const isNothing = view.data.interval === "minute" && first === last;
  if (isAll || isNothing || first >= view.metric.values.length) return clear(); // there is nothing to see
  zoomIn(view.data.ranges, first, last);
}

function clear() {
  pressed = selection = null;
  point(null);
}

function point(index) {
  cursor = index;
  show();
}

/* What is shown */

function show() {
  const { chart, plot } = view;
  for (const old of chart.querySelectorAll(".chart__pointer, .chart__card, .chart__selection, .chart__zoom")) old.remove();
  if (selection) showSelection();
  if (cursor === null) return;
  const { area, metric, x, y } = view;
  const value = metric.values[cursor] ?? null;
  const at = Math.round(x(cursor)) + 0.5;
  const group = svg("g", { class: "chart__pointer" });
  group.append(svg("line", { class: "chart__cursor", x1: at, x2: at, y1: area.top, y2: area.bottom }));
  if (value !== null) group.append(svg("circle", { class: "chart__dot", cx: x(cursor), cy: y(value), r: 4.5 }));
  plot.querySelector("svg").append(group);
  tell(cursor);
  if (!selection || pressed) showCard();
}

function labelOf(index) {
  const { chart, data } = view;
  return index === data.filling ? filled(chart.dataset.soFar, { label: data.labels[index] }) : data.labels[index];
}

/* [key, term, description] for each line about a bucket. */
function lines(index) {
  const { chart, data, metric } = view;
  const unit = unitOf(metric);
  const shown = (value) => (value === null ? "–" : unit.tell(value));
  const value = metric.values[index] ?? null;
  const before = metric.previous[index] ?? null;
  const found = [];
  if (index < metric.values.length) found.push(["chart__key", labelOf(index), shown(value)]);
  if (data.previousLabels[index]) found.push(["chart__key chart__key--before", data.previousLabels[index], shown(before)]);
  // What is not over is not compared with what is.
  const share = index === data.filling ? null : change(value, before);
  if (share !== null) {
    const tone = share === 0 ? "" : share > 0 === metric.lessIsBetter ? "chart__change--bad" : "chart__change--good";
    found.push([`chart__change ${tone}`, chart.dataset.change, tellChange(share)]);
  }
  return found;
}

const titlesAt = (index) => view.data.annotations?.find((each) => each.index === index)?.titles ?? [];

function showCard() {
  const { area, chart, metric, x } = view;
  const list = html("dl", {}, ...lines(cursor).flatMap(([key, term, text]) => [html("dt", { class: key.startsWith("chart__key") ? key : "" }, term), html("dd", { class: key.split(" ")[1] ?? "" }, text)]));
  const card = html("div", { class: "chart__card", "aria-hidden": "true" }, html("p", {}, metric.label), list);
  for (const title of titlesAt(cursor)) card.append(html("p", { class: "chart__event" }, title));
  chart.append(card);
  const width = card.getBoundingClientRect().width;
  const beside = x(cursor) + 14 + width > view.width ? x(cursor) - 14 - width : x(cursor) + 14;
  card.style.transform = `translate(${Math.max(0, Math.round(beside))}px, ${area.top + 4}px)`;
}

function showSelection() {
  const { area, chart, data, plot, x } = view;
  const [first, last] = bounds();
  const half = data.ticks.length > 1 ? (x(1) - x(0)) / 2 : area.right - area.left;
  const [left, right] = [Math.max(area.left, x(first) - half), Math.min(area.right, x(last) + half)];
  const band = svg("rect", { class: "chart__selection", x: left, y: area.top, width: right - left, height: area.bottom - area.top });
  plot.querySelector("svg").prepend(band);
  if (pressed) return;
  const button = html("button", { class: "button button--small button--primary chart__zoom", type: "button" }, chart.dataset.zoom);
  button.addEventListener("mousedown", (event) => event.preventDefault()); // else the chart loses the focus, and this with it
  button.addEventListener("click", () => zoom(first, last));
  chart.append(button);
  const room = view.width - button.getBoundingClientRect().width;
  const middle = (left + right) / 2 - button.getBoundingClientRect().width / 2;
  button.style.transform = `translate(${Math.round(Math.min(room, Math.max(0, middle)))}px, ${area.top + 8}px)`;
}

/* For those who hear it. */
function tell(index) {
  const { chart, data, metric, plot } = view;
  let said = [metric.label, ...lines(index).map(([, term, text]) => `${term}: ${text}`), ...titlesAt(index)].join(", ");
  if (selection && selection[0] !== selection[1]) {
    const [first, last] = bounds();
    const range = filled(chart.dataset.span, { first: data.labels[first], last: data.labels[last] });
    said = `${filled(chart.dataset.selected, { range })} ${said}`;
  }
  plot.setAttribute("aria-valuenow", index + 1);
  plot.setAttribute("aria-valuetext", said);
}
