/* The page of campaigns: some rows are ticked and compared; a value of the link builder is taken over. */

import "./sections.js";

const LEAST = 2;
const MOST = 5;
const picked = new Set(); // kept while the table is sorted, searched or comes anew

function show() {
  for (const box of document.querySelectorAll("[data-pick]")) {
    box.checked = picked.has(box.value);
    box.disabled = !box.checked && picked.size >= MOST;
  }
  const button = document.querySelector("[data-compare]");
  if (!button) return;
  button.disabled = picked.size < LEAST;
  button.querySelector("[data-compare-count]").textContent = picked.size || "";
}

document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-pick]")) return;
  picked[target.checked ? "add" : "delete"](target.value);
  show();
});

// What the table shows is asked for as it is typed; there is nothing to send.
document.addEventListener("submit", (event) => event.target.id === "campaigns-form" && event.preventDefault(), true);

// What is ticked may be on no page that is shown.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.elt.id === "campaigns-picked") {
    event.detail.formData.delete("campaign");
    for (const each of picked) event.detail.formData.append("campaign", each);
  }
  if (event.detail.elt.matches(".panel__tab")) picked.clear(); // of another parameter
});

document.addEventListener("htmx:afterSettle", show);

document.addEventListener("click", (event) => {
  const use = event.target.closest("[data-use]");
  if (!use) return;
  const input = document.getElementById(use.dataset.field);
  input.value = use.dataset.use;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.focus();
});
