/* The form of a goal: suggestions below its fields, rows of properties, and the name that its definition proposes.

   Which fields belong to which type is said by data-types and shown by css/goals.css, but for what a screen reader or a
   browser would send: what is hidden is left out by the server. */

import { Combobox } from "./combobox.js";
import "./sections.js";

const form = document.getElementById("goal-form");
const conditions = form.querySelector("[data-conditions]");
const option = form.querySelector("[data-option]");
const say = (text) => (form.querySelector("[data-status]").textContent = text);

/* Suggestions, from what really came in */

function dimension(root) {
  const { suggests } = root.dataset;
  if (suggests !== "value") return suggests;
  return `prop:${root.closest("[data-row]").querySelector("[data-suggests=prop] input").value.trim()}`;
}

async function ask(root, text, signal) {
  const name = dimension(root);
  if (name === "prop:") return { options: [], said: "" };
  const asked = new URL(form.dataset.suggestions, location);
  asked.searchParams.set("dimension", name);
  asked.searchParams.set("q", text);
  const response = await fetch(asked, { signal, headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

function prepare(parent) {
  for (const root of parent.querySelectorAll("[data-suggests]")) {
    const input = root.querySelector("input");
    const choose = ({ value }) => {
      input.value = value;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    };
    new Combobox(root, { ask: (text, signal) => ask(root, text, signal), choose, say, template: option });
  }
}

/* Rows of properties */

let rows = conditions.children.length;

function addCondition() {
  const row = form.querySelector("[data-condition]").content.firstElementChild.cloneNode(true);
  const at = String(rows++);
  row.dataset.row = at;
  row.querySelector("[name=condition]").value = at;
  for (const field of row.querySelectorAll("[name^=condition-]")) field.name = field.name.replace("-new-", `-${at}-`);
  conditions.append(row);
  prepare(row);
  row.querySelector("input:not([type=hidden])").focus();
}

function addValue(row) {
  const values = row.querySelector(".goal-condition__values");
  const value = form.querySelector("[data-condition]").content.querySelector("[data-suggests=value]").cloneNode(true);
  const input = value.querySelector("input");
  input.name = `condition-${row.dataset.row}-value`;
  values.append(value);
  prepare({ querySelectorAll: () => [value] });
  input.focus();
}

form.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  if (at("[data-add-condition]")) addCondition();
  if (at("[data-add-value]")) addValue(at("[data-row]"));
  if (at("[data-remove-condition]")) {
    at("[data-row]").remove();
    form.querySelector("[data-add-condition]").focus();
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }
});

/* The name that is taken when none is written */

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id !== "goal-preview") return;
  form.elements.name.placeholder = event.detail.target.querySelector("[data-proposed-name]")?.dataset.proposedName ?? "";
});

prepare(form);
