// The part of Inter that the pages use: the letters of western Europe, the punctuation and arrows of their texts, and
// weights from 400 to 650.

import { readFile, writeFile } from "node:fs/promises";
import subsetFont from "subset-font";

const FROM = "node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2";
const TO = "../static/vendor/inter/inter-latin-wght-normal.woff2";

const range = (first, last) => String.fromCodePoint(...Array.from({ length: last - first + 1 }, (_, at) => first + at));
const characters = range(0x20, 0x7e) + range(0xc0, 0xff) + "\u00a0¡¿£§©«°±²µ·»ŒœŠšŽžŸ‐‑–—‘’‚“”„†•…‹›€™−×÷≤≥≈←↑→↓";

await writeFile(
  TO,
  await subsetFont(await readFile(FROM), characters, {
    targetFormat: "woff2",
    variationAxes: { wght: { min: 400, max: 650, default: 400 } },
    layoutFeatureTags: ["kern", "ccmp", "locl", "mark", "mkmk", "calt", "tnum", "cv11", "ss03"],
  }),
);
