/** Lets the keyboard do everything: one key a deed while the agent is not writing. */

import { accept, close, decline, giveBack, take, transfer } from "./actions.js";
import { showKeys, singleKeys } from "./dialogs.js";
import { openNeighbour, openNews } from "./queue.js";

/** @import { ConversationPane } from "./conversation.js" */
/** @import { Desk } from "./desk.js" */

/**
 * @param {Desk} desk
 * @param {ConversationPane} pane
 * @param {{details: () => void, hideDetails: () => void, mute: () => void}} switches
 * @returns {(event: KeyboardEvent) => void} the listener, for the page to add and remove
 */
export function keyboard(desk, pane, switches) {
  /** @type {Record<string, () => unknown>} */
  const deeds = {
    j: () => openNeighbour(desk, 1),
    k: () => openNeighbour(desk, -1),
    u: () => openNews(desk),
    w: () => desk.lists.waiting[0] && desk.openConversation(desk.lists.waiting[0].id),
    t: () => take(desk),
    a: () => accept(desk),
    x: () => decline(desk),
    r: () => pane.composer?.answers && pane.composer.focus("answer"),
    n: () => pane.composer?.focus("note"),
    s: () => pane.search(),
    i: () => pane.suggestions.take(0),
    b: () => giveBack(desk),
    f: () => transfer(desk),
    c: () => close(desk),
    d: switches.details,
    m: switches.mute,
    "?": showKeys,
    Escape: switches.hideDetails,
  };
  return (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    const deed = held(desk, pane, event) ?? single(pane, deeds, event);
    if (!deed) return;
    event.preventDefault();
    deed();
  };
}

/**
 * With Alt held, keys work while the agent writes; by their place, as Alt makes other letters of them on a Mac.
 * @param {Desk} desk
 * @param {ConversationPane} pane
 * @param {KeyboardEvent} event
 */
function held(desk, pane, event) {
  if (!event.altKey || event.ctrlKey || event.metaKey) return null;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) return () => openNeighbour(desk, step, true);
  if (event.code === "KeyU") return () => openNews(desk);
  const place = ["Digit1", "Digit2", "Digit3"].indexOf(event.code);
  return place >= 0 && pane.suggestions.offered[place] ? () => pane.suggestions.take(place) : null;
}

/**
 * @param {ConversationPane} pane
 * @param {Record<string, () => unknown>} deeds
 * @param {KeyboardEvent} event
 */
function single(pane, deeds, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const writing =
    event.target instanceof HTMLElement &&
    event.target.matches("textarea, select, input:not([type=radio], [type=checkbox])");
  if (writing) return event.key === "Escape" ? () => pane.transcript.log.focus() : null;
  return (singleKeys() || event.key === "Escape") && Object.hasOwn(deeds, event.key) ? deeds[event.key] : null;
}
