/* In a frame of another page: tells that page how tall it is, and opens what leads elsewhere in a tab of its own.

   The message is {type: "analytics-pulse:height", height: <px>}. It says nothing about the numbers, so any page may
   hear it. */

function tell() {
  parent.postMessage({ type: "analytics-pulse:height", height: Math.ceil(document.body.getBoundingClientRect().height) }, "*");
}

new ResizeObserver(tell).observe(document.body);
addEventListener("load", tell);

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (link && link.origin + link.pathname !== location.origin + location.pathname) {
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  }
});
