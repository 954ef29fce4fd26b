/** Shows whoever holds a ticket's secret link how the ticket stands. */

/**
 * @typedef {{number: string|number, kind: string, status: 'new'|'open'|'pending'|'resolved'|'closed', created_at: string,
 *   updated_at: string, desk_hours_en: string, desk_hours_de: string}} Ticket
 */

const TEXTS = {
  en: {
    ticket: 'Ticket {}',
    steps: ['Received', 'In progress', 'Done'],
    stepsLabel: 'Progress',
    titles: {
      new: 'We have received your request',
      open: 'We are working on it',
      pending: 'We are waiting for an answer',
      resolved: 'Your request is done',
      closed: 'This ticket is closed',
    },
    nextTitle: 'What happens next',
    next: {
      new: 'An IT colleague will take your ticket as soon as the desk is open and get in touch with you. You need not do anything.',
      open: 'An IT colleague has your ticket and will get in touch with you in the conversation or at the address you gave us.',
      pending: 'We need an answer from you or from a supplier before we can go on. Please look at our last message to you.',
      resolved: 'As far as we know it works again. If it does not, tell us in the chat and name the ticket number.',
      closed: 'Nothing more. If the problem comes back, write to us in the chat and name the ticket number.',
    },
    kind: 'Kind',
    kinds: { incident: 'Incident', service_request: 'Service request' },
    created: 'Received',
    updated: 'Last change',
    hours: 'The desk is open',
    unknown: 'We do not know this link',
    unknownText: 'Perhaps part of the address is missing, or the ticket is no longer kept. Please open the link from our message once more.',
    failed: 'The status cannot be shown right now',
    failedText: 'Please try again in a moment.',
    again: 'Try again',
    save: 'Save the transcript',
    file: 'Conversation {}',
    notSaved: 'That did not work. Please try again in a moment.',
  },
  de: {
    ticket: 'Ticket {}',
    steps: ['Eingegangen', 'In Arbeit', 'Erledigt'],
    stepsLabel: 'Fortschritt',
    titles: {
      new: 'Ihr Anliegen ist bei uns eingegangen',
      open: 'Wir arbeiten daran',
      pending: 'Wir warten auf eine Antwort',
      resolved: 'Ihr Anliegen ist erledigt',
      closed: 'Dieses Ticket ist geschlossen',
    },
    nextTitle: 'Wie es weitergeht',
    next: {
      new: 'Jemand aus der IT übernimmt Ihr Ticket, sobald der Servicedesk besetzt ist, und meldet sich bei Ihnen. Sie müssen nichts weiter tun.',
      open: 'Jemand aus der IT hat Ihr Ticket übernommen und meldet sich im Gespräch oder unter der Adresse, die Sie uns genannt haben.',
      pending: 'Bevor es weitergeht, brauchen wir eine Antwort von Ihnen oder von einem Lieferanten. Bitte sehen Sie sich unsere letzte Nachricht an.',
      resolved: 'Nach unserem Stand klappt es wieder. Falls nicht, schreiben Sie uns im Chat und nennen Sie die Ticketnummer.',
      closed: 'Es ist nichts mehr zu tun. Tritt das Problem wieder auf, schreiben Sie uns im Chat und nennen Sie die Ticketnummer.',
    },
    kind: 'Art',
    kinds: { incident: 'Störung', service_request: 'Serviceanfrage' },
    created: 'Eingegangen',
    updated: 'Letzte Änderung',
    hours: 'Der Servicedesk ist besetzt',
    unknown: 'Diesen Link kennen wir nicht',
    unknownText: 'Vielleicht fehlt ein Teil der Adresse, oder das Ticket wird nicht mehr aufbewahrt. Bitte öffnen Sie den Link aus unserer Nachricht noch einmal.',
    failed: 'Der Stand lässt sich gerade nicht anzeigen',
    failedText: 'Bitte versuchen Sie es gleich noch einmal.',
    again: 'Noch einmal versuchen',
    save: 'Gesprächsverlauf speichern',
    file: 'Gespräch {}',
    notSaved: 'Das hat nicht geklappt. Bitte versuchen Sie es gleich noch einmal.',
  },
};

