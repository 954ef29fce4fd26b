/** Holds what the console knows of the desk, keeps it current, and tells the views what changed. */

import { Problem } from "./api.js";
import { asRecord, browserMemory } from "./memory.js";

/** @import { Api } from "./api.js" */
/** @import { Card, Connection, Conversation, Lists, Look, Me, Message, Presence } from "./types.js" */
/**
 * @typedef {object} News What the views listen for.
 * @property {undefined} lists
 * @property {string} conversation
 * @property {string} typing
 * @property {Look} looking
 * @property {undefined} beside
 * @property {string} unsent
 * @property {{toWrite: boolean}} opened
 * @property {undefined} connection
 * @property {undefined} presence
 * @property {Card[]} arrived
 * @property {Card} handed
 * @property {{card: Card, agent: string}} lost
 * @property {Card} ended
 * @property {{card: Card, agent: string}} taken
 * @property {Card} returned
 * @property {Card[]} due
 * @property {undefined} missed
 * @property {{conversation: string, message: Message}} said
 * @property {undefined} signedOut
 */

const TYPING_LASTS = 8000;
const BREATH = 300; // several changes within this time are fetched once
const AT_LEISURE = 3000; // the same, where only a list nobody is looking for can have changed

export class Desk {
  /** @type {Lists} */
  lists = { waiting: [], away: [], mine: [], others: [] };
  /** @type {Map<string, Conversation>} */
  conversations = new Map();
  /** @type {string | null} */
  open = null;
  /** @type {Connection} */
  connection = "connecting";
  /** @type {Presence} */
  presence = "online";
  /** Calls in a row that were not accepted. */
  misses = 0;
  /** @type {Map<string, ReturnType<typeof setTimeout>>} */
  typing = new Map();

  #news = new EventTarget();
  #read = asRecord(browserMemory.get("read"));
  /** @type {Set<string> | null} */
  #seen = null;
  /** @type {Set<string>} */
  #claimed = new Set();
  /** @type {Map<string, number>} when calls for this agent end, on the page's own clock */
  #ends = new Map();
  #listsAsked = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #listsTimer;
  #listsDue = Infinity;
  #listsTaken = 0;
  /** @type {Map<string, string>} last heard of conversations that the bot does not have */
  #statuses = new Map();
  /** @type {Map<string, {again: boolean, done: Promise<void>}>} */
  #fetching = new Map();

  /**
   * @param {Api} api
   * @param {Me} me
   */
  constructor(api, me) {
    this.api = api;
    this.me = me;
  }

  /**
   * @template {keyof News} K
   * @param {K} name
   * @param {(detail: News[K]) => void} listener
   */
  on(name, listener) {
    this.#news.addEventListener(name, (event) => listener(/** @type {CustomEvent} */ (event).detail));
  }

  /**
   * @template {keyof News} K
   * @param {K} name
   * @param {News[K]} [detail]
   */
  tell(name, detail) {
    this.#news.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /**
   * @param {string} name
   * @param {any} data
   */
  hear(name, data) {
    if (name === "snapshot") this.#begin(data);
    else if (name === "changed") this.#changed(data);
    else if (name === "presence") this.attend(data.presence, data.misses);
    else if (name === "looking") this.tell("looking", data);
    else if (name === "typing" && data.author === "visitor") this.#typing(data.conversation, data.on);
  }

  /** @param {Lists & {presence: Presence}} snapshot the start of every connection: all is fetched anew */
  #begin({ waiting, away, mine, presence }) {
    this.#listsAsked += 1;
    this.#listsTaken = this.#listsAsked;
    this.#statuses.clear();
    this.attend(presence, presence === "away" ? this.misses : 0);
    this.#takeLists({ waiting, away, mine, others: this.lists.others });
    if (this.leads) void this.refreshLists();
    for (const id of this.conversations.keys()) void this.refresh(id, true);
  }

  /** @param {{conversation: string, status: string}} change */
  #changed({ conversation, status }) {
    if (this.conversations.has(conversation)) void this.refresh(conversation);
    const moved = status !== (this.#statuses.get(conversation) ?? "with_bot");
    if (status === "with_bot") this.#statuses.delete(conversation);
    else this.#statuses.set(conversation, status);
    this.#refreshListsWithin(moved || this.#listed(conversation) ? BREATH : AT_LEISURE);
  }

