/* The dialog with all rows of a list. It is in the address, so that a link opens it, and the back button closes it. */

import "./sections.js"; // which opens the dialog first

const NAMES = ["details", "search", "sort"];
const dialog = document.getElementById("all-rows");
let addedRowsAfter = null;

function isInAddress() {
  return new URLSearchParams(location.search).has("details");
}

function address(shown) {
  const url = new URL(location);
  for (const name of NAMES) {
    if (shown?.[name]) url.searchParams.set(name, shown[name]);
    else url.searchParams.delete(name);
  }
  return url;
}

/* After the table came, for the first time or in another order. */
function remember() {
  const table = document.getElementById("details-table");
  if (!table || !dialog.open) return;
  const state = { ...history.state, details: dialog.dataset.url };
  // What the page came with is no step of its own; that the dialog was opened is one.
  if (isInAddress()) history.replaceState(history.state?.details ? state : history.state, "", address(table.dataset));
  else history.pushState(state, "", address(table.dataset));
}

/* How many rows there are, read aloud: where it stands in the table it comes and goes with it. */
function tell() {
  const [status, total] = [dialog.querySelector("[data-details-status]"), dialog.querySelector("[data-details-total]")];
  if (status && total) status.textContent = total.textContent;
}

dialog.addEventListener("close", () => {
  document.getElementById("all-rows-body").replaceChildren();
  if (!isInAddress()) return;
  if (history.state?.details) history.back();
  else history.replaceState(history.state, "", address(null));
});

addEventListener("popstate", () => {
  if (!isInAddress()) dialog.close();
  else if (history.state?.details) htmx.ajax("GET", history.state.details, "#all-rows-body");
});

document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, target, pathInfo, successful } = event.detail;
  // Further rows are no details by themselves.
  if (successful && dialog.contains(target) && !elt.closest(".details__more")) dialog.dataset.url = pathInfo.finalRequestPath;
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const row = event.target.closest?.(".details__more");
  if (row) addedRowsAfter = row.previousElementSibling;
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (!dialog.contains(event.target)) return;
  // The button that was pressed is gone: on to the first of the rows that it brought.
  addedRowsAfter?.nextElementSibling?.querySelector("a")?.focus();
  addedRowsAfter = null;
  tell();
  remember();
});
