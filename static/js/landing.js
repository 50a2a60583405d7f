/* Draws the preview's chart with the dashboard's own code. */

import { draw, watch } from "./chart.js";

const chart = document.querySelector("[data-preview-chart]");
const data = JSON.parse(document.getElementById("preview-data").textContent);

watch(() => draw(chart, data, "visitors"));