  /** @param {string} conversation */
  #listed(conversation) {
    const { waiting, away, mine } = this.lists;
    return [waiting, away, mine].some((list) => list.some((card) => card.id === conversation));
  }

  /** @param {number} milliseconds that further changes do not put off, however many come */
  #refreshListsWithin(milliseconds) {
    const due = performance.now() + milliseconds;
    if (due >= this.#listsDue) return;
    this.#listsDue = due;
    clearTimeout(this.#listsTimer);
    this.#listsTimer = setTimeout(() => {
      this.#listsDue = Infinity;
      void this.refreshLists();
    }, milliseconds);
  }

  async refreshLists() {
    this.#listsAsked += 1;
    const asked = this.#listsAsked;
    const everybody = this.leads ? this.api.everybody() : Promise.resolve({ conversations: [] });
    const answers = await this.quietly(Promise.all([this.api.queue(), this.api.mine(), everybody]));
    if (!answers || asked < this.#listsTaken) return; // what was asked for later is here already
    this.#listsTaken = asked;
    const [{ waiting, away }, { conversations: mine }, { conversations: all }] = answers;
    const own = new Set(mine.map((card) => card.id));
    const others = all.filter((card) => card.status !== "waiting" && !own.has(card.id));
    this.#takeLists({ waiting, away, mine, others });
  }

  /** @param {Lists} lists */
  #takeLists(lists) {
    const before = this.#seen;
    const now = [...lists.waiting, ...lists.mine].map((card) => card.status + card.id);
    const fresh = (/** @type {Card} */ card) => before !== null && !before.has(card.status + card.id);
    const arrived = lists.waiting.filter(fresh);
    const handed = lists.mine.filter((card) => card.status === "with_agent" && fresh(card) && !this.#claimed.has(card.id));
    const ended = lists.mine.filter((card) => card.status === "closed" && fresh(card));
    const due = lists.away.filter((card) => card.due && before !== null && !before.has(`due${card.id}`));
    const gone = this.lists.mine.filter((card) => !lists.mine.some((one) => one.id === card.id));
    const rang = this.call();
    this.#seen = new Set([...now, ...lists.away.filter((card) => card.due).map((card) => `due${card.id}`)]);
    this.#time(lists.waiting);
    this.lists = lists;
    this.#follow();
    this.tell("lists");
    if (arrived.length > 0) this.tell("arrived", arrived);
    for (const card of handed) this.tell("handed", card);
    for (const card of ended) this.tell("ended", card);
    if (due.length > 0) this.tell("due", due);
    for (const card of gone) void this.#miss(card);
    if (rang && rang.id !== this.call()?.id) void this.#rangOut(rang);
  }

  /** @param {Card[]} waiting note when calls end, as seconds from now: clocks of page and server may differ */
  #time(waiting) {
    for (const { id, ringing } of waiting) {
      if (ringing) this.#ends.set(id, performance.now() + 1000 * ringing.seconds);
      else this.#ends.delete(id);
    }
  }

  /** @param {Card} card a chat that is not this agent's any more; tell who took it over, or that it waits again */
  async #miss(card) {
    const found = await this.quietly(this.api.conversation(card.id, card.seq));
    const agent = this.#colleague(found);
    if (agent) this.tell("lost", { card, agent });
    else if (found?.status === "waiting" && !found.called) this.tell("returned", card);
  }

  /** @param {Card} card rings here no more; tell who was quicker, if somebody was */
  async #rangOut(card) {
    const agent = this.#colleague(await this.quietly(this.api.conversation(card.id, card.seq)));
    if (agent) this.tell("taken", { card, agent });
  }

  /**
   * @param {Conversation | null} found
   * @returns {string | null} who else has it
   */
  #colleague(found) {
    return found?.status === "with_agent" && found.agent !== this.me.name ? found.agent : null;
  }

  /** @returns {Card | undefined} whom this agent is being called for */
  call() {
    return this.lists.waiting.find((card) => card.ringing?.id === this.me.id);
  }

  /** @param {string} id */
  callEnds(id) {
    return this.#ends.get(id) ?? 0;
  }

  /** @returns {boolean} the desk set this agent away because of missed calls */
  missedOut() {
    return this.presence === "away" && this.misses > 0;
  }

  /** @returns {boolean} this agent may see and take over every chat */
  get leads() {
    return this.me.roles.includes("supervisor") || this.me.roles.includes("operator");
  }

  /** Keep the whole transcript of every chat of mine and of the open one; forget the others. */
  #follow() {
    const wanted = new Set(this.lists.mine.map((card) => card.id));
    if (this.open) wanted.add(this.open);
    for (const id of [...this.conversations.keys()]) if (!wanted.has(id)) this.conversations.delete(id);
    for (const id of wanted) if (!this.conversations.has(id)) void this.refresh(id);
  }

  /**
   * Fetch what is new in a conversation; a call during a fetch makes it fetch once more.
   * @param {string} id
   * @param {boolean} [whole] ask for the whole transcript instead of what follows the last known message
   * @returns {Promise<void>}
   */
  refresh(id, whole = false) {
    const running = this.#fetching.get(id);
    if (running) {
      running.again = true;
      return running.done;
    }
    const job = { again: false, done: Promise.resolve() };
    this.#fetching.set(id, job);
    job.done = this.#fetch(id, whole, job);
    return job.done;
  }

  /**
   * @param {string} id
   * @param {boolean} whole
   * @param {{again: boolean}} job
   */
  async #fetch(id, whole, job) {
    do {
      job.again = false;
      const after = whole ? 0 : (this.conversations.get(id)?.messages.at(-1)?.seq ?? 0);
      const found = await this.quietly(this.api.conversation(id, after));
      if (found) this.#merge(found);
    } while (job.again);
    this.#fetching.delete(id);
  }

  /** @param {Conversation} found */
  #merge(found) {
    const known = this.conversations.get(found.id);
    const messages = new Map((known?.messages ?? []).map((message) => [message.seq, message]));
    const fresh = found.messages.filter((message) => !messages.has(message.seq));
    for (const message of fresh) messages.set(message.seq, message);
    const ordered = [...messages.values()].sort((a, b) => a.seq - b.seq);
    this.conversations.set(found.id, { ...found, messages: ordered });
    const heard = fresh.filter((message) => message.author === "visitor");
    if (heard.length > 0) this.#typing(found.id, false);
    this.tell("conversation", found.id);
    if (known) for (const message of heard) this.tell("said", { conversation: found.id, message });
  }

  /**
   * @param {string | null} id
   * @param {{toWrite?: boolean}} [how] whether the agent opens it to write, or leafs through
   */
  openConversation(id, { toWrite = true } = {}) {
    this.open = id;
    this.#follow();
    if (id) void this.refresh(id);
    this.tell("opened", { toWrite });
    this.tell("lists");
  }

  /**
   * @param {string} id
   * @param {boolean} on
   */
  #typing(id, on) {
    clearTimeout(this.typing.get(id));
    this.typing.delete(id);
    if (on)
      this.typing.set(
        id,
        setTimeout(() => this.#typing(id, false), TYPING_LASTS),
      );
    this.tell("typing", id);
  }

  /** @param {string} id of a conversation this agent takes: being its agent is then no news */
  claiming(id) {
    this.#claimed.add(id);
  }

  /**
   * @param {Presence} presence
   * @param {number} [misses]
   */
  attend(presence, misses = 0) {
    const more = misses > this.misses;
    this.presence = presence;
    this.misses = misses;
    this.tell("presence");
    if (more) this.tell("missed");
  }

  /** @param {Connection} connection */
  setConnection(connection) {
    this.connection = connection;
    this.tell("connection");
  }

  /**
   * @param {string} id
   * @returns {Card | undefined}
   */
  card(id) {
    return Object.values(this.lists)
      .flat()
      .find((card) => card.id === id);
  }

  /**
   * @param {string} id
   * @returns {boolean} this agent has the floor there
   */
  isMine(id) {
    return this.lists.mine.some((card) => card.id === id);
  }

  /**
   * @param {string} id
   * @returns {number} the place up to which this agent has read
   */
  readUntil(id) {
    const kept = this.#read[id];
    const own = (this.conversations.get(id)?.messages ?? []).filter((message) => message.author === "agent");
    const answered = own.at(-1)?.seq ?? 0;
    return Math.max(typeof kept === "number" ? kept : 0, answered);
  }

  /**
   * @param {string} id
   * @returns {number} how many messages of the visitor are unread
   */
  unread(id) {
    const until = this.readUntil(id);
    const messages = this.conversations.get(id)?.messages ?? [];
    return messages.filter((message) => message.author === "visitor" && message.seq > until).length;
  }

  /** @param {string} id */
  markRead(id) {
    const seq = this.conversations.get(id)?.messages.at(-1)?.seq ?? 0;
    if (seq <= Number(this.#read[id] ?? 0)) return;
    delete this.#read[id];
    this.#read[id] = seq;
    this.#read = Object.fromEntries(Object.entries(this.#read).slice(-200));
    browserMemory.set("read", this.#read);
    this.tell("lists");
  }

  /**
   * @template T
   * @param {Promise<T>} asked
   * @returns {Promise<T | null>} the answer, or null where the stream's own reconnect will ask again
   */
  async quietly(asked) {
    try {
      return await asked;
    } catch (error) {
      if (error instanceof Problem && error.status === 401) this.tell("signedOut");
      return null;
    }
  }
}
