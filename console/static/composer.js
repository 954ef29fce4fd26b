/** Builds the writing field of one conversation: an answer to the visitor or a private note, with a kept draft. */

import { cannedAnswers, command, filled, matching, shown, titleOf, unfilled } from "./canned.js";
import { el } from "./dom.js";
import { draftOf, keepDraft } from "./drafts.js";
import { icon } from "./icons.js";
import { toast } from "./notices.js";
import { Picker } from "./picker.js";
import { t } from "./texts.js";
import { Tray } from "./tray.js";

/** @import { Desk } from "./desk.js" */
/** @import { Draft, Mode } from "./drafts.js" */
/** @import { IconName } from "./icons.js" */
/** @import { Outbox } from "./outbox.js" */
/** @import { Canned } from "./types.js" */
/** @typedef {{writes: () => void, search: () => void}} Beside what the page does when the agent writes or looks up */

const LONGEST = 4000;
const TYPING_EVERY = 3000;

export class Composer {
  /** @type {Mode} */
  mode = "answer";
  #mayAnswer = true;
  #typedAt = 0;
  /** @type {Draft} what is written, by kind; its mode is what the agent chose, which the floor may not allow */
  #draft;

  /**
   * @param {Desk} desk
   * @param {Outbox} outbox
   * @param {string} conversation
   * @param {Beside} beside
   */
  constructor(desk, outbox, conversation, beside) {
    this.desk = desk;
    this.outbox = outbox;
    this.conversation = conversation;
    this.beside = beside;
    this.field = el("textarea", { rows: 2, class: "field", dir: "auto", "aria-describedby": "composer-keys" });
    this.answer = this.#radio("answer");
    this.note = this.#radio("note");
    this.count = el("span", { class: "too-long", role: "status" });
    this.submit = el("button", { type: "submit", class: "primary" });
    this.picker = el("input", { type: "file", class: "visually-hidden", tabindex: -1, "aria-hidden": "true" });
    this.clip = this.#tool("clip", t("composer.attach"), () => this.picker.click());
    this.tray = new Tray(() => this.#measure());
    this.offers = new Picker(this.field);
    this.keys = el("span", { class: "composer-keys", id: "composer-keys" });
    this.slash = this.#tool("bolt", t("composer.canned"), () => this.#slash());
    this.search = this.#tool("book", `${t("articles.search")} (s)`, () => this.beside.search());
    this.node = this.#form();
    this.#listen();
    this.#draft = draftOf(conversation);
    this.#apply();
    void cannedAnswers(desk.api); // so that the list is there when the slash is typed
  }

  #form() {
    const legend = el("legend", { class: "visually-hidden" }, t("composer.mode"));
    const modes = el("fieldset", { class: "segments" }, legend, this.answer.node, this.note.node);
    modes.addEventListener("keydown", (event) => this.#keyOnMode(event));
    const row = el(
      "div",
      { class: "composer-row" },
      this.picker,
      this.clip,
      this.slash,
      this.search,
      this.keys,
      this.count,
      this.submit,
    );
    const label = { class: "composer", "aria-label": t("composer.label") };
    return el("form", label, modes, this.field, this.offers.node, this.tray.node, row);
  }

  #listen() {
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.field.addEventListener("input", () => this.#input());
    this.field.addEventListener("click", () => void this.#offer());
    this.field.addEventListener("paste", (event) => this.#files(event, event.clipboardData));
    this.node.addEventListener("submit", (event) => this.#submitted(event));
    this.node.addEventListener("dragover", (event) => event.preventDefault());
    this.node.addEventListener("drop", (event) => this.#files(event, event.dataTransfer));
    this.picker.addEventListener("change", () => {
      this.tray.add([...(this.picker.files ?? [])]);
      this.picker.value = "";
    });
  }

  /** @param {Mode} mode */
  #radio(mode) {
    const input = el("input", { type: "radio", name: `mode-${this.conversation}`, value: mode });
    input.addEventListener("change", () => this.choose(mode));
    const node = el(
      "label",
      { class: `segment segment-${mode}` },
      input,
      mode === "note" && icon("lock"),
      t(`composer.${mode}`),
    );
    node.addEventListener("click", ({ detail }) => detail > 0 && this.focus()); // 0: chosen with the arrow keys
    return { input, node };
  }

  /**
   * @param {IconName} picture
   * @param {string} words
   * @param {() => void} click
   */
  #tool(picture, words, click) {
    const named = { "aria-label": words, title: words };
    return el("button", { type: "button", class: "icon-button", ...named, on: { click } }, icon(picture));
  }

  /** Begin a command at the caret, as if a slash had been typed. */
  #slash() {
    this.field.focus();
    const before = this.field.value.slice(0, this.field.selectionStart);
    this.insert(before === "" || /\s$/.test(before) ? "/" : " /");
  }

  /** @param {string} text goes in at the caret, instead of what is marked */
  insert(text) {
    const { selectionStart, selectionEnd } = this.field;
    this.field.setRangeText(text, selectionStart, selectionEnd, "end");
    this.#input();
    this.focus();
    this.#toUnfilled();
  }

  /** @param {string} text an article: on lines of its own, behind what is written already */
  insertApart(text) {
    const before = this.field.value.slice(0, this.field.selectionStart).trimEnd();
    this.field.setRangeText(before && "\n\n", before.length, this.field.selectionStart, "end");
    this.insert(text);
  }

  /** Mark the first variable that is still to be filled in. */
  #toUnfilled() {
    const open = unfilled(this.field.value);
    if (open) this.field.setSelectionRange(open.at, open.at + open.name.length);
    return open;
  }

  /** Offer canned answers while a command is being typed. */
  async #offer() {
    const typed = command(this.field.value.slice(0, this.field.selectionStart));
    if (typed === null) return this.offers.show([]);
    const answers = await cannedAnswers(this.desk.api);
    const word = command(this.field.value.slice(0, this.field.selectionStart));
    const found = word === null || document.activeElement !== this.field ? [] : matching(answers, word);
    this.offers.show(
      found.map((answer) => this.#offered(answer, word ?? "")),
      word ?? "",
    );
  }

  /**
   * @param {Canned} answer
   * @param {string} word
   */
  #offered(answer, word) {
    const conversation = this.desk.conversations.get(this.conversation);
    const text = conversation ? filled(answer, conversation, this.desk.me) : "";
    const choose = () => {
      const end = this.field.selectionStart;
      this.field.setSelectionRange(end - word.length - 1, end);
      this.insert(text);
    };
    return { name: `/${shown(answer, word)}`, title: titleOf(answer), preview: text, choose };
  }

