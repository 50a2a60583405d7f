/* The panels' tabs: which ones are open is in the address, and goes along with the links of the page. */

let openedFromMenu = "";

function open(tab) {
  const panel = tab.closest("section");
  const ofPanel = new Set([...panel.querySelectorAll("[data-tab]")].map((each) => nameOf(each.dataset.tab)));
  const url = new URL(location);
  const others = url.searchParams.getAll("tab").filter((token) => !ofPanel.has(nameOf(token)));
  url.searchParams.delete("tab");
  for (const token of [...others, tab.dataset.tab]) url.searchParams.append("tab", token);
  history.replaceState(history.state, "", url);
  openedFromMenu = tab.closest("details") ? panel.id : "";
}

/* Of "properties:plan" that is "properties". */
function nameOf(token) {
  return token.split(":")[0];
}

// Links and forms were made before a tab was opened.
function takeTabsAlong(event) {
  const tabs = new URLSearchParams(location.search).getAll("tab");
  const link = event.target.closest?.("a[href]");
  const url = link && new URL(link.getAttribute("href"), location); // of a link in an SVG too
  if (!url || url.origin !== location.origin || url.pathname !== location.pathname) return;
  url.searchParams.delete("tab");
  for (const token of tabs) url.searchParams.append("tab", token);
  link.setAttribute("href", url.pathname + url.search + url.hash);
}

// Before whatever opens a link: also another tab of the browser, and its menu.
for (const name of ["pointerdown", "focusin", "click"]) document.addEventListener(name, takeTabsAlong, true);

document.addEventListener("submit", ({ target: form }) => {
  if (form.method !== "get" || new URL(form.action).pathname !== location.pathname) return;
  for (const input of form.querySelectorAll("input[name=tab]")) input.remove();
  for (const token of new URLSearchParams(location.search).getAll("tab")) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "tab", value: token }));
  }
});

document.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-tab]");
  if (tab) open(tab);
});

// Whoever looks through a menu is not to have it closed by a refresh.
document.addEventListener("htmx:beforeRequest", (event) => {
  const isRefresh = event.detail.requestConfig.triggeringEvent?.type === "pulse:refresh";
  if (isRefresh && event.target.querySelector(".panel__menu[open]")) event.preventDefault();
});

// What was chosen is in a menu that is closed now.
document.addEventListener("htmx:afterSettle", () => {
  if (!openedFromMenu) return;
  document.getElementById(openedFromMenu)?.querySelector(".panel__menu summary")?.focus();
  openedFromMenu = "";
});
