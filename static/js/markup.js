/* Elements made by scripts. Text is always text, never markup. */

const SVG = "http://www.w3.org/2000/svg";

export function svg(name, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

export function html(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

/* "{first} – {last}" with its values. The words come from the page, in its language. */
export function filled(words, values) {
  return words.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}
