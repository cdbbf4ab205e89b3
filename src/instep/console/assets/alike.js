// A way for htmx to swap: changes only what differs, so that nothing jumps, and what is focused, open or selected stays so.
// An element that takes events asks for it: hx-ext="sse, alike" sse-connect="/live" sse-swap="shown" hx-swap="alike".
"use strict";

{
  const kept = new Set(["open", "style"]); // what the person opened stays open
  const mark = (node) => node.id || "";

  function makeAlike(shown, fresh) {
    if (shown.nodeType !== Node.ELEMENT_NODE) {
      if (shown.data !== fresh.data) shown.data = fresh.data;
      return;
    }
    if (shown.isEqualNode(fresh)) return;
    for (const { name } of [...shown.attributes]) {
      if (!fresh.hasAttribute(name) && !kept.has(name)) shown.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) {
      if (shown.getAttribute(name) !== value && !kept.has(name)) shown.setAttribute(name, value);
    }
    makeChildrenAlike(shown, fresh);
  }

  function makeChildrenAlike(shown, fresh) {
    const named = new Map([...shown.children].filter(mark).map((child) => [child.id, child]));
    let place = shown.firstChild;
    for (const wanted of [...fresh.childNodes]) {
      const known = mark(wanted) ? named.get(wanted.id) : place && !mark(place) ? place : null;
      if (known && known.nodeName === wanted.nodeName) {
        if (known === place) place = place.nextSibling;
        else shown.insertBefore(known, place);
        makeAlike(known, wanted);
      } else {
        shown.insertBefore(document.importNode(wanted, true), place);
      }
    }
    while (place) {
      const next = place.nextSibling;
      place.remove();
      place = next;
    }
  }

  htmx.defineExtension("alike", {
    isInlineSwap: (swapStyle) => swapStyle === "alike",
    handleSwap(swapStyle, target, fragment) {
      if (swapStyle !== "alike") return false;
      makeChildrenAlike(target, fragment);
      return [target];
    },
  });
}
