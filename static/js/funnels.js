/* Pages of funnels: what is chosen in one goes along with the links that were made before. */

import "./sections.js";

document.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest("a[href]");
    if (!link || link.origin !== location.origin) return;
    const url = new URL(link.href);
    const now = new URLSearchParams(location.search);
    // The file and the form are of the period, filters and split that are shown.
    if ("csv" in link.dataset || "keeps" in link.dataset) url.search = now.toString();
    else if (url.pathname === location.pathname) {
      url.searchParams.delete("breakdown");
      if (now.has("breakdown")) url.searchParams.set("breakdown", now.get("breakdown"));
    } else return;
    link.href = url;
  },
  true,
);
