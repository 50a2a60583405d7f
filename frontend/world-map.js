/* Writes static/vendor/world-atlas/countries.json: the countries of Natural Earth (world-atlas, 1:110 million) as SVG
   paths by their two letters, and a point for each country that is too small to be among them (from 1:50 million).

   {"viewBox": [width, height], "shapes": {"DE": "M…Z"}, "points": {"SG": [x, y]}}

   The projection is Natural Earth: Europe is large enough to point at, and the north not as large as Mercator makes it.
   Antarctica is left out. */

import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { geoCentroid, geoNaturalEarth1, geoPath } from "d3-geo";
import countries from "i18n-iso-countries";
import { feature, mergeArcs } from "topojson-client";

const WIDTH = 1000;
const LEFT_OUT = new Set(["AQ"]);
// Drawn apart by Natural Earth, which gives them no number. ISO 3166 counts two of them to these countries; XK is in use for Kosovo.
const WITHOUT_NUMBER = { Kosovo: "XK", "N. Cyprus": "CY", Somaliland: "SO" };

const require = createRequire(import.meta.url);
const target = new URL("../static/vendor/world-atlas/", import.meta.url);

function atlas(scale) {
  return JSON.parse(readFileSync(require.resolve(`world-atlas/countries-${scale}.json`), "utf8"));
}

function codeOf(geometry) {
  return geometry.id ? countries.numericToAlpha2(geometry.id) : WITHOUT_NUMBER[geometry.properties.name];
}

/* Country -> its shape on the globe; what Natural Earth draws apart is one where ISO 3166 has one code. */
function byCode(topology) {
  const geometries = new Map();
  for (const geometry of topology.objects.countries.geometries) {
    const code = codeOf(geometry);
    if (code && !LEFT_OUT.has(code)) geometries.set(code, [...(geometries.get(code) ?? []), geometry]);
  }
  return new Map([...geometries].sort().map(([code, parts]) => [code, feature(topology, parts.length > 1 ? mergeArcs(topology, parts) : parts[0])]));
}

const large = byCode(atlas("110m"));
const small = byCode(atlas("50m"));
const world = { type: "FeatureCollection", features: [...large.values()] };
const projection = geoNaturalEarth1().rotate([-11, 0]).fitWidth(WIDTH, world);
const [[left, top], [right, bottom]] = geoPath(projection).bounds(world);
const [x0, y0] = projection.translate();
projection.translate([x0 - left, y0 - top]);

function path(shape) {
  const rings = geoPath(projection).digits(1)(shape)?.match(/M[^M]+/g) ?? [];
  return rings.map(relative).join("");
}

/* Whole steps from point to point: half as long as absolute coordinates with a decimal. */
function relative(ring) {
  const points = ring.match(/-?[\d.]+,-?[\d.]+/g).map((pair) => pair.split(",").map(Math.round));
  let [x, y] = points[0];
  let steps = "";
  for (const [nextX, nextY] of points.slice(1)) {
    if (nextX === x && nextY === y) continue;
    steps += `${steps && nextX >= x ? " " : ""}${nextX - x}${nextY >= y ? " " : ""}${nextY - y}`;
    [x, y] = [nextX, nextY];
  }
  return steps ? `M${points[0].join(" ")}l${steps}z` : "";
}

const viewBox = [Math.ceil(right - left), Math.ceil(bottom - top)];
const shapes = {};
const points = {};
for (const [code, shape] of large) shapes[code] = path(shape);
for (const [code, shape] of small) {
  if (shapes[code]) continue;
  const [x, y] = projection(geoCentroid(shape)).map(Math.round);
  if (x > 0 && x < viewBox[0] && y > 0 && y < viewBox[1]) points[code] = [x, y];
}

mkdirSync(target, { recursive: true });
writeFileSync(new URL("countries.json", target), `${JSON.stringify({ viewBox, shapes, points })}\n`);
cpSync(require.resolve("world-atlas/LICENSE"), fileURLToPath(new URL("LICENSE", target)));
