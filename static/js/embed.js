/* In a frame of another page: tells that page how tall it is, and opens what leads elsewhere in a tab of its own.

   The message is {type: "analytics-pulse:height", height: <px>}. It says nothing about the numbers, so any page may
   hear it. */

function tell() {
  parent.postMessage({ type: "analytics-pulse:height", height: Math.ceil(document.body.getBoundingClientRect().height) }, "*");
}

new ResizeObserver(tell).observe(document.body);
addEventListener("load", tell);

// Links of the map are SVG's, which have no properties to set.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const to = link && new URL(link.getAttribute("href"), location.href);
  if (!link || to.origin + to.pathname === location.origin + location.pathname) return;
  link.setAttribute("target", "_blank");
  link.setAttribute("rel", "noopener noreferrer");
});
