/* Zooming: another period in the address, and from there back to the one before. Both are steps of the history. */

const STORED = "pulse-zoomed";
const PERIOD = ["period", "from", "to", "startDate", "endDate", "interval"];

const place = (parameters) => [location.pathname, parameters.get("from"), parameters.get("to")].join(" ");

function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(STORED)) ?? {};
  } catch {
    return {};
  }
}

function go(period) {
  const url = new URL(location);
  for (const name of PERIOD) url.searchParams.delete(name);
  for (const [name, value] of period) url.searchParams.set(name, value);
  location.assign(url);
}

/* `ranges`: what the address calls each bucket, [from, to]. */
export function zoomIn(ranges, first, last) {
  const [from, to] = [ranges[first][0], ranges[last][1]];
  const now = new URLSearchParams(location.search);
  const before = PERIOD.filter((name) => now.has(name)).map((name) => [name, now.get(name)]);
  const target = new URLSearchParams({ from, to });
  try {
    sessionStorage.setItem(STORED, JSON.stringify({ ...remembered(), [place(target)]: before }));
  } catch {
    /* The back button leads out as well. */
  }
  go(target);
}

export function cameByZoom() {
  return place(new URLSearchParams(location.search)) in remembered();
}

export function zoomOut() {
  go(remembered()[place(new URLSearchParams(location.search))] ?? []);
}
