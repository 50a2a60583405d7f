/* Says when the server cannot be reached, and what failed meanwhile is tried again when it is back. */

const PROBE = "/health"; // answered by the web process alone
const AGAIN_MS = 3000;
const TIMEOUT_MS = 5000;

async function reachable() {
  if (!navigator.onLine) return false;
  try {
    return (await fetch(PROBE, { cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) })).ok;
  } catch {
    return false;
  }
}

/** Watches from now on. Returns { isLost(), check() }; check asks the server, and shows what it found. */
export function watchConnection(announce) {
  const banner = document.getElementById("connection");
  let timer;

  function show(text) {
    const words = banner.querySelector("[data-connection-text]");
    if (!banner.hidden && words.textContent === text) return;
    words.textContent = text;
    banner.hidden = false;
    announce(text);
  }

  async function check() {
    clearTimeout(timer);
    if (!(await reachable())) {
      show(navigator.onLine ? banner.dataset.away : banner.dataset.offline);
      timer = setTimeout(check, AGAIN_MS);
    } else if (!banner.hidden) {
      banner.hidden = true;
      announce(banner.dataset.back);
      for (const button of document.querySelectorAll("[data-retry]")) button.click();
    }
  }

  for (const name of ["online", "offline"]) addEventListener(name, check);
  // One request that failed says little: the probe tells a lost connection from a part that is broken.
  for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, check);
  banner.querySelector("button").addEventListener("click", check);
  if (!navigator.onLine) check();
  return { isLost: () => !banner.hidden, check };
}
