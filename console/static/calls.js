/** Rings when the desk calls this agent for a visitor, counts down, and says when calls were missed. */

import { accept, decline } from "./actions.js";
import { lastWords, nameOf } from "./card.js";
import { el, fill, written } from "./dom.js";
import { icon } from "./icons.js";
import { attention, muted, play, sentence, toast } from "./notices.js";
import { label, t } from "./texts.js";

/** @import { Desk } from "./desk.js" */
/** @import { Card } from "./types.js" */

const RING = [659, 880, 659, 880];
const RINGS_EVERY = 3; // seconds

/**
 * @param {Desk} desk
 * @returns {{node: HTMLElement, stop: () => void}}
 */
export function callBar(desk) {
  const node = el("section", { class: "calls", "aria-label": t("calls.label") });
  let shown = "";
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let ticking;
  const show = () => {
    const call = desk.call();
    const print = call ? call.id : desk.missedOut() ? "missed" : "";
    if (print !== shown) {
      shown = print;
      clearInterval(ticking);
      fill(node, call ? callFor(desk, call) : print ? absence(desk) : null);
      if (call) ticking = start(desk, call, node);
    }
    if (call) fill(/** @type {Element} */ (node.querySelector(".call-words")), ...wordsOf(call));
  };
  new ResizeObserver(() => makeRoom(node)).observe(node);
  for (const name of /** @type {const} */ (["lists", "presence"])) desk.on(name, show);
  desk.on("missed", () => desk.missedOut() || toast(t("calls.missed"), true));
  show();
  return { node, stop: () => clearInterval(ticking) };
}

/**
 * @param {Desk} desk
 * @param {Card} call
 * @param {HTMLElement} node
 */
function start(desk, call, node) {
  const text = t("calls.ringing", { name: nameOf(call) });
  attention(desk, text, RING, call.id);
  let seconds = 0;
  const tick = () => {
    const left = Math.max(0, Math.ceil((desk.callEnds(call.id) - performance.now()) / 1000));
    const words = node.querySelector(".call-left");
    if (words) words.textContent = t("calls.left", { n: left });
    if (seconds > 0 && seconds % RINGS_EVERY === 0 && !muted()) play(RING);
    seconds += 1;
  };
  tick();
  return setInterval(tick, 1000);
}

/** @param {HTMLElement} node lies over the foot of the lists: what ends there can be scrolled above it */
function makeRoom(node) {
  document.documentElement.style.setProperty("--call", `${node.offsetHeight}px`);
}

/** @param {Card} call what is known of the visitor by now */
function wordsOf(call) {
  const passed = call.called ? t("calls.passed") : "";
  const about = [passed, label("topic", call.topic), label("language", call.language)].filter(Boolean).join(", ");
  return [written(nameOf(call), "call-name"), el("span", null, about), lastWords(call, "call-preview")];
}

/**
 * @param {Desk} desk
 * @param {Card} call
 */
function callFor(desk, call) {
  return el(
    "div",
    { class: "call", data: { conversation: call.id } },
    icon("bell"),
    el("p", { class: "call-words" }),
    el("span", { class: "call-left", role: "timer" }),
    button("primary", t("calls.accept"), "a", () => accept(desk)),
    button("secondary", t("calls.decline"), "x", () => decline(desk)),
  );
}

/**
 * @param {string} look
 * @param {string} words
 * @param {string} key
 * @param {() => void} click
 */
function button(look, words, key, click) {
  return el("button", { type: "button", class: look, title: `${words} (${key})`, on: { click } }, words);
}

/** @param {Desk} desk the agent missed so many calls that the desk calls no more */
function absence(desk) {
  const back = async () => {
    try {
      await desk.api.setPresence("online");
      desk.attend("online", 0);
    } catch (error) {
      toast(sentence(error), true);
    }
  };
  return el(
    "div",
    { class: "call call-missed", role: "alert" },
    el("p", { class: "call-words" }, t("calls.away", { n: desk.misses })),
    el("button", { type: "button", class: "primary", on: { click: () => void back() } }, t("calls.back")),
  );
}
