/**
 * The parts of the widget that few visitors need, loaded by `widget.js` when one does: the forms that ask for an address
 * and for a rating, files to send and to save, and pictures.
 */

const FILE_LIMIT = 10 * 1024 * 1024;
const PICTURES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']); // raster images only

const TEXTS = {
  en: {
    contact: 'Where can we reach you?',
    reach: 'Leave an e-mail address',
    name: 'Name',
    email: 'E-mail',
    save: 'Save',
    saved: 'Thank you, this is noted.',
    later: 'Not now',
    rate: 'How well did we help you?',
    scale: '1: not at all, 5: very well',
    comment: 'What should we know? (optional)',
    send: 'Send',
    large: 'This file is too large. At most 10 MB can be sent.',
    remove: 'Remove',
  },
  de: {
    contact: 'Wo erreichen wir Sie?',
    reach: 'E-Mail-Adresse hinterlassen',
    name: 'Name',
    email: 'E-Mail',
    save: 'Speichern',
    saved: 'Danke, das ist notiert.',
    later: 'Jetzt nicht',
    rate: 'Wie gut haben wir Ihnen geholfen?',
    scale: '1: gar nicht, 5: sehr gut',
    comment: 'Was sollten wir wissen? (freiwillig)',
    send: 'Senden',
    large: 'Diese Datei ist zu groß. Höchstens 10 MB lassen sich senden.',
    remove: 'Entfernen',
  },
};

const STYLE = `
.card { display: grid; gap: 8px; padding: 12px; border: 1px solid var(--line); border-radius: 14px; margin: 4px 0 12px; }
.card input:not([type=radio]), .card textarea { display: block; width: 100%; padding: 7px 10px; border: 1px solid var(--edge); border-radius: 9px; background: none; resize: none; }
fieldset { border: 0; padding: 0; margin: 0; display: flex; gap: 6px; min-width: 0; } legend { padding: 0 0 8px; font-weight: 600; }
fieldset label { flex: 1; position: relative; padding: 9px 0; text-align: center; border: 1px solid var(--edge); border-radius: 10px; }
[type=radio] { position: absolute; opacity: 0; inset: 0; }
fieldset label:has(:focus-visible) { outline: 3px solid var(--accent); outline-offset: 2px; }
fieldset label:hover { background: var(--soft); }
fieldset label:has(:checked) { background: var(--accent); color: var(--on); }
[aria-invalid=true] { border-color: var(--alarm) !important; }
canvas { border-radius: 6px; max-width: 100%; object-fit: contain; }
.log .file:has(canvas) { flex-direction: column; align-items: start; }
.foot .row:has(.file) { max-height: 190px; overflow: auto; }
.foot .file { margin: 3px; padding: 4px 4px 4px 10px; flex-wrap: nowrap; }
.foot .file > .plain { flex: none; }
@media (forced-colors: active) { fieldset label:has(:checked) { outline: 3px solid Highlight; outline-offset: -3px; } }
`;

/**
 * What the parts are made with.
 * @typedef {{make: any, icon: any, bdi: (name: string) => Node}} Kit from `widget.js`
 */

/**
 * The texts in the chat's language; sees that the parts have their style.
 * @param {any} chat the element
 */
function dressed(chat) {
  const sheets = chat.shadowRoot.adoptedStyleSheets;
  if (sheets.length === 1) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    chat.shadowRoot.adoptedStyleSheets = [...sheets, sheet];
  }
  return TEXTS[/** @type {'en'|'de'} */ (chat.language)];
}

/**
 * @param {any} chat @param {Kit} kit @param {'contact'|'rating'|'reach'} kind
 * @returns {HTMLFormElement}
 */
export function card(chat, { make }, kind) {
  return { contact, rating, reach }[kind](dressed(chat), chat, make);
}

/** @param {typeof TEXTS.en} t @param {any} chat @param {any} make */
function contact(t, chat, make) {
  const name = make('input', { autocomplete: 'name', maxlength: 200 });
  const wrong = make('div', { class: 'alarm', id: 'wrong', role: 'alert' });
  const tell = (/** @type {string} */ sentence) => {
    wrong.textContent = sentence;
    email.ariaInvalid = String(!!sentence);
  };
  const email = make('input', { type: 'email', autocomplete: 'email', required: true, maxlength: 320, 'aria-describedby': 'wrong', input: () => tell('') });
  const refused = (/** @type {string} */ sentence) => (tell(sentence), email.focus(), chat.bottom());
  const fields = [make('b', {}, t.contact), make('label', {}, t.name, name), make('label', {}, t.email, email), wrong];
  return form(t, chat, make, { fields, send: t.save, given: { contact: true }, skipped: { contact: 'later' }, refused }, () => {
    const known = name.value.trim() ? { name: name.value, email: email.value } : { email: email.value };
    return chat.line.call('', 'PATCH', known);
  });
}

/**
 * The way back to the form for who put it off, or writes with a person already.
 * @param {typeof TEXTS.en} t @param {any} chat @param {any} make
 */
function reach(t, chat, make) {
  const open = () => {
    const asked = contact(t, chat, make);
    folded.replaceWith(asked);
    asked.elements[0].focus();
    chat.bottom();
  };
  const folded = make('form', {}, make('button', { class: 'plain', click: open }, t.reach));
  return folded;
}

