/** The chat window of Firstline: puts `<firstline-chat>` on any page; see docs/widget.md. */
/** @import {Answer, Attachment, Conversation, Ears, Item, Message, ServerEvent, State} from './widget.types' */

const LIMIT = 4000;
const POLL_MS = 4000;
const WATCH_MS = 20000; // panel closed, a person may answer
const FIRST_EVENT_MS = 8000; // the status comes at once, or something holds the stream back
const SILENCE_MS = 40000; // heartbeats come every 15 s
const TYPING_MS = 3000;
/** @type {State} */
const FRESH = { status: 'with_bot', agent: null, calling: null, place: null, ticket: null, rated: false };

const TEXTS = {
  en: {
    title: 'IT help',
    launch: 'Open the IT help chat',
    days: 'Sun Mon Tue Wed Thu Fri Sat',
    unread: 'new messages: {}',
    hide: 'Close the chat window',
    end: 'End conversation',
    keep: 'Save the conversation as a file',
    ending: 'End this conversation?',
    log: 'Conversation',
    opening:
      'Hello! I am the IT help **bot**, a program and not a person. Tell me in your own words what does not work, ' +
      'and I will look for the solution.\n\nYou would rather talk to a person? Just say so, at any time.',
    person: 'Talk to a person',
    ask: 'I would like to talk to a person.',
    with_bot: 'You are writing with the bot',
    away: 'Your request is noted. The bot is here meanwhile.',
    waiting: 'Waiting for a colleague',
    place: ', place {} in the queue',
    calling: '{} is being called',
    with_agent: 'You are writing with {}',
    closed: 'This conversation is closed',
    offline: 'No connection. We keep trying.',
    visitor: 'You',
    bot: 'Bot',
    agent: 'IT help',
    system: 'Notice',
    typing: '{} is typing',
    choices: 'Suggested answers',
    message: 'Your message',
    send: 'Send',
    attach: 'Attach a file',
    sending: 'Sending …',
    late: 'Not sent yet. We keep trying.',
    left: '{} characters left',
    over: '{} characters too many',
    failed: 'That did not work. Please try again.',
    fresh: 'Start a new conversation',
    down: 'To the newest message',
    later: 'Not now',
  },
  de: {
    title: 'IT-Hilfe',
    launch: 'Chat der IT-Hilfe öffnen',
    days: 'So Mo Di Mi Do Fr Sa',
    unread: 'neue Nachrichten: {}',
    hide: 'Chatfenster schließen',
    end: 'Gespräch beenden',
    keep: 'Gespräch als Datei speichern',
    ending: 'Dieses Gespräch beenden?',
    log: 'Gespräch',
    opening:
      'Guten Tag! Ich bin der **Bot** der IT-Hilfe, ein Programm und kein Mensch. Schreiben Sie mir in eigenen ' +
      'Worten, was nicht klappt, und ich suche die Lösung.\n\nSie möchten lieber mit einem Menschen sprechen? ' +
      'Sagen Sie es einfach, jederzeit.',
    person: 'Zu einem Menschen',
    ask: 'Ich möchte mit einem Menschen sprechen.',
    with_bot: 'Sie schreiben mit dem Bot',
    away: 'Ihr Anliegen ist notiert. Der Bot bleibt für Sie da.',
    waiting: 'Wir verbinden Sie mit einem Menschen',
    place: ', Platz {} in der Warteschlange',
    calling: '{} wird gerufen',
    with_agent: 'Sie schreiben mit {}',
    closed: 'Dieses Gespräch ist beendet',
    offline: 'Keine Verbindung. Wir versuchen es weiter.',
    visitor: 'Sie',
    bot: 'Bot',
    agent: 'IT-Hilfe',
    system: 'Hinweis',
    typing: '{} schreibt',
    choices: 'Vorgeschlagene Antworten',
    message: 'Ihre Nachricht',
    send: 'Senden',
    attach: 'Datei anhängen',
    sending: 'Wird gesendet …',
    late: 'Noch nicht gesendet. Wir versuchen es weiter.',
    left: 'Noch {} Zeichen',
    over: '{} Zeichen zu viel',
    failed: 'Das hat nicht geklappt. Bitte versuchen Sie es noch einmal.',
    fresh: 'Neues Gespräch beginnen',
    down: 'Zur neuesten Nachricht',
    later: 'Jetzt nicht',
  },
};

const ICONS = {
  chat: 'M20 12a7 7 0 0 1-7 7H5l1-3a7 7 0 1 1 14-4ZM9 12h0M13 12h0M17 12h0',
  bot: 'M12 4v3M5 7h14v12H5ZM9 12v2M15 12v2M2 12v3M22 12v3',
  person: 'M12 4a4 4 0 0 1 0 8a4 4 0 0 1 0-8M5 20a7 6 0 0 1 14 0',
  hide: 'm6 9 6 6 6-6',
  end: 'M9 4H5v16h4M15 8l4 4-4 4M19 12H9',
  keep: 'M12 4v11M7 10l5 5 5-5M5 20h14',
  send: 'M12 19V5M6 11l6-6 6 6',
  attach: 'm19 11-8 8a4 4 0 0 1-6-6l8-8a3 3 0 0 1 4 4l-8 8a1 1 0 0 1-2-2l7-7',
  down: 'M12 5v14M6 13l6 6 6-6',
};

