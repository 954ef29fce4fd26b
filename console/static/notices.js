/** Draws the agent's attention: a tone, the page title, desktop notifications, toasts and spoken announcements. */

import { Offline, Problem } from "./api.js";
import { nameOf } from "./card.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { browserMemory } from "./memory.js";
import { label, t } from "./texts.js";

/** @import { Desk } from "./desk.js" */
/** @import { Card } from "./types.js" */

const TOAST_LASTS = 5000;

/** @type {AudioContext | null} */
let audio = null;

/** @param {Desk} desk */
export function watch(desk) {
  desk.on("lists", () => {
    countInTitle(desk);
    forgetStale(desk);
  });
  desk.on("conversation", () => countInTitle(desk));
  desk.on("arrived", (cards) => arrived(desk, cards));
  desk.on("handed", (card) => attention(desk, t("news.handed", { name: nameOf(card) }), [660, 880], card.id));
  desk.on("lost", ({ card, agent }) => gone(desk, t("news.lost", { name: nameOf(card), agent }), card));
  desk.on("taken", ({ card, agent }) => gone(desk, t("news.taken", { name: nameOf(card), agent }), card));
  desk.on("returned", (card) => gone(desk, t("news.returned", { name: nameOf(card) }), card));
  desk.on("ended", (card) => toast(t("news.ended", { name: nameOf(card) })));
  desk.on("due", (cards) => attention(desk, t("news.due", { n: cards.length }), [587, 784], cards[0].id));
  desk.on("said", ({ conversation, message }) => {
    const card = desk.card(conversation);
    const text = t("news.message", { name: nameOf(card), text: message.text || message.attachments[0]?.name });
    if (watching(desk, conversation)) announce(text);
    else if (desk.isMine(conversation)) attention(desk, text, [740], conversation);
  });
}

/**
 * @param {Desk} desk
 * @param {Card[]} cards
 */
function arrived(desk, cards) {
  const [first] = cards;
  const one = t("news.waiting", { name: nameOf(first), topic: label("topic", first.topic) || first.file || first.preview });
  const text = cards.length === 1 ? one : t("news.waiting_many", { n: cards.length });
  attention(desk, text, [587, 784], first.id);
}

/**
 * @param {Desk} desk
 * @param {string} text how a chat or a call went to somebody else
 * @param {Card} card
 */
function gone(desk, text, card) {
  notice(text).dataset.conversation = card.id;
  attention(desk, text, [494], card.id);
}

/** @param {Desk} desk whose agent has a chat after all, or is called for it: how it went is no news any more */
function forgetStale(desk) {
  const now = new Set([...desk.lists.mine, desk.call()].map((card) => card?.id ?? ""));
  for (const one of document.querySelectorAll(".notice")) {
    if (one instanceof HTMLElement && now.has(one.dataset.conversation ?? "none")) one.remove();
  }
}

/**
 * @param {Desk} desk
 * @param {string} conversation
 */
function watching(desk, conversation) {
  return desk.open === conversation && document.visibilityState === "visible" && document.hasFocus();
}

/**
 * @param {Desk} desk
 * @param {string} text
 * @param {number[]} tones in hertz
 * @param {string} conversation
 */
export function attention(desk, text, tones, conversation) {
  announce(text);
  if (!muted()) play(tones);
  if (document.visibilityState === "visible" || !notifying()) return;
  const notice = new Notification("Firstline", { body: text, tag: conversation, lang: document.documentElement.lang });
  notice.onclick = () => {
    window.focus();
    desk.openConversation(conversation);
    notice.close();
  };
}

/** @param {Desk} desk */
function countInTitle(desk) {
  const unread = desk.lists.mine.reduce((sum, card) => sum + desk.unread(card.id), 0);
  const count = desk.lists.waiting.length + unread;
  const title = count > 0 ? `(${count}) ${t("app.title")}` : t("app.title");
  document.title = desk.call() ? `☎ ${title}` : title;
}

/** @param {string} text read out politely, not shown */
export function announce(text) {
  const region = document.getElementById("announcer");
  region?.replaceChildren(el("p", null, text.slice(0, 300)));
}

/**
 * @param {string} text
 * @param {boolean} [alarming]
 */
export function toast(text, alarming = false) {
  const node = el("p", { class: "toast", dir: "auto" }, text);
  document.getElementById(alarming ? "alerts" : "toasts")?.append(node);
  setTimeout(() => node.remove(), alarming ? 2 * TOAST_LASTS : TOAST_LASTS);
}

/**
 * @param {string} text something that happened unseen: it stays until it is read
 * @returns {HTMLElement}
 */
export function notice(text) {
  const words = { "aria-label": t("notice.close"), title: t("notice.close") };
  const close = el("button", { type: "button", class: "icon-button", ...words }, icon("close"));
  const node = el("div", { class: "toast notice" }, el("p", { dir: "auto" }, text), close);
  close.addEventListener("click", () => node.remove());
  document.getElementById("alerts")?.append(node);
  return node;
}

/**
 * @param {unknown} error
 * @returns {string} a sentence for the agent
 */
export function sentence(error) {
  if (error instanceof Offline) return t("problem.offline");
  if (error instanceof Problem) return error.detail || t("problem.unknown", { status: error.status });
  throw error;
}

/** @returns {boolean} */
export function muted() {
  return browserMemory.get("muted") === true;
}

/** @param {boolean} quiet */
export function mute(quiet) {
  browserMemory.set("muted", quiet);
  if (!quiet) play([587, 784]);
}

/** @returns {boolean} */
export function notifying() {
  return "Notification" in window && Notification.permission === "granted" && browserMemory.get("notify") === true;
}

/**
 * @param {boolean} on
 * @returns {Promise<boolean>} whether notifications are on now
 */
export async function notify(on) {
  browserMemory.set("notify", on);
  if (on && "Notification" in window && Notification.permission === "default") await Notification.requestPermission();
  return notifying();
}

/** @param {number[]} tones a short soft tone each, in hertz */
export function play(tones) {
  if (typeof AudioContext === "undefined") return;
  audio ??= new AudioContext();
  void audio.resume();
  tones.forEach((tone, index) => ring(/** @type {AudioContext} */ (audio), tone, index * 0.16));
}

/**
 * @param {AudioContext} context
 * @param {number} tone
 * @param {number} delay in seconds
 */
function ring(context, tone, delay) {
  const start = context.currentTime + delay;
  const volume = context.createGain();
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(0.12, start + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.001, start + 0.32);
  const source = context.createOscillator();
  source.frequency.value = tone;
  source.connect(volume).connect(context.destination);
  source.start(start);
  source.stop(start + 0.35);
}
