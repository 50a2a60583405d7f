/* Keyboard shortcuts. A key clicks the element that carries it: data-shortcut="d", "/", "?", "ArrowLeft", "Escape".
   data-then-focus="#id" moves the focus there afterwards. Not while something is typed, chosen in a menu or asked in a
   dialog, not with Ctrl, Alt or Meta, and not at all when the switch in #shortcuts is off. */

const STORED = "pulse-shortcuts";
const TYPED_INTO = "input, select, textarea, [contenteditable]";
const HAS_KEYS_OF_ITS_OWN = "[data-chart], [data-own-keys], [role=tablist], [role=slider]";

function areOff() {
  try {
    return localStorage.getItem(STORED) === "off";
  } catch {
    return false;
  }
}

function turn(isOn) {
  try {
    if (isOn) localStorage.removeItem(STORED);
    else localStorage.setItem(STORED, "off");
  } catch {
    /* The choice lasts for this page. */
  }
  show(isOn);
}

function show(isOn) {
  document.documentElement.toggleAttribute("data-no-shortcuts", !isOn);
  for (const input of document.querySelectorAll("[data-shortcuts-switch]")) input.checked = isOn;
}

function meant(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return null;
  if (document.querySelector("dialog[open], details.menu[open]")) return null;
  if (event.target.closest(TYPED_INTO)) return null;
  if (/^(Arrow|Escape)/.test(event.key) && event.target.closest(HAS_KEYS_OF_ITS_OWN)) return null;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.shiftKey && /^([a-z]|Arrow)/.test(key)) return null;
  return document.querySelector(`[data-shortcut="${CSS.escape(key)}"]`);
}

// Before the page's own listeners, of which one closes what Escape finds open.
document.addEventListener(
  "keydown",
  (event) => {
    if (document.documentElement.hasAttribute("data-no-shortcuts")) return;
    const element = meant(event);
    if (!element) return;
    event.preventDefault();
    element.click();
    if (element.dataset.thenFocus) document.querySelector(element.dataset.thenFocus)?.focus();
  },
  { capture: true },
);

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-shortcuts-switch]")) turn(event.target.checked);
});

show(!areOff());
