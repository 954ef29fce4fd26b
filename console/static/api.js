/** Speaks to the desk's API; a failure is a Problem with the server's sentence, or Offline when nobody answered. */

import { language } from "./texts.js";

/** @import { Canned, Card, Colleague, Conversation, Earlier, Found, Look, Me, Presence } from "./types.js" */

const BASE = "/api/v1";
const PATIENCE = 20_000;

/** The server refused; `detail` is a sentence for people. */
export class Problem extends Error {
  /**
   * @param {number} status
   * @param {Record<string, unknown>} body
   * @param {number | null} retryAfter seconds
   */
  constructor(status, body, retryAfter) {
    super(String(body.title ?? status));
    this.status = status;
    this.detail = typeof body.detail === "string" ? body.detail : "";
    this.agent = typeof body.agent === "string" ? body.agent : null;
    this.retryAfter = retryAfter;
  }

  /** @returns {boolean} the same request may succeed later */
  get passing() {
    return this.status >= 500 || this.status === 429 || this.status === 408;
  }
}

/** Nobody answered. */
export class Offline extends Error {}

export class Api {
  csrf = "";

  /** @returns {Promise<Me>} */
  async session() {
    return this.#enter(await this.#call("GET", "/agent/session"));
  }

  /**
   * @param {string} email
   * @param {string} password
   * @returns {Promise<Me>}
   */
  async signIn(email, password) {
    return this.#enter(await this.#call("POST", "/agent/session", { email, password }));
  }

  signOut() {
    return this.#write("DELETE", "/agent/session");
  }

