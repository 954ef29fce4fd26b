/** Shows at the right what is known: the ticket, the visitor, the facts, and what the bot tried. */

import { opened } from "./actions.js";
import { el, fill, written } from "./dom.js";
import { EarlierChats } from "./earlier.js";
import { icon } from "./icons.js";
import { sentence, toast } from "./notices.js";
import { ratingSection } from "./rating.js";
import { known, label, t } from "./texts.js";
import { moment } from "./time.js";

/** @import { Desk } from "./desk.js" */
/** @import { TextKey } from "./texts.js" */
/** @import { Attempt, Conversation, Ticket } from "./types.js" */

const KINDS = ["incident", "service_request"];
const PRIORITIES = ["low", "normal", "high", "urgent"];

/**
 * @param {Desk} desk
 * @param {() => void} hide
 * @returns {HTMLElement}
 */
export function ticketPane(desk, hide) {
  const pane = el("aside", { class: "pane details", id: "details", tabindex: -1, "aria-label": t("ticket.label") });
  const earlier = new EarlierChats(desk);
  let print = "";
  const show = () => {
    const conversation = opened(desk);
    const { ticket, visitor, facts, tried, language, channel, rating, id } = conversation ?? {};
    const fresh = JSON.stringify([id, ticket, visitor, facts, tried, language, channel, rating]);
    if (fresh === print) return;
    print = fresh;
    const name =
      pane.contains(document.activeElement) && /** @type {HTMLSelectElement} */ (document.activeElement).name;
    fill(pane, ...(conversation ? [closer(hide), ...sections(desk, conversation), earlier.node] : []));
    if (conversation) earlier.show(conversation);
    if (name) /** @type {HTMLElement | null} */ (pane.querySelector(`[name="${name}"]`))?.focus();
  };
  desk.on("opened", show);
  desk.on("conversation", show);
  show();
  return pane;
}

/** @param {() => void} hide */
function closer(hide) {
  const words = { "aria-label": t("details.close"), title: t("details.close") };
  return el(
    "button",
    { type: "button", class: "icon-button hide-details", ...words, on: { click: hide } },
    icon("close"),
  );
}

/**
 * @param {Desk} desk
 * @param {Conversation} conversation
 */
function sections(desk, conversation) {
  const { ticket, facts, tried, rating } = conversation;
  return [
    ...(rating ? [ratingSection(rating)] : []),
    ticket
      ? ticketSection(desk, conversation.id, ticket)
      : section("ticket.label", el("p", { class: "quiet" }, t("ticket.none"))),
    visitorSection(conversation),
    section("facts.title", factList(facts)),
    section(
      "tried.title",
      tried.length > 0
        ? el("ol", { class: "tried" }, ...tried.map(attempt))
        : el("p", { class: "quiet" }, t("tried.none")),
    ),
  ];
}

/**
 * @param {TextKey} title
 * @param {...HTMLElement} content
 */
function section(title, ...content) {
  return el("section", { class: "detail" }, el("h2", null, t(title)), ...content);
}

/**
 * @param {Desk} desk
 * @param {string} conversation
 * @param {Ticket} ticket
 */
function ticketSection(desk, conversation, ticket) {
  const change = editor(desk, conversation, ticket);
  return el(
    "section",
    { class: "detail" },
    el(
      "h2",
      null,
      t("ticket.title", { number: ticket.number }),
      el("span", { class: `tag tag-ticket-${ticket.status}` }, label("ticket_status", ticket.status)),
    ),
    el(
      "dl",
      { class: "pairs" },
      ...pair("ticket.kind", change("kind", KINDS, t("ticket.kind"))),
      ...pair("ticket.priority", change("priority", PRIORITIES, t("ticket.priority"))),
      ...pair("ticket.category", label("topic", ticket.category) || "–"),
      ...pair("ticket.reason", label("reason", ticket.reason) || "–"),
      ...pair("ticket.created", el("time", { datetime: ticket.created_at }, moment(ticket.created_at))),
      ...(ticket.resolution ? pair("close.resolution", written(known("resolution", ticket.resolution))) : []),
    ),
  );
}

