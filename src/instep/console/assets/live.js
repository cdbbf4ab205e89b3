// Moves the status page along without a reload: fetches its moving part every second while it is looked at, and
// changes only what differs, so that nothing jumps, and what is focused or selected stays so. Without it, reload.
"use strict";

const EVERY_MS = 1000;
const live = document.getElementById("live");
const connection = document.getElementById("connection");
let shownText = "";

function makeAlike(shown, fresh) {
  if (shown.nodeType !== Node.ELEMENT_NODE) {
    if (shown.data !== fresh.data) shown.data = fresh.data;
    return;
  }
  for (const { name } of [...shown.attributes]) {
    if (!fresh.hasAttribute(name)) shown.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (shown.getAttribute(name) !== value) shown.setAttribute(name, value);
  }
  makeChildrenAlike(shown, fresh);
}

function makeChildrenAlike(shown, fresh) {
  const named = new Map([...shown.children].filter((child) => child.id).map((child) => [child.id, child]));
  let place = shown.firstChild;
  for (const wanted of fresh.childNodes) {
    const known = wanted.id ? named.get(wanted.id) : place && !place.id ? place : null;
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

async function look() {
  try {
    const answer = await fetch("/status", { cache: "no-store", signal: AbortSignal.timeout(10000) });
    if (!answer.ok) throw new Error(String(answer.status));
    const text = await answer.text();
    if (text !== shownText) {
      makeChildrenAlike(live, new DOMParser().parseFromString(text, "text/html").body);
      shownText = text;
    }
    say("");
  } catch {
    say("The service does not answer; what is shown is not up to date.");
  }
}

function say(text) {
  if (connection.textContent !== text) connection.textContent = text;
}

let timer = 0;

async function keepLooking() {
  clearTimeout(timer);
  if (document.hidden) return; // goes on when the page is looked at again
  await look();
  clearTimeout(timer);
  timer = setTimeout(keepLooking, EVERY_MS);
}

document.getElementById("reload").hidden = true;
document.addEventListener("visibilitychange", keepLooking);
timer = setTimeout(keepLooking, EVERY_MS);
