/* The demo follows the theme that is chosen on this page: a frame knows only that of the system by itself. */

const root = document.documentElement;
const frame = document.querySelector("[data-demo]");
let shown = "system";

function follow() {
  const theme = root.dataset.theme ?? "system";
  if (theme === shown) return;
  shown = theme;
  const address = new URL(frame.src);
  address.searchParams.set("theme", theme);
  frame.src = address;
}

if (frame) {
  follow();
  new MutationObserver(follow).observe(root, { attributeFilter: ["data-theme"] });
}
