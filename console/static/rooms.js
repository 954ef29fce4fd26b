/** Leads between the chats and the pages beside them: people, the audit trail, one's own account. */

import { accountPage } from "./account.js";
import { auditPage } from "./audit.js";
import { el, fill, written } from "./dom.js";
import { peoplePage } from "./people.js";
import { t } from "./texts.js";

/** @import { Desk } from "./desk.js" */
/** @import { TextKey } from "./texts.js" */
/** @typedef {(desk: Desk, rest: string) => HTMLElement} Page */

/** @type {{name: string, right: string | null, words: TextKey, page: Page | null}[]} */
const ROOMS = [
  { name: "chats", right: null, words: "rooms.chats", page: null },
  { name: "people", right: "people", words: "rooms.people", page: peoplePage },
  { name: "audit", right: "audit", words: "rooms.audit", page: auditPage },
  { name: "account", right: null, words: "rooms.account", page: accountPage },
];

/** @param {Desk} desk */
function open(desk) {
  return ROOMS.filter(({ right }) => right === null || (desk.me.rights ?? []).includes(right));
}

/** @returns {string[]} the name of the page and what follows it in the address */
function asked() {
  const [name, ...rest] = decodeURIComponent(location.hash.slice(1)).split("/");
  return [name, rest.join("/")];
}

/**
 * @param {Desk} desk
 * @param {HTMLElement} panes what is shown while no page is
 */
export function rooms(desk, panes) {
  const node = el("main", { class: "room", tabindex: -1, "aria-live": "off" });
  const links = navigation(desk);
  const show = (/** @type {Event} */ event) => {
    const [name, rest] = asked();
    const found = open(desk).find((room) => room.name === name && room.page);
    panes.hidden = found !== undefined;
    node.hidden = found === undefined;
    for (const { link, room } of links) {
      if (room === (found?.name ?? "chats")) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    fill(node, found?.page && found.page(desk, rest));
    if (found && event.type === "hashchange") node.focus();
  };
  let begun = false; // a conversation that a reload opens again leads nowhere
  queueMicrotask(() => (begun = true));
  const back = () => {
    if (begun && desk.open && !node.hidden) location.hash = "chats";
  };
  addEventListener("hashchange", show);
  desk.on("opened", back);
  show(new Event("load"));
  return {
    node,
    stop: () => removeEventListener("hashchange", show),
    /**
     * @param {(event: KeyboardEvent) => void} listener
     * @returns {(event: KeyboardEvent) => void} the same, silent while a page is open
     */
    outside: (listener) => (event) => (node.hidden ? listener(event) : undefined),
    bar: el("nav", { class: "rooms", "aria-label": t("rooms.label") }, ...links.map(({ link }) => link)),
  };
}

/** @param {Desk} desk */
function navigation(desk) {
  return open(desk).map(({ name, words }) => {
    const mine = name === "account";
    const label = mine ? { "aria-label": `${t(words)}: ${desk.me.name}`, title: t(words) } : {};
    const link = el(
      "a",
      { href: `#${name}`, ...label, class: mine ? "me" : null },
      mine ? written(desk.me.name) : t(words),
    );
    return { room: name, link };
  });
}
