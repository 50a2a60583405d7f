/* Numbers of a chart: how each unit is told, in the language of the page, and which steps its axis takes. */

import { filled } from "./markup.js";

const language = document.documentElement.lang || "en";
const format = (options) => new Intl.NumberFormat(language, options);
const compact = format({ notation: "compact", maximumFractionDigits: 1 });
const whole = format({ maximumFractionDigits: 0 });
const precise = format({ maximumFractionDigits: 2 });
const share = format({ style: "percent", maximumFractionDigits: 2 });
const signed = format({ style: "percent", signDisplay: "exceptZero", maximumFractionDigits: 0 });

/* As the page writes durations: "{minutes}m {seconds}s". */
function seconds(value) {
  const { inSeconds, inMinutes, inHours } = document.querySelector("[data-chart]").dataset;
  const rounded = Math.round(value);
  const pad = (number) => String(number).padStart(2, "0");
  if (rounded < 60) return filled(inSeconds, { seconds: rounded });
  if (rounded < 3600) return filled(inMinutes, { minutes: Math.floor(rounded / 60), seconds: pad(rounded % 60) });
  return filled(inHours, { hours: Math.floor(rounded / 3600), minutes: pad(Math.floor((rounded % 3600) / 60)) });
}

// A unit: how its axis is labelled, how a value is told, and which steps its axis may take.
const DECIMAL_STEPS = [1, 2, 2.5, 5, 10];
const UNITS = {
  count: { axis: (value) => compact.format(value).replace("K", "k"), tell: (value) => whole.format(value), least: 1 },
  percent: { axis: (value) => share.format(value / 100), tell: (value) => share.format(value / 100), least: 1, most: 100 },
  ratio: { axis: (value) => precise.format(value), tell: (value) => precise.format(value), least: 0.1 },
  seconds: { axis: seconds, tell: seconds, least: 1, steps: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400] },
};

/* Of a metric: amounts are told in their currency. */
export function unitOf({ unit, currency }) {
  if (unit !== "amount" || !currency) return UNITS[unit] ?? UNITS.ratio;
  const told = (options) => format({ style: "currency", currency, ...options });
  const [axis, whole, exact] = [told({ notation: "compact", maximumFractionDigits: 1, minimumFractionDigits: 0 }), told({ maximumFractionDigits: 0 }), told({})];
  return { axis: (value) => axis.format(value).replace("K", "k"), tell: (value) => (Number.isInteger(value) || value >= 1000 ? whole : exact).format(value), least: 1 };
}

/* The change as a share of what was before; null where there is nothing to compare with. */
export function change(value, before) {
  return value === null || !before ? null : (value - before) / Math.abs(before);
}

export function tellChange(share) {
  return signed.format(share).replace("-", "−");
}

/* From 0 up to a round number above `most`, in three to five steps. */
export function axisSteps(most, unit) {
  const rough = most / 4;
  let step;
  if (unit.steps) step = unit.steps.find((each) => each >= rough) ?? Math.ceil(rough / 3600) * 3600;
  else {
    const size = 10 ** Math.floor(Math.log10(rough));
    step = DECIMAL_STEPS.map((each) => each * size).find((each) => each >= rough * 0.999);
    step = Math.max(step, unit.least);
    if (unit.least === 1) step = Math.ceil(step);
  }
  const steps = [0];
  while (steps.at(-1) < most - 1e-9) steps.push(+(steps.at(-1) + step).toFixed(6));
  return unit.most ? steps.filter((each) => each <= unit.most) : steps;
}
