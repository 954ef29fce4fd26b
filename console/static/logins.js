/** Lists where somebody is signed in, and ends any of it. */

import { el, fill, written } from "./dom.js";
import { deedButton, when } from "./forms.js";
import { toast } from "./notices.js";
import { label, t } from "./texts.js";

/** @import { Desk } from "./desk.js" */
/**
 * @typedef {object} Login
 * @property {string} id
 * @property {string} how
 * @property {string} browser
 * @property {string} address
 * @property {string} created_at
 * @property {string | null} seen_at
 * @property {boolean} current
 */

const BROWSERS = ["Edg", "OPR", "Firefox", "Chrome", "Safari"];
const SYSTEMS = ["Windows", "Android", "iPhone", "iPad", "Mac OS", "Linux"];
/** @type {Record<string, string>} */
const NAMES = { Edg: "Edge", OPR: "Opera", "Mac OS": "macOS" };

/**
 * @param {string} agent what a browser says of itself
 * @returns {string} its name and system, as far as they are known
 */
export function browserName(agent) {
  const parts = [BROWSERS, SYSTEMS].map((names) => names.find((name) => agent.includes(name)));
  const known = parts.filter((part) => part !== undefined).map((part) => NAMES[part] ?? part);
  return known.join(", ") || agent.slice(0, 60) || t("logins.unknown");
}

/**
 * @param {Desk} desk
 * @param {string} where the path under which the logins are ended
 * @param {Login[]} logins
 * @param {() => void} changed
 * @returns {HTMLElement}
 */
export function loginList(desk, where, logins, changed) {
  const end = async (/** @type {string} */ path) => {
    await desk.api.write("DELETE", path);
    toast(t("logins.ended"));
    changed();
  };
  const others = logins.filter((login) => !login.current);
  const own = others.length < logins.length;
  const node = el("div");
  const items = logins.map((login) => item(desk, login, () => end(`${where}/${login.id}`)));
  const all = deedButton(desk, t(own ? "logins.end_others" : "logins.end_all"), () => end(where));
  const list =
    logins.length > 0 ? el("ul", { class: "rows" }, ...items) : el("p", { class: "quiet" }, t("logins.none"));
  fill(node, list, others.length > 1 || (others.length === 1 && own) ? all : null);
  return node;
}

/**
 * @param {Desk} desk
 * @param {Login} login
 * @param {() => Promise<void>} end
 */
function item(desk, login, end) {
  const browser = browserName(login.browser);
  const since = t("logins.since", { since: when(login.created_at), seen: when(login.seen_at ?? login.created_at) });
  const facts = [label("how", login.how), login.address && t("logins.from", { address: login.address }), since];
  const close = deedButton(desk, t("logins.end"), end, { "aria-label": t("logins.end_of", { browser }) });
  return el(
    "li",
    { class: "row" },
    el(
      "div",
      { class: "row-main", title: login.browser },
      el("strong", null, written(browser)),
      login.current && el("span", { class: "tag tag-called" }, t("logins.here")),
      el("span", { class: "quiet row-more" }, facts.filter(Boolean).join(" · ")),
    ),
    !login.current && close,
  );
}