const language = /** @type {'en'|'de'} */ (navigator.languages.map((wish) => wish.slice(0, 2)).find((wish) => wish in TEXTS) ?? 'en');
const texts = TEXTS[language];

/** @param {string} tag @param {Record<string, string>} attributes @param {...(Node|string)} children */
function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** @param {...Node} children */
function show(...children) {
  const main = /** @type {HTMLElement} */ (document.getElementById('ticket'));
  main.replaceChildren(...children);
  main.ariaBusy = 'false';
}

/** @param {string} at */
function moment(at) {
  const written = new Date(at).toLocaleString(language, { dateStyle: 'long', timeStyle: 'short' });
  return make('time', { datetime: at }, written);
}

/** @param {Ticket['status']} status */
function steps(status) {
  const reached = { new: 0, open: 1, pending: 1, resolved: 2, closed: 2 }[status];
  const items = texts.steps.map((title, index) => {
    const current = index === reached && reached < 2;
    return make('li', current ? { 'aria-current': 'step' } : index <= reached ? { class: 'done' } : {}, title);
  });
  return make('ol', { class: 'steps', 'aria-label': texts.stepsLabel }, ...items);
}

/** @param {Ticket} ticket */
function facts(ticket) {
  const hours = language === 'de' ? ticket.desk_hours_de : ticket.desk_hours_en;
  const kind = texts.kinds[/** @type {'incident'|'service_request'} */ (ticket.kind)] ?? ticket.kind;
  const pairs = /** @type {[string, Node|string][]} */ ([
    [texts.kind, kind],
    [texts.created, moment(ticket.created_at)],
    [texts.updated, moment(ticket.updated_at)],
    [texts.hours, hours],
  ]);
  return make('dl', {}, ...pairs.flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, value)]));
}

/** @param {Ticket} ticket */
function showTicket(ticket) {
  const number = texts.ticket.replace('{}', String(ticket.number));
  const next = make('section', { class: 'next' }, make('h2', {}, texts.nextTitle), make('p', {}, texts.next[ticket.status]));
  document.title = number;
  show(make('p', { class: 'over' }, number), make('h1', {}, texts.titles[ticket.status]), steps(ticket.status), next, facts(ticket), ...saving(ticket));
}

/** @param {Ticket} ticket @returns {Node[]} a button for the transcript, and what there is to say about it */
function saving({ number }) {
  const button = make('button', { type: 'button' }, texts.save);
  const told = make('p', { role: 'status', class: 'told' });
  button.addEventListener('click', async () => {
    const response = await ask('/transcript').catch(() => null);
    told.textContent = response?.ok ? '' : texts.notSaved;
    if (!response?.ok) return;
    const href = URL.createObjectURL(await response.blob());
    make('a', { href, download: `${texts.file.replace('{}', String(number))}.html` }).click();
    setTimeout(() => URL.revokeObjectURL(href), 20000);
  });
  return [button, told];
}

/** @param {string} title @param {string} text @param {boolean} again whether trying again may help */
function showProblem(title, text, again) {
  const button = make('button', { type: 'button' }, texts.again);
  button.addEventListener('click', load);
  show(make('h1', {}, title), make('p', {}, text), ...(again ? [button] : []));
}

/** Asks with the secret in a header, so that no log on the way keeps it. @param {string} path */
function ask(path = '') {
  const secret = location.pathname.split('/').pop() ?? '';
  const address = new URL(`../api/v1/tickets/by-secret${path}`, location.href);
  const headers = { Authorization: `Bearer ${secret}`, 'Accept-Language': language };
  return fetch(address, { headers, cache: 'no-store' });
}

async function load() {
  const response = await ask().catch(() => null);
  const ticket = response?.ok && (await response.json().catch(() => null));
  if (ticket) showTicket(ticket);
  else if (response && !response.ok && response.status < 500 && response.status !== 429) showProblem(texts.unknown, texts.unknownText, false);
  else showProblem(texts.failed, texts.failedText, true);
}

document.documentElement.lang = language;
await load();
