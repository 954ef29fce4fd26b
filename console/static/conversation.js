/** Shows the open conversation in the middle: who it is, what can be done, the transcript and the writing field. */

import { askArticle, Suggestions } from "./articles.js";
import { close, giveBack, hasFloor, isLeft, opened, take, takeable, takeOver, transfer } from "./actions.js";
import { Composer } from "./composer.js";
import { el, fill, written } from "./dom.js";
import { icon } from "./icons.js";
import { Lookers } from "./lookers.js";
import { label, t } from "./texts.js";
import { ageElement } from "./time.js";
import { Transcript } from "./transcript.js";

/** @import { Desk } from "./desk.js" */
/** @import { IconName } from "./icons.js" */
/** @import { Outbox } from "./outbox.js" */
/** @import { TextKey } from "./texts.js" */
/** @import { Conversation, Unsent } from "./types.js" */

export class ConversationPane {
  /** @type {Map<string, Composer>} */
  #composers = new Map();
  /** The open conversation while this agent does not have the floor there. */
  #floorless = "";
  /** @type {"" | "write" | "read"} why the conversation was just opened */
  #arriving = "";

  /**
   * @param {Desk} desk
   * @param {Outbox} outbox
   * @param {() => void} toggleDetails
   */
  constructor(desk, outbox, toggleDetails) {
    this.desk = desk;
    this.outbox = outbox;
    this.toggleDetails = toggleDetails;
    this.head = el("header", { class: "conversation-head" });
    this.notice = el("p", { class: "floor-notice" });
    this.transcript = new Transcript({ edit: (entry) => this.#edit(entry), discard: (entry) => outbox.discard(entry) });
    this.beside = el("p", { class: "beside", role: "status", hidden: true });
    this.lookers = new Lookers(desk);
    this.suggestions = new Suggestions(desk, ({ text }) => this.composer?.insertApart(text));
    this.writing = el("div", { class: "writing" });
    this.node = el("main", { class: "pane conversation", id: "conversation", tabindex: -1 });
    this.#listen();
    this.show();
  }

  #listen() {
    const mine = (/** @type {string} */ id) => id === this.desk.open && this.show();
    this.desk.on("opened", ({ toWrite }) => this.#turn(toWrite));
    this.desk.on("conversation", mine);
    this.desk.on("unsent", mine);
    this.desk.on("lists", () => this.show());
    this.desk.on("beside", () => this.#showBeside());
    this.desk.on("typing", (id) => id === this.desk.open && this.#showTyping());
    for (const name of ["focus", "visibilitychange"]) addEventListener(name, () => this.#read());
  }

  /** @param {boolean} toWrite */
  #turn(toWrite) {
    this.#arriving = toWrite ? "write" : "read";
    this.show();
    if (this.#arriving) this.node.focus();
  }

  /** Put the focus where the agent goes on, once the conversation that was opened is loaded. */
  #arrive() {
    if (this.#arriving === "write" && hasFloor(this.desk)) this.composer?.focus();
    else if (this.#arriving) this.transcript.log.focus();
    this.#arriving = "";
  }

  show() {
    const conversation = opened(this.desk);
    if (!conversation) return this.#showNone();
    if (this.transcript.node.parentNode !== this.node)
      fill(this.node, this.head, this.transcript.node, this.beside, this.notice, this.writing);
    this.#showHead(conversation);
    this.#showWriting(conversation);
    this.#greet(conversation.id);
    this.transcript.show(conversation, this.outbox.of(conversation.id), this.desk.readUntil(conversation.id));
    this.#showTyping();
    this.#arrive();
    this.#read();
  }

  #showNone() {
    const { waiting } = this.desk.lists;
    if (this.desk.open)
      return fill(this.node, el("div", { class: "empty" }, el("p", { class: "quiet" }, t("empty.loading"))));
    const sum = waiting.length === 0 ? "empty.none" : waiting.length === 1 ? "empty.one" : "empty.many";
    const first = { type: "button", class: "primary", on: { click: () => this.desk.openConversation(waiting[0].id) } };
    const card = el(
      "div",
      { class: "empty" },
      el("div", { class: "empty-sign" }, icon(waiting.length ? "bell" : "check")),
      el("h2", null, t(sum, { n: waiting.length })),
      waiting.length ? el("button", first, t("empty.next")) : el("p", { class: "quiet" }, t("empty.title")),
      el("p", { class: "quiet" }, t("empty.hint")),
    );
    if (this.node.textContent !== card.textContent) fill(this.node, card);
  }

  /** @param {Conversation} conversation */
  #showHead(conversation) {
    const card = this.desk.card(conversation.id);
    const print = JSON.stringify([
      conversation.status,
      conversation.agent,
      conversation.visitor,
      conversation.language,
      conversation.ticket,
      card?.waiting_since,
      hasFloor(this.desk),
      isLeft(this.desk),
    ]);
    if (this.head.dataset.print === print) return;
    this.head.dataset.print = print;
    const name = written(conversation.visitor.name || t("visitor.unnamed"));
    const title = el(
      "div",
      { class: "conversation-title" },
      el("h2", null, name),
      this.#facts(conversation, card?.waiting_since ?? null),
    );
    const actions = el("div", { class: "actions" }, ...this.#actions(conversation), this.#details());
    fill(this.head, this.#back(), title, actions);
  }

  /**
   * @param {Conversation} conversation
   * @param {string | null} since
   */
  #facts(conversation, since) {
    const { status, ticket, language, channel } = conversation;
    const age = status === "waiting" && since ? [" ", ageElement(since)] : [];
    return el(
      "p",
      { class: "conversation-facts" },
      el("span", { class: `status status-${status}` }, label("status", status), ...age),
      ticket && el("span", null, ticket.number),
      el("span", null, label("language", language)),
      el("span", null, label("channel", channel)),
    );
  }

  /** @param {Conversation} conversation */
  #actions(conversation) {
    if (takeable(conversation)) return [this.#button("check", "conversation.take", "primary", take)];
    if (isLeft(this.desk)) return [this.#button("check", "conversation.close", "primary", close)];
    if (!hasFloor(this.desk))
      return conversation.status === "with_agent" && this.desk.leads
        ? [this.#button("check", "conversation.take_over", "secondary", takeOver)]
        : [];
    return [
      this.#button("bot", "conversation.return", "secondary", giveBack),
      this.#button("forward", "conversation.transfer", "secondary", transfer),
      this.#button("check", "conversation.close", "secondary", close),
    ];
  }

  /**
   * @param {IconName} picture
   * @param {TextKey} words
   * @param {string} look
   * @param {(desk: Desk) => Promise<void>} act
   */
  #button(picture, words, look, act) {
    /** @param {Event} event */
    const click = async (event) => {
      const button = /** @type {HTMLButtonElement} */ (event.currentTarget);
      button.disabled = true;
      await act(this.desk);
      button.disabled = false;
    };
    const name = { "aria-label": t(words), title: t(words) };
    return el(
      "button",
      { type: "button", class: look, ...name, on: { click } },
      icon(picture),
      el("span", null, t(words)),
    );
  }

  #back() {
    const words = { "aria-label": t("conversation.back"), title: t("conversation.back") };
    return el(
      "button",
      { type: "button", class: "icon-button back", ...words, on: { click: () => this.desk.openConversation(null) } },
      icon("back"),
    );
  }

  #details() {
    const words = {
      "aria-label": t("conversation.details"),
      title: t("conversation.details"),
      "aria-controls": "details",
    };
    return el(
      "button",
      { type: "button", class: "icon-button show-details", ...words, on: { click: this.toggleDetails } },
      icon("details"),
    );
  }

  /** @param {Conversation} conversation */
  #showWriting(conversation) {
    const composer = this.#composerOf(conversation.id);
    const name = conversation.visitor.name || t("author.visitor");
    const text = this.#floor(conversation);
    composer.allow({ mayAnswer: hasFloor(this.desk), name });
    if (this.notice.textContent !== text) this.notice.textContent = text;
    this.notice.hidden = text === "";
    if (composer.node?.parentNode !== this.writing) fill(this.writing, this.suggestions.node, composer.node);
  }

  /** @param {Conversation} conversation */
  #floor(conversation) {
    if (hasFloor(this.desk)) return "";
    if (isLeft(this.desk)) return t("conversation.is_left");
    if (conversation.status === "closed") return t("conversation.is_closed");
    if (takeable(conversation)) return t("conversation.take_first");
    if (conversation.status === "with_bot") return t("conversation.with_bot");
    return t("conversation.read_only", { name: conversation.agent || t("author.agent") });
  }

  /** @param {string} id the moment the agent gets the floor there, writing may begin */
  #greet(id) {
    const floor = hasFloor(this.desk) ? id : "";
    if (floor && this.#floorless === id && !document.querySelector("dialog[open]")) this.composer?.focus();
    this.#floorless = floor ? "" : id;
  }

  /** @returns {Composer | undefined} */
  get composer() {
    return this.desk.open ? this.#composerOf(this.desk.open) : undefined;
  }

  /** @param {string} id */
  #composerOf(id) {
    const beside = { writes: () => this.lookers.writes(), search: () => void this.search() };
    const composer = this.#composers.get(id) ?? new Composer(this.desk, this.outbox, id, beside);
    this.#composers.set(id, composer);
    return composer;
  }

  /** Let the agent find an article to send. */
  async search() {
    const conversation = opened(this.desk);
    if (!conversation || this.composer?.stranded || document.querySelector("dialog[open]")) return;
    const found = await askArticle(this.desk, conversation.language);
    if (found) this.composer?.insertApart(found.text);
    else this.composer?.focus();
  }

  /** Say which colleagues have the open chat before them too, so that two do not answer at once. */
  #showBeside() {
    const { others } = this.lookers;
    const writing = others.filter(({ writes }) => writes);
    const names = (writing.length > 0 ? writing : others).map(({ name }) => name).join(", ");
    const words = names && t(writing.length > 0 ? "beside.writes" : "beside.reads", { name: names });
    this.beside.hidden = !words;
    this.beside.classList.toggle("beside-writes", writing.length > 0);
    if (this.beside.textContent !== words) fill(this.beside, words ? icon("eye") : null, words);
  }

  #showTyping() {
    const conversation = opened(this.desk);
    const typing = conversation && this.desk.typing.has(conversation.id);
    this.transcript.showTyping(typing ? conversation.visitor.name || t("author.visitor") : "");
  }

  #read() {
    const { open } = this.desk;
    if (open && this.desk.isMine(open) && document.visibilityState === "visible" && document.hasFocus())
      this.desk.markRead(open);
  }

  /** @param {Unsent} entry */
  #edit(entry) {
    this.outbox.discard(entry);
    this.composer?.restore(entry.text, entry.private ? "note" : "answer");
  }
}
