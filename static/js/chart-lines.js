/* Lines of a chart as paths. A run is a list of [x, y, index] without a gap. */

/* The runs of values, without the buckets that have no value. */
export function runs(values, x, y) {
  const found = [[]];
  values.forEach((value, index) => {
    if (value === null) {
      if (found.at(-1).length) found.push([]);
    } else found.at(-1).push([x(index), y(value), index]);
  });
  return found.filter((run) => run.length);
}

export function line(run) {
  return run.map(([x, y], index) => `${index ? "L" : "M"}${x.toFixed(1)},${y.toFixed(1)}`).join("");
}

/* A monotone cubic (Fritsch and Carlson): smooth, and never above a peak or below zero. */
export function curve(run) {
  if (run.length < 3) return line(run);
  const slopes = run.slice(1).map(([x, y], index) => (y - run[index][1]) / (x - run[index][0]));
  const tangents = run.map((_, index) => {
    if (index === 0) return slopes[0];
    if (index === run.length - 1) return slopes.at(-1);
    const [before, after] = [slopes[index - 1], slopes[index]];
    return before * after <= 0 ? 0 : (2 * before * after) / (before + after);
  });
  let path = line(run.slice(0, 1));
  for (let index = 1; index < run.length; index++) {
    const [x0, y0] = run[index - 1];
    const [x1, y1] = run[index];
    const third = (x1 - x0) / 3;
    const numbers = [x0 + third, y0 + third * tangents[index - 1], x1 - third, y1 - third * tangents[index], x1, y1];
    path += `C${numbers.map((number) => number.toFixed(1)).join(",")}`;
  }
  return path;
}