const STYLE = `
:host { all: initial; color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; color: var(--ink);
  --accent: var(--firstline-accent, light-dark(#1c5bb8, #8ab8ff)); --on: var(--firstline-on-accent, light-dark(#fff, #0c1726));
  --bg: light-dark(#fff, #151a22); --ink: light-dark(#17202e, #e9eef5); --alarm: light-dark(#a31616, #ffaaa8); --amber: #b97700; --green: #1f9a54;
  --soft: color-mix(in srgb, var(--accent) 7%, var(--bg)); --line: color-mix(in srgb, var(--ink) 15%, var(--bg));
  --edge: color-mix(in srgb, var(--ink) 52%, var(--bg)); --muted: color-mix(in srgb, var(--ink) 72%, var(--bg));
  --warm: color-mix(in srgb, var(--amber) 15%, var(--bg)); --good: color-mix(in srgb, var(--green) 15%, var(--bg)); }
* { box-sizing: border-box; }
[hidden], .alarm:empty, .row:empty { display: none !important; }
button, textarea, input { font: inherit; color: inherit; }
button { cursor: pointer; border: 1px solid transparent; background: none; min-height: 36px; padding: 0 14px; border-radius: 12px; }
button:disabled { cursor: default; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
svg { width: 22px; height: 22px; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; flex: none; }
.launch, .panel { position: fixed; z-index: 2147483000; inset: auto 20px 20px auto; border-radius: 18px; box-shadow: 0 8px 40px #0a193244; }
.launch, .main { background: var(--accent); color: var(--on); font-weight: 600; min-height: 40px; }
.launch { min-height: 56px; padding: 0 20px; border-radius: 28px; }
.badge { padding: 0 8px; border-radius: 12px; background: var(--on); color: var(--accent); }
.panel { width: 410px; height: min(700px, 100dvh - 40px); max-width: none; max-height: none; padding: 0; border: 1px solid var(--line);
  background: var(--bg); color: inherit; overflow: hidden; overflow-wrap: anywhere; flex-direction: column; }
.panel[open], .unseen { display: flex; }
.unseen:not([open]) { visibility: hidden; }
.head, .launch, .status, .row, .choices, .typing, .file, .composer { display: flex; align-items: center; gap: 8px; }
.head { padding: 12px 10px 10px 16px; gap: 4px; color: var(--accent); }
h2 { flex: 1; margin: 0 4px; font-size: 17px; color: var(--ink); }
.icon { min-height: 40px; padding: 0 8px; color: var(--muted); line-height: 0; }
.icon:hover, .plain:hover { background: var(--soft); }
.status { padding: 4px 8px 4px 16px; min-height: 40px; font-size: 13.5px; background: var(--soft); border-bottom: 1px solid var(--line); }
.status.waiting { background: var(--warm); } .with_agent, .agent > .text { background: var(--good); }
.status::before, .typing::before { content: ""; width: 9px; height: 9px; border-radius: 50%; background: var(--accent); flex: none; }
.waiting::before { background: var(--amber); } .waiting::before, .typing::before { animation: pulse 2s infinite; } .with_agent::before { background: var(--green); } .closed::before { background: var(--edge); }
@keyframes pulse { 50% { opacity: .3; } }
.state { flex: 1; } b { white-space: nowrap; }
.plain { min-height: 30px; padding: 0 8px; color: var(--accent); font-weight: 600; }
.alarm { color: var(--alarm); display: block; max-height: 6em; overflow: auto; }
.middle { position: relative; flex: 1; min-height: 0; display: flex; }
.log { position: relative; flex: 1; overflow-y: auto; overscroll-behavior: contain; padding: 16px 16px 8px; display: flex; flex-direction: column; }
.log:focus-visible { outline-offset: -3px; }
.msg { max-width: 90%; margin-bottom: 14px; align-self: flex-start; }
.who { margin: 4px; font: 400 12.5px/1.5 system-ui, sans-serif; color: var(--muted); }
.same { margin-top: -6px; } .same > .who:first-child { display: none; }
.text { padding: 10px 14px; border-radius: 4px 16px 16px; background: var(--soft); border: 1px solid transparent; }
.as-is { white-space: pre-wrap; }
.text, .text *, bdi { unicode-bidi: plaintext; overflow: clip; } .text li { overflow: visible; } bdi { display: inline-block; max-width: 100%; max-height: 3em; vertical-align: top; }
.visitor { align-self: flex-end; text-align: end; }
.visitor > .text { background: var(--accent); color: var(--on); border-radius: 16px 4px 16px 16px; text-align: start; }
.pending > .text { opacity: .75; }
.system { align-self: stretch; max-width: none; }
.system > .text { background: none; border-color: var(--line); border-left: 4px solid var(--amber); border-radius: 6px 12px 12px 6px; }
p, ol, ul { margin: 0 0 8px; } p:last-child, ol:last-child, ul:last-child { margin: 0; }
ol, ul { padding-left: 24px; } li { margin-bottom: 6px; padding-left: 3px; }
a { color: var(--accent); }
.row, .choices { flex-wrap: wrap; }
.choices { margin-top: 8px; }
.choices button { padding: 6px 14px; text-align: start; line-height: 1.35; border-color: var(--accent); color: var(--accent); border-radius: 18px; }
.choices button:hover:enabled { background: var(--accent); color: var(--on); }
.choices button:disabled { border-color: var(--line); color: var(--muted); }
.choices .chosen { background: var(--soft); font-weight: 600; }
.file { margin-top: 6px; padding: 8px 12px; text-align: start; border: 1px solid var(--edge); border-radius: 12px; flex-wrap: wrap; }
.middle > .icon { position: absolute; right: 14px; bottom: 10px; border-color: var(--line); border-radius: 50%; background: var(--bg); }
.foot { display: grid; gap: 8px; padding: 12px; border-top: 1px solid var(--line); }
.main:disabled { background: var(--soft); color: var(--muted); }
.composer { align-items: flex-end; gap: 4px; border: 1px solid var(--edge); border-radius: 16px; padding: 3px; }
.composer:focus-within { border-color: var(--accent); box-shadow: 0 0 0 2px var(--accent); }
.composer textarea { flex: 1; min-width: 0; max-height: 132px; field-sizing: content; padding: 8px 2px; border: 0; background: none; resize: none; font-size: 16px; outline: none; }
::placeholder { color: var(--muted); opacity: 1; }
.composer .main { padding: 0 8px; line-height: 0; }
@media (max-width: 480px), (max-height: 420px) { .panel { inset: 0; width: 100vw; height: 100dvh; border: 0; border-radius: 0; } }
@media (max-height: 420px) { .head, .foot { padding: 4px 8px; } .status { min-height: 0; } .composer textarea { max-height: 64px; } }
@media (prefers-reduced-motion) { * { animation: none !important; } }
@media (forced-colors: active) { .text { border-color: ButtonText; } .composer:focus-within, .chosen { outline: 2px solid Highlight; } }
`;

