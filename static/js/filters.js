/* Filters: the dialog in which they are chosen, the chips that open it, and the menu of segments.

   The server makes the form (templates/reports/_filter_form.html): rows, groups of rows, and templates of both. Here
   rows are added and removed, values become tokens, and what is chosen becomes JSON in the API's language of filters,
   which the server checks and turns into the address of the page. */

import { Combobox } from "./combobox.js";

const dialog = document.getElementById("filter-dialog");
const comboboxes = new WeakMap(); // by their root

/* Opening */

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-edit-filter]");
  if (!opener) return;
  event.preventDefault(); // not the form for one filter, which is there for browsers without this
  htmx.ajax("GET", opener.dataset.editFilter, { target: "#filter-dialog-body", swap: "innerHTML" });
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id !== "filter-dialog-body") return;
  const form = dialog.querySelector("form");
  if (!form) return;
  if (!dialog.open) dialog.showModal(); // before the focus is set, which opening would set otherwise
  for (const row of form.querySelectorAll("[data-row]")) prepare(row);
  const item = form.querySelector("[data-items]").children[form.dataset.at];
  (item?.querySelector("[data-values] input") ?? item?.querySelector("button"))?.focus();
});

/* Rows */

const part = (row, name) => row.querySelector(`[data-${name}]`);
const values = (row) => [...row.querySelectorAll("[data-value]")].map((token) => token.dataset.value);
const rowsOf = (parent) => [...parent.querySelectorAll("[data-row]")];
const made = (name) => dialog.querySelector(`[data-new=${name}]`).content.firstElementChild.cloneNode(true);

function dimension(row) {
  const { value } = part(row, "dimension");
  return value === "prop" ? `prop:${part(row, "key").querySelector("input").value.trim()}` : value;
}

function prepare(row) {
  const template = dialog.querySelector("[data-new=option]");
  const say = (text) => (dialog.querySelector("[data-status]").textContent = text);
  const box = (root, ask, choose) => comboboxes.set(root, new Combobox(root, { ask, choose, say, template }));
  const key = part(row, "key");
  box(key, (text, signal) => suggestions(row, "prop", text, signal), (option) => {
    key.querySelector("input").value = option.value;
    part(row, "values").querySelector("input").focus();
  });
  const field = part(row, "values");
  box(field, (text, signal) => suggestions(row, dimension(row), text, signal), (option) => addToken(row, option));
  allowOperators(row);
}

function addToken(row, { value, label }) {
  const input = part(row, "values").querySelector("input");
  input.value = "";
  if (values(row).includes(value)) return;
  const token = made("token");
  token.dataset.value = value;
  token.querySelector("[data-label]").textContent = label;
  const name = dialog.querySelector("form").dataset.remove.replace("{value}", () => label);
  token.querySelector("button").setAttribute("aria-label", name);
  input.before(token);
  mend(row);
}

/* People know some values by other words than those that are stored: a part of the word is no part of the value. What is
   stored of a goal is its id, and a pattern has nothing to look for. */
function allowOperators(row) {
  const { value } = part(row, "dimension");
  const coded = dialog.querySelector("form").dataset.coded.split(" ").includes(value);
  const operator = part(row, "operator");
  for (const option of operator.options) {
    option.disabled = (coded && option.value.startsWith("contains")) || (value === "goal" && option.value.startsWith("matches"));
  }
  if (operator.selectedOptions[0]?.disabled && !("case" in row.dataset)) operator.value = "is";
}

function mend(row) {
  row.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
  dialog.querySelector("#filter-faults").replaceChildren();
}

/* Suggestions, under the other filters that must hold */

