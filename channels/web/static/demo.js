/** Fills the start page of an invented company in the language of its reader, and lets its buttons open the chat. */

const TEXTS = {
  en: {
    title: 'Northwind Intranet',
    skip: 'Skip to content',
    navigation: 'Main',
    home: 'Start',
    tools: 'Tools',
    news: 'News',
    help: 'IT help',
    greetings: ['Good morning', 'Good afternoon', 'Good evening'],
    lead: 'Everything you need for the day at Northwind, in one place.',
    toolsTitle: 'Your tools',
    tiles: [
      ['time', 'Time sheet', 'Hours and leave'],
      ['travel', 'Travel', 'Book and settle'],
      ['people', 'Phone book', 'People and teams'],
      ['room', 'Rooms', 'Desks and meetings'],
      ['pay', 'Payslip', 'Pay and benefits'],
      ['learn', 'Academy', 'Courses and talks'],
    ],
    newsTitle: 'News from the house',
    articles: [
      ['Building B opens its doors', 'The new office floors are ready. From Monday you can book a desk there in Rooms.'],
      ['Safer sign-in for everybody', 'By the end of the month every account asks for a second factor. It takes two minutes to set up.'],
      ['Thank you for 4,200 kilometres', 'That is how far we cycled to work together this autumn. The workshop checks your bike for free in December.'],
    ],
    helpTitle: 'Something not working?',
    helpText: 'IT help answers day and night. The bot knows the usual solutions, and a colleague takes over when it does not.',
    questions: ['I forgot my password', 'VPN does not connect', 'The printer does not print'],
    ask: 'Ask IT help',
    desk: 'By phone: +49 30 5550 1234, Monday to Friday, 8 am to 6 pm',
    canteenTitle: 'Canteen today',
    menu: [['Pumpkin risotto with sage', '€6.40'], ['Roast salmon, fennel, potatoes', '€8.90'], ['Lentil soup', '€4.20']],
    datesTitle: 'Coming up',
    dates: [['Town hall', 'Thu, 10 am'], ['First-aid course', 'Fri, 2 pm'], ['Board game evening', 'Fri, 6 pm']],
    footer: 'Northwind is an invented company. This page shows how the Firstline chat looks on a start page.',
  },
  de: {
    title: 'Northwind Intranet',
    skip: 'Zum Inhalt',
    navigation: 'Hauptnavigation',
    home: 'Start',
    tools: 'Werkzeuge',
    news: 'Neues',
    help: 'IT-Hilfe',
    greetings: ['Guten Morgen', 'Guten Tag', 'Guten Abend'],
    lead: 'Alles für Ihren Tag bei Northwind an einem Ort.',
    toolsTitle: 'Ihre Werkzeuge',
    tiles: [
      ['time', 'Zeiterfassung', 'Stunden und Urlaub'],
      ['travel', 'Reisen', 'Buchen, abrechnen'],
      ['people', 'Telefonbuch', 'Personen und Teams'],
      ['room', 'Räume', 'Plätze und Termine'],
      ['pay', 'Gehalt', 'Abrechnung, Extras'],
      ['learn', 'Akademie', 'Kurse und Vorträge'],
    ],
    newsTitle: 'Neues aus dem Haus',
    articles: [
      ['Gebäude B ist eröffnet', 'Die neuen Büroetagen sind bezugsfertig. Ab Montag lassen sich dort unter „Räume“ Plätze buchen.'],
      ['Sicherer anmelden', 'Bis Monatsende verlangt jedes Konto einen zweiten Faktor. Die Einrichtung dauert zwei Minuten.'],
      ['Danke für 4.200 Kilometer', 'So weit sind wir diesen Herbst gemeinsam zur Arbeit geradelt. Im Dezember prüft die Werkstatt Ihr Rad kostenlos.'],
    ],
    helpTitle: 'Etwas klappt nicht?',
    helpText: 'Die IT-Hilfe antwortet Tag und Nacht. Der Bot kennt die üblichen Lösungen, und wenn er nicht weiterweiß, übernimmt ein Mensch.',
    questions: ['Ich habe mein Passwort vergessen', 'VPN verbindet nicht', 'Der Drucker druckt nicht'],
    ask: 'IT-Hilfe fragen',
    desk: 'Telefon: +49 30 5550 1234, Montag bis Freitag, 8 bis 18 Uhr',
    canteenTitle: 'Heute in der Kantine',
    menu: [['Kürbisrisotto mit Salbei', '6,40 €'], ['Lachs, Fenchel, Kartoffeln', '8,90 €'], ['Linsensuppe', '4,20 €']],
    datesTitle: 'Demnächst',
    dates: [['Betriebsversammlung', 'Do, 10 Uhr'], ['Erste-Hilfe-Kurs', 'Fr, 14 Uhr'], ['Spieleabend', 'Fr, 18 Uhr']],
    footer: 'Northwind ist eine erfundene Firma. Diese Seite zeigt, wie der Chat von Firstline auf einer Startseite aussieht.',
  },
};