  /** @param {Me} me */
  #enter(me) {
    this.csrf = me.csrf;
    return me;
  }

  /**
   * @param {string} where a path of the interface
   * @returns {Promise<any>}
   */
  read(where) {
    return this.#call("GET", where);
  }

  /**
   * @param {string} method
   * @param {string} where
   * @param {unknown} [body]
   * @returns {Promise<any>}
   */
  write(method, where, body) {
    return this.#write(method, where, body);
  }

  /** @param {Presence} presence */
  setPresence(presence) {
    return this.#write("PUT", "/agent/presence", { presence });
  }

  /** @returns {Promise<{waiting: Card[], away: Card[]}>} */
  queue() {
    return this.#call("GET", "/agent/queue");
  }

  /** @returns {Promise<{conversations: Card[]}>} */
  mine() {
    return this.#call("GET", "/agent/conversations");
  }

  /** @returns {Promise<{conversations: Card[]}>} what anybody has or is asked for */
  everybody() {
    return this.#call("GET", "/agent/conversations?all=1");
  }

  /**
   * @param {string} id
   * @param {number} after
   * @returns {Promise<Conversation>}
   */
  conversation(id, after) {
    return this.#call("GET", `${path(id)}?after=${after}`);
  }

  /** @returns {Promise<{answers: Canned[]}>} */
  canned() {
    return this.#call("GET", "/agent/canned");
  }

  /**
   * @param {string} text
   * @param {string} spoken in which language the articles are wanted
   * @returns {Promise<Found>}
   */
  articles(text, spoken) {
    return this.#write("POST", "/agent/articles", { text, language: spoken === "de" ? "de" : "en" });
  }

  /**
   * @param {string} id
   * @returns {Promise<Found>} articles that fit what the visitor said last
   */
  suggestions(id) {
    return this.#call("GET", `${path(id)}/articles`);
  }

  /**
   * @param {string} id
   * @returns {Promise<{conversations: Earlier[]}>}
   */
  earlier(id) {
    return this.#call("GET", `${path(id)}/earlier`);
  }

  /**
   * @param {string} words
   * @returns {Promise<{conversations: Earlier[]}>} what this agent had, with all these words in it
   */
  had(words) {
    return this.#call("POST", "/agent/conversations/had", { words });
  }

  /**
   * @param {string} id
   * @param {Look["doing"]} doing
   */
  look(id, doing) {
    return this.#write("POST", `${path(id)}/look`, { doing });
  }

  /** @returns {Promise<{agents: Colleague[]}>} */
  agents() {
    return this.#call("GET", "/agent/agents");
  }

  /**
   * @param {string} id
   * @param {boolean} [takeOver] also from the colleague who has it
   */
  claim(id, takeOver = false) {
    return this.#write("POST", `${path(id)}/claim`, takeOver ? { take_over: true } : undefined);
  }

  /** @param {string} id */
  decline(id) {
    return this.#write("POST", `${path(id)}/decline`);
  }

  /**
   * @param {string} conversation
   * @param {{id: string, text: string}} message
   * @returns {Promise<{seq: number}>}
   */
  say(conversation, { id, text }) {
    return this.#write("POST", `${path(conversation)}/messages`, { id, text });
  }

  /**
   * @param {string} conversation
   * @param {{id: string, text: string}} message
   * @returns {Promise<{seq: number}>}
   */
  note(conversation, { id, text }) {
    return this.#write("POST", `${path(conversation)}/note`, { id, text });
  }

  /**
   * @param {string} conversation
   * @param {string} id
   * @param {File} file
   * @returns {Promise<{seq: number}>}
   */
  attach(conversation, id, file) {
    const form = new FormData();
    form.set("id", id);
    form.set("file", file);
    return this.#write("POST", `${path(conversation)}/attachments`, form);
  }

  /**
   * @param {string} id
   * @param {boolean} on
   */
  typing(id, on) {
    return this.#write("POST", `${path(id)}/typing`, { on });
  }

  /**
   * @param {string} id
   * @param {{agent: string} | {group: string}} to
   * @returns {Promise<{called: string | null}>} who is called for it at once
   */
  transfer(id, to) {
    return this.#write("POST", `${path(id)}/transfer`, to);
  }

  /** @param {string} id */
  giveBack(id) {
    return this.#write("POST", `${path(id)}/return`);
  }

  /**
   * @param {string} id
   * @param {string} resolution
   */
  close(id, resolution) {
    return this.#write("POST", `${path(id)}/close`, { resolution });
  }

  /**
   * @param {string} number
   * @param {Record<string, string>} change
   */
  changeTicket(number, change) {
    return this.#write("PATCH", `/tickets/${encodeURIComponent(number)}`, change);
  }

  /**
   * Writes once more with a fresh token if another tab signed in meanwhile.
   * @param {string} method
   * @param {string} where
   * @param {unknown} [body]
   * @returns {Promise<any>}
   */
  async #write(method, where, body) {
    const used = this.csrf;
    try {
      return await this.#call(method, where, body);
    } catch (error) {
      if (!(error instanceof Problem && error.status === 403)) throw error;
      await this.session();
      if (this.csrf === used) throw error;
      return this.#call(method, where, body);
    }
  }

  /**
   * @param {string} method
   * @param {string} where
   * @param {unknown} [body]
   * @returns {Promise<any>}
   */
  async #call(method, where, body) {
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json", "Accept-Language": language() };
    if (method !== "GET" && this.csrf) headers["X-CSRF-Token"] = this.csrf;
    if (body !== undefined && !(body instanceof FormData)) headers["Content-Type"] = "application/json";
    const sent = body === undefined || body instanceof FormData ? body : JSON.stringify(body);
    const signal = AbortSignal.timeout(body instanceof FormData ? 6 * PATIENCE : PATIENCE);
    const response = await fetch(BASE + where, { method, headers, body: sent, signal, cache: "no-store" }).catch(
      offline,
    );
    if (response.ok) return response.status === 204 ? null : response.json().catch(offline);
    const retryAfter = Number(response.headers.get("Retry-After")) || null;
    throw new Problem(response.status, await response.json().catch(() => ({})), retryAfter);
  }
}

/**
 * @param {string} id
 * @returns {string}
 */
export function path(id) {
  return `/agent/conversations/${encodeURIComponent(id)}`;
}

/**
 * @param {string} conversation
 * @param {string} attachment
 * @returns {string} where the browser finds the file
 */
export function attachmentAddress(conversation, attachment) {
  return `${BASE}${path(conversation)}/attachments/${encodeURIComponent(attachment)}`;
}

/** @returns {never} */
function offline() {
  throw new Offline("the desk cannot be reached");
}
