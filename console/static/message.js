/** Shows one message of a transcript, or one that is still on its way. */

import { attachmentAddress } from "./api.js";
import { el, written } from "./dom.js";
import { icon } from "./icons.js";
import { blocks, linked, plain } from "./markup.js";
import { t } from "./texts.js";
import { clock, moment } from "./time.js";

/** @import { Message, Unsent } from "./types.js" */

/** What is shown as a picture: raster images only, which no browser runs. */
export const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/**
 * @param {string} conversation
 * @param {Message} message
 * @param {boolean} continued the same author spoke just before: no second name
 * @returns {HTMLElement}
 */
export function messageElement(conversation, message, continued) {
  const kind = message.private ? "note" : message.author;
  return el(
    "article",
    { class: `message message-${kind}${continued ? " message-continued" : ""}`, data: { seq: message.seq } },
    head(message, continued),
    el("div", { class: "bubble" }, ...body(message), ...files(conversation, message), ...offered(message)),
  );
}

/**
 * @param {Message} message
 * @param {boolean} continued
 */
function head(message, continued) {
  const name = message.name || t(`author.${message.author}`);
  const time = el(
    "time",
    { datetime: message.created_at, title: moment(message.created_at) },
    clock(message.created_at),
  );
  return el(
    "header",
    { class: continued ? "visually-hidden" : "message-head" },
    message.private && el("strong", { class: "note-mark" }, icon("lock"), t("message.private")),
    message.author === "bot" && icon("bot"),
    written(name, "message-name"),
    time,
  );
}

/** @param {Message} message */
function body(message) {
  if (!message.text) return [];
  if (message.author === "bot" || message.author === "system") return blocks(message.text);
  return [message.author === "agent" ? linked(message.text) : plain(message.text)];
}

/**
 * @param {string} conversation
 * @param {Message} message
 */
function files(conversation, message) {
  return message.attachments.map((file) => {
    const href = attachmentAddress(conversation, file.id);
    const picture = PICTURES.has(file.type) && el("img", { src: href, alt: "", loading: "lazy", class: "thumbnail" });
    const size = el("span", { class: "file-size" }, bytes(file.size));
    const link = { class: "file", href, target: "_blank", rel: "noopener noreferrer" };
    return el("a", link, picture || icon("file"), el("span", null, written(file.name), " ", size));
  });
}

/**
 * @param {number} size
 * @returns {string} "12 KiB"
 */
export function bytes(size) {
  return size < 1024 * 1024 ? `${Math.max(1, Math.round(size / 1024))} KiB` : `${(size / 1024 / 1024).toFixed(1)} MiB`;
}

/** @param {Message} message */
function offered(message) {
  const article = message.article && el("p", { class: "article-id" }, t("message.article", { id: message.article }));
  if (message.choices.length === 0) return article ? [article] : [];
  const items = message.choices.map(({ title }) => el("li", null, written(title)));
  const list = el("ul", { class: "choices" }, ...items);
  return [el("p", { class: "visually-hidden" }, t("message.choices")), list, article].filter(
    (node) => node instanceof Node,
  );
}

/**
 * @param {Unsent} entry
 * @param {{edit: (entry: Unsent) => void, discard: (entry: Unsent) => void}} acts
 * @returns {HTMLElement}
 */
export function unsentElement(entry, acts) {
  const kind = entry.private ? "note" : "agent";
  const state = el(
    "span",
    { class: `sending sending-${entry.state}` },
    entry.state !== "sending" && icon("warning"),
    status(entry),
  );
  const detail =
    entry.state === "refused" && entry.detail && el("p", { class: "sending-detail", dir: "auto" }, entry.detail);
  return el(
    "article",
    { class: `message message-${kind} message-unsent`, data: { unsent: entry.id } },
    el(
      "header",
      { class: "message-head" },
      entry.private && el("strong", { class: "note-mark" }, icon("lock"), t("message.private")),
      state,
    ),
    el("div", { class: "bubble" }, entry.file ? plain(entry.file.name) : linked(entry.text), detail || null),
    entry.state === "refused" && repairs(entry, acts),
  );
}

/** @param {Unsent} entry */
function status(entry) {
  return t(`message.${entry.state}`);
}

/**
 * @param {Unsent} entry
 * @param {{edit: (entry: Unsent) => void, discard: (entry: Unsent) => void}} acts
 */
function repairs(entry, acts) {
  const edit = el(
    "button",
    { type: "button", class: "link", on: { click: () => acts.edit(entry) } },
    t("message.edit"),
  );
  const discard = el(
    "button",
    { type: "button", class: "link", on: { click: () => acts.discard(entry) } },
    t("message.discard"),
  );
  return el("p", { class: "repairs" }, !entry.file && edit, discard);
}
