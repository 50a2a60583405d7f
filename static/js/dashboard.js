/* Keeps the dashboard true: refreshes what includes now, switches the chart's metric, and lets a section fail alone. */

import { draw, watch } from "./chart.js";

// An event is to be seen 5 s after it was sent. Only the headline numbers are asked for so often: the rest follows when
// they have changed.
const TICK_MS = 2500;
const NOW_EVERY_TICKS = 4;
const ALL_EVERY_TICKS = 12; // another viewer may have filled a cache just before the change that made us ask
const SLOW_FACTOR = 8; // a server that takes 1 s for an answer is asked every 8 s
const ON_THEIR_OWN = new Set(["section-now", "section-segments"]); // asked for at other times than the rest

const dashboard = document.getElementById("dashboard");
const overview = () => document.getElementById("section-overview");
const lastText = new Map();
const keptOpen = new Set();

/* Metric */

function metric() {
  return new URLSearchParams(location.search).get("metric") ?? "visitors";
}

function showMetric() {
  const buttons = [...document.querySelectorAll("[data-metric]")];
  const chosen = buttons.find((button) => button.dataset.metric === metric()) ?? buttons[0];
  for (const button of buttons) button.setAttribute("aria-pressed", String(button === chosen));
  const chart = document.querySelector("[data-chart]");
  if (chart) draw(chart, JSON.parse(document.getElementById("series-data").textContent), metric());
}

function chooseMetric(name) {
  const url = new URL(location);
  url.searchParams.set("metric", name);
  history.replaceState(history.state, "", url);
  showMetric();
}

/* Refreshing */

let ticks = 0;
let timer;

function refresh(element) {
  if (!element || element.classList.contains("htmx-request")) return Promise.resolve();
  return new Promise((done) => {
    element.addEventListener("htmx:afterRequest", done, { once: true });
    htmx.trigger(element, "pulse:refresh");
    setTimeout(done, 20_000);
  });
}

async function tick() {
  clearTimeout(timer);
  let wait = TICK_MS;
  if (!document.hidden) {
    const began = performance.now();
    ticks += 1;
    if (ticks % NOW_EVERY_TICKS === 0) {
      refresh(document.getElementById("section-now"));
      for (const retry of document.querySelectorAll("[data-retry]")) refresh(retry.closest("[data-section]"));
    }
    if ("live" in dashboard.dataset && !overview().hasAttribute("data-pending")) {
      await refresh(overview());
      if (ticks % ALL_EVERY_TICKS === 0) refreshAllBut(overview());
    }
    wait = Math.max(TICK_MS, (performance.now() - began) * SLOW_FACTOR);
  }
  timer = setTimeout(tick, wait);
}

function refreshAllBut(changed) {
  for (const section of document.querySelectorAll("[data-section]")) {
    if (section !== changed && !ON_THEIR_OWN.has(section.id)) refresh(section);
  }
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) tick();
});

/* What comes back */

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = event.detail;
  if (!target.matches("[data-section]") || xhr.status !== 200) return;
  target.classList.remove("is-stale");
  const unchanged = lastText.get(target.id) === xhr.responseText && !target.querySelector(".failed");
  const isFirst = !lastText.has(target.id);
  lastText.set(target.id, xhr.responseText);
  // The same again: what is there stays, with its focus and its hover card.
  if (unchanged) event.detail.shouldSwap = false;
  else if (target.id === "section-overview" && !isFirst) refreshAllBut(target);
});

document.addEventListener("htmx:beforeSwap", () => {
  for (const details of document.querySelectorAll("details[data-keep-open]")) {
    keptOpen[details.open ? "add" : "delete"](details.className);
  }
});

document.addEventListener("htmx:afterSettle", (event) => {
  for (const details of document.querySelectorAll("details[data-keep-open]")) details.open = keptOpen.has(details.className);
  showMetric();
  const { target } = event.detail;
  if (target.matches("[data-dialog-body]") && target.children.length) {
    const dialog = target.closest("dialog");
    if (!dialog.open) {
      dialog.showModal();
      dialog.scrollTop = 0; // it remembers how far what it showed before was scrolled
    }
    target.querySelector("[data-focus]")?.focus();
  }
});

function failInDialog(body, message) {
  const close = message.querySelector("[data-retry]");
  close.replaceChildren("Close");
  delete close.dataset.retry;
  close.dataset.dialogClose = "";
  body.replaceChildren(message);
  if (!body.closest("dialog").open) body.closest("dialog").showModal();
}

function fail(event) {
  const body = event.detail.target?.closest?.("[data-dialog-body]");
  if (body) return failInDialog(body, failure(event.detail.xhr));
  const section = event.target.closest?.("[data-section]");
  if (!section || section.id === "section-now") return;
  if (!section.hasAttribute("data-pending") && !section.querySelector(".failed")) {
    section.classList.add("is-stale");
    return;
  }
  const message = failure(event.detail.xhr);
  // What is asked for is wrong, and stays so: there is nothing to try again.
  if (event.detail.xhr?.status === 400) message.querySelector("[data-retry]").remove();
  (section.querySelector(".panel__body") ?? section).replaceChildren(message);
}

function failure(xhr) {
  const message = document.getElementById("section-failed").content.cloneNode(true);
  if (xhr?.getResponseHeader("Content-Type")?.startsWith("text/plain")) {
    message.querySelector("[data-failed-text]").textContent = xhr.responseText;
  }
  return message;
}

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(name, fail);

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
  const retry = event.target.closest("[data-retry]");
  if (retry) refresh(retry.closest("[data-section]"));
  if (event.target.matches("dialog")) event.target.close(); // a click beside its content
});

watch(showMetric);
timer = setTimeout(tick, TICK_MS);
