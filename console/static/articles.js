/** Offers articles that fit what the visitor wrote, and finds others; what is chosen goes into the writing field. */

import { hasFloor, opened } from "./actions.js";
import { el, fill, whenTyped, written } from "./dom.js";
import { icon } from "./icons.js";
import { sentence } from "./notices.js";
import { label, t } from "./texts.js";

/** @import { Desk } from "./desk.js" */
/** @import { Conversation, Found, Suggestion } from "./types.js" */

const BREATH = 500; // several messages within this time are one question
const MOST_KEPT = 50;

export class Suggestions {
  /** @type {Map<string, {seq: number, found: Found | null}>} */
  #known = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** The article that is read before it is inserted. */
  #previewed = "";

  /**
   * @param {Desk} desk
   * @param {(suggestion: Suggestion) => void} insert
   */
  constructor(desk, insert) {
    this.desk = desk;
    this.insert = insert;
    this.node = el("div", { class: "suggested", role: "group", "aria-label": t("articles.label"), hidden: true });
    desk.on("opened", () => this.#look());
    desk.on("conversation", (id) => id === desk.open && this.#look());
    desk.on("lists", () => this.#look());
  }

  /** @returns {Suggestion[]} what fits the open chat, the best first */
  get offered() {
    return (this.desk.open && this.#known.get(this.desk.open)?.found?.articles) || [];
  }

  /** @param {number} place from 0 */
  take(place) {
    const suggestion = this.node.hidden ? undefined : this.offered[place];
    if (suggestion) this.insert(suggestion);
  }

  #look() {
    const conversation = opened(this.desk);
    const wanted = conversation && hasFloor(this.desk);
    this.#show(wanted ? conversation : undefined);
    const seq = wanted ? lastSaid(conversation) : 0;
    if (!wanted || seq === 0 || this.#known.get(conversation.id)?.seq === seq) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(conversation.id, seq), BREATH);
  }

  /**
   * @param {string} id
   * @param {number} seq of the message the articles are to fit
   */
  async #ask(id, seq) {
    if (this.desk.open !== id || this.#known.get(id)?.seq === seq) return;
    const before = this.#known.get(id)?.found ?? null;
    this.#known.set(id, { seq, found: before });
    const found = await this.desk.quietly(this.desk.api.suggestions(id));
    const current = this.#known.get(id);
    if (current?.seq !== seq) return;
    if (found) current.found = found; // else it is asked again with the visitor's next words
    if (this.#known.size > MOST_KEPT) this.#known.delete([...this.#known.keys()][0]);
    this.#look();
  }

  /** @param {Conversation | undefined} conversation */
  #show(conversation) {
    const found = conversation && this.#known.get(conversation.id)?.found;
    const print = JSON.stringify([conversation?.id, found]);
    if (this.node.dataset.print === print) return;
    this.#previewed = "";
    this.node.dataset.print = print;
    const asleep = found && found.bot !== "ready" && found.articles.length === 0;
    this.node.hidden = !found || (found.articles.length === 0 && !asleep);
    this.#fill(found ?? null, Boolean(asleep));
  }

  /**
   * @param {Found | null} found
   * @param {boolean} [asleep]
   */
  #fill(found, asleep = false) {
    if (!found) return fill(this.node);
    const previewed = found.articles.find(({ article }) => article === this.#previewed);
    fill(
      this.node,
      el("span", { class: "suggested-label" }, icon("book"), t(asleep ? "articles.asleep" : "articles.fit")),
      ...found.articles.map((suggestion, place) => this.#offer(suggestion, place)),
      previewed ? this.#preview(previewed) : null,
    );
  }

  /**
   * @param {Suggestion} suggestion
   * @param {number} place
   */
  #offer(suggestion, place) {
    const words = `${titled(suggestion)}, ${percent(suggestion)}`;
    const click = () => this.insert(suggestion);
    return el(
      "span",
      { class: "suggestion" },
      el(
        "button",
        { type: "button", class: "suggestion-insert", "aria-label": words, on: { click } },
        el("kbd", { "aria-hidden": "true" }, `Alt ${place + 1}`),
        written(titled(suggestion), "suggestion-title"),
        el("span", { class: "suggestion-sure" }, percent(suggestion)),
      ),
      this.#eye(suggestion),
    );
  }

  /** @param {Suggestion} suggestion */
  #eye(suggestion) {
    const name = t("articles.preview", { title: titled(suggestion) });
    const open = suggestion.article === this.#previewed;
    const click = () => {
      this.#previewed = open ? "" : suggestion.article;
      this.#fill(this.#known.get(this.desk.open ?? "")?.found ?? null);
      /** @type {HTMLElement | null} */ (this.node.querySelector(`[data-article="${suggestion.article}"]`))?.focus();
    };
    const state = { "aria-label": name, title: name, "aria-expanded": String(open), "data-article": suggestion.article };
    return el("button", { type: "button", class: "suggestion-eye", ...state, on: { click } }, icon("eye"));
  }

  /** @param {Suggestion} suggestion */
  #preview(suggestion) {
    const click = () => this.insert(suggestion);
    return el(
      "div",
      { class: "suggestion-preview", role: "region", tabindex: 0, "aria-label": titled(suggestion) },
      written(suggestion.text),
      el("button", { type: "button", class: "secondary", on: { click } }, t("articles.insert")),
    );
  }
}

/**
 * @param {Conversation} conversation
 * @returns {number} the place of the visitor's last words
 */
function lastSaid({ messages }) {
  return messages.findLast((message) => message.author === "visitor" && message.text !== "")?.seq ?? 0;
}

/** @param {Suggestion} suggestion */
function titled({ title, for: kind }) {
  return kind ? `${title} (${kind})` : title;
}

/** @param {Suggestion} suggestion */
function percent({ confidence }) {
  return confidence === null ? "" : `${Math.round(confidence * 100)} %`;
}

/**
 * Let the agent look for an article in words of their own.
 * @param {Desk} desk
 * @param {string} spoken the chat's language
 * @returns {Promise<Suggestion | null>}
 */
export function askArticle(desk, spoken) {
  const field = el("input", { type: "search", class: "field", maxlength: 500, autofocus: true, autocomplete: "off" });
  const results = el("ul", { class: "found", "aria-label": t("articles.results") });
  const status = el("p", { class: "quiet", role: "status" });
  const close = el("button", { type: "button", class: "secondary" }, t("dialog.cancel"));
  const form = el(
    "form",
    { method: "dialog" },
    el("h2", { id: "articles-title" }, t("articles.search")),
    el("label", { class: "labelled" }, t("articles.words"), field),
    status,
    results,
    el("div", { class: "dialog-buttons" }, close),
  );
  const dialog = el("dialog", { class: "dialog dialog-wide", "aria-labelledby": "articles-title" }, form);
  /** @type {Suggestion | null} */
  let chosen = null;
  const choose = (/** @type {Suggestion} */ suggestion) => {
    chosen = suggestion;
    dialog.close();
  };
  listen(desk, { field, results, status, spoken, choose });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("keydown", (event) => walk(event, field, results));
  close.addEventListener("click", () => dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(chosen);
    });
  });
}

