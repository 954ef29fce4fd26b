/** Follows the desk's event stream, notices a dead line, and connects again with growing pauses. */

import { language } from "./texts.js";

/** @import { Connection } from "./types.js" */

const SILENCE = 40_000; // the desk sends a heartbeat every 15 s
const PAUSES = [500, 1000, 2000, 4000, 8000, 15_000, 30_000];

export class Stream {
  #stopped = false;
  #failures = 0;
  #line = new AbortController();
  /** @type {() => void} */
  #wake = () => {};

  /**
   * @param {string} address
   * @param {{event: (name: string, data: any) => void, state: (state: Connection) => void, refused: () => void}} ear
   */
  constructor(address, ear) {
    this.address = address;
    this.ear = ear;
  }

  async start() {
    addEventListener("online", this.retry);
    this.ear.state("connecting");
    while (!this.#stopped) {
      await this.#follow();
      if (!this.#stopped) await this.#pause();
    }
  }

  stop() {
    this.#stopped = true;
    removeEventListener("online", this.retry);
    this.#line.abort();
    this.#wake();
  }

  /** Connect at once instead of at the end of the pause. */
  retry = () => this.#wake();

  async #follow() {
    this.#line = new AbortController();
    let watch = this.#watch();
    try {
      const headers = { Accept: "text/event-stream", "Accept-Language": language() };
      const response = await fetch(this.address, { headers, signal: this.#line.signal, cache: "no-store" });
      if (response.status === 401) return this.#refuse();
      if (!response.ok || !response.body) return;
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      const parse = parser((name, data) => this.#hear(name, data));
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        clearTimeout(watch);
        watch = this.#watch();
        parse(part.value);
      }
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error; // a broken line, nothing else
    } finally {
      clearTimeout(watch);
    }
  }

  #watch() {
    const line = this.#line;
    return setTimeout(() => line.abort(), SILENCE);
  }

  #refuse() {
    this.stop();
    this.ear.refused();
  }

  /**
   * @param {string} name
   * @param {string} data
   */
  #hear(name, data) {
    if (this.#stopped) return;
    if (name === "snapshot") {
      this.#failures = 0;
      this.ear.state("live");
    }
    this.ear.event(name, JSON.parse(data));
  }

  #pause() {
    this.ear.state("lost");
    const pause = PAUSES[Math.min(this.#failures, PAUSES.length - 1)];
    this.#failures += 1;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, pause * (0.8 + 0.4 * Math.random()));
      this.#wake = () => {
        clearTimeout(timer);
        resolve(undefined);
      };
    });
  }
}

/**
 * @param {(name: string, data: string) => void} hear
 * @returns {(text: string) => void} takes the stream in pieces of any size (WHATWG HTML, section 9.2.6)
 */
export function parser(hear) {
  let rest = "";
  let name = "message";
  /** @type {string[]} */
  let data = [];
  /** @param {string} line */
  const take = (line) => {
    const [, field, value] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === "event") name = value ?? "";
    if (field === "data") data.push(value ?? "");
    if (line !== "") return;
    if (data.length > 0) hear(name, data.join("\n"));
    name = "message";
    data = [];
  };
  return (text) => {
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    lines.forEach(take);
  };
}