/**
 * Makes an element. Texts become text nodes, never markup.
 * @param {Record<string, string|number|boolean|((event: any) => any)>} given attributes, switches, listeners
 * @param {...(Node|string)} children @returns {any}
 */
function make(tag, given = {}, ...children) {
  const node = document.createElement(tag);
  if (tag === 'button') node.setAttribute('type', 'button');
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === 'function') node.addEventListener(name, value);
    else if (typeof value === 'boolean') node.toggleAttribute(name, value);
    else node.setAttribute(name, String(value));
  }
  node.append(...children);
  return node;
}

/** @param {keyof typeof ICONS} name */
function icon(name) {
  const [svg, path] = ['svg', 'path'].map((tag) => document.createElementNS('http://www.w3.org/2000/svg', tag));
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.ariaHidden = 'true';
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

function link(text, href) {
  return make('a', { href, target: '_blank', rel: 'noopener noreferrer' }, text);
}

// An address ends before marks that nobody sees: they could show another one.
const ADDRESS = /https:\/\/[^\s<>"\p{Cf}]*[^\s<>"\p{Cf}.,;:!?)\]']/gu;
const MARK = new RegExp(`\\*\\*(.+?)\\*\\*|\\[([^\\]\\n]+)\\]\\(([^\\s)\\p{Cf}]+)\\)|(${ADDRESS.source})`, 'gu');

/** What somebody is called: it cannot turn the text around it. */
function bdi(name) {
  return make('bdi', {}, name.replace(/[\u202a-\u202e\u2066-\u2069]/g, ''));
}

/** A sentence with a name in it. */
function about(sentence, name) {
  return cut(sentence, /{}/g, () => bdi(name));
}

/**
 * Puts a node in the place of every match.
 * @param {(match: string[]) => Node|string} replace
 */
function cut(text, pattern, replace) {
  /** @type {(Node|string)[]} */
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    parts.push(text.slice(from, match.index), replace(match));
    from = (match.index ?? 0) + match[0].length;
  }
  return [...parts, text.slice(from)];
}

/**
 * **bold** and [title](address); an address that is not https, mailto, tel or ours stays text.
 * @returns {(Node|string)[]}
 */
function inline(text, base) {
  return cut(text, MARK, ([all, bold, title, href, bare]) => {
    if (bold) return make('strong', {}, ...inline(bold, base));
    if (bare) return link(bare, bare);
    return /^(https:\/\/|mailto:|tel:)/i.test(href) || href.startsWith(base) ? link(title, href) : all;
  });
}

/**
 * Paragraphs and lists; a list goes on after a blank line.
 * @returns {HTMLElement[]}
 */
function blocks(text, base) {
  /** @type {any[]} */
  const done = [];
  let open = make('i');
  for (const line of text.split('\n')) {
    const [item, number, content] = /^\s*(?:(\d+)\.|-)\s+(.*)$/.exec(line) ?? [];
    const tag = item ? (number ? 'ol' : 'ul') : 'p';
    const words = inline(content ?? line, base);
    if (!line.trim()) {
      if (open.localName === 'p') open = make('i');
    } else {
      const more = open.localName === tag;
      if (!more) done.push((open = make(tag, number ? { start: number } : {})));
      if (item) open.append(make('li', {}, ...words));
      else open.append(...(more ? [make('br')] : []), ...words);
    }
  }
  return done;
}

const KIT = { make, icon, bdi };

/** The parts that few need, loaded when somebody does; nothing where that fails. */
function more() {
  const again = tries++ ? `?${tries}` : ''; // a browser may remember what it could not load
  return (loaded ??= import(new URL(`widget-more.js${again}`, import.meta.url).href).catch(() => (loaded = null)));
}
let tries = 0;
/** @type {Promise<any>|null} */
let loaded = null;

/** A random id, also on a page without https, which has no `crypto.randomUUID`. */
function uuid() {
  const random = () => crypto.getRandomValues(new Uint8Array(1))[0];
  const digit = (mark = '') => (mark === 'y' ? (random() & 3) | 8 : random() & 15).toString(16);
  return crypto.randomUUID?.() ?? 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replace(/[xy]/g, digit);
}

/** @param {AbortSignal} [signal] ends it early */
function pause(ms, signal) {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
    signal?.addEventListener('abort', resolve);
  });
}

/**
 * Reads Server-Sent Events (HTML standard, 9.2.6).
 * @param {ReadableStream<Uint8Array>} body @param {() => void} alive called for every piece that arrives
 * @returns {AsyncGenerator<ServerEvent>}
 */
async function* events(body, alive) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (let rest = ''; ; ) {
    const { value, done } = await reader.read();
    if (done) return;
    alive();
    const whole = (rest + decoder.decode(value, { stream: true })).replace(/\r\n|\r(?=[^\n])/g, '\n').split('\n\n');
    rest = whole.pop() ?? '';
    for (const event of whole) {
      const field = (key) => event.match(new RegExp(`(?:^|\n)${key}: ?([^\n]*)`))?.[1] ?? '';
      if (field('data')) yield { name: field('event'), data: JSON.parse(field('data')) };
    }
  }
}

/** What outlives a reload, where the browser allows it. */
class Store {
  /** @param {() => Storage} storage */
  constructor(prefix, storage) {
    this.prefix = prefix;
    this.storage = storage;
    /** @type {Record<string, string>} */
    this.memory = {};
  }

