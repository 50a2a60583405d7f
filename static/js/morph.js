/* Makes what an element holds the same as what another one holds, and touches only what differs: so nothing flickers, and
   focus, scroll and animations stay. Elements with data-key are recognised by it among their siblings; one that was not
   there before gets the class is-new until the next time. */

/** Both are elements; `wanted` is not used afterwards. */
export function morph(element, wanted) {
  const focused = document.activeElement;
  morphChildren(element, wanted);
  // A row that moved up was taken out of the page for a moment.
  if (focused?.isConnected && focused !== document.activeElement) focused.focus({ preventScroll: true });
}

function morphChildren(element, wanted) {
  const keyed = new Map([...element.children].filter((each) => each.dataset.key !== undefined).map((each) => [each.dataset.key, each]));
  let place = element.firstChild;
  for (const each of [...wanted.childNodes]) {
    const key = each.dataset?.key;
    const found = key === undefined ? sameKind(place, each) : keyed.get(key);
    if (!found) {
      element.insertBefore(each, place);
      if (key !== undefined) each.classList.add("is-new");
      continue;
    }
    if (found === place) place = place.nextSibling;
    else element.insertBefore(found, place);
    update(found, each);
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

function sameKind(node, wanted) {
  return node && node.nodeName === wanted.nodeName && node.dataset?.key === undefined ? node : null;
}

function update(node, wanted) {
  if (node.isEqualNode(wanted)) return;
  if (node.nodeType !== Node.ELEMENT_NODE) {
    node.nodeValue = wanted.nodeValue;
    return;
  }
  for (const { name } of [...node.attributes]) {
    // Whether details are open is the reader's business.
    if (!wanted.hasAttribute(name) && name !== "open") node.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  }
  morphChildren(node, wanted);
}
