/* What was entered into a form whose answer was the login page: kept in this tab until the form is back, and then gone.

   A page that interrupts (login, an expired form) has [data-interrupts]. Any other page ends the draft: it is the answer. */

const KEY = "pulse-draft";
const NEVER_KEPT = new Set(["password", "hidden", "file", "submit", "button", "reset", "image"]);

function fields(form) {
  return [...form.elements].filter((field) => field.name && !NEVER_KEPT.has(field.type));
}

function state(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked;
  if (field.type === "select-multiple") return [...field.selectedOptions].map((option) => option.value);
  return field.value;
}

function setState(field, kept) {
  if (typeof kept === "boolean") field.checked = kept;
  else if (Array.isArray(kept)) for (const option of field.options) option.selected = kept.includes(option.value);
  else field.value = kept;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function where() {
  return { user: document.body.dataset.user, address: location.pathname + location.search };
}

export function keepDraft(form) {
  const has = fields(form);
  if (!has.length || form.querySelector("[type=password]") || !document.body.dataset.user) return;
  const number = [...document.forms].indexOf(form);
  const kept = has.map((field) => [field.name, state(field)]);
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ ...where(), number, kept }));
  } catch {
    /* No storage: nothing is kept. */
  }
}

export function restoreDraft() {
  let draft;
  try {
    draft = JSON.parse(sessionStorage.getItem(KEY));
    if (!draft) return;
    if (document.querySelector("[data-interrupts]")) {
      sessionStorage.setItem(KEY, JSON.stringify({ ...draft, wasInterrupted: true }));
      return;
    }
    sessionStorage.removeItem(KEY);
  } catch {
    return;
  }
  const { user, address } = where();
  const form = document.forms[draft.number];
  if (!draft.wasInterrupted || draft.user !== user || draft.address !== address || !form) return;
  const has = fields(form);
  // Another form stands there now.
  if (has.length !== draft.kept.length || has.some((field, at) => field.name !== draft.kept[at][0])) return;
  has.forEach((field, at) => setState(field, draft.kept[at][1]));
  const dialog = form.closest("dialog");
  if (dialog && !dialog.open) dialog.showModal();
  form.prepend(document.getElementById("draft-restored").content.cloneNode(true));
  form.scrollIntoView({ block: "nearest" });
}