/**
 * @param {Desk} desk
 * @param {string} conversation
 * @param {Ticket} ticket
 * @returns {(name: "kind" | "priority", values: string[], words: string) => HTMLSelectElement}
 */
function editor(desk, conversation, ticket) {
  return (name, values, words) => {
    const known = values.includes(ticket[name]) ? values : [ticket[name], ...values];
    const options = known.map((value) => el("option", { value, selected: value === ticket[name] }, label(name, value)));
    const select = el(
      "select",
      { name, class: `field field-small ${name}-${ticket[name]}`, "aria-label": words },
      ...options,
    );
    select.addEventListener("change", async () => {
      try {
        await desk.api.changeTicket(ticket.number, { [name]: select.value });
        toast(t("ticket.saved"));
      } catch (error) {
        select.value = ticket[name];
        toast(sentence(error), true);
      }
      await Promise.all([desk.refresh(conversation), desk.refreshLists()]);
    });
    return select;
  };
}

/** @param {Conversation} conversation */
function visitorSection({ visitor, language, channel }) {
  const mail =
    visitor.email && el("a", { href: `mailto:${encodeURIComponent(visitor.email)}` }, written(visitor.email));
  const unknown = () => el("span", { class: "quiet" }, t("visitor.unknown"));
  const rows = [
    ...pair("visitor.name", visitor.name ? written(visitor.name) : unknown()),
    ...pair("visitor.email", mail || unknown()),
    ...pair("visitor.language", label("language", language)),
    ...pair("visitor.channel", label("channel", channel)),
  ];
  return section("visitor.title", el("dl", { class: "pairs" }, ...rows));
}

/**
 * @param {TextKey} name
 * @param {Node | string} value
 */
function pair(name, value) {
  return [el("dt", null, t(name)), el("dd", null, value)];
}

/** @param {Record<string, unknown>} facts */
function factList(facts) {
  const known = Object.entries(facts).filter(([, value]) => value !== null && value !== "");
  if (known.length === 0) return el("p", { class: "quiet" }, t("facts.none"));
  const rows = known.flatMap(([name, value]) => [
    el("dt", null, label("fact", name)),
    el("dd", null, written(factText(name, value))),
  ]);
  return el("dl", { class: "pairs" }, ...rows);
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function factText(name, value) {
  if (Array.isArray(value)) return value.map(String).join(", ");
  if (typeof value === "object") return JSON.stringify(value);
  return name === "topic" || name === "device" ? label(name, String(value)) : String(value);
}

/** @param {Attempt} attempt */
function attempt({ title, article, topic, confidence, language, outcome }) {
  const facts = [label("topic", topic), label("language", language)].filter(Boolean).join(" · ");
  return el(
    "li",
    null,
    el("p", { class: "tried-outcome" }, label("outcome", outcome)),
    el("p", { class: "tried-title" }, written(title || article)),
    el("p", { class: "tried-facts" }, facts),
    confidence === null ? null : meter(confidence),
  );
}

/** @param {number} confidence */
function meter(confidence) {
  const percent = Math.round(Math.min(1, Math.max(0, Number(confidence) || 0)) * 100);
  const words = `${t("tried.confidence")} ${percent} %`;
  const filled = el("span", { class: "bar-filled" });
  filled.style.inlineSize = `${percent}%`;
  const range = {
    "aria-valuemin": 0,
    "aria-valuemax": 100,
    "aria-valuenow": percent,
    "aria-valuetext": `${percent} %`,
  };
  const bar = el("span", { class: "bar", role: "meter", ...range, "aria-label": words, title: words }, filled);
  return el(
    "p",
    { class: "tried-bar" },
    bar,
    el("span", { class: "percent", "aria-hidden": "true" }, `${percent} %`),
  );
}