  /** @param {(storage: Storage) => any} action */
  use(action) {
    try {
      return action(this.storage());
    } catch {
      return null;
    }
  }

  get(key) {
    return JSON.parse(this.use((storage) => storage.getItem(this.prefix + key)) ?? this.memory[key] ?? 'null');
  }

  /** @param {any} [value] nothing to forget it */
  set(key, value) {
    this.memory[key] = JSON.stringify(value ?? null);
    const name = this.prefix + key;
    this.use((storage) => (value ? storage.setItem(name, this.memory[key]) : storage.removeItem(name)));
  }

  /** @returns {any[]} the values of all keys that start so */
  all(start) {
    const keys = this.use((storage) => Object.keys(storage)) ?? [];
    const ours = keys.filter((key) => key.startsWith(this.prefix + start));
    return ours.map((key) => this.get(key.slice(this.prefix.length)));
  }
}

/** The line to the server: sends until acknowledged, follows the record. Knows no page. */
class Line {
  /** @param {Ears} ears */
  constructor(base, language, ears) {
    this.root = `${base}api/v1/conversations`;
    this.language = language;
    this.ears = ears;
    this.store = new Store(`firstline:${base}:`, () => localStorage);
    /** @type {Conversation|null} */
    this.conversation = this.store.get('conversation');
    /** @type {Item[]} */
    this.outbox = this.store.all('out:').sort((a, b) => a.at - b.at);
    this.known = new Set();
    /** @type {State} */
    this.state = FRESH;
    this.wanted = this.fresh = '';
    this.wake = () => {};
    this.blank();
  }

  blank() {
    this.state = FRESH;
    this.seq = 0;
    this.known.clear();
    this.online = true;
    this.told = 0; // how often the stream has said who has the floor
  }

  /** @param {Conversation|null} conversation */
  keep(conversation) {
    this.conversation = conversation;
    this.store.set('conversation', conversation);
  }

  /** Leaves the conversation; what is not sent yet goes to the next one, a choice as its title. */
  forget() {
    this.keep(null);
    this.replaced();
  }

  /** Takes over what another tab has begun. */
  adopt() {
    const stored = this.store.get('conversation');
    if (stored?.id === this.conversation?.id) return;
    this.conversation = stored;
    this.replaced();
  }

  replaced() {
    this.outbox = this.outbox.map(({ id, at, text, file }) => ({ id, at, text, file }));
    this.blank();
    this.ears.reset();
    this.listen(this.wanted);
  }

  fetch(path, init = {}, headers = {}) {
    const own = this.conversation;
    headers['Accept-Language'] = this.language;
    if (own) headers.Authorization = `Bearer ${own.token}`;
    return fetch(this.root + (own ? `/${own.id}${path}` : ''), { ...init, headers, credentials: 'omit', cache: 'no-store' });
  }

