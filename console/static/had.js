/** Lists the chats this agent had, and finds one by words, to read beside the chats that go on. */

import { el, fill, whenTyped } from "./dom.js";
import { entry } from "./earlier.js";
import { sentence } from "./notices.js";
import { t } from "./texts.js";

/** @import { Desk } from "./desk.js" */

const PAUSE = 300; // milliseconds without a key before it is looked for

/**
 * @param {Desk} desk
 * @returns {HTMLElement}
 */
export function hadSection(desk) {
  const field = el("input", { type: "search", class: "field", maxlength: 200, autocomplete: "off" });
  const list = el("ul", { class: "earlier" });
  const status = el("p", { class: "quiet", role: "status" });
  const node = el(
    "details",
    { class: "list had", data: { list: "had" } },
    el("summary", null, el("h2", null, t("had.title"))),
    el("label", { class: "labelled" }, t("had.words"), field),
    status,
    list,
  );
  let asked = 0;
  const look = async () => {
    const mine = ++asked;
    try {
      const { conversations } = await desk.api.had(field.value.trim());
      if (mine !== asked) return;
      status.textContent = conversations.length > 0 ? "" : t(field.value.trim() ? "had.nothing" : "had.none");
      fill(list, ...conversations.map((one) => entry(desk, one)));
    } catch (error) {
      if (mine === asked) status.textContent = sentence(error);
    }
  };
  node.addEventListener("toggle", () => node.open && void look());
  whenTyped(field, () => void look(), PAUSE);
  return node;
}
