/* What every page's frame does: theme, menus, copy buttons, dialogs, typed confirmations. See css/components.css. */

const root = document.documentElement;
const systemIsDark = matchMedia("(prefers-color-scheme: dark)");

function isDark() {
  return root.dataset.theme ? root.dataset.theme === "dark" : systemIsDark.matches;
}

function labelThemeButtons() {
  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    button.setAttribute("aria-pressed", String(isDark()));
  }
}

function toggleTheme() {
  const theme = isDark() ? "light" : "dark";
  // A choice that says what the system says anyway is forgotten, so that the system is followed again.
  const follows = (theme === "dark") === systemIsDark.matches;
  if (follows) delete root.dataset.theme;
  else root.dataset.theme = theme;
  try {
    if (follows) localStorage.removeItem("pulse-theme");
    else localStorage.setItem("pulse-theme", theme);
  } catch {
    /* The choice lasts for this page. */
  }
  labelThemeButtons();
}

async function copy(button) {
  const target = document.querySelector(button.dataset.copy);
  const text = target.value ?? target.textContent;
  const label = button.querySelector("[data-copy-label]") ?? button;
  const before = (label.dataset.before ??= label.textContent);
  try {
    await navigator.clipboard.writeText(text.trim());
    label.textContent = "Copied";
  } catch {
    // No clipboard outside HTTPS and localhost: select it, so that the next key press copies.
    getSelection().selectAllChildren(target);
    label.textContent = "Press Ctrl+C";
  }
  announce(label.textContent);
  setTimeout(() => (label.textContent = before), 2000);
}

export function announce(text) {
  document.getElementById("announcer").textContent = text;
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  closeMenus(at("details.menu"));
  if (at("[data-theme-toggle]")) toggleTheme();
  if (at("[data-copy]")) copy(at("[data-copy]"));
  if (at("[data-dialog]")) document.getElementById(at("[data-dialog]").dataset.dialog).showModal();
  if (at("[data-dialog-close]")) at("dialog").close();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = event.target.closest?.("details.menu[open]");
    closeMenus();
    menu?.querySelector("summary").focus();
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const menu = event.target.closest?.("details.menu[open]");
  if (!menu || event.target.matches("input, select, textarea")) return;
  const items = [...menu.querySelectorAll(".menu__item")];
  const step = event.key === "ArrowDown" ? 1 : -1;
  const at = items.indexOf(document.activeElement);
  items.at(at === -1 && step === -1 ? -1 : (at + step) % items.length)?.focus();
  event.preventDefault();
});

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-confirm-text]");
  if (!form || !event.target.matches("[data-confirm-input]")) return;
  form.querySelector("[data-confirm-submit]").disabled = event.target.value.trim() !== form.dataset.confirmText;
});

systemIsDark.addEventListener("change", labelThemeButtons);
labelThemeButtons();
