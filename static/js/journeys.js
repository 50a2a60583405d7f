/* Journeys: what is looked at is chosen in a form, which is sent at once; the ribbons between the nodes of the picture
   are drawn from bar to bar, wherever the columns put them. */

import { Combobox } from "./combobox.js";
import "./sections.js";

const SVG = "http://www.w3.org/2000/svg";

/* The ribbons */

const resized = new ResizeObserver(() => draw());

function draw() {
  const flow = document.querySelector("[data-flow]");
  if (!flow) return;
  const svg = flow.querySelector("[data-ribbons]");
  const columns = flow.querySelector("ol");
  const at = columns.getBoundingClientRect();
  svg.setAttribute("width", at.width);
  svg.setAttribute("height", at.height);
  const ribbons = JSON.parse(document.getElementById("journey-ribbons").textContent);
  svg.replaceChildren(...ribbons.map((each) => ribbon(flow, at, each)));
}

/* From the left bar to the right one, whichever of them is nearer to the anchor. */
function ribbon(flow, at, { source, target, height, sourceAt, targetAt, title }) {
  const ends = [
    { bar: flow.querySelector(`[data-far="${source}"]`).getBoundingClientRect(), from: sourceAt },
    { bar: flow.querySelector(`[data-near="${target}"]`).getBoundingClientRect(), from: targetAt },
  ].sort((one, other) => one.bar.left - other.bar.left);
  const [[x1, y1], [x2, y2]] = [ends[0].bar.right, ends[1].bar.left].map((x, index) => [
    x - at.left,
    ends[index].bar.top - at.top + ends[index].from,
  ]);
  const middle = (x1 + x2) / 2;
  const path = document.createElementNS(SVG, "path");
  path.setAttribute(
    "d",
    `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}V${y2 + height}C${middle} ${y2 + height} ${middle} ${y1 + height} ${x1} ${y1 + height}Z`,
  );
  path.setAttribute("class", "flow__ribbon");
  path.dataset.ends = `${source} ${target}`;
  const words = document.createElementNS(SVG, "title");
  words.textContent = title;
  path.append(words);
  return path;
}

/* Those of a node stand out while it is pointed at or has the focus. */
function highlight(node) {
  const flow = document.querySelector("[data-flow]");
  if (!flow) return;
  const name = node?.dataset.node;
  flow.classList.toggle("is-followed", Boolean(name));
  for (const path of flow.querySelectorAll(".flow__ribbon")) {
    path.classList.toggle("is-on", Boolean(name) && path.dataset.ends.split(" ").includes(name));
  }
}

for (const name of ["pointerover", "focusin"]) {
  document.addEventListener(name, (event) => highlight(event.target.closest?.("[data-node]")));
}

function prepare() {
  const flow = document.querySelector("[data-flow]");
  resized.disconnect();
  if (!flow) return;
  resized.observe(flow.querySelector("ol")); // which draws at once
  if ("back" in flow.dataset) flow.scrollLeft = flow.scrollWidth; // the anchor is the last column
}

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "section-journey-flow") prepare();
});
document.fonts?.addEventListener("loadingdone", () => draw());

/* The form */

const form = document.getElementById("journeys-form");
const field = form.querySelector("[role=combobox]");
const shown = field.value;

new Combobox(form.querySelector(".combobox"), {
  template: form.querySelector("[data-new=option]"),
  say: (text) => (form.querySelector("[data-status]").textContent = text),
  async ask(text, signal) {
    const asked = new URL(form.dataset.anchors, location);
    asked.searchParams.set("q", text === shown ? "" : text); // what is there already is no search
    const response = await fetch(asked, { signal, headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(String(response.status));
    return response.json();
  },
  choose({ value, label }) {
    field.value = label;
    form.elements.anchor.value = value;
    form.requestSubmit();
  },
});

field.addEventListener("focus", () => field.select());

form.addEventListener("change", (event) => {
  if (event.target !== field) form.requestSubmit();
});

form.addEventListener("submit", () => {
  if (!field.value.trim()) form.elements.anchor.value = "";
});

/* An address without what goes without saying. */
form.addEventListener("formdata", ({ formData }) => {
  for (const name of ["anchor", "direction"]) if (!formData.get(name)) formData.delete(name);
});
