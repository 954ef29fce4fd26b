/** Shows what can be inserted at a slash, below one text field, and lets the keyboard choose. */

import { el, fill } from "./dom.js";
import { announce } from "./notices.js";
import { t } from "./texts.js";

/**
 * @typedef {object} Offer
 * @property {string} name what stands first, such as "/hello"
 * @property {string} title
 * @property {string} preview
 * @property {() => void} choose
 */

const MOST = 8;
let count = 0;

export class Picker {
  /** @type {Offer[]} */
  #offers = [];
  #chosen = 0;
  #filter = "";

  /** @param {HTMLTextAreaElement} field */
  constructor(field) {
    this.field = field;
    const id = `picker-${(count += 1)}`;
    this.node = el("ul", { class: "picker", id, role: "listbox", "aria-label": t("canned.label"), hidden: true });
    this.node.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", id);
    field.addEventListener("blur", () => this.show([]));
  }

  get open() {
    return this.#offers.length > 0;
  }

  /**
   * @param {Offer[]} offers none closes it
   * @param {string} [filter] what they were found by: where that changes, the first is chosen
   */
  show(offers, filter = "") {
    const opened = !this.open && offers.length > 0;
    this.#offers = offers.slice(0, MOST);
    if (opened || filter !== this.#filter) this.#chosen = 0;
    this.#filter = filter;
    this.node.hidden = !this.open;
    fill(this.node, ...this.#offers.map((offer, place) => this.#option(offer, place)));
    this.#mark();
    if (opened) announce(t("canned.found", { n: this.#offers.length }));
  }

  /**
   * @param {Offer} offer
   * @param {number} place
   */
  #option({ name, title, preview, choose }, place) {
    return el(
      "li",
      { role: "option", id: `${this.node.id}-${place}`, class: "offer", on: { click: choose } },
      el("span", { class: "offer-top" }, el("kbd", null, name), el("span", { class: "offer-title" }, title)),
      el("span", { class: "offer-preview" }, preview),
    );
  }

  #mark() {
    [...this.node.children].forEach((option, place) => {
      const chosen = place === this.#chosen;
      option.setAttribute("aria-selected", String(chosen));
      if (chosen) option.scrollIntoView({ block: "nearest" });
    });
    if (this.open) this.field.setAttribute("aria-activedescendant", `${this.node.id}-${this.#chosen}`);
    else this.field.removeAttribute("aria-activedescendant");
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {boolean} the key was for the list
   */
  key(event) {
    if (!this.open || event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#chosen = (this.#chosen + step + this.#offers.length) % this.#offers.length;
    else if (event.key === "Escape") this.show([]);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) this.#offers[this.#chosen].choose();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    this.#mark();
    return true;
  }
}
