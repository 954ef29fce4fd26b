/** Builds the writing field of one conversation: an answer to the visitor or a private note, with a kept draft. */

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { asRecord, tabMemory } from "./memory.js";
import { toast } from "./notices.js";
import { t } from "./texts.js";

/** @import { Desk } from "./desk.js" */
/** @import { Outbox } from "./outbox.js" */
/** @typedef {"answer" | "note"} Mode */

const LONGEST = 4000;
const LARGEST = 10 * 1024 * 1024;
const TYPING_EVERY = 3000;

export class Composer {
  /** @type {Mode} */
  mode = "answer";
  #mayAnswer = true;
  #typedAt = 0;

  /**
   * @param {Desk} desk
   * @param {Outbox} outbox
   * @param {string} conversation
   */
  constructor(desk, outbox, conversation) {
    this.desk = desk;
    this.outbox = outbox;
    this.conversation = conversation;
    this.field = el("textarea", { rows: 2, class: "field", dir: "auto", "aria-describedby": "composer-keys" });
    this.answer = this.#radio("answer");
    this.note = this.#radio("note");
    this.count = el("span", { class: "too-long", role: "status" });
    this.submit = el("button", { type: "submit", class: "primary" });
    this.picker = el("input", { type: "file", class: "visually-hidden", tabindex: -1, "aria-hidden": "true" });
    this.clip = this.#clip();
    this.node = this.#form();
    this.#listen();
    const draft = asRecord(asRecord(tabMemory.get("drafts"))[conversation]);
    if (typeof draft.text === "string") this.field.value = draft.text;
    this.#wanted = draft.mode === "note" ? "note" : "answer";
    this.#apply();
  }

  /** @type {Mode} what the agent chose; a note is forced while someone else has the floor */
  #wanted = "answer";

  #form() {
    const legend = el("legend", { class: "visually-hidden" }, t("composer.mode"));
    const modes = el("fieldset", { class: "segments" }, legend, this.answer.node, this.note.node);
    const hint = el("span", { class: "composer-keys", id: "composer-keys" }, t("composer.keys"));
    const row = el("div", { class: "composer-row" }, this.picker, this.clip, hint, this.count, this.submit);
    return el("form", { class: "composer", "aria-label": t("composer.label") }, modes, this.field, row);
  }

  #listen() {
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.field.addEventListener("input", () => this.#input());
    this.field.addEventListener("paste", (event) => this.#files(event, event.clipboardData));
    this.node.addEventListener("submit", (event) => this.#submitted(event));
    this.node.addEventListener("dragover", (event) => event.preventDefault());
    this.node.addEventListener("drop", (event) => this.#files(event, event.dataTransfer));
    this.picker.addEventListener("change", () => {
      [...(this.picker.files ?? [])].forEach((file) => this.#attach(file));
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
    return { input, node };
  }

  #clip() {
    const words = { "aria-label": t("composer.attach"), title: t("composer.attach") };
    const click = () => this.picker.click();
    return el("button", { type: "button", class: "icon-button", ...words, on: { click } }, icon("clip"));
  }

  /** @param {{mayAnswer: boolean, name: string}} how whether the visitor may be answered, or only notes be left */
  allow({ mayAnswer, name }) {
    this.#mayAnswer = mayAnswer;
    this.name = name;
    this.#apply();
  }

  /** @param {Mode} mode */
  choose(mode) {
    this.#wanted = mode;
    this.#apply();
    this.#keep();
  }

  #apply() {
    this.mode = this.#mayAnswer ? this.#wanted : "note";
    this.answer.input.disabled = !this.#mayAnswer;
    this.answer.input.checked = this.mode === "answer";
    this.note.input.checked = this.mode === "note";
    const hint = t(`composer.${this.mode}_hint`, { name: this.name ?? "" });
    this.field.placeholder = hint;
    this.field.setAttribute("aria-label", hint);
    this.submit.replaceChildren(
      icon(this.mode === "note" ? "lock" : "send"),
      t(this.mode === "note" ? "composer.save" : "composer.send"),
    );
    this.clip.hidden = this.mode === "note";
    this.node.classList.toggle("composer-note", this.mode === "note");
    this.#measure();
  }

  /** @param {Mode} [mode] */
  focus(mode) {
    if (mode) this.choose(mode);
    this.field.focus();
  }

  /** @param {string} text put back to be written anew */
  restore(text) {
    this.field.value = this.field.value ? `${text}\n${this.field.value}` : text;
    this.#input();
    this.focus();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.altKey || event.isComposing) return;
    event.preventDefault();
    this.#send();
  }

  #input() {
    this.#wanted = this.mode; // what was begun as a note stays one when the agent gets the floor
    this.#measure();
    this.#keep();
    if (this.mode === "answer") this.#tellTyping(this.field.value.trim() !== "");
  }

  #measure() {
    const over = this.field.value.length - LONGEST;
    this.count.textContent = over > 0 ? t("composer.too_long", { n: over }) : "";
    this.submit.disabled = over > 0;
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

  #keep() {
    const drafts = asRecord(tabMemory.get("drafts"));
    drafts[this.conversation] = { text: this.field.value, mode: this.#wanted };
    tabMemory.set("drafts", drafts);
  }

  /** @param {SubmitEvent} event */
  #submitted(event) {
    event.preventDefault();
    this.#send();
    this.focus();
  }

  #send() {
    const text = this.field.value.trim();
    if (!text || this.submit.disabled) return;
    const asNote = this.mode === "note";
    this.field.value = "";
    this.#typedAt = 0;
    this.#measure();
    this.choose("answer"); // a note is the exception: the next text is an answer again
    this.outbox.add(this.conversation, text, { private: asNote });
  }

  /**
   * @param {Event} event
   * @param {DataTransfer | null} carried
   */
  #files(event, carried) {
    const files = [...(carried?.files ?? [])];
    if (files.length === 0 || this.mode === "note") return;
    event.preventDefault();
    files.forEach((file) => this.#attach(file));
  }

  /** @param {File} file */
  #attach(file) {
    if (file.size > LARGEST) toast(t("composer.attach_limit"), true);
    else this.outbox.add(this.conversation, "", { file });
  }
}
