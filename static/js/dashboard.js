/* The overview: its chart, and the metric that the chart shows, which is in the address. */

import { draw, watch } from "./chart.js";
import "./details.js";
import "./map.js";
import "./panels.js";
import "./sections.js";

function metric() {
  return new URLSearchParams(location.search).get("metric") ?? document.querySelector("[data-metric]")?.dataset.metric ?? "visitors";
}

function showMetric() {
  const buttons = [...document.querySelectorAll("[data-metric]")];
  const chosen = buttons.find((button) => button.dataset.metric === metric()) ?? buttons[0];
  for (const button of buttons) button.setAttribute("aria-pressed", String(button === chosen));
  const chart = document.querySelector("[data-chart]");
  if (chart) draw(chart, JSON.parse(document.getElementById("series-data").textContent), metric());
}

function chooseMetric(name) {
  if (name === metric()) return;
  const url = new URL(location);
  url.searchParams.set("metric", name);
  history.pushState(null, "", url);
  showMetric();
}

document.addEventListener("htmx:afterSettle", showMetric);
addEventListener("popstate", showMetric);

// Links were made before the metric was chosen: they take it along when they are followed.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || link.pathname !== location.pathname || !new URLSearchParams(location.search).has("metric")) return;
  const url = new URL(link.href);
  url.searchParams.set("metric", metric());
  link.href = url;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-metric]");
  if (button) chooseMetric(button.dataset.metric);
});

watch(showMetric);
