/** Shows the bar at the top: presence, connection, language, sound, notifications, keys, sign out. */

import { askOffline, showKeys } from "./dialogs.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { mute, muted, notify, notifying, sentence, toast } from "./notices.js";
import { label, language, t } from "./texts.js";

/** @import { Desk } from "./desk.js" */
/** @import { IconName } from "./icons.js" */
/** @import { Language } from "./texts.js" */
/** @import { Presence } from "./types.js" */

/** @type {Presence[]} */
const PRESENCES = ["online", "away", "offline"];

/**
 * @param {Desk} desk
 * @param {HTMLElement} rooms the way to the pages beside the chats
 * @param {{speak: (language: Language) => void, leave: () => void, retry: () => void}} deeds
 */
export function topbar(desk, rooms, deeds) {
  const sound = soundSwitch();
  const node = el(
    "header",
    { class: "topbar" },
    el("a", { class: "skip", href: "#conversation" }, t("top.skip")),
    el(
      "h1",
      { class: "brand" },
      el("img", { src: "/console/static/icon.svg", alt: "", width: 24, height: 24 }),
      "Firstline",
    ),
    (desk.me.rights ?? ["answer"]).includes("answer") && presenceSwitch(desk),
    el("span", { class: "spacer" }),
    rooms,
    languageSwitch(deeds.speak),
    sound.node,
    notificationSwitch(),
    button("keyboard", t("top.shortcuts"), showKeys, "?"),
    button("out", t("top.sign_out"), deeds.leave),
  );
  return { node, line: connectionLine(desk, deeds.retry), toggleSound: sound.toggle };
}

/**
 * @param {IconName} picture
 * @param {string} words
 * @param {() => void} click
 * @param {string} [key]
 */
function button(picture, words, click, key) {
  const title = key ? `${words} (${key})` : words;
  return el(
    "button",
    { type: "button", class: "icon-button", title, "aria-label": words, on: { click } },
    icon(picture),
  );
}

function soundSwitch() {
  const node = button("sound", "", () => toggle(), "m");
  const show = () => {
    const words = t(muted() ? "top.sound_on" : "top.sound_off");
    node.replaceChildren(icon(muted() ? "muted" : "sound"));
    node.setAttribute("aria-label", words);
    node.title = `${words} (m)`;
  };
  const toggle = () => {
    mute(!muted());
    show();
  };
  show();
  return { node, toggle };
}

function notificationSwitch() {
  const node = button("bell", t("top.notify"), () => void change());
  const show = () => node.setAttribute("aria-pressed", String(notifying()));
  const change = async () => {
    const wanted = !notifying();
    const on = await notify(wanted);
    if (wanted) toast(t(on ? "top.notify_on" : "top.notify_refused"), !on);
    show();
  };
  show();
  node.hidden = !("Notification" in window);
  return node;
}

/** @param {(language: Language) => void} speak */
function languageSwitch(speak) {
  const german = el("option", { value: "de", lang: "de", selected: language() === "de" }, "Deutsch");
  const english = el("option", { value: "en", lang: "en", selected: language() === "en" }, "English");
  const select = el("select", { class: "field field-small", "aria-label": t("top.language") }, german, english);
  select.addEventListener("change", () => speak(select.value === "de" ? "de" : "en"));
  return select;
}

/** @param {Desk} desk */
function presenceSwitch(desk) {
  const inputs = PRESENCES.map((presence) => {
    const input = el("input", { type: "radio", name: "presence", value: presence });
    input.addEventListener("change", () => void choose(desk, presence));
    return input;
  });
  const show = () => inputs.forEach((input) => (input.checked = input.value === desk.presence));
  const segments = inputs.map((input) => {
    const words = label("presence", input.value);
    return el(
      "label",
      { class: `segment presence-${input.value}`, title: words },
      input,
      el("i", { class: "dot" }),
      el("span", null, words),
    );
  });
  desk.on("presence", show);
  show();
  return el(
    "fieldset",
    { class: "segments presence" },
    el("legend", { class: "visually-hidden" }, t("top.presence")),
    ...segments,
  );
}

/**
 * @param {Desk} desk
 * @param {Presence} presence
 */
async function choose(desk, presence) {
  const before = desk.presence;
  const chats = desk.lists.mine.some((card) => card.status === "with_agent");
  if (presence === "offline" && chats && !(await askOffline())) return desk.tell("presence");
  desk.attend(presence);
  try {
    await desk.api.setPresence(presence);
  } catch (error) {
    desk.attend(before);
    toast(sentence(error), true);
  }
}

/**
 * @param {Desk} desk
 * @param {() => void} retry
 */
function connectionLine(desk, retry) {
  const words = el("span");
  const again = el("button", { type: "button", class: "link", on: { click: retry } }, t("connection.retry"));
  const node = el("div", { class: "connection", role: "status" }, words);
  let lost = false;
  const show = () => {
    const { connection } = desk;
    node.dataset.connection = connection;
    words.textContent =
      connection === "lost"
        ? `${t("connection.lost")} ${t("connection.kept")}`
        : connection === "connecting"
          ? t("connection.connecting")
          : "";
    if (connection === "lost") node.append(again);
    else again.remove();
    if (lost && connection === "live") toast(t("connection.back"));
    lost = connection === "lost";
  };
  desk.on("connection", show);
  show();
  return node;
}
