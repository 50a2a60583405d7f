/* The heat map of cohorts: says how many people a cell is, by pointer, finger or arrow keys. One cell at a time is in the
   order of the Tab key. */

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

const heat = (element) => element.closest?.("[data-heat]");
const line = () => document.querySelector("[data-heat-more]");

function tell(cell) {
  line().textContent = cell.dataset.more;
}

function rows(table) {
  return [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll("[data-more]")]).filter((cells) => cells.length);
}

function reach(table, cell) {
  for (const other of table.querySelectorAll('[tabindex="0"]')) other.tabIndex = -1;
  cell.tabIndex = 0;
}

function start() {
  for (const table of document.querySelectorAll("[data-heat]")) {
    const first = rows(table)[0]?.[0];
    if (first && !table.querySelector("[tabindex]")) first.tabIndex = 0;
  }
}

document.addEventListener("htmx:afterSettle", start);
start();

document.addEventListener("focusin", ({ target }) => {
  if (target.matches("[data-more]") && heat(target)) tell(target);
});

document.addEventListener("pointerover", ({ target }) => {
  const cell = target.closest?.("[data-heat] [data-more]");
  if (cell) tell(cell);
});

document.addEventListener("pointerout", ({ target, relatedTarget }) => {
  if (heat(target) && !relatedTarget?.closest?.("[data-heat]") && !heat(document.activeElement)) {
    line().textContent = line().dataset.hint;
  }
});

document.addEventListener("keydown", (event) => {
  const cell = event.target;
  if (!cell.matches("[data-heat] [data-more]") || !STEPS[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const table = heat(cell);
  const all = rows(table);
  const row = all.findIndex((cells) => cells.includes(cell));
  const [down, right] = STEPS[event.key];
  const next = all[row + down]?.[all[row].indexOf(cell) + right];
  if (!next) return;
  reach(table, next);
  next.focus();
});