  /**
   * One answer, or none.
   * @param {string} [method] @param {any} [json] an object, or a form with a file
   * @returns {Promise<Answer|null>}
   */
  async call(path, method, json) {
    const form = json instanceof FormData;
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), form ? 120000 : 15000);
    try {
      const init = { method, body: form || !json ? json : JSON.stringify(json), signal: abort.signal };
      const response = await this.fetch(path, init, form || !json ? {} : { 'Content-Type': 'application/json' });
      const { ok, status, headers } = response;
      const body = await response.json().catch(() => (ok && status < 204 ? Promise.reject() : {}));
      return { ok, status, body, wait: 1000 * (Number(headers.get('Retry-After')) || 5) };
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  /** @param {Answer|null} answer */
  lost(answer) {
    return answer?.status === 401 || answer?.status === 404;
  }

  /** A call about the conversation that is no message; "done already" is as good as done. */
  async act(path, method, json) {
    const answer = await this.call(path, method, json);
    const done = answer?.ok || answer?.status === 409;
    if (this.lost(answer)) this.forget();
    if (!done) this.ears.refused(null, answer?.body.detail);
    return done;
  }

  /** @param {string} [choice] @param {File} [file] */
  send(text, choice, file) {
    const item = { id: uuid(), at: Date.now(), text, choice, file };
    this.outbox.push(item);
    if (!file) this.store.set(`out:${item.id}`, item);
    this.deliver();
    return item;
  }

  /** Sends what waits, in order, one at a time, each with its own id until it is acknowledged or refused. */
  async deliver() {
    this.wake();
    if (this.sending) return;
    this.sending = true;
    for (let tries = 0; this.outbox.length; ) {
      const item = this.outbox[0];
      const wait = await this.attempt(item, tries);
      if (wait) {
        item.late = true;
        this.ears.late(item);
        await Promise.race([pause(wait), new Promise((resolve) => (this.wake = () => resolve(0)))]);
      }
      tries = this.outbox[0] === item ? tries + 1 : 0;
    }
    this.sending = false;
  }

  /** @param {Item} item @returns {Promise<number>} how long to wait before the next attempt */
  async attempt(item, tries) {
    const own = this.conversation;
    const again = Math.min(30000, 1000 * 2 ** tries) * (0.75 + Math.random() / 2);
    const answer = await (own ? this.post(item) : this.call('', 'POST', { language: this.language }));
    if (own?.id !== this.conversation?.id) return 1; // replaced meanwhile: once more, there
    if (!answer || answer.status >= 500 || answer.status === 408) return again;
    if (this.lost(answer)) {
      if (!own || this.fresh === own.id) return again;
      this.forget();
    } else if (!answer.ok) return this.refuse(item, answer);
    else if (own) this.acknowledge(item, answer);
    else this.opened(answer.body);
    return 0;
  }

  /** @param {Conversation} conversation */
  opened({ id, token }) {
    this.fresh = id;
    this.store.set('seen');
    this.keep({ id, token });
    this.listen(this.wanted);
  }

  /** @param {Item} item @param {Answer} answer */
  acknowledge(item, answer) {
    this.settle(item);
    this.ears.delivered(item, answer.body.seq);
    if (!this.streaming) this.sync();
  }

  /** @param {Item} item @param {Answer} answer */
  refuse(item, answer) {
    const later = answer.status === 429;
    if (!later) this.settle(item);
    this.ears.refused(later ? null : item, answer.body.detail);
    if (answer.status === 409) this.sync(); // closed?
    return later ? answer.wait : 0;
  }

  /** @param {Item} item */
  settle({ id }) {
    this.outbox = this.outbox.filter((item) => item.id !== id);
    this.store.set(`out:${id}`);
  }

  /** @param {Item} item */
  post({ id, text, choice, file }) {
    if (!file) return this.call('/messages', 'POST', choice ? { id, choice } : { id, text });
    const form = new FormData();
    form.append('id', id);
    form.append('file', file);
    return this.call('/attachments', 'POST', form);
  }

  /** @param {string} how to follow the record: `stream`, `watch` or not at all */
  listen(how) {
    this.wanted = how;
    this.following?.abort();
    this.following = new AbortController();
    if (how && this.conversation) this.follow(this.following.signal, how === 'watch');
  }

  /** The stream; after three failures polling, and the stream again after a while. */
  async follow(signal, watch) {
    let failures = 0;
    for (let polls = 0; !signal.aborted; ) {
      await this.sync();
      const { status } = this.state;
      if (signal.aborted || status === 'closed' || (watch && status === 'with_bot')) return;
      if (watch) await pause(WATCH_MS, signal);
      else if (failures < 3) {
        failures = (await this.stream(signal)) ? 0 : failures + 1;
        await pause(500 + 1000 * Math.random(), signal);
      } else {
        await pause(POLL_MS, signal);
        if (++polls % 8 === 0) failures = 2;
      }
    }
  }

  /** @returns {Promise<boolean>} whether it brought anything before it ended */
  async stream(signal) {
    const abort = new AbortController();
    const stop = () => abort.abort();
    signal.addEventListener('abort', stop);
    let timer = setTimeout(stop, FIRST_EVENT_MS);
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(stop, SILENCE_MS);
    };
    let brought = false;
    try {
      const response = await this.fetch('/stream', { signal: abort.signal }, { 'Last-Event-ID': String(this.seq) });
      if (response.ok && response.body)
        for await (const event of events(response.body, alive)) {
          if (signal.aborted) break;
          this.streaming = brought = true;
          this.hear(event);
        }
    } catch {
      // Cut, blocked or stopped: whoever follows decides.
    }
    if (!signal.aborted) this.streaming = false;
    stop();
    clearTimeout(timer);
    return brought;
  }

  /** @param {ServerEvent} event */
  hear({ name, data }) {
    this.reached(true);
    if (name === 'message') this.take(data);
    if (name === 'status') this.told++, this.turn(data);
    if (name === 'typing') this.ears.typing(data.author, data.on);
  }

  /** Reads what is new in the record. */
  async sync() {
    const { conversation: own, told } = this;
    const answer = own && (await this.call(`/messages?after=${this.seq}`));
    if (!own || own.id !== this.conversation?.id) return;
    if (this.lost(answer)) return this.forget();
    this.reached(!!answer && answer.status < 500);
    if (!answer?.ok) return;
    answer.body.messages.forEach(this.take, this);
    this.turn(told === this.told ? answer.body : this.state);
  }

  reached(online) {
    if (online === this.online) return;
    this.online = online;
    if (online) this.wake();
    this.ears.refresh();
  }

  /** @param {Message} message */
  take(message) {
    if (this.known.has(message.seq)) return;
    this.known.add(message.seq);
    this.seq = Math.max(this.seq, message.seq);
    this.ears.heard(message);
  }

  /** @param {Partial<State>} news */
  turn(news) {
    this.state = { ...FRESH, ...news };
    this.ears.refresh();
  }
}

/** Draws what the line hears, hands on what the visitor does. @implements {Ears} */
class FirstlineChat extends HTMLElement {
  language = 'en';
  texts = TEXTS.en;
  /** @type {Line} */
  line = Object();
  /** @type {Map<number|string, any>} by place; by id what is not recorded yet */
  rows = new Map();
  unread = 0;
  told = 0;
  tab = new Store('', () => sessionStorage);

  connectedCallback() {
    this.gone = new AbortController();
    const source = this.getAttribute('server') ?? new URL('.', import.meta.url);
    this.base = new URL(source, document.baseURI).href.replace(/(\/static)?\/?$/, '/');
    const wishes = [this.getAttribute('language'), document.documentElement.lang, ...navigator.languages];
    const codes = wishes.map((wish) => (wish ?? '').slice(0, 2).toLowerCase());
    const language = /** @type {'en'|'de'} */ (codes.find((code) => code in TEXTS) ?? 'en');
    this.texts = TEXTS[language];
    this.language = language;
    this.line = new Line(this.base, this.language, this);
    this.tab = new Store(this.line.store.prefix, () => sessionStorage);
    this.soon(() => this.start());
  }

  /** Builds everything, once; a page may call a method before its turn has come. */
  start() {
    if (this.started === this.gone) return;
    this.started = this.gone;
    this.build();
    this.reset();
    this.attend();
    // A panel that was open before a reload is open again, but leaves the focus to the page.
    if (this.tab.get('open') && !this.narrow()) this.dialog.open = true;
    this.later();
    this.line.deliver();
    this.soon(() => this.measure());
  }

  disconnectedCallback() {
    this.gone.abort();
    this.line.listen('');
  }

  /** Opens the panel. */
  open() {
    this.start();
    if (!this.dialog.open) this.narrow() ? this.dialog.showModal() : this.dialog.show();
    this.later();
    (this.composer.hidden ? this.renew : this.input).focus();
  }

