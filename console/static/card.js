/** Words a conversation's card for the lists, the call and the notices: whose it is, and what they said last. */

import { icon } from "./icons.js";
import { written } from "./dom.js";
import { t } from "./texts.js";

/** @import { Card } from "./types.js" */

/**
 * @param {Pick<Card, "visitor" | "ticket"> | undefined} card
 * @returns {string} the visitor's name; without one the ticket tells the unnamed apart
 */
export function nameOf(card) {
  return card?.visitor || [t("visitor.unnamed"), card?.ticket].filter(Boolean).join(", ");
}

/**
 * @param {Card} card
 * @param {string} [className]
 * @returns {HTMLElement}
 */
export function lastWords({ preview, file }, className) {
  if (!file) return written(preview || t("lists.no_text"), className);
  const name = written(file, className);
  name.prepend(icon("clip"), " ");
  return name;
}
