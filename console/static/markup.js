/** Turns the bot's small markup, and plain text with web addresses, into elements. */

import { el } from "./dom.js";

// An address ends before marks that nobody sees: they could show another one.
const INLINE = /\*\*([^*\n]+)\*\*|\[([^\]\n]+)\]\(((?:https:\/\/|mailto:|tel:)[^\s()<>"\p{Cf}]+)\)/gu;
const ADDRESS = /https:\/\/[^\s<>"'\p{Cf}]+[^\s<>"'\p{Cf}.,;:!?)\]]/gu;
const LIST_LINE = /^\s*(?:(\d{1,3})\. |- )(.*)$/;

/**
 * Shows paragraphs, numbered and plain lists, **bold** and [title](address); anything else stays the text it is.
 * @param {string} text
 * @returns {HTMLElement[]}
 */
export function blocks(text) {
  return text
    .split(/\n\s*\n/)
    .filter((part) => part.trim())
    .flatMap(parts);
}

/**
 * @param {string} paragraph
 * @returns {HTMLElement[]}
 */
function parts(paragraph) {
  /** @type {HTMLElement[]} */
  const out = [];
  for (const line of paragraph.split("\n")) {
    const item = LIST_LINE.exec(line);
    if (item) addItem(out, item);
    else addLine(out, line);
  }
  return out;
}

/**
 * @param {HTMLElement[]} out
 * @param {RegExpExecArray} match
 */
function addItem(out, [, number, text]) {
  const tag = number ? "ol" : "ul";
  let list = out.at(-1);
  if (list?.localName !== tag) {
    list = el(tag, { dir: "auto", start: number && number !== "1" ? number : null });
    out.push(list);
  }
  list.append(el("li", null, ...inline(text)));
}

/**
 * @param {HTMLElement[]} out
 * @param {string} line
 */
function addLine(out, line) {
  const last = out.at(-1);
  if (last?.localName === "p") last.append(el("br"), ...inline(line));
  else out.push(el("p", { dir: "auto" }, ...inline(line)));
}

/**
 * @param {string} text
 * @returns {(Node | string)[]}
 */
function inline(text) {
  return cut(text, INLINE, ([, bold, title, address]) => (bold ? el("strong", null, bold) : link(address, title)));
}

/**
 * @param {string} text
 * @returns {HTMLElement} a plain text as it was typed
 */
export function plain(text) {
  return el("p", { dir: "auto", class: "plain" }, text);
}

/**
 * @param {string} text
 * @returns {HTMLElement} a plain text whose https addresses can be followed
 */
export function linked(text) {
  return el("p", { dir: "auto", class: "plain" }, ...cut(text, ADDRESS, ([address]) => link(address, address)));
}

/**
 * @param {string} address
 * @param {string} title
 */
function link(address, title) {
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, title);
}

/**
 * @param {string} text
 * @param {RegExp} pattern
 * @param {(match: RegExpMatchArray) => Node} make
 * @returns {(Node | string)[]}
 */
function cut(text, pattern, make) {
  /** @type {(Node | string)[]} */
  const out = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    out.push(text.slice(from, match.index), make(match));
    from = (match.index ?? 0) + match[0].length;
  }
  out.push(text.slice(from));
  return out;
}
