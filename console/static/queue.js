/** Shows the lists at the left: my chats, who waits, and the tickets from outside desk hours. */

import { lastWords, nameOf } from "./card.js";
import { el, keep, written } from "./dom.js";
import { hasDraft } from "./drafts.js";
import { hadSection } from "./had.js";
import { channelIcon } from "./icons.js";
import { toast } from "./notices.js";
import { label, language, t } from "./texts.js";
import { ageElement } from "./time.js";

/** @import { Desk } from "./desk.js" */
/** @import { Card, Lists } from "./types.js" */
/** @typedef {keyof Lists} ListName */

/** @type {ListName[]} */
const ORDER = ["mine", "waiting", "away", "others"];

/**
 * @param {Desk} desk
 * @returns {HTMLElement}
 */
export function queuePane(desk) {
  const sections = ORDER.filter((name) => name !== "others" || desk.leads).map((name) => section(desk, name));
  const pane = el(
    "nav",
    { class: "pane lists", id: "lists", "aria-label": t("lists.label") },
    ...sections.map((s) => s.node),
    hadSection(desk),
  );
  pane.addEventListener("keydown", moveFocus);
  const show = () => sections.forEach((each) => each.show());
  for (const name of /** @type {const} */ (["lists", "opened", "conversation", "typing"])) desk.on(name, show);
  show();
  return pane;
}

/**
 * @param {Desk} desk
 * @param {ListName} name
 */
function section(desk, name) {
  const count = el("span", { class: "count" });
  const list = el("ul", { class: "cards" });
  const empty = el("p", { class: "quiet" }, t(`lists.${name}_empty`));
  const heading = el("h2", { id: `list-${name}` }, t(`lists.${name}`), " ", count);
  const node = el(
    "section",
    { class: "list", data: { list: name }, "aria-labelledby": `list-${name}` },
    heading,
    list,
    empty,
  );
  const show = () => {
    const cards = desk.lists[name];
    count.textContent = cards.length > 0 ? String(cards.length) : "";
    empty.hidden = cards.length > 0;
    list.hidden = cards.length === 0;
    keep(list, cards, {
      key: (card) => card.id,
      print: (card) =>
        JSON.stringify([
          { ...card, ringing: card.ringing?.id },
          open(desk, card),
          desk.unread(card.id),
          desk.typing.has(card.id),
          owedSince(desk, card),
          draft(desk, card),
          language(),
        ]),
      build: (card) => el("li", null, entry(desk, name, card)),
    });
  };
  return { node, show };
}

/**
 * @param {Desk} desk
 * @param {Card} card
 */
function open(desk, card) {
  return desk.open === card.id;
}

/**
 * @param {Desk} desk
 * @param {ListName} name
 * @param {Card} card
 */
function entry(desk, name, card) {
  const unread = name === "mine" ? desk.unread(card.id) : 0;
  return el(
    "button",
    {
      type: "button",
      class: unread > 0 ? "card card-unread" : "card",
      "aria-current": open(desk, card) ? "true" : null,
      data: { conversation: card.id, priority: card.priority ?? "" },
      on: { click: () => desk.openConversation(card.id) },
    },
    el(
      "span",
      { class: "card-top" },
      written(nameOf(card), "card-name"),
      end(desk, name, card, unread),
    ),
    el("span", { class: "card-preview" }, preview(desk, card)),
    el("span", { class: "card-tags" }, ...tags(desk, name, card)),
  );
}

/**
 * @param {Desk} desk
 * @param {ListName} name
 * @param {Card} card
 * @param {number} unread
 */
function end(desk, name, card, unread) {
  const isMine = name === "mine";
  const since = isMine ? owedSince(desk, card) : card.waiting_since;
  const words = isMine ? "lists.owed" : "lists.waits";
  return el(
    "span",
    { class: isMine ? "card-age card-owed" : "card-age", title: since ? t(words) : null },
    since && hidden(`, ${t(words)} `),
    since && ageElement(since),
    unread > 0 && badge(unread),
  );
}

/**
 * @param {Desk} desk
 * @param {Card} card
 * @returns {string | null} since when the visitor has waited for an answer of this agent; nothing if they do not
 */
