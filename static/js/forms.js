/* A form is sent once, not into the void, and what was entered survives a session that ended. */

import { keepDraft, restoreDraft } from "./draft.js";

// What is answered by a download or not at all leaves the page as it is: its form can be used again.
const FREE_AFTER_MS = 10_000;

function free(form) {
  form.removeAttribute("aria-busy");
}

export function guardForms(connection) {
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (form.getAttribute("aria-busy") !== "true" && !form.classList.contains("htmx-request")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true, // before htmx hears of it
  );

  document.addEventListener("submit", (event) => {
    const form = event.target;
    // Attributes: form.method may be a field of that name.
    const method = event.submitter?.getAttribute("formmethod") ?? form.getAttribute("method");
    if (event.defaultPrevented || method?.toLowerCase() !== "post") return;
    if (connection.isLost()) {
      event.preventDefault();
      connection.check();
      return;
    }
    keepDraft(form);
    form.setAttribute("aria-busy", "true");
    setTimeout(free, FREE_AFTER_MS, form);
  });

  addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[aria-busy]").forEach(free);
  });

  restoreDraft();
}
