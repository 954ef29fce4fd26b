/** Says how long ago and at what time, in the agent's language, and keeps ages on the page current. */

import { el } from "./dom.js";
import { language, t } from "./texts.js";

const MINUTE = 60_000;
const WARM = 5 * MINUTE;
const HOT = 15 * MINUTE;

/**
 * @param {number} milliseconds
 * @returns {string} "now", "4 min", "2 h 5 min", "3 d"
 */
export function age(milliseconds) {
  const minutes = Math.max(0, Math.floor(milliseconds / MINUTE));
  if (minutes < 1) return t("age.now");
  if (minutes < 60) return t("age.minutes", { n: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return t("age.hours", { h: hours, n: minutes % 60 });
  return t("age.days", { n: Math.floor(hours / 24) });
}

/**
 * @param {string} since ISO-8601
 * @returns {HTMLTimeElement} an age that `tick` keeps current
 */
export function ageElement(since) {
  const node = el("time", { datetime: since, class: "age", title: moment(since), data: { since } });
  show(node);
  return node;
}

/** Bring every age on the page up to date. */
export function tick() {
  for (const node of document.querySelectorAll("time[data-since]")) show(/** @type {HTMLElement} */ (node));
}

/** @param {HTMLElement} node */
function show(node) {
  const passed = Date.now() - Date.parse(node.dataset.since ?? "");
  const text = age(passed);
  if (node.textContent !== text) node.textContent = text;
  node.dataset.heat = passed > HOT ? "hot" : passed > WARM ? "warm" : "cool";
}

/**
 * @param {string} iso
 * @returns {string} "14:05"
 */
export function clock(iso) {
  return format(iso, { hour: "2-digit", minute: "2-digit" });
}

/**
 * @param {string} iso
 * @returns {string} "Monday, 23 November"
 */
export function day(iso) {
  return format(iso, { weekday: "long", day: "numeric", month: "long" });
}

/**
 * @param {string} iso
 * @returns {string} "23 Nov 2026, 14:05"
 */
export function moment(iso) {
  return format(iso, { dateStyle: "medium", timeStyle: "short" });
}

/**
 * @param {string} iso
 * @param {Intl.DateTimeFormatOptions} options
 */
function format(iso, options) {
  const date = new Date(iso);
  const locale = language() === "de" ? "de-DE" : "en-GB";
  return Number.isNaN(date.getTime()) ? "" : new Intl.DateTimeFormat(locale, options).format(date);
}
