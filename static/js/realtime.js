/* Keeps the realtime page true: asks every two seconds, changes only what changed, and rests in a hidden tab. */

import { morph } from "./morph.js";
import { refresh } from "./sections.js";

const TICK_MS = 2000;
const SLOW_FACTOR = 8; // a server that takes 1 s for an answer is asked every 8 s
const ANNOUNCE_MS = 30_000; // who listens to the page is not told every change

const page = document.querySelector(".realtime");
const pause = document.getElementById("pause");
const isPaused = () => pause.getAttribute("aria-pressed") === "true";

let timer;
let announcedAt = performance.now();
let announced;

async function tick() {
  clearTimeout(timer);
  let wait = TICK_MS;
  if (!document.hidden && !isPaused()) {
    const began = performance.now();
    await Promise.all([...document.querySelectorAll("[data-live-part]")].map(refresh));
    wait = Math.max(TICK_MS, (performance.now() - began) * SLOW_FACTOR);
    announce();
  }
  clearTimeout(timer); // a tab that came back meanwhile has begun one of its own
  timer = setTimeout(tick, wait);
}

function announce() {
  const { spoken } = document.getElementById("section-live").dataset;
  if (spoken === undefined || spoken === announced || performance.now() - announcedAt < ANNOUNCE_MS) return;
  announced = spoken;
  announcedAt = performance.now();
  document.getElementById("announcer").textContent = spoken;
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = event.detail;
  const isFirst = target.hasAttribute("data-pending") || target.querySelector(".failed");
  if (!target.matches("[data-live-part]") || xhr.status !== 200 || isFirst || !event.detail.shouldSwap) return;
  event.detail.shouldSwap = false;
  const answer = document.createElement("template");
  answer.innerHTML = xhr.responseText;
  const wanted = answer.content.firstElementChild;
  Object.assign(target.dataset, wanted.dataset);
  morph(target, wanted);
});

pause.addEventListener("click", () => {
  pause.setAttribute("aria-pressed", String(!isPaused()));
  pause.textContent = isPaused() ? pause.dataset.goOn : pause.dataset.pause;
  page.classList.toggle("is-paused", isPaused());
  tick();
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) tick();
});

timer = setTimeout(tick, TICK_MS);
