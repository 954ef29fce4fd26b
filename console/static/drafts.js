/** Remembers in this tab what the agent was writing in each chat. */

import { asRecord, tabMemory } from "./memory.js";

/** @typedef {{text: string, mode: "answer" | "note"}} Draft */

/**
 * @param {string} conversation
 * @returns {Draft} an empty answer where nothing was begun
 */
export function draftOf(conversation) {
  const { text, mode } = asRecord(asRecord(tabMemory.get("drafts"))[conversation]);
  return { text: typeof text === "string" ? text : "", mode: mode === "note" ? "note" : "answer" };
}

/**
 * @param {string} conversation
 * @param {Draft} draft
 */
export function keepDraft(conversation, draft) {
  tabMemory.set("drafts", { ...asRecord(tabMemory.get("drafts")), [conversation]: draft });
}
