/* The overview: its chart, with the metric and the interval that the address says. */

import { draw, watch } from "./chart.js";
import { cameByZoom, zoomOut } from "./chart-zoom.js";
import "./details.js";
import "./map.js";
import "./panels.js";
import "./sections.js";

const KEPT = ["metric", "interval"]; // chosen here, after the page's links were made
const PERIOD = ["period", "from", "to"];

const address = () => new URLSearchParams(location.search);
let drawn = null; // what the chart shows: its data's element, and the metric

function metric() {
  return address().get("metric") ?? document.querySelector("[data-metric]")?.dataset.metric ?? "visitors";
}

function showChart({ again = false } = {}) {
  const buttons = [...document.querySelectorAll("[data-metric]")];
  const chosen = buttons.find((button) => button.dataset.metric === metric()) ?? buttons[0];
  for (const button of buttons) button.setAttribute("aria-pressed", String(button === chosen));
  const data = document.getElementById("series-data");
  const chart = document.querySelector("[data-chart]");
  const name = chosen?.dataset.metric ?? metric();
  if (!chart || !data || (!again && drawn?.data === data && drawn.name === name)) return;
  const series = JSON.parse(data.textContent);
  // With another filter there may be other metrics than the address was made for.
  const shown = name in series.metrics ? name : Object.keys(series.metrics)[0];
  drawn = { data, name };
  draw(chart, series, shown);
  document.querySelector("[data-zoom-out]").hidden = !cameByZoom();
}

/* A step of the history each, so that the back button undoes it. */
function choose(name, value) {
  const url = new URL(location);
  if (url.searchParams.get(name) === value) return;
  url.searchParams.set(name, value);
  history.pushState(null, "", url);
}

document.addEventListener("htmx:afterSettle", () => showChart());

document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  if (at("[data-metric]")) choose("metric", at("[data-metric]").dataset.metric);
  if (at("[data-interval]") && event.isTrusted) choose("interval", at("[data-interval]").dataset.interval);
  if (at("[data-zoom-out]")) zoomOut();
  showChart();
});

addEventListener("popstate", () => {
  const wanted = address().get("interval") ?? document.querySelector("[data-default-interval]")?.dataset.defaultInterval;
  const button = document.querySelector(`[data-interval="${CSS.escape(wanted ?? "")}"]`);
  if (button && !button.hasAttribute("aria-current")) button.click();
  showChart();
});

/* Links and forms take along what was chosen since they were made; the interval within the same period only. */

function takeAlong(parameters) {
  const now = address();
  const isSamePeriod = PERIOD.every((name) => now.get(name) === parameters.get(name));
  return KEPT.filter((name) => now.has(name) && (name !== "interval" || isSamePeriod)).map((name) => [name, now.get(name)]);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || link.pathname !== location.pathname || link.hash) return;
  const url = new URL(link.href);
  for (const [name, value] of takeAlong(url.searchParams)) url.searchParams.set(name, value);
  link.href = url;
});

document.addEventListener("formdata", (event) => {
  if (event.target.method !== "get" || event.target.action.split("?")[0] !== location.href.split("?")[0]) return;
  for (const [name, value] of takeAlong(event.formData)) event.formData.set(name, value);
});

watch(() => showChart({ again: true }));