function owedSince(desk, card) {
  const messages = desk.conversations.get(card.id)?.messages ?? [];
  const answered = messages.findLastIndex(({ author, private: hidden }) => author === "agent" && !hidden);
  return messages.slice(answered + 1).find(({ author }) => author === "visitor")?.created_at ?? null;
}

/**
 * @param {Desk} desk
 * @param {Card} card
 * @returns {boolean} something begun and not sent waits in this chat
 */
function draft(desk, card) {
  return !open(desk, card) && hasDraft(card.id);
}

/** @param {number} unread */
function badge(unread) {
  return el(
    "span",
    { class: "badge" },
    el("span", { "aria-hidden": "true" }, unread),
    hidden(`, ${t("lists.unread", { n: unread })}`),
  );
}

/** @param {string} text for the ear only */
function hidden(text) {
  return el("span", { class: "visually-hidden" }, text);
}

/**
 * @param {Desk} desk
 * @param {Card} card
 */
function preview(desk, card) {
  if (desk.typing.has(card.id)) return t("conversation.typing", { name: card.visitor || t("author.visitor") });
  return lastWords(card);
}

/**
 * @param {Desk} desk
 * @param {ListName} name
 * @param {Card} card
 */
function tags(desk, name, card) {
  const urgent = card.priority === "high" || card.priority === "urgent";
  return [
    urgent && el("span", { class: `tag tag-${card.priority}` }, label("priority", card.priority)),
    card.status === "closed" && el("span", { class: "tag tag-plain" }, label("status", card.status)),
    name === "waiting" && card.ringing && el("span", { class: "tag tag-called" }, calling(desk, card.ringing)),
    name === "others" && card.agent && el("span", { class: "tag tag-called" }, written(card.agent)),
    name === "away" && card.due && el("span", { class: "tag tag-high" }, t("lists.due")),
    name === "waiting" &&
      card.called &&
      !card.ringing &&
      el("span", { class: "tag tag-called" }, calledFor(desk, card.called)),
    card.topic && el("span", { class: "tag" }, label("topic", card.topic)),
    draft(desk, card) && el("span", { class: "tag tag-high" }, t("lists.draft")),
    card.reason && el("span", { class: "tag tag-plain" }, label("reason", card.reason)),
    el(
      "span",
      {
        class: "tag tag-plain tag-end",
        title: `${label("channel", card.channel)}, ${label("language", card.language)}`,
      },
      channelIcon(card.channel),
      hidden(`${label("channel", card.channel)}, `),
      card.language.toUpperCase(),
    ),
  ];
}

/**
 * @param {Desk} desk
 * @param {{id: number, agent: string}} ringing
 */
function calling(desk, { id, agent }) {
  return id === desk.me.id ? t("lists.ringing_me") : t("lists.ringing", { name: agent });
}

/**
 * @param {Desk} desk
 * @param {string} called the colleague or group
 */
function calledFor(desk, called) {
  return called === desk.me.name ? t("lists.called_me") : t("lists.called", { name: label("group", called) });
}

/** @param {KeyboardEvent} event */
function moveFocus(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const here = document.activeElement;
  if (!step || event.altKey || !(here instanceof HTMLElement) || !here.matches(".card")) return;
  const all = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".lists .card")]);
  all[all.indexOf(here) + step]?.focus();
  event.preventDefault();
}

/**
 * @param {Desk} desk
 * @param {number} step 1 or -1
 * @param {boolean} [toWrite]
 */
export function openNeighbour(desk, step, toWrite = false) {
  const ids = ORDER.flatMap((name) => desk.lists[name].map((card) => card.id));
  if (ids.length === 0) return;
  const here = desk.open ? ids.indexOf(desk.open) : -1;
  const next = here < 0 ? (step > 0 ? 0 : ids.length - 1) : (here + step + ids.length) % ids.length;
  desk.openConversation(ids[next], { toWrite });
}

/**
 * Open the next of the agent's own chats with something unread, after the open one and round again.
 * @param {Desk} desk
 */
export function openNews(desk) {
  const { mine } = desk.lists;
  const here = mine.findIndex((card) => card.id === desk.open);
  const round = [...mine.slice(here + 1), ...mine.slice(0, here + 1)];
  const next = round.find((card) => card.id !== desk.open && desk.unread(card.id) > 0);
  if (next) desk.openConversation(next.id);
  else toast(t("lists.nothing_new"));
}
