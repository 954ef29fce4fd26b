/** Knows the canned answers: finds them by shortcut and fills in what belongs to the chat. */

import { language } from "./texts.js";

/** @import { Api } from "./api.js" */
/** @import { Canned, Conversation, Me } from "./types.js" */

const FRESH = 60_000; // an editor's change arrives within this time
const COMMAND = /(?:^|\s)\/([\p{L}\p{N}-]*)$/u;
const VARIABLE = /(,?[^\S\n]?)\{(visitor|agent|ticket)\}/g;
const OPEN = /\{(?:visitor|agent|ticket)\}/;

/** @type {Canned[]} */
let answers = [];
let fetched = -Infinity;
/** @type {Promise<unknown>} */
let asked = Promise.resolve(); // whoever types while they are on their way waits for them

/**
 * @param {Api} api
 * @returns {Promise<Canned[]>} every answer; what was known before where the desk cannot be reached
 */
export async function cannedAnswers(api) {
  if (performance.now() - fetched > FRESH) {
    fetched = performance.now();
    asked = api.canned().then(
      (found) => (answers = found.answers),
      () => (fetched = -Infinity),
    );
  }
  await asked;
  return answers;
}

/**
 * @param {string} before the text up to the caret
 * @returns {string | null} what was typed behind the slash, or nothing if no command is being typed
 */
export function command(before) {
  return COMMAND.exec(before)?.[1].toLowerCase() ?? null;
}

/**
 * @param {Canned[]} all
 * @param {string} word
 * @returns {Canned[]} those a shortcut of which begins with the word, then those whose title has it
 */
export function matching(all, word) {
  const begins = (/** @type {Canned} */ { shortcut, also }) =>
    [shortcut, ...also].some((name) => name.startsWith(word));
  const named = (/** @type {Canned} */ { en, de }) => `${en.title}\n${de.title}`.toLowerCase().includes(word);
  const exact = (/** @type {Canned} */ { shortcut, also }) => [shortcut, ...also].includes(word);
  const first = all.filter(begins).sort((a, b) => Number(exact(b)) - Number(exact(a)));
  return [...first, ...all.filter((one) => !begins(one) && named(one))];
}

/**
 * @param {Canned} answer
 * @param {Conversation} conversation
 * @param {Me} me
 * @returns {string} the answer in the chat's language; a name nobody knows is left out, a ticket nobody has stays open
 */
export function filled(answer, conversation, me) {
  /** @type {Record<string, string | null | undefined>} */
  const values = { visitor: conversation.visitor.name, agent: me.name, ticket: conversation.ticket?.number };
  const { text } = conversation.language === "de" ? answer.de : answer.en;
  const written = text.replace(VARIABLE, (whole, before, name) =>
    values[name] ? before + values[name] : name === "visitor" ? "" : whole,
  );
  const bare = written.replace(/^[\s,;:]+/, "");
  return bare === written ? written : bare.charAt(0).toUpperCase() + bare.slice(1);
}

/**
 * @param {string} text
 * @returns {{name: string, at: number} | null} a variable that is still to be filled in by hand
 */
export function unfilled(text) {
  const found = OPEN.exec(text);
  return found && { name: found[0], at: found.index };
}

/**
 * @param {Canned} answer
 * @param {string} word
 * @returns {string} the shortcut to show: the one that was typed, if it is one
 */
export function shown(answer, word) {
  return answer.also.find((name) => word !== "" && name.startsWith(word)) ?? answer.shortcut;
}

/**
 * @param {Canned} answer
 * @returns {string} the title in the agent's own language
 */
export function titleOf(answer) {
  return answer[language()].title;
}
