/** Sends what the agent wrote, one by one in each conversation; what is not sent yet is kept and tried again. */

import { Problem } from "./api.js";
import { uuid } from "./dom.js";
import { tabMemory } from "./memory.js";

/** @import { Desk } from "./desk.js" */
/** @import { Unsent } from "./types.js" */

const PAUSES = [1000, 2000, 4000, 8000, 15_000, 30_000];

export class Outbox {
  /** @type {Unsent[]} */
  #entries = [];
  #stopped = false;
  /** @type {Set<string>} */
  #busy = new Set();
  /** @type {Set<() => void>} */
  #sleepers = new Set();

  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    const kept = tabMemory.get("unsent");
    if (Array.isArray(kept)) this.#entries = kept;
    desk.on("conversation", (id) => this.#settle(id));
    desk.on("connection", () => desk.connection === "live" && this.kick());
  }

  /**
   * @param {string} conversation
   * @returns {Unsent[]}
   */
  of(conversation) {
    return this.#entries.filter((entry) => entry.conversation === conversation);
  }

  /** @returns {boolean} */
  get empty() {
    return this.#entries.length === 0;
  }

  /** @returns {boolean} a file waits: unlike text, the next page would not have it */
  get holdsFile() {
    return this.#entries.some((entry) => entry.file && entry.seq === undefined);
  }

  /**
   * @param {string} conversation
   * @param {string} text
   * @param {{private?: boolean, file?: File}} [how]
   */
  add(conversation, text, how = {}) {
    const at = new Date().toISOString();
    const written = { id: uuid(), conversation, text, private: how.private ?? false, file: how.file, at };
    this.#entries.push({ ...written, state: "sending" });
    this.#changed(conversation);
    void this.#pump(conversation);
  }

  /** @param {Unsent} entry */
  discard(entry) {
    this.#entries = this.#entries.filter((other) => other !== entry);
    this.#changed(entry.conversation);
  }

  /** Try everything unsent now. */
  kick() {
    for (const wake of this.#sleepers) wake();
    for (const entry of this.#entries) void this.#pump(entry.conversation);
  }

  /** Forget what is not sent. */
  clear() {
    this.#entries = [];
    tabMemory.set("unsent", []);
  }

  /** Send nothing any more; what is kept is sent by the next page. */
  stop() {
    this.#stopped = true;
    for (const wake of this.#sleepers) wake();
  }

  /** @param {string} conversation */
  async #pump(conversation) {
    if (this.#busy.has(conversation)) return;
    this.#busy.add(conversation);
    let failures = 0;
    for (let entry = this.#next(conversation); entry && !this.#stopped; entry = this.#next(conversation)) {
      const error = await this.#send(entry);
      failures = error ? failures + 1 : 0;
      if (error) await this.#sleep(pause(error, failures));
    }
    this.#busy.delete(conversation);
  }

  /** @param {string} conversation */
  #next(conversation) {
    return this.of(conversation).find((entry) => entry.state !== "refused" && entry.seq === undefined);
  }

  /**
   * @param {Unsent} entry
   * @returns {Promise<unknown>} what stood in the way for now; nothing if it was recorded or refused for good
   */
  async #send(entry) {
    try {
      entry.seq = (await this.#post(entry)).seq;
      void this.desk.refresh(entry.conversation);
    } catch (error) {
      if (!(error instanceof Problem) || error.passing || error.status === 401) return this.#wait(entry, error);
      entry.state = "refused";
      entry.detail = error.detail;
      void this.desk.refresh(entry.conversation);
    }
    this.#changed(entry.conversation);
    this.#settle(entry.conversation);
    return null;
  }

  /** @param {Unsent} entry */
  #post(entry) {
    const { api } = this.desk;
    if (entry.file) return api.attach(entry.conversation, entry.id, entry.file);
    return entry.private ? api.note(entry.conversation, entry) : api.say(entry.conversation, entry);
  }

  /**
   * @param {Unsent} entry
   * @param {unknown} error
   */
  #wait(entry, error) {
    if (error instanceof Problem && error.status === 401) this.desk.tell("signedOut");
    entry.state = "waiting";
    this.#changed(entry.conversation);
    return error;
  }

  /** @param {string} conversation what arrived in the transcript is no longer ours to show */
  #settle(conversation) {
    const arrived = new Set(this.desk.conversations.get(conversation)?.messages.map((message) => message.seq));
    const left = this.#entries.filter((entry) => entry.seq === undefined || !arrived.has(entry.seq));
    if (left.length === this.#entries.length) return;
    this.#entries = left;
    this.#changed(conversation);
  }

  /** @param {string} conversation */
  #changed(conversation) {
    tabMemory.set(
      "unsent",
      this.#entries.filter((entry) => !entry.file),
    );
    this.desk.tell("unsent", conversation);
  }

  /** @param {number} milliseconds */
  #sleep(milliseconds) {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#sleepers.delete(wake);
        resolve(undefined);
      };
      const timer = setTimeout(wake, milliseconds);
      this.#sleepers.add(wake);
    });
  }
}

/**
 * @param {unknown} error
 * @param {number} failures
 */
function pause(error, failures) {
  if (error instanceof Problem && error.retryAfter) return error.retryAfter * 1000;
  return PAUSES[Math.min(failures, PAUSES.length) - 1];
}