async function suggestions(row, name, text, signal) {
  if (name === "prop:") return { options: [], said: "" };
  const form = dialog.querySelector("form");
  const asked = new URL(form.dataset.suggestions, location);
  asked.searchParams.set("dimension", name);
  asked.searchParams.set("operator", name === "prop" ? "is" : part(row, "operator").value);
  asked.searchParams.set("q", text);
  const others = items(form).filter((item) => !item.contains(row)).map(condition).filter(Boolean);
  if (part(form, "match").value === "all" && others.length) asked.searchParams.set("filters", JSON.stringify(others));
  const response = await fetch(asked, { signal, headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

/* What is chosen, in the API's language */

const items = (form) => [...form.querySelector("[data-items]").children];

function condition(item) {
  if (item.dataset.json) return JSON.parse(item.dataset.json);
  if (!("group" in item.dataset)) return filter(item);
  const rows = rowsOf(item).map(filter).filter(Boolean);
  if (!rows.length) return null;
  const several = (word) => (rows.length === 1 ? rows[0] : [word, rows]);
  switch (part(item, "kind").value) {
    case "all":
      return several("and");
    case "none":
      return ["not", several("or")];
    case "done":
      return ["has_done", several("and")];
    case "not_done":
      return ["has_not_done", several("and")];
  }
  return several("or");
}

function filter(row) {
  const chosen = values(row);
  if (!chosen.length) return null;
  const operator = part(row, "operator").value;
  // As people look for a part of a text; a filter that was otherwise stays so until its operator is changed.
  const isExact = "case" in row.dataset ? row.dataset.case === "true" : !operator.startsWith("contains");
  const found = [operator, dimension(row), chosen];
  return isExact ? found : [...found, { case_sensitive: false }];
}

function all(form) {
  const found = items(form).map(condition).filter(Boolean);
  return part(form, "match").value === "any" && found.length > 1 ? [["or", found]] : found;
}

/* The first thing that is missing, said and shown; a new row that nobody touched is none. */
function isComplete(form) {
  for (const row of rowsOf(form)) {
    const isNameless = dimension(row) === "prop:";
    const isUntouched = !("touched" in row.dataset) && items(form).length > 1;
    if (values(row).length ? !isNameless : isUntouched) continue;
    const input = part(row, isNameless ? "key" : "values").querySelector("input");
    input.setAttribute("aria-invalid", "true");
    const fault = document.createElement("p");
    fault.className = "field__error";
    fault.textContent = isNameless ? form.dataset.nameless : form.dataset.missing;
    form.querySelector("#filter-faults").replaceChildren(fault);
    input.focus();
    return false;
  }
  return true;
}

dialog?.addEventListener(
  "submit",
  async (event) => {
    const form = event.target;
    const fields = [...form.querySelectorAll("[data-items] [data-values]")];
    const typed = fields.map((field) => comboboxes.get(field)).filter((each) => each?.text);
    if (typed.length) {
      event.preventDefault();
      event.stopPropagation();
      for (const each of typed) await each.commit();
      setTimeout(() => form.requestSubmit()); // not while this event is under way: a form is not submitted in its submit
    } else if (isComplete(form)) form.elements.apply.value = JSON.stringify(all(form));
    else {
      event.preventDefault();
      event.stopPropagation();
    }
  },
  true,
);

/* Pressing and typing in the form */

dialog?.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  const adds = at("[data-add]");
  if (adds) {
    const item = made(adds.dataset.add);
    (at("[data-group]") ?? dialog.querySelector("form")).querySelector("[data-items]").append(item);
    for (const row of item.matches("[data-row]") ? [item] : rowsOf(item)) prepare(row);
    item.querySelector("select").focus();
    item.scrollIntoView({ block: "nearest" });
  }
  if (at("[data-remove-item]")) remove(at("[data-item]"));
  if (at("[data-remove-token]")) {
    const row = at("[data-row]");
    at("[data-value]").remove();
    part(row, "values").querySelector("input").focus();
  }
  if (event.target.matches("[data-values]")) event.target.querySelector("input").focus();
});

function remove(item) {
  const group = item.parentElement.closest("[data-group]");
  const isLast = group && rowsOf(group).length === 1;
  const gone = isLast ? group : item;
  const next = gone.nextElementSibling ?? gone.previousElementSibling;
  gone.remove();
  (next?.querySelector("select, button") ?? dialog.querySelector("[data-add=row]")).focus();
}

dialog?.addEventListener("change", (event) => {
  const row = event.target.closest("[data-row]");
  if (!row) return;
  row.dataset.touched = "";
  if (event.target.matches("[data-operator]")) delete row.dataset.case;
  if (!event.target.matches("[data-dimension]")) return;
  delete row.dataset.case;
  for (const token of row.querySelectorAll("[data-value]")) token.remove();
  part(row, "key").hidden = event.target.value !== "prop";
  allowOperators(row);
});

dialog?.addEventListener("keydown", (event) => {
  const row = event.target.closest("[data-row]");
  if (!row || !event.target.matches("[data-values] input")) return;
  row.dataset.touched = "";
  if (event.key === "Backspace" && !event.target.value) [...row.querySelectorAll("[data-value]")].at(-1)?.remove();
});

/* Lines are values of their own. */
dialog?.addEventListener("paste", (event) => {
  const lines = event.clipboardData.getData("text").split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
  if (lines.length < 2 || !event.target.matches("[data-values] input")) return;
  event.preventDefault();
  const row = event.target.closest("[data-row]");
  row.dataset.touched = "";
  for (const line of lines) addToken(row, { value: line, label: line });
});

/* Chips: many of them are folded on a phone (css/filters.css) */

document.addEventListener("click", (event) => {
  const unfold = event.target.closest("[data-unfold]");
  unfold?.setAttribute("aria-expanded", String(unfold.getAttribute("aria-expanded") === "false"));
});

/* Segments: a menu of many is searched. While one's filters are changed, links that were made without it keep it. */

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-search-segments]")) return;
  const menu = event.target.closest(".menu__panel");
  const text = event.target.value.trim().toLocaleLowerCase();
  const rows = [...menu.querySelectorAll("[data-segment]")];
  for (const row of rows) row.hidden = !row.dataset.segment.toLocaleLowerCase().includes(text);
  menu.querySelector("[data-no-segment]").hidden = rows.some((row) => !row.hidden);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const editing = new URLSearchParams(location.search).get("editing");
  if (!editing || !link || link.pathname !== location.pathname || "endsEditing" in link.dataset) return;
  const url = new URL(link.href);
  url.searchParams.set("editing", editing);
  link.href = url;
});
