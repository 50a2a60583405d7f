/* What every page made of sections does: loads them, keeps them true, lets each fail alone, opens the page's dialogs.

   Imported by the page's own module, which is all that a page needs. A section is an element with an id, with
   hx-trigger="load, pulse:refresh", data-pending until its first answer is there, and
     data-section          asked for with the others, when the leader's answer changed, and every 30 s
     data-section="leads"  asked for all the time; without one, the others are every 10 s
     data-section="apart"  asked for at times of its own, which the page sees to
   #dashboard has data-live when what it shows includes now: only then anything is asked for again. */

// An event is to be seen 5 s after it was sent. Only the leader is asked for so often.
const TICK_MS = 2500;
const NOW_EVERY_TICKS = 4;
const ALL_EVERY_TICKS = 12; // another viewer may have filled a cache just before the change that made us ask
const SLOW_FACTOR = 8; // a server that takes 1 s for an answer is asked every 8 s
const LONG_MS = 4000; // after which a section says that it takes longer

const dashboard = document.getElementById("dashboard");
const leader = () => document.querySelector('[data-section="leads"]');
const lastText = new Map();
const keptOpen = new Set();

/* Refreshing */

let ticks = 0;
let timer;

/* Asks for a section again, unless it is being asked for. Resolves when the answer is there, or there will be none. */
export function refresh(element) {
  if (!element || element.classList.contains("htmx-request")) return Promise.resolve();
  return new Promise((done) => {
    element.addEventListener("htmx:afterRequest", done, { once: true });
    htmx.trigger(element, "pulse:refresh");
    setTimeout(done, 20_000);
  });
}

async function tick() {
  clearTimeout(timer);
  let wait = TICK_MS;
  if (!document.hidden) {
    const began = performance.now();
    ticks += 1;
    if (ticks % NOW_EVERY_TICKS === 0) {
      refresh(document.getElementById("section-now"));
      for (const retry of document.querySelectorAll("[data-retry]")) refresh(retry.closest("[data-section]"));
    }
    if ("live" in dashboard.dataset) await refreshWhatIsLive();
    wait = Math.max(TICK_MS, (performance.now() - began) * SLOW_FACTOR);
  }
  timer = setTimeout(tick, wait);
}

async function refreshWhatIsLive() {
  const first = leader();
  if (first?.hasAttribute("data-pending")) return;
  await refresh(first);
  if (ticks % (first ? ALL_EVERY_TICKS : NOW_EVERY_TICKS) === 0) refreshOthers();
}

function refreshOthers() {
  for (const section of document.querySelectorAll('[data-section=""]')) refresh(section);
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) tick();
});

/* What comes back */

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = event.detail;
  if (!target.matches("[data-section]") || xhr.status !== 200) return;
  target.classList.remove("is-stale");
  const unchanged = lastText.get(target.id) === xhr.responseText && !target.querySelector(".failed");
  const isFirst = !lastText.has(target.id);
  lastText.set(target.id, xhr.responseText);
  // The same again: what is there stays, with its focus and its hover card.
  if (unchanged) event.detail.shouldSwap = false;
  else if (target === leader() && !isFirst) refreshOthers();
});

document.addEventListener("htmx:beforeSwap", () => {
  for (const details of document.querySelectorAll("details[data-keep-open]")) {
    keptOpen[details.open ? "add" : "delete"](details.className);
  }
});

document.addEventListener("htmx:afterSettle", (event) => {
  for (const details of document.querySelectorAll("details[data-keep-open]")) details.open = keptOpen.has(details.className);
  const { target } = event.detail;
  if (target.matches("[data-dialog-body]") && target.children.length) {
    const dialog = target.closest("dialog");
    if (!dialog.open) {
      dialog.showModal();
      dialog.scrollTop = 0; // it remembers how far what it showed before was scrolled
    }
    target.querySelector("[data-focus]")?.focus();
  }
});

/* What takes long, and what fails */

document.addEventListener("htmx:beforeRequest", (event) => {
  const section = event.target;
  if (!section.matches("[data-section][data-pending]") || section.id === "section-now") return;
  const late = setTimeout(() => {
    const note = document.getElementById("section-slow").content.cloneNode(true);
    if (section.isConnected && section.hasAttribute("data-pending")) section.append(note);
  }, LONG_MS);
  section.addEventListener("htmx:afterRequest", () => clearTimeout(late), { once: true });
});

function failInDialog(body, message) {
  const close = message.querySelector("[data-retry]");
  close.replaceChildren(close.dataset.close);
  delete close.dataset.retry;
  close.dataset.dialogClose = "";
  body.replaceChildren(message);
  if (!body.closest("dialog").open) body.closest("dialog").showModal();
}

function fail(event) {
  const body = event.detail.target?.closest?.("[data-dialog-body]");
  if (body) return failInDialog(body, failure(event.detail.xhr));
  const section = event.target.closest?.("[data-section]");
  if (!section || section.id === "section-now") return;
  if (!section.hasAttribute("data-pending") && !section.querySelector(".failed")) {
    section.classList.add("is-stale");
    return;
  }
  const message = failure(event.detail.xhr);
  // What is asked for is wrong, and stays so: there is nothing to try again.
  if (event.detail.xhr?.status === 400) message.querySelector("[data-retry]").remove();
  section.querySelector(".slow")?.remove();
  (section.querySelector(".panel__body") ?? section).replaceChildren(message);
}

function failure(xhr) {
  const message = document.getElementById("section-failed").content.cloneNode(true);
  if (xhr?.getResponseHeader("Content-Type")?.startsWith("text/plain")) {
    message.querySelector("[data-failed-text]").textContent = xhr.responseText;
  }
  return message;
}

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(name, fail);

document.addEventListener("click", (event) => {
  const retry = event.target.closest("[data-retry]");
  if (retry) refresh(retry.closest("[data-section]"));
  if (event.target.matches("dialog")) event.target.close(); // a click beside its content
});

timer = setTimeout(tick, TICK_MS);