  /** Closes the panel; the conversation goes on. */
  close() {
    this.start();
    this.dialog.close();
    this.later();
    this.launch.focus();
  }

  /** Opens the panel with a text ready to be sent. */
  draft(text) {
    this.start();
    this.write(text);
    this.open();
  }

  narrow() {
    return matchMedia('(max-width: 480px), (max-height: 420px)').matches;
  }

  /** Lays out the panel unseen, so that it opens quickly. */
  measure() {
    this.dialog.classList.add('unseen');
    getComputedStyle(this.log).color;
    this.soon(() => {
      this.log.scrollHeight;
      this.dialog.classList.remove('unseen');
    });
  }

  /** Takes a step in a task of its own. */
  soon(step) {
    const { signal } = this.gone;
    setTimeout(() => signal.aborted || step());
  }

  later() {
    this.launch.hidden = this.dialog.open;
    this.soon(() => this.shown());
  }

  shown() {
    const { open } = this.dialog;
    this.tab.set('open', open);
    if (open) {
      this.seen(this.line.seq);
      this.bottom();
      this.typed();
    }
    this.listen();
  }

  listen() {
    this.line.adopt();
    this.line.listen(document.hidden ? '' : this.dialog.open ? 'stream' : 'watch');
  }

  build() {
    const t = this.texts;
    this.badge = make('span', { class: 'badge' });
    this.launch = make('button', { class: 'launch', 'aria-haspopup': 'dialog', click: () => this.open() }, icon('chat'), t.title, this.badge);
    this.keep = this.tool('keep', () => this.extra('save', '/transcript', `${t.log} ${this.line.state.ticket ?? ''}`.trim() + '.html'));
    this.end = this.tool('end', () => this.ask(true));
    this.floor = make('span');
    this.ticket = make('b');
    this.offline = make('span', { class: 'alarm', hidden: true }, t.offline);
    this.person = make('button', { class: 'plain', click: () => this.say(t.ask) }, t.person);
    this.bar = make('div', {}, make('span', { class: 'state', role: 'status' }, this.floor, ' ', this.ticket, this.offline), this.person);
    this.log = make('div', { class: 'log', role: 'log', 'aria-live': 'polite', 'aria-relevant': 'additions', 'aria-label': t.log, tabindex: 0, scroll: () => this.edge() });
    this.down = this.tool('down', () => this.bottom());
    const keep = make('button', { class: 'plain', click: () => this.ask(false) }, t.later);
    this.sure = make('button', { class: 'main', click: () => this.finish() }, t.end);
    this.ending = make('div', { class: 'row', hidden: true }, t.ending, this.sure, keep);
    this.renew = make('button', { class: 'main', click: () => (this.line.forget(), this.input.focus(), this.input.select()) }, t.fresh);
    const foot = make('div', { class: 'foot' }, (this.problem = make('div', { class: 'alarm', role: 'alert' })), this.ending, this.renew, ...this.writing());
    const head = make('div', { class: 'head' }, (this.face = icon('bot')), make('h2', { id: 'title' }, t.title), this.keep, this.end, this.tool('hide', () => this.close()));
    this.dialog = make('dialog', { class: 'panel', role: 'dialog', 'aria-labelledby': 'title', lang: this.language, cancel: (event) => this.escape(event),
      keydown: (event) => event.key === 'Escape' && this.escape(event) }, head, this.bar, make('div', { class: 'middle' }, this.log, this.down), foot);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sheet];
    root.replaceChildren(this.launch, this.dialog);
  }

  /** @param {keyof typeof ICONS} name @param {object} more */
  tool(name, click, more = { class: 'icon' }) {
    const title = this.texts[name];
    return make('button', { ...more, 'aria-label': title, title, click }, icon(name));
  }

  /** The place to write in. */
  writing() {
    const t = this.texts;
    this.tray = make('div', { class: 'row' });
    this.count = make('div', { class: 'who', id: 'count' });
    this.input = make('textarea', { rows: 1, 'aria-label': t.message, placeholder: `${t.message} …`, 'aria-describedby': 'count', input: () => this.typed(true),
      keydown: (event) => this.key(event), paste: (event) => this.attach(event.clipboardData.files, event) });
    this.input.value = this.line.store.get('draft') ?? '';
    this.picker = make('input', { type: 'file', accept: '.png,.jpg,.jpeg,.gif,.webp,.pdf,.txt,.log', multiple: true, hidden: true,
      change: () => (this.attach(this.picker.files), (this.picker.value = '')) });
    this.go = this.tool('send', () => this.submit(), { class: 'main' });
    this.composer = make('div', { class: 'composer' }, this.tool('attach', () => this.picker.click()), this.picker, this.input, this.go);
    return [this.tray, this.count, this.composer];
  }

  attend() {
    const { signal } = this.gone;
    document.addEventListener('visibilitychange', () => this.soon(() => this.listen()), { signal });
    addEventListener('online', () => (this.line.wake(), this.listen()), { signal });
  }

  /** Empties the log: another conversation, or none yet. */
  reset() {
    const t = this.texts;
    this.rows.clear();
    this.met = false;
    this.kind = '';
    this.seen(0);
    this.dots = make('div', { class: 'typing who', hidden: true });
    this.tail = make('div', {}, this.dots);
    this.tail.seq = Infinity;
    const opening = this.row('bot', null);
    opening.seq = -1;
    opening.append(this.body('bot', t.opening));
    this.log.replaceChildren(opening, this.tail);
    this.log.ariaBusy = String(!!this.line.conversation);
    this.line.outbox.forEach(this.pend, this);
    this.refresh();
  }

  /** Draws who has the floor and what can be done. */
  refresh() {
    const { texts: t, line } = this;
    const { status, agent, calling, place, ticket } = line.state;
    const closed = status === 'closed';
    this.bar.className = `status ${status}`;
    this.face.firstElementChild.setAttribute('d', ICONS[status === 'with_agent' ? 'person' : 'bot']);
    const queued = t[status === 'with_bot' && ticket ? 'away' : status] + (place ? t.place.replace('{}', String(place)) : '');
    this.floor.replaceChildren(...about(calling ? t.calling : queued, calling ?? agent ?? t.agent));
    this.ticket.textContent = ticket ? `· Ticket ${ticket}` : '';
    this.person.hidden = status !== 'with_bot';
    this.offline.hidden = line.online;
    this.keep.hidden = !line.conversation;
    this.end.hidden = !line.conversation || closed;
    this.renew.hidden = !closed;
    if (closed) this.ending.hidden = this.dots.hidden = true;
    if (line.seq && this.log.ariaBusy === 'true') {
      this.log.ariaBusy = 'false';
      this.soon(() => this.bottom());
    }
    this.typed();
    this.choosable();
  }

  /** @param {Message['author']} author @param {string|number} [at] */
  row(author, name, at) {
    const who = name ?? this.texts[author];
    const when = at && this.when(new Date(at));
    const row = make('div', { class: `msg ${author}` }, make('div', { class: 'who' }, bdi(who), when ? ` · ${when}` : ''));
    row.who = author + who;
    return row;
  }

  /** Day and time without Intl, whose first use takes 50 ms. @param {Date} date */
  when(date) {
    return `${this.texts.days.split(' ')[date.getDay()]} ${/..:../.exec(String(date))}`;
  }

  /** @param {Message} message */
  heard(message) {
    const { seq, author, article } = message;
    const row = this.rows.get(seq) ?? this.guess(message) ?? this.row(author, author === 'visitor' ? null : message.name, message.created_at);
    this.rows.set(seq, row);
    row.seq = seq;
    if (author === 'agent' || article) this.met = true;
    if (author !== 'visitor') this.typing(author, false);
    this.fill(row, message);
    this.place(row);
    if (this.dialog.open) this.seen(seq);
    else if (author !== 'visitor' && seq > this.line.store.get('seen')) this.seen(0, this.unread + 1);
  }

  /** The record may be faster than the acknowledgement. @param {Message} message */
  guess({ author, text, attachments, seq }) {
    const item = this.line.outbox[0];
    if (author !== 'visitor' || !item || item.seq) return null;
    const alike = item.file ? attachments[0]?.name === item.file.name : text === item.text || /\[.+\]/.test(text);
    if (alike) item.seq = seq;
    return alike ? this.rows.get(item.id) : null;
  }

  /** @param {any} row @param {Message} message */
  fill(row, { author, text, choices, attachments }) {
    row.said = author === 'visitor' && text;
    if (row.shown !== text) {
      row.querySelector('.text')?.remove();
      if (text) row.firstChild.after(this.body(author, text));
      row.shown = text;
    }
    this.sent(row);
    row.querySelector('.file')?.remove();
    row.append(...attachments.map(this.file, this));
    if (!choices.length) return;
    row.options = choices.map(({ title, value }) => make('button', { value, click: () => this.say(title, value) }, title));
    row.append(this.choices(row.options));
  }

  choices(options) {
    return make('div', { class: 'choices', role: 'group', 'aria-label': this.texts.choices }, ...options);
  }

  body(author, text) {
    if (author === 'bot' || author === 'system') return make('div', { class: 'text' }, ...blocks(text, this.base));
    const parts = author === 'agent' ? cut(text, ADDRESS, ([address]) => link(address, address)) : [text];
    return make('div', { class: 'text as-is' }, ...parts);
  }

  /** Puts a row where its `seq` belongs. */
  place(row) {
    const near = this.near();
    const next = [...this.log.children].find((other) => other !== row && other.seq > row.seq);
    if (row.nextSibling !== next) this.log.insertBefore(row, next);
    for (const one of [row, next]) one.classList.toggle('same', one.previousSibling?.who === one.who);
    this.choosable();
    // A long answer is read from its beginning.
    if (near && this.log.ariaBusy !== 'true') {
      this.log.scrollTop = row.offsetTop - 12;
      // A form that is in sight is in sight as a whole.
      if (this.tail.offsetTop < this.log.scrollTop + this.log.clientHeight) this.bottom();
    }
    this.edge();
  }

  /** Whether the end is in sight; not measured while the record is read. */
  near() {
    return this.log.ariaBusy === 'true' || this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 60;
  }

  edge() {
    this.down.hidden = this.near();
  }

  bottom() {
    this.log.scrollTop = this.log.scrollHeight;
    this.edge();
  }

  /** Only the newest choices can be taken, and only once. */
  choosable() {
    const said = new Set();
    this.pleased = false;
    let live = /bot|waiting/.test(this.line.state.status);
    for (const row of [...this.log.children].reverse()) {
      if (row.said) said.add(row.said);
      if (!row.options) continue;
      const taken = row.options.find((option) => said.has(option.textContent));
      if (live) this.pleased = taken?.value === 'helped';
      for (const option of row.options) {
        option.disabled = !live || !!taken;
        option.classList.toggle('chosen', option === taken);
      }
      live = false;
      said.clear();
    }
    this.card();
  }

  /** @param {Attachment} attachment */
  file({ id, name, type, size }) {
    const path = `/attachments/${id}`;
    const file = make('button', { class: 'file', click: () => this.extra('save', path, name) }, icon('attach'), bdi(name), `(${Math.ceil(size / 1024)} KB)`);
    if (/^image/.test(type)) more().then((parts) => parts?.picture(this, KIT, file, path));
    return file;
  }

  /** Leaves it to a part that few need. @param {string} name */
  async extra(name, ...what) {
    const parts = await more();
    parts ? parts[name](this, KIT, ...what) : this.complain(this.texts.failed);
  }

  /** Shows what is on its way. @param {Item} item */
  pend(item) {
    const row = this.row('visitor', null, item.at);
    row.classList.add('pending');
    row.seq = Number.MAX_VALUE;
    row.said = row.shown = item.text;
    row.append(item.file ? make('div', { class: 'file' }, icon('attach'), bdi(item.file.name)) : this.body('visitor', item.text));
    row.append((row.note = make('div', { class: 'who' }, this.texts[item.late ? 'late' : 'sending'])));
    this.rows.set(item.id, row);
    this.place(row);
    this.bottom();
  }

  /** @param {Item} item */
  late({ id }) {
    const row = this.rows.get(id);
    if (row?.note) row.note.textContent = this.texts.late;
  }

  sent(row) {
    row.note?.remove();
    row.classList.remove('pending');
  }

  /** @param {Item} item */
  delivered(item, seq) {
    const row = this.rows.get(item.id);
    this.rows.delete(item.id);
    this.complain('');
    if (!row || item.seq) return; // the record was faster
    if (this.rows.has(seq)) return row.remove();
    this.rows.set(seq, row);
    row.seq = seq;
    this.sent(row);
    this.place(row);
  }

  /** @param {Item|null} item */
  refused(item, sentence) {
    this.complain(sentence || this.texts.failed);
    if (!item) return;
    this.rows.get(item.id)?.remove();
    this.rows.delete(item.id);
    if (!item.choice && !item.file) this.write([this.input.value, item.text].filter(Boolean).join('\n'));
    this.choosable();
  }

  complain(sentence) {
    this.problem.textContent = sentence;
  }

  /** @param {string} [choice] @param {File} [file] */
  say(text, choice, file) {
    this.complain('');
    this.pend(this.line.send(text, choice, file));
    this.input.focus();
  }

  submit() {
    if (this.go.disabled) return;
    const text = this.input.value.trim();
    const files = [...this.tray.children];
    this.tray.replaceChildren();
    this.write('');
    this.tell(false);
    if (text) this.say(text);
    for (const { file } of files) this.say('', '', file);
  }

  write(text) {
    this.input.value = text;
    this.typed();
  }

  typed(byVisitor) {
    const { input, count, texts: t } = this;
    const closed = this.line.state.status === 'closed';
    const left = LIMIT - [...input.value.trim()].length;
    this.line.store.set('draft', input.value);
    this.composer.hidden = closed && !input.value;
    this.go.disabled = closed || left < 0 || (left === LIMIT && !this.tray.firstChild);
    count.hidden = left > 300;
    count.textContent = t[left < 0 ? 'over' : 'left'].replace('{}', String(Math.abs(left)));
    if (byVisitor) this.tell(!!input.value);
  }

  /** Lets an agent see that the visitor is typing, at most every few seconds. */
  tell(on) {
    clearTimeout(this.quiet);
    if (on) this.quiet = setTimeout(() => this.tell(false), 2 * TYPING_MS);
    if (on ? Date.now() - this.told < TYPING_MS : !this.told) return;
    this.told = on ? Date.now() : 0;
    if (/waiting|agent/.test(this.line.state.status)) this.line.call('/typing', 'POST', { on });
  }

  key(event) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.submit();
  }

  escape(event) {
    event.preventDefault();
    event.stopPropagation();
    if (this.ending.hidden) this.close();
    else this.ask(false);
  }

  /** Lays files beside the text; they go with it. */
  attach(files, event) {
    if (!files.length) return;
    event?.preventDefault();
    this.extra('attach', [...files]);
  }

  typing(author, on) {
    clearTimeout(this.still);
    const t = this.texts;
    const near = on && this.near();
    this.dots.replaceChildren(...about(t.typing, author === 'bot' ? t.bot : (this.line.state.agent ?? t.agent)));
    this.dots.hidden = !on;
    if (near) this.bottom();
    if (on) this.still = setTimeout(() => this.typing(author, false), WATCH_MS);
  }

  /** @param {number} seq the last message that was looked at, 0 if none was */
  seen(seq, unread = 0) {
    const t = this.texts;
    if (seq) this.line.store.set('seen', seq);
    this.unread = unread;
    this.badge.hidden = !unread;
    this.badge.textContent = unread;
    this.launch.ariaLabel = t.launch + (unread ? `, ${t.unread.replace('{}', String(unread))}` : '');
  }

  /** @param {boolean} asking whether to ask before the conversation ends */
  ask(asking) {
    this.ending.hidden = !asking;
    (asking ? this.sure : this.input).focus();
  }

  async finish() {
    this.ask(false);
    if (!(await this.line.act('/close', 'POST', {}))) return;
    await this.line.sync();
    this.renew.focus();
  }

  /** What else is asked, once: an address for a ticket, a rating after help. */
  async card() {
    const { conversation, state } = this.line;
    const helped = state.status === 'closed' ? this.met : this.pleased;
    const reach = state.ticket && state.status !== 'closed' && conversation?.contact !== true;
    const address = reach && state.status !== 'with_agent' && !conversation?.contact;
    const rating = helped && !state.rated && !conversation?.rated;
    const kind = !conversation ? '' : address ? 'contact' : rating ? 'rating' : reach ? 'reach' : '';
    const form = this.tail.querySelector('form');
    if (kind === this.kind || form?.touched || form?.matches(':focus-within')) return;
    this.kind = kind;
    form?.remove();
    if (!kind) return;
    const cards = await more();
    if (this.kind !== kind) return;
    if (!cards) {
      this.kind = '';
      return setTimeout(() => this.card(), POLL_MS);
    }
    const near = this.near();
    this.tail.prepend(cards.card(this, KIT, kind));
    if (near || kind !== 'reach') this.bottom();
  }
}

function begin() {
  if (!document.querySelector('firstline-chat')) document.body.append(make('firstline-chat'));
}

if (!customElements.get('firstline-chat')) customElements.define('firstline-chat', FirstlineChat);
if (document.body) begin();
else addEventListener('DOMContentLoaded', begin);
