/** Shows the transcript of the open conversation and keeps the reader's place in it. */

import { el, keep } from "./dom.js";
import { messageElement, unsentElement } from "./message.js";
import { t } from "./texts.js";
import { day } from "./time.js";

/** @import { Conversation, Message, Unsent } from "./types.js" */
/**
 * @typedef {{kind: "day", text: string} | {kind: "new"} | {kind: "message", message: Message, continued: boolean} |
 *   {kind: "unsent", entry: Unsent}} Line
 */

const TOGETHER = 3 * 60_000; // messages of one author within this time of the first stand under one name
const NEAR = 80; // this close to the end, in pixels, the reader follows along

export class Transcript {
  #shown = "";
  #newFrom = 0;
  #visitor = "";
  #following = true;

  /** @param {{edit: (entry: Unsent) => void, discard: (entry: Unsent) => void}} acts */
  constructor(acts) {
    this.acts = acts;
    this.list = el("div", { class: "messages" });
    this.typing = el("p", { class: "typing", hidden: true });
    this.log = el(
      "div",
      { class: "log", tabindex: 0, role: "region", "aria-label": t("conversation.transcript") },
      this.list,
      this.typing,
    );
    this.jump = el(
      "button",
      { type: "button", class: "jump", hidden: true, on: { click: () => this.toEnd() } },
      t("conversation.newer"),
    );
    this.log.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.#following && this.toEnd()).observe(this.log);
    this.node = el("div", { class: "transcript" }, this.log, this.jump);
  }

  /**
   * @param {Conversation} conversation
   * @param {Unsent[]} unsent
   * @param {number} readUntil
   */
  show(conversation, unsent, readUntil) {
    const turned = this.#shown !== conversation.id;
    this.#visitor = conversation.visitor.name ?? "";
    if (turned) this.#turn(conversation, readUntil);
    const following = turned || this.#atEnd();
    const before = this.list.childElementCount;
    keep(this.list, lines(conversation.messages, unsent, this.#newFrom), {
      key,
      print: (line) => JSON.stringify([line, this.#visitor]),
      build: (line) => this.#build(conversation.id, line),
    });
    if (following) this.toEnd();
    else if (this.list.childElementCount > before) this.jump.hidden = false;
  }

  /**
   * @param {Conversation} conversation
   * @param {number} readUntil
   */
  #turn(conversation, readUntil) {
    this.#shown = conversation.id;
    this.list.replaceChildren();
    const unread = conversation.messages.find((message) => message.author === "visitor" && message.seq > readUntil);
    this.#newFrom = readUntil > 0 && unread ? unread.seq : 0;
  }

  /** @param {string} name who types, or nothing */
  showTyping(name) {
    const following = this.#atEnd();
    this.typing.hidden = name === "";
    this.typing.replaceChildren(
      el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")),
      name && t("conversation.typing", { name }),
    );
    if (following) this.toEnd();
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.jump.hidden = true;
    this.#following = true;
  }

  #scrolled() {
    this.#following = this.#atEnd();
    if (this.#following) this.jump.hidden = true;
  }

  #atEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR;
  }

  /**
   * @param {string} conversation
   * @param {Line} line
   * @returns {HTMLElement}
   */
  #build(conversation, line) {
    if (line.kind === "day") return el("p", { class: "day" }, el("span", null, line.text));
    if (line.kind === "new") return el("p", { class: "day day-new" }, el("span", null, t("conversation.new")));
    if (line.kind === "unsent") return unsentElement(line.entry, this.acts);
    return messageElement(conversation, named(line.message, this.#visitor), line.continued);
  }
}

/**
 * @param {Message} message
 * @param {string} visitor
 * @returns {Message} the same, under the visitor's name as far as it is known
 */
function named(message, visitor) {
  return message.author === "visitor" ? { ...message, name: message.name || visitor } : message;
}

/**
 * @param {Message[]} messages
 * @param {Unsent[]} unsent
 * @param {number} newFrom
 * @returns {Line[]}
 */
function lines(messages, unsent, newFrom) {
  /** @type {Line[]} */
  const out = [];
  let first = messages[0]; // of those that stand under one name, and one time
  messages.forEach((message, index) => {
    const last = messages[index - 1];
    const today = day(message.created_at);
    const turned = !last || day(last.created_at) !== today;
    if (turned) out.push({ kind: "day", text: today });
    if (message.seq === newFrom) out.push({ kind: "new" });
    const continued = !turned && message.seq !== newFrom && together(first, last, message);
    if (!continued) first = message;
    out.push({ kind: "message", message, continued });
  });
  for (const entry of unsent) out.push({ kind: "unsent", entry });
  return out;
}

/**
 * @param {Message} first
 * @param {Message} last
 * @param {Message} message
 */
function together(first, last, message) {
  const same = last.author === message.author && last.name === message.name && !last.private === !message.private;
  return same && Date.parse(message.created_at) - Date.parse(first.created_at) < TOGETHER;
}

/** @param {Line} line */
function key(line) {
  if (line.kind === "day") return `day ${line.text}`;
  if (line.kind === "new") return "new";
  return line.kind === "unsent" ? line.entry.id : `seq ${line.message.seq}`;
}
