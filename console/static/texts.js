/** Finds the console's texts in the agent's language. */

import { undirected } from "./dom.js";
import { browserMemory } from "./memory.js";
import { de } from "./texts_de.js";
import { en } from "./texts_en.js";
import { de as peopleDe } from "./texts_people_de.js";
import { en as peopleEn } from "./texts_people_en.js";

/** @typedef {keyof typeof en | keyof typeof peopleEn} TextKey */
/** @typedef {"en" | "de"} Language */

/** @type {Record<Language, Record<string, string>>} */
const ALL = { en: { ...en, ...peopleEn }, de: { ...de, ...peopleDe } };

/** @type {Language} */
let current = preferred();

/** @returns {Language} the language chosen here before, else the browser's, else English */
function preferred() {
  const chosen = browserMemory.get("language");
  const wishes = [typeof chosen === "string" ? chosen : "", ...navigator.languages];
  const found = wishes.map((wish) => wish.slice(0, 2).toLowerCase()).find((wish) => wish === "de" || wish === "en");
  return found === "de" ? "de" : "en";
}

/** @returns {Language} */
export function language() {
  return current;
}

/** @param {Language} wanted */
export function setLanguage(wanted) {
  current = wanted;
  browserMemory.set("language", wanted);
  document.documentElement.lang = wanted;
}

/**
 * @param {TextKey} key
 * @param {Record<string, string | number>} [values] for the {names} in the text
 * @returns {string}
 */
export function t(key, values = {}) {
  return ALL[current][key].replace(/\{(\w+)\}/g, (whole, name) => apart(String(values[name] ?? whole)));
}

const TURNS = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]|[\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * @param {string} value
 * @returns {string} a name as it is, or isolated (UAX 9) where it is written from right to left
 */
function apart(value) {
  return TURNS.test(value) ? `\u2068${undirected(value)}\u2069` : value;
}

/**
 * @param {string} group
 * @param {string | null | undefined} value a word of the API, such as a topic or a reason
 * @returns {string} that word for people; an unknown one is shown as it is, its underscores as spaces
 */
export function label(group, value) {
  return value ? known(group, value.replaceAll("_", " "), value) : "";
}

/**
 * @param {string} group
 * @param {string} text what people wrote, or a phrase of the desk's own
 * @param {string} [value]
 * @returns {string} that phrase in the agent's language; anything else is shown as it is
 */
export function known(group, text, value = text) {
  return ALL[current][`${group}.${value}`] ?? text;
}
