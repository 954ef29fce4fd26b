/** Shows at the right how the visitor found the help they got. */

import { el } from "./dom.js";
import { plain } from "./markup.js";
import { t } from "./texts.js";

/** @import { Rating } from "./types.js" */

/**
 * @param {Rating} rating
 * @returns {HTMLElement}
 */
export function ratingSection({ score, comment }) {
  const stars = el("span", { class: "stars", "aria-hidden": "true" }, "★".repeat(score) + "☆".repeat(5 - score));
  return el(
    "section",
    { class: "detail rating" },
    el("h2", null, t("rating.title")),
    el("p", null, stars, " ", t("rating.score", { score })),
    comment && el("blockquote", null, plain(comment)),
  );
}
