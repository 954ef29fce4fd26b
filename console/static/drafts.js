/** Remembers in this tab what the agent was writing in each chat: an answer and a note, each on its own. */

import { asRecord, tabMemory } from "./memory.js";

/** @typedef {"answer" | "note"} Mode */
/** @typedef {{mode: Mode, answer: string, note: string}} Draft */

/**
 * @param {string} conversation
 * @returns {Draft} an empty answer where nothing was begun
 */
export function draftOf(conversation) {
  const { mode, answer, note } = asRecord(asRecord(tabMemory.get("drafts"))[conversation]);
  return { mode: mode === "note" ? "note" : "answer", answer: asText(answer), note: asText(note) };
}

/**
 * @param {string} conversation
 * @returns {boolean} something was begun there
 */
export function hasDraft(conversation) {
  const { answer, note } = draftOf(conversation);
  return (answer + note).trim() !== "";
}

/**
 * @param {string} conversation
 * @param {Draft} draft
 */
export function keepDraft(conversation, draft) {
  tabMemory.set("drafts", { ...asRecord(tabMemory.get("drafts")), [conversation]: draft });
}

/** @param {unknown} value */
function asText(value) {
  return typeof value === "string" ? value : "";
}
