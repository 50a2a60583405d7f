/* The list of places as a sheet: a link to a part of the same page closes it, and it opens at where one is. */

const nav = document.querySelector(".side__nav[popover]");

nav?.addEventListener("click", (event) => event.target.closest("a") && nav.hidePopover());
nav?.addEventListener("toggle", () => nav.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" }));
