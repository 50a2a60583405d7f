/* The map of the world: its shapes are asked for when it is opened, its numbers are in the page as reports/world.py makes
   them. One stop for the tab key; the arrow keys go from country to country, the one with most visitors first. */

const SVG = "http://www.w3.org/2000/svg";
const MOST_ABOVE = 88; // px that the card may reach beyond the map
const POINT = { radius: 3.5, reach: 9 };
const loaded = new Map();
let focused = null;

function shapesAt(url) {
  if (!loaded.has(url)) {
    const answer = fetch(url).then((response) => (response.ok ? response.json() : Promise.reject(response.status)));
    answer.catch(() => loaded.delete(url)); // the next one tries again
    loaded.set(url, answer);
  }
  return loaded.get(url);
}

async function draw(map) {
  map.dataset.drawn = "";
  const countries = JSON.parse(document.getElementById(map.dataset.map).textContent);
  let atlas;
  try {
    atlas = await shapesAt(map.dataset.shapes);
  } catch {
    map.querySelector("[data-map-failed]").hidden = false;
    return;
  }
  const svg = make("svg", { viewBox: `0 0 ${atlas.viewBox.join(" ")}` });
  for (const [code, d] of Object.entries(atlas.shapes)) {
    if (!countries[code]) svg.append(make("path", { class: "map__land", d }));
  }
  for (const [code, country] of Object.entries(countries)) {
    const link = make("a", { class: `map__country map__shade--${country.level}`, href: country.url, "aria-label": country.spoken, "data-code": code, tabindex: -1 });
    if (country.is_filter) link.setAttribute("aria-current", "true");
    if (atlas.shapes[code]) link.append(make("path", { d: atlas.shapes[code] }));
    else if (atlas.points[code]) link.append(...point(atlas.points[code]));
    else continue;
    svg.append(link);
  }
  const card = html("div", "map__card");
  card.hidden = true;
  map.replaceChildren(svg, card);
  svg.querySelector("a")?.setAttribute("tabindex", "0");
  listen(map, card, countries);
  if (focused && document.activeElement === document.body) goTo(svg.querySelector(`[data-code="${focused}"]`));
}

/* A country without a shape of its own: something to see, and something to hit. */
function point([x, y]) {
  return [
    make("circle", { cx: x, cy: y, r: POINT.reach, class: "map__reach" }),
    make("circle", { cx: x, cy: y, r: POINT.radius }),
  ];
}

/* On the element around it: an SVG that listens to its focus would be a stop of the tab key itself. */
function listen(map, card, countries) {
  const hide = () => (card.hidden = true);
  const show = (link, x, y) => {
    const { name, visitors, share } = countries[link.dataset.code];
    card.replaceChildren(html("strong", "", name), html("span", "", visitors), html("span", "faint", share));
    card.hidden = false;
    const left = Math.min(Math.max(x - card.offsetWidth / 2, 0), map.clientWidth - card.offsetWidth);
    const above = y - card.offsetHeight - 12;
    card.style.transform = `translate(${left}px, ${above < -MOST_ABOVE ? y + 16 : above}px)`;
  };
  map.addEventListener("pointermove", (event) => {
    const link = event.target.closest("a");
    if (!link) return hide();
    const box = map.getBoundingClientRect();
    show(link, event.clientX - box.left, event.clientY - box.top);
  });
  map.addEventListener("pointerleave", hide);
  map.addEventListener("focusin", ({ target }) => {
    focused = target.dataset.code;
    if (!target.matches(":focus-visible")) return;
    const [box, own] = [map.getBoundingClientRect(), target.getBoundingClientRect()];
    show(target, own.left + own.width / 2 - box.left, own.top - box.top);
  });
  map.addEventListener("focusout", hide);
  map.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return hide();
    const links = [...map.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    goTo(links.at(to % links.length));
  });
}

function goTo(link) {
  if (!link) return;
  for (const each of link.ownerSVGElement.querySelectorAll("a")) each.setAttribute("tabindex", "-1");
  link.setAttribute("tabindex", "0");
  link.focus();
}

function make(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

function html(name, className, text = "") {
  return Object.assign(document.createElement(name), { className, textContent: text });
}

document.addEventListener("htmx:afterSettle", () => {
  for (const map of document.querySelectorAll("[data-map]:not([data-drawn])")) draw(map);
});
document.addEventListener("focusin", (event) => {
  if (!event.target.closest("[data-map]")) focused = null;
});