/** @type {Record<string, string>} */
const ICONS = {
  time: 'M12 7v5l3 2M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17Z',
  travel: 'M5 8h14v11H5ZM9 8V5h6v3M5 13h14',
  people: 'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM3 20a6 6 0 0 1 12 0M16 5a3 3 0 0 1 0 6M17.5 14.5a5.5 5.5 0 0 1 3.5 5.5',
  room: 'M4 20h16M6 20V4h9v16M15 9h3v11M12 12h0',
  pay: 'M4 6h16v12H4ZM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM7 9h0M17 15h0',
  learn: 'm3 9 9-4 9 4-9 4ZM7 11v5c3 2.5 7 2.5 10 0v-5',
};

/** @param {string} tag @param {Record<string, string>} attributes @param {...(Node|string)} children */
function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** @param {string} name */
function icon(name) {
  const [svg, path] = ['svg', 'path'].map((tag) => document.createElementNS('http://www.w3.org/2000/svg', tag));
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return make('span', {}, svg);
}

/** @param {string} id @param {Node[]} children */
function fill(id, children) {
  document.getElementById(id)?.replaceChildren(...children);
}

/** @param {'en'|'de'} language */
function fillTexts(language) {
  const texts = /** @type {Record<string, any>} */ (TEXTS[language]);
  document.documentElement.lang = language;
  document.title = texts.title;
  for (const node of document.querySelectorAll('[data-text]')) node.textContent = texts[node.getAttribute('data-text') ?? ''];
  document.querySelector('[data-label]')?.setAttribute('aria-label', texts.navigation);
  document.querySelector(`.languages [lang=${language}]`)?.setAttribute('aria-current', 'true');
}

/** @param {'en'|'de'} language @param {Date} now */
function fillDay(language, now) {
  const texts = TEXTS[language];
  const part = now.getHours() < 11 ? 0 : now.getHours() < 18 ? 1 : 2;
  const written = now.toLocaleDateString(language, { weekday: 'long', day: 'numeric', month: 'long' });
  fill('greeting', [document.createTextNode(texts.greetings[part])]);
  fill('date', [document.createTextNode(written)]);
  fill('articles', texts.articles.map(([title, text], index) => {
    const day = new Date(now.getTime() - (index * 3 + 1) * 86400000);
    const time = make('time', { datetime: day.toISOString().slice(0, 10) }, day.toLocaleDateString(language, { day: 'numeric', month: 'long' }));
    return make('article', {}, time, make('h3', {}, title), make('p', {}, text));
  }));
}

/** @param {'en'|'de'} language */
function fillLists(language) {
  const texts = TEXTS[language];
  const pair = (/** @type {string[]} */ [left, right]) => make('li', {}, left, make('span', {}, right));
  fill('menu', texts.menu.map(pair));
  fill('dates', texts.dates.map(pair));
  fill('tiles', texts.tiles.map(([name, title, text]) =>
    make('li', {}, make('a', { href: '#tools' }, icon(name), make('div', {}, make('b', {}, title), make('small', {}, text))))));
}

/** @param {'en'|'de'} language */
function connectChat(language) {
  const chat = () => /** @type {any} */ (document.querySelector('firstline-chat'));
  fill('questions', TEXTS[language].questions.map((text) => {
    const button = make('button', { type: 'button' }, text);
    button.addEventListener('click', () => chat()?.draft(text));
    return make('li', {}, button);
  }));
  document.getElementById('ask')?.addEventListener('click', () => chat()?.open());
}

const wished = new URLSearchParams(location.search).get('lang');
const code = [wished, ...navigator.languages].map((wish) => (wish ?? '').slice(0, 2)).find((wish) => wish in TEXTS);
const language = /** @type {'en'|'de'} */ (code ?? 'en');
fillTexts(language);
fillDay(language, new Date());
fillLists(language);
connectChat(language);
