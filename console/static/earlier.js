/** Lists the visitor's earlier conversations, and opens one to read beside the chat that goes on. */

import { nameOf } from "./card.js";
import { el, fill, written } from "./dom.js";
import { channelIcon, icon } from "./icons.js";
import { sentence } from "./notices.js";
import { known, label, t } from "./texts.js";
import { moment } from "./time.js";
import { Transcript } from "./transcript.js";

/** @import { Desk } from "./desk.js" */
/** @import { Conversation, Earlier } from "./types.js" */

const MOST_KEPT = 50;

export class EarlierChats {
  /** @type {Map<string, Earlier[]>} by conversation and the e-mail by which they were found */
  #known = new Map();
  #shown = "";

  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.list = el("ul", { class: "earlier" });
    this.none = el("p", { class: "quiet" });
    this.node = el("section", { class: "detail" }, el("h2", null, t("earlier.title")), this.none, this.list);
  }

  /** @param {Conversation} conversation */
  show(conversation) {
    const key = `${conversation.id} ${conversation.visitor.email ?? ""}`;
    if (this.#shown === key) return;
    this.#shown = key;
    const known = this.#known.get(key);
    if (known) return this.#fill(known);
    this.#say(t("empty.loading_short"));
    void this.#fetch(conversation.id, key);
  }

  /**
   * @param {string} id
   * @param {string} key
   */
  async #fetch(id, key) {
    try {
      const { conversations } = await this.desk.api.earlier(id);
      this.#known.set(key, conversations);
      if (this.#known.size > MOST_KEPT) this.#known.delete([...this.#known.keys()][0]);
      if (this.#shown === key) this.#fill(conversations);
    } catch (error) {
      if (this.#shown !== key) return;
      this.#shown = ""; // asked again with the next change
      this.#say(sentence(error));
    }
  }

  /** @param {string} words */
  #say(words) {
    this.none.textContent = words;
    this.none.hidden = false;
    fill(this.list);
  }

  /** @param {Earlier[]} found */
  #fill(found) {
    if (found.length === 0) return this.#say(t("earlier.none"));
    this.none.hidden = true;
    fill(this.list, ...found.map((one) => entry(this.desk, one)));
  }
}

/**
 * @param {Desk} desk
 * @param {Earlier} one
 */
export function entry(desk, one) {
  const click = () => void read(desk, one);
  const state = one.ticket_status
    ? `${one.ticket}, ${label("ticket_status", one.ticket_status)}`
    : label("status", one.status);
  const chat = el(
    "button",
    { type: "button", class: "earlier-chat", on: { click } },
    el(
      "span",
      { class: "card-top" },
      el("time", { datetime: one.created_at }, moment(one.created_at)),
      channelIcon(one.channel),
    ),
    one.by === "agent" && written(nameOf(one), "card-name"),
    written(one.preview || t("lists.no_text"), "card-preview"),
    el("span", { class: "quiet" }, [label("topic", one.topic), state].filter(Boolean).join(" · ")),
    one.by === "email" && el("span", { class: "quiet earlier-by" }, icon("mail"), t("earlier.by_email")),
  );
  return el("li", null, chat);
}

/**
 * @param {Desk} desk
 * @param {Earlier} one
 */
async function read(desk, one) {
  if (document.querySelector("dialog[open]")) return;
  const ignore = () => {};
  const transcript = new Transcript({ edit: ignore, discard: ignore });
  const status = el("p", { class: "quiet", role: "status" }, t("empty.loading"));
  const close = el("button", { type: "submit", class: "primary" }, t("earlier.close"));
  const lead = [moment(one.created_at), label("channel", one.channel), one.ticket].filter(Boolean).join(" · ");
  const form = el(
    "form",
    { method: "dialog", class: "reading" },
    el("h2", { id: "earlier-title" }, t("earlier.reading")),
    el("p", { class: "quiet" }, lead),
    one.resolution &&
      el("p", { class: "resolution" }, el("strong", null, `${t("close.resolution")}: `), written(known("resolution", one.resolution))),
    status,
    transcript.node,
    el("div", { class: "dialog-buttons" }, close),
  );
  const dialog = el("dialog", { class: "dialog dialog-wide dialog-tall", "aria-labelledby": "earlier-title" }, form);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  close.focus();
  try {
    transcript.show(await desk.api.conversation(one.id, 0), [], 0);
    status.remove();
  } catch (error) {
    status.textContent = sentence(error);
  }
}