/**
 * @param {Desk} desk
 * @param {{field: HTMLInputElement, results: HTMLElement, status: HTMLElement, spoken: string,
 *   choose: (suggestion: Suggestion) => void}} parts
 */
function listen(desk, { field, results, status, spoken, choose }) {
  const search = async () => {
    const text = field.value.trim();
    if (!text) {
      status.textContent = "";
      return fill(results);
    }
    const found = await desk.api.articles(text, spoken).catch((error) => {
      status.textContent = sentence(error);
    });
    if (!found || field.value.trim() !== text) return;
    const count = found.articles.length;
    status.textContent =
      count > 0 ? t("articles.found", { n: count }) : t(found.bot === "ready" ? "articles.none" : "articles.asleep");
    fill(results, ...found.articles.map((suggestion) => result(suggestion, choose)));
  };
  whenTyped(field, () => void search(), BREATH);
}

/**
 * @param {Suggestion} suggestion
 * @param {(suggestion: Suggestion) => void} choose
 */
function result(suggestion, choose) {
  const facts = [label("topic", suggestion.topic), percent(suggestion)].filter(Boolean).join(", ");
  return el(
    "li",
    null,
    el(
      "button",
      { type: "button", class: "offer", on: { click: () => choose(suggestion) } },
      el(
        "span",
        { class: "offer-top" },
        written(titled(suggestion), "offer-title"),
        el("span", { class: "quiet" }, facts),
      ),
      written(suggestion.text, "offer-preview"),
    ),
  );
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement} field
 * @param {HTMLElement} results
 */
function walk(event, field, results) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const stops = [field, .../** @type {NodeListOf<HTMLElement>} */ (results.querySelectorAll("button"))];
  const here = stops.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  if (event.key === "Enter" && here === 0 && stops.length > 1) stops[1].click();
  else if (step && here >= 0) stops[here + step]?.focus();
  else return;
  event.preventDefault();
}
