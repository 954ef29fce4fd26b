/**
 * The parts of the widget that few visitors need, loaded by `widget.js` when one does: the forms that ask for an address
 * and for a rating.
 */

const TEXTS = {
  en: {
    contact: 'Where can we reach you?',
    name: 'Name',
    email: 'E-mail',
    save: 'Save',
    saved: 'Thank you, this is noted.',
    later: 'Not now',
    rate: 'How well did we help you?',
    scale: '1: not at all, 5: very well',
    comment: 'What should we know? (optional)',
    send: 'Send',
  },
  de: {
    contact: 'Wo erreichen wir Sie?',
    name: 'Name',
    email: 'E-Mail',
    save: 'Speichern',
    saved: 'Danke, das ist notiert.',
    later: 'Jetzt nicht',
    rate: 'Wie gut haben wir Ihnen geholfen?',
    scale: '1: gar nicht, 5: sehr gut',
    comment: 'Was sollten wir wissen? (freiwillig)',
    send: 'Senden',
  },
};

const STYLE = `
.card input:not([type=radio]), .card textarea { display: block; width: 100%; padding: 7px 10px; border: 1px solid var(--edge); border-radius: 9px; background: none; resize: none; }
fieldset { border: 0; padding: 0; margin: 0; display: flex; gap: 6px; min-width: 0; } legend { padding: 0 0 8px; font-weight: 600; }
fieldset label { flex: 1; position: relative; padding: 9px 0; text-align: center; border: 1px solid var(--edge); border-radius: 10px; }
[type=radio] { position: absolute; opacity: 0; inset: 0; }
label:has(:focus-visible) { outline: 3px solid var(--accent); outline-offset: 2px; }
label:hover { background: var(--soft); }
label:has(:checked) { background: var(--accent); color: var(--on); }
@media (forced-colors: active) { label:has(:checked) { outline: 3px solid Highlight; outline-offset: -3px; } }
`;

/**
 * @param {'contact'|'rating'} kind @param {any} chat the element @param {any} make makes elements
 * @returns {HTMLFormElement}
 */
export function card(kind, chat, make) {
  const sheets = chat.shadowRoot.adoptedStyleSheets;
  if (sheets.length === 1) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    chat.shadowRoot.adoptedStyleSheets = [...sheets, sheet];
  }
  const texts = TEXTS[/** @type {'en'|'de'} */ (chat.language)];
  return (kind === 'contact' ? contact : rating)(texts, chat, make);
}

/** @param {typeof TEXTS.en} t @param {any} chat @param {any} make */
function contact(t, chat, make) {
  const name = make('input', { autocomplete: 'name', maxlength: 200 });
  const email = make('input', { type: 'email', autocomplete: 'email', required: true, maxlength: 320 });
  const fields = [make('b', {}, t.contact), make('label', {}, t.name, name), make('label', {}, t.email, email)];
  return form(t, chat, make, { fields, send: t.save, flag: { contact: true } }, () => {
    const known = name.value.trim() ? { name: name.value, email: email.value } : { email: email.value };
    return chat.line.call('', 'PATCH', known);
  });
}

/** @param {typeof TEXTS.en} t @param {any} chat @param {any} make */
function rating(t, chat, make) {
  const scores = [1, 2, 3, 4, 5].map((value) => make('input', { type: 'radio', name: 'score', value, required: true }));
  const marks = scores.map((score) => make('label', {}, score, score.value));
  const legend = make('legend', {}, t.rate, make('div', { class: 'who' }, t.scale));
  const comment = make('textarea', { rows: 2, maxlength: 2000, 'aria-label': t.comment, placeholder: t.comment });
  const fields = [make('fieldset', {}, legend, ...marks), comment];
  return form(t, chat, make, { fields, send: t.send, flag: { rated: true } }, () => {
    const score = Number(scores.find(({ checked }) => checked)?.value);
    return chat.line.call('/rating', 'POST', { score, comment: comment.value.trim() || undefined });
  });
}

/**
 * A form that is done with once the server has taken it, or has taken one before (409): then that is what is said.
 * @param {typeof TEXTS.en} t @param {any} chat @param {any} make
 * @param {{fields: Node[], send: string, flag: object}} what @param {() => Promise<any>} ask
 */
function form(t, chat, make, { fields, send, flag }, ask) {
  const button = make('button', { class: 'main', type: 'submit' }, send);
  const skip = make('button', { class: 'plain', click: () => leave() }, t.later);
  /** @param {string} [thanks] */
  const leave = (thanks) => {
    chat.done(flag, thanks);
    (chat.renew.hidden ? chat.input : chat.renew).focus();
  };
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    button.disabled = true;
    const answer = await ask();
    button.disabled = false;
    if (answer?.ok) leave(t.saved);
    else if (answer?.status === 409) leave(answer.body.detail);
    else chat.complain(answer?.body.detail || chat.texts.failed);
  };
  return make('form', { class: 'card', submit }, ...fields, make('div', { class: 'row' }, button, skip));
}
