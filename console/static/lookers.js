/** Tells colleagues which chat this agent has before them, and knows who else has the same one open. */

/** @import { Desk } from "./desk.js" */
/** @import { Look } from "./types.js" */
/** @typedef {{name: string, doing: Look["doing"], writing?: ReturnType<typeof setTimeout>,
 *   gone: ReturnType<typeof setTimeout>}} Looker */

const AGAIN = 20_000; // an open chat is told this often
const LASTS = 50_000; // without another sign somebody is gone
const WRITING_LASTS = 7000;
const WRITING_AGAIN = 4000;
const ANSWER_WITHIN = 400; // several colleagues do not answer a newcomer at the same moment

export class Lookers {
  #told = "";
  #wrote = -Infinity;
  /** @type {Map<number, Looker>} */
  #here = new Map();

  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.ticking = setInterval(() => this.#tell(), AGAIN);
    this.listen = () => this.#turn();
    document.addEventListener("visibilitychange", this.listen);
    desk.on("opened", this.listen);
    desk.on("looking", (look) => this.#hear(look));
    desk.on("connection", () => desk.connection === "live" && this.#tell());
  }

  /** @returns {{name: string, writes: boolean}[]} colleagues who have the open chat open too */
  get others() {
    return [...this.#here.values()].map(({ name, doing }) => ({ name, writes: doing === "writes" }));
  }

  /** The agent writes something; colleagues hear of it only where there are any. */
  writes() {
    const now = performance.now();
    if (this.#here.size === 0 || !this.#told || now - this.#wrote < WRITING_AGAIN) return;
    this.#wrote = now;
    void this.desk.quietly(this.desk.api.look(this.#told, "writes"));
  }

  stop() {
    clearInterval(this.ticking);
    document.removeEventListener("visibilitychange", this.listen);
    this.#forget();
  }

  /** Another chat is before the agent now, or none, or the page is hidden. */
  #turn() {
    const wanted = this.#wanted();
    if (wanted === this.#told) return;
    const left = this.#told;
    this.#told = wanted;
    this.#wrote = -Infinity;
    this.#forget();
    this.desk.tell("beside");
    if (left) void this.desk.quietly(this.desk.api.look(left, "left"));
    this.#tell();
  }

  #wanted() {
    return document.visibilityState === "visible" ? (this.desk.open ?? "") : "";
  }

  /** Tell what the agent does: whoever has just written and answers a newcomer still writes. */
  #tell() {
    const doing = performance.now() - this.#wrote < WRITING_AGAIN ? "writes" : "reads";
    if (this.#told && this.desk.connection === "live") void this.desk.quietly(this.desk.api.look(this.#told, doing));
  }

  /** @param {Look} look */
  #hear({ conversation, agent, doing }) {
    if (conversation !== this.#told) return;
    const known = this.#here.get(agent.id);
    clearTimeout(known?.gone);
    clearTimeout(known?.writing);
    if (doing === "left") this.#here.delete(agent.id);
    else this.#here.set(agent.id, this.#looker(agent, doing));
    if (!known && doing !== "left") setTimeout(() => this.#tell(), ANSWER_WITHIN * Math.random());
    this.desk.tell("beside");
  }

  /**
   * @param {{id: number, name: string}} agent
   * @param {Look["doing"]} doing
   * @returns {Looker}
   */
  #looker({ id, name }, doing) {
    const change = (/** @type {(looker: Looker) => void} */ how) => {
      const looker = this.#here.get(id);
      if (looker) how(looker);
      this.desk.tell("beside");
    };
    const reads = () => change((looker) => (looker.doing = "reads"));
    const writing = doing === "writes" ? setTimeout(reads, WRITING_LASTS) : undefined;
    return { name, doing, writing, gone: setTimeout(() => change(() => this.#here.delete(id)), LASTS) };
  }

  #forget() {
    for (const { gone, writing } of this.#here.values()) {
      clearTimeout(gone);
      clearTimeout(writing);
    }
    this.#here.clear();
  }
}
