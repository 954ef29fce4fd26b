/** Shows operators and supervisors who did what, when and to what, and finds it. */

import { el, fill, written } from "./dom.js";
import { deedButton, field, input, load, when } from "./forms.js";
import { label, t } from "./texts.js";

/** @import { Desk } from "./desk.js" */
/** @import { TextKey } from "./texts.js" */
/**
 * @typedef {object} Deed
 * @property {number} id
 * @property {string} at
 * @property {string} agent
 * @property {boolean} by_agent
 * @property {string} action
 * @property {string | null} conversation
 * @property {string | null} ticket
 * @property {string | null} subject
 * @property {Record<string, unknown>} details
 */
/** @typedef {{deeds: Deed[], more: boolean, actions: string[], people: {id: number, name: string}[]}} Answer */

const WHERE = "/agent/audit";
/** @type {TextKey[]} */
const COLUMNS = ["audit.when", "audit.who", "audit.what", "audit.to", "audit.details"];

/**
 * @param {Desk} desk
 * @param {string} rest what is asked for, as in a query
 * @returns {HTMLElement}
 */
export function auditPage(desk, rest) {
  const node = el("div");
  const asked = new URLSearchParams(rest);
  void load(
    desk,
    node,
    () => desk.api.read(`${WHERE}?${question(asked)}`),
    (answer) => [filter(asked, answer), results(desk, asked, answer)],
  );
  return el(
    "div",
    { class: "room-page room-wide" },
    el("h2", null, t("rooms.audit")),
    el("p", { class: "quiet" }, t("audit.lead")),
    node,
  );
}

/** @param {URLSearchParams} asked as the page's address has it; whole days are made moments here */
function question(asked) {
  const sent = new URLSearchParams();
  for (const name of ["agent", "action"]) if (asked.get(name)) sent.set(name, String(asked.get(name)));
  const where = asked.get("where")?.trim();
  if (where) sent.set(/^[0-9a-f]{8}-/i.test(where) ? "conversation" : "ticket", where.toLowerCase());
  for (const [name, days] of /** @type {[string, number][]} */ ([
    ["since", 0],
    ["until", 1],
  ])) {
    const day = new Date(`${asked.get(name)}T00:00`);
    if (!Number.isNaN(day.getTime())) {
      day.setDate(day.getDate() + days);
      sent.set(name, day.toISOString());
    }
  }
  return sent;
}

/**
 * @param {URLSearchParams} asked
 * @param {Answer} answer
 */
function filter(asked, { actions, people }) {
  const value = (/** @type {string} */ name) => asked.get(name) ?? "";
  const option = (/** @type {string} */ name, /** @type {string} */ id, /** @type {string} */ words) =>
    el("option", { value: id, selected: id === value(name) }, words);
  const everybody = people.map(({ id, name }) => option("agent", String(id), name));
  const deeds = actions.map((action) => option("action", action, label("action", action)));
  const select = { class: "field" };
  const fields = {
    agent: el("select", select, option("agent", "", t("audit.anybody")), ...everybody),
    action: el("select", select, option("action", "", t("audit.any")), ...deeds),
    where: input({ type: "text", value: value("where"), autocomplete: "off", maxlength: 36 }),
    since: input({ type: "date", value: value("since") }),
    until: input({ type: "date", value: value("until") }),
  };
  const submit = el("button", { type: "submit", class: "primary" }, t("audit.show"));
  const labelled = Object.entries(fields).map(([name, control]) =>
    field(t(/** @type {TextKey} */ (`audit.${name}`)), control),
  );
  const clear = asked.size > 0 && el("a", { href: "#audit" }, t("audit.clear"));
  const form = el("form", { class: "filter", role: "search" }, ...labelled, submit, clear);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = Object.entries(fields).filter(([, control]) => control.value.trim());
    location.hash = `audit/${new URLSearchParams(wanted.map(([name, control]) => [name, control.value.trim()]))}`;
  });
  return form;
}

/**
 * @param {Desk} desk
 * @param {URLSearchParams} asked
 * @param {Answer} first
 */
function results(desk, asked, first) {
  const body = el("tbody", null, ...first.deeds.map(row));
  const head = el("tr", null, ...COLUMNS.map((words) => el("th", { scope: "col" }, t(words))));
  const count = el("p", { class: "quiet", role: "status" });
  const tell = () => fill(count, t(body.rows.length > 0 ? "audit.count" : "audit.none", { n: body.rows.length }));
  let last = first.deeds.at(-1)?.id;
  const more = deedButton(desk, t("audit.more"), async () => {
    const sent = question(asked);
    sent.set("before", String(last));
    /** @type {Answer} */
    const answer = await desk.api.read(`${WHERE}?${sent}`);
    body.append(...answer.deeds.map(row));
    last = answer.deeds.at(-1)?.id ?? last;
    more.hidden = !answer.more;
    tell();
  });
  more.hidden = !first.more;
  tell();
  const table = el("table", { class: "deeds", "aria-label": t("rooms.audit") }, el("thead", null, head), body);
  return el("div", null, count, first.deeds.length > 0 && table, more);
}

/** @param {Deed} deed */
function row(deed) {
  const chat = deed.conversation && t("audit.conversation", { id: deed.conversation.slice(0, 8) });
  const to = [deed.ticket, chat, deed.subject].filter((each) => each !== null);
  const where = deed.ticket ?? deed.conversation;
  const cells = [
    el("time", { datetime: deed.at }, when(deed.at)),
    deed.by_agent ? written(deed.agent) : t("audit.server"),
    label("action", deed.action),
    where
      ? el("a", { href: `#audit/where=${where}`, title: deed.conversation }, to.join(" · "))
      : written(to.join(" · ")),
    written(details(deed.details)),
  ];
  return el("tr", null, ...cells.map((cell, at) => el("td", { data: { label: t(COLUMNS[at]) } }, cell)));
}

/**
 * @param {Record<string, unknown>} details
 * @returns {string} values with their names, known words of the interface as people read them
 */
function details(details) {
  return Object.entries(details)
    .map(([name, value]) => `${label("detail", name)}: ${words(name, value)}`)
    .join(" · ");
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function words(name, value) {
  /** @type {Record<string, string>} */
  const groups = {
    roles: "role",
    before: "role",
    languages: "language",
    category: "topic",
    groups: "group",
    to: "group",
    status: "ticket_status",
  };
  const each = Array.isArray(value) ? value : [value];
  return (
    each.map((one) => (typeof one === "string" ? label(groups[name] ?? name, one) : String(one))).join(", ") || "–"
  );
}
