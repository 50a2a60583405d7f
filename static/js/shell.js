/* What every page's frame does: theme, menus, copy buttons, dialogs, typed confirmations. See css/components.css.
   Texts come from the page: the announcer's data attributes. */

import { watchConnection } from "./connection.js";
import { guardForms } from "./forms.js";

const announcer = document.getElementById("announcer");

export function announce(text) {
  announcer.textContent = text;
}

/* Theme: light, dark, or as the system has it, which is what no choice means. js/theme.js sets it before the first paint. */

function showTheme() {
  const chosen = document.documentElement.dataset.theme ?? "system";
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === chosen));
  }
}

function chooseTheme(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === "system") localStorage.removeItem("pulse-theme");
    else localStorage.setItem("pulse-theme", theme);
  } catch {
    /* The choice lasts for this page. */
  }
  showTheme();
}

async function copy(button) {
  const target = document.querySelector(button.dataset.copy);
  const text = target.value ?? target.textContent;
  const label = button.querySelector("[data-copy-label]") ?? button;
  const before = (label.dataset.before ??= label.textContent);
  try {
    await navigator.clipboard.writeText(text.trim());
    label.textContent = announcer.dataset.copied;
  } catch {
    // No clipboard outside HTTPS and localhost: select it, so that the next key press copies.
    getSelection().selectAllChildren(target);
    label.textContent = announcer.dataset.pressToCopy;
  }
  announce(label.textContent);
  setTimeout(() => (label.textContent = before), 2000);
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  closeMenus(at("details.menu"));
  if (at("[data-theme-choice]")) chooseTheme(at("[data-theme-choice]").dataset.themeChoice);
  if (at("[data-copy]")) copy(at("[data-copy]"));
  if (at("[data-dialog]")) document.getElementById(at("[data-dialog]").dataset.dialog).showModal();
  if (at("[data-dialog-close]")) at("dialog").close();
});

document.addEventListener("focusout", (event) => {
  const menu = event.target.closest?.("details.menu[open]");
  if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = event.target.closest?.("details.menu[open]");
    closeMenus();
    menu?.querySelector("summary").focus();
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const menu = event.target.closest?.("details.menu[open]");
  const types = event.target.matches("input, select, textarea");
  // From the search of a menu down into what it found.
  if (!menu || (types && !(event.target.type === "search" && event.key === "ArrowDown"))) return;
  const items = [...menu.querySelectorAll(".menu__item")];
  const step = event.key === "ArrowDown" ? 1 : -1;
  const at = items.indexOf(document.activeElement);
  items.at(at === -1 && step === -1 ? -1 : (at + step) % items.length)?.focus();
  event.preventDefault();
});

// `toggle` does not bubble. On a touch screen focus would bring the keyboard up over the list.
document.addEventListener(
  "toggle",
  (event) => {
    const search = event.target.matches("details.menu[open]") && event.target.querySelector("[type=search]");
    if (search && matchMedia("(hover: hover)").matches) search.focus();
  },
  true,
);

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-confirm-text]");
  if (!form || !event.target.matches("[data-confirm-input]")) return;
  form.querySelector("[data-confirm-submit]").disabled = event.target.value.trim() !== form.dataset.confirmText;
});

// A page that the back button brings back as it was left: nothing stands open that was answered.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  closeMenus();
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
});

showTheme();
guardForms(watchConnection(announce));