  /** @param {{mayAnswer: boolean, name: string}} how whether the visitor may be answered, or only notes be left */
  allow({ mayAnswer, name }) {
    if (mayAnswer && !this.#mayAnswer && this.#draft.note.trim() === "") this.#draft.mode = "answer";
    this.#mayAnswer = mayAnswer;
    this.name = name;
    this.#apply();
  }

  /** @param {Mode} mode */
  choose(mode) {
    this.#draft.mode = mode;
    this.#apply();
    keepDraft(this.conversation, this.#draft);
  }

  /** @returns {boolean} an answer may be written, or one that was begun may still be read */
  get answers() {
    return this.#mayAnswer || this.#draft.answer.trim() !== "";
  }

  /** @returns {boolean} what is shown is an answer the agent was writing when the floor was lost */
  get stranded() {
    return this.mode === "answer" && !this.#mayAnswer;
  }

  #apply() {
    this.mode = this.answers ? this.#draft.mode : "note";
    if (this.field.value !== this.#draft[this.mode]) this.field.value = this.#draft[this.mode];
    this.answer.input.disabled = !this.answers;
    this.answer.input.checked = this.mode === "answer";
    this.note.input.checked = this.mode === "note";
    const hint = t(`composer.${this.mode}_hint`, { name: this.name ?? "" });
    this.field.placeholder = hint;
    this.field.setAttribute("aria-label", hint);
    this.submit.replaceChildren(
      icon(this.mode === "note" ? "lock" : "send"),
      t(this.mode === "note" ? "composer.save" : "composer.send"),
    );
    this.clip.hidden = this.tray.node.hidden = this.mode === "note";
    if (this.tray.empty) this.tray.node.hidden = true;
    this.keys.textContent = t(this.stranded ? "composer.stranded" : `composer.${this.mode}_keys`);
    this.field.readOnly = this.clip.disabled = this.slash.disabled = this.search.disabled = this.stranded;
    this.node.classList.toggle("composer-note", this.mode === "note");
    this.node.classList.toggle("composer-stranded", this.stranded);
    this.#measure();
  }

  /** @param {Mode} [mode] */
  focus(mode) {
    if (mode) this.choose(mode);
    this.field.focus();
  }

  /**
   * @param {string} text put back to be written anew
   * @param {Mode} mode
   */
  restore(text, mode) {
    const begun = this.#draft[mode];
    this.#draft[mode] = begun ? `${text}\n${begun}` : text;
    this.focus(mode);
  }

  /** @param {KeyboardEvent} event on the choice of the kind: a letter is the beginning of the text, not a shortcut */
  #keyOnMode(event) {
    if (event.key.length > 1 || event.key === " " || event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation();
    this.field.focus();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (this.offers.key(event)) return;
    if (event.key !== "Enter" || event.shiftKey || event.altKey || event.isComposing) return;
    event.preventDefault();
    if (!event.repeat) this.#send();
  }

  #input() {
    this.#draft.mode = this.mode; // what was begun as a note stays one when the agent gets the floor
    this.#draft[this.mode] = this.field.value;
    this.#measure();
    keepDraft(this.conversation, this.#draft);
    if (this.mode === "answer") this.#tellTyping(this.field.value.trim() !== "");
    this.beside.writes();
    void this.#offer();
  }

  #measure() {
    const over = this.field.value.length - LONGEST;
    this.count.textContent = over > 0 ? t("composer.too_long", { n: over }) : "";
    this.submit.disabled = over > 0 || this.stranded;
    this.field.rows = Math.min(8, Math.max(2, this.field.value.split("\n").length));
  }

  /** @param {boolean} on */
  #tellTyping(on) {
    const now = Date.now();
    if (on && now - this.#typedAt < TYPING_EVERY) return;
    if (!on && this.#typedAt === 0) return;
    this.#typedAt = on ? now : 0;
    void this.desk.quietly(this.desk.api.typing(this.conversation, on));
  }

  /** @param {SubmitEvent} event */
  #submitted(event) {
    event.preventDefault();
    this.#send();
    this.focus();
  }

  #send() {
    const text = this.field.value.trim();
    const asNote = this.mode === "note";
    if (!(text || (!asNote && !this.tray.empty)) || this.submit.disabled) return;
    const open = this.#toUnfilled();
    if (open) return toast(t("canned.unfilled", { name: open.name }), true);
    this.#draft[this.mode] = "";
    this.#typedAt = 0;
    this.choose(this.#mayAnswer ? "answer" : "note"); // a note is the exception: the next text is an answer again
    if (text) this.outbox.add(this.conversation, text, { private: asNote });
    if (!asNote) for (const file of this.tray.take()) this.outbox.add(this.conversation, "", { file });
  }

  /**
   * @param {Event} event
   * @param {DataTransfer | null} carried
   */
  #files(event, carried) {
    const files = [...(carried?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    if (this.stranded) return;
    if (this.mode === "note") return toast(t("composer.note_files"), true);
    this.tray.add(files);
    this.focus();
  }
}
