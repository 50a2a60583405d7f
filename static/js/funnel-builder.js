/* The form in which a funnel is built: steps are added, moved and removed, and its numbers follow.

   The server makes the rows (templates/reports/funnels/_row.html) and reads their fields by their order; here rows are
   only moved about. What the form comes to stands in the address of the page, which the server says (HX-Replace-Url). */

import { Combobox } from "./combobox.js";
import "./sections.js";

const FUNNEL = ["steps", "by", "window", "order"];
const WAIT_MS = 400;

const form = document.getElementById("funnel-form");
const steps = form.querySelector("[data-steps]");
const status = form.querySelector("[data-status]");
const made = (name) => form.querySelector(`template[data-new=${name}]`).content.firstElementChild.cloneNode(true);
const rows = () => [...steps.children];

const result = () => document.getElementById("section-funnel-draft");
let later;
let isAsked = false; // again, while the answer before is under way

function changed(wait = 0) {
  clearTimeout(later);
  later = setTimeout(ask, wait);
}

/* One question at a time: the store is not asked for what nobody will see, and the last answer is of the last change. */
function ask() {
  isAsked = result().classList.contains("htmx-request");
  if (!isAsked) htmx.trigger(result(), "funnel:changed");
}

// After the swap, of which this is told before.
document.addEventListener("htmx:afterRequest", () => isAsked && changed(50));

function say(text, from, to) {
  status.textContent = text.replace("{from}", from).replace("{to}", to);
}

/* Rows */

function prepare(row) {
  for (const root of row.querySelectorAll("[data-suggests]")) {
    const input = root.querySelector("input");
    new Combobox(root, {
      ask: (text, signal) => suggestions(root.dataset.suggests, text, signal),
      choose: (option) => {
        input.value = option.value;
        changed();
      },
      say: (text) => (status.textContent = text),
      template: form.querySelector("template[data-new=option]"),
    });
  }
}

async function suggestions(dimension, text, signal) {
  const asked = new URL(form.dataset.suggestions, location);
  asked.searchParams.set("dimension", dimension);
  asked.searchParams.set("q", text);
  const response = await fetch(asked, { signal, headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

/* Numbers, and what can be done where. */
function count() {
  const { length } = rows();
  rows().forEach((row, at) => {
    row.querySelector("[data-number]").textContent = at + 1;
    row.setAttribute("aria-label", form.dataset.step.replace("{number}", at + 1));
    row.querySelector('[data-move="-1"]').disabled = at === 0;
    row.querySelector('[data-move="1"]').disabled = at === length - 1;
    row.querySelector("[data-remove]").disabled = length <= Number(form.dataset.least);
  });
  form.querySelector("[data-add]").disabled = length >= Number(form.dataset.most);
}

function add() {
  const row = made("step");
  steps.append(row);
  prepare(row);
  count();
  row.querySelector("select").focus();
}

function move(row, by, button) {
  const at = rows().indexOf(row);
  const other = rows()[at + by];
  if (!other) return;
  if (by < 0) other.before(row);
  else other.after(row);
  count();
  // At the end of the way the other button takes the focus.
  (button.disabled ? row.querySelector(`[data-move="${-by}"]`) : button).focus();
  say(form.dataset.moved, at + 1, at + by + 1);
  changed();
}

function remove(row) {
  const at = rows().indexOf(row);
  row.remove();
  count();
  (rows()[at] ?? rows()[at - 1]).querySelector("select").focus();
  say(form.dataset.removed, at + 1, "");
  changed();
}

function showFields(row) {
  const kind = row.querySelector("[name=step-kind]").value;
  for (const part of row.querySelectorAll("[data-of]")) part.hidden = part.dataset.of !== kind;
}

/* Pressing and typing */

form.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const row = event.target.closest("[data-step]");
  if (!button || button.disabled) return;
  if ("add" in button.dataset) add();
  else if ("move" in button.dataset) move(row, Number(button.dataset.move), button);
  else if ("remove" in button.dataset) remove(row);
});

form.addEventListener("keydown", (event) => {
  const row = event.target.closest("[data-step]");
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (row && by && event.altKey) {
    event.preventDefault();
    move(row, by, event.target);
  }
  // A step is not the form: Enter in one of its fields takes it over, and saves nothing.
  if (event.key === "Enter" && event.target.matches("[data-step] input")) {
    event.preventDefault();
    changed();
  }
});

form.addEventListener("input", (event) => {
  if (event.target.name !== "name") changed(WAIT_MS);
});

form.addEventListener("change", (event) => {
  if (event.target.name === "step-kind") showFields(event.target.closest("[data-step]"));
  if (event.target.name === "window") form.querySelector("[data-window]").hidden = event.target.value !== "custom";
  if (event.target.name !== "name") changed();
});

for (const row of rows()) prepare(row);
count();

/* Links and forms that stay on this page keep the funnel, which they were made without. */

const kept = () => FUNNEL.filter((name) => new URLSearchParams(location.search).has(name));
const value = (name) => new URLSearchParams(location.search).get(name);

document.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest("a[href]");
    if (!link || link.origin !== location.origin || link.pathname !== location.pathname || link.hash) return;
    const url = new URL(link.href);
    for (const name of kept()) url.searchParams.set(name, value(name));
    link.href = url;
  },
  true,
);

document.addEventListener("formdata", (event) => {
  if (event.target.method !== "get" || event.target.action.split("?")[0] !== location.href.split("?")[0]) return;
  for (const name of kept()) event.formData.set(name, value(name));
});