/** @param {typeof TEXTS.en} t @param {any} chat @param {any} make */
function rating(t, chat, make) {
  const scores = [1, 2, 3, 4, 5].map((value) => make('input', { type: 'radio', name: 'score', value, required: true }));
  const marks = scores.map((score) => make('label', {}, score, score.value));
  const legend = make('legend', {}, t.rate, make('div', { class: 'who' }, t.scale));
  const comment = make('textarea', { rows: 2, maxlength: 2000, 'aria-label': t.comment, placeholder: t.comment });
  const fields = [make('fieldset', {}, legend, ...marks), comment];
  const rated = { rated: true };
  return form(t, chat, make, { fields, send: t.send, given: rated, skipped: rated, refused: (sentence) => chat.complain(sentence) }, () => {
    const score = Number(scores.find(({ checked }) => checked)?.value);
    return chat.line.call('/rating', 'POST', { score, comment: comment.value.trim() || undefined });
  });
}

/**
 * A form that is done with once the server has taken it, or has taken one before (409): then that is what is said.
 * @param {typeof TEXTS.en} t @param {any} chat @param {any} make
 * @param {{fields: Node[], send: string, given: object, skipped: object, refused: (sentence: string) => void}} what
 * @param {() => Promise<any>} ask
 */
function form(t, chat, make, { fields, send, given, skipped, refused }, ask) {
  const button = make('button', { class: 'main', type: 'submit' }, send);
  const skip = make('button', { class: 'plain', click: () => leave(skipped) }, t.later);
  const leave = (/** @type {object} */ flag, thanks = '') => {
    const { line } = chat;
    asked.remove();
    chat.kind = '';
    chat.complain('');
    if (line.conversation) line.keep({ ...line.conversation, ...flag });
    if (thanks) note(thanks, chat, make);
    chat.card();
    (chat.renew.hidden ? chat.input : chat.renew).focus();
  };
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    button.disabled = true;
    const answer = await ask();
    button.disabled = false;
    if (answer?.ok) leave(given, t.saved);
    else if (answer?.status === 409) leave(given, answer.body.detail);
    else if (answer?.status === 422) refused(answer.body.detail);
    else chat.complain(answer?.body.detail || chat.texts.failed);
  };
  const asked = make('form', { class: 'card', submit, input: () => (asked.touched = true) }, ...fields, make('div', { class: 'row' }, button, skip));
  return asked;
}

/**
 * Thanks where the record is now: what comes later stands below.
 * @param {string} thanks @param {any} chat @param {any} make
 */
function note(thanks, chat, make) {
  const row = make('p', { class: 'who', role: 'status' }, thanks);
  row.who = thanks;
  row.seq = chat.line.seq + 0.5;
  chat.place(row);
}

/**
 * Lays files beside the text that is being written.
 * @param {any} chat @param {Kit} kit @param {File[]} files
 */
export function attach(chat, kit, files) {
  const t = dressed(chat);
  guard(chat);
  const near = chat.near();
  for (const file of files) {
    if (file.size > FILE_LIMIT) chat.complain(t.large);
    else chat.tray.append(waiting(t, file, chat, kit));
  }
  if (near) chat.bottom();
  chat.typed();
  chat.input.focus();
}

/**
 * Has the browser ask before the page is left while a file is not sent: unlike text, it would be gone.
 * @param {any} chat
 */
function guard(chat) {
  if (guarded.has(chat.gone)) return;
  guarded.add(chat.gone);
  const unsent = () => chat.tray.firstChild || chat.line.outbox.some((/** @type {any} */ { file }) => file);
  addEventListener('beforeunload', (event) => unsent() && event.preventDefault(), { signal: chat.gone.signal });
}
/** @type {WeakSet<AbortController>} */
const guarded = new WeakSet();

/** @param {typeof TEXTS.en} t @param {File} file @param {any} chat @param {Kit} kit */
function waiting(t, file, chat, { make, icon, bdi }) {
  const remove = () => {
    row.remove();
    chat.typed();
    chat.input.focus();
  };
  const off = make('button', { class: 'plain', 'aria-label': `${t.remove}: ${file.name}`, click: remove }, t.remove);
  const row = make('div', { class: 'file' }, icon('attach'), bdi(file.name), off);
  row.file = file;
  paint(chat, make, row, file, 48);
  return row;
}

/**
 * Shows a picture of the record in the button that saves it, once it comes into sight.
 * @param {any} chat @param {Kit} kit @param {HTMLElement} button @param {string} path
 */
export function picture(chat, { make }, button, path) {
  dressed(chat);
  const watch = new IntersectionObserver(async (seen) => {
    if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
    watch.disconnect();
    const response = await chat.line.fetch(path).catch(() => null);
    if (response?.ok) paint(chat, make, button, await response.blob(), 160);
  });
  watch.observe(button);
}

/**
 * Puts a raster image in the place of a file's icon. It is drawn: the policy of the page that the chat is on need not
 * allow images, and nothing in the file can run.
 * @param {any} chat @param {any} make @param {HTMLElement} row @param {Blob} blob @param {number} height at most, in pixels
 */
async function paint(chat, make, row, blob, height) {
  const bitmap = PICTURES.has(blob.type) && (await createImageBitmap(blob).catch(() => null));
  if (!bitmap) return;
  const scale = Math.min(1, height / bitmap.height, (1.75 * height) / bitmap.width);
  const [wide, high] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale)));
  const dots = Math.ceil(devicePixelRatio);
  const canvas = make('canvas', { width: wide * dots, height: high * dots, 'aria-hidden': 'true' });
  canvas.style.width = `${wide}px`;
  canvas.getContext('2d').drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const near = chat.near();
  row.firstElementChild?.replaceWith(canvas);
  if (near) chat.bottom();
}

/** @param {any} chat @param {Kit} kit @param {string} path @param {string} download the name to save it under */
export async function save(chat, { make }, path, download) {
  const response = await chat.line.fetch(path).catch(() => null);
  if (!response?.ok) return chat.complain(chat.texts.failed);
  const href = URL.createObjectURL(await response.blob());
  make('a', { href, download }).click();
  setTimeout(() => URL.revokeObjectURL(href), 20000);
}
