/** Builds and keeps page elements; everything people wrote enters as text nodes, never as markup. */

/** @typedef {Node | string | number | null | undefined | false} Child */
/** @typedef {Record<string, unknown>} Props `on` holds listeners, `data` data attributes; the rest are attributes. */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Props | null} [props]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) assign(node, name, value);
  node.append(...kept(children.flat()));
  return node;
}

/**
 * @param {HTMLElement} node
 * @param {string} name
 * @param {unknown} value
 */
function assign(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "on") {
    for (const [type, listener] of Object.entries(/** @type {Record<string, EventListener>} */ (value))) {
      node.addEventListener(type, listener);
    }
  } else if (name === "data") Object.assign(node.dataset, value);
  else node.setAttribute(name, value === true ? "" : String(value));
}

/**
 * @param {Child[]} children
 * @returns {(Node | string)[]}
 */
function kept(children) {
  return children
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : String(child)));
}

/**
 * @param {Element} parent
 * @param {...Child} children
 */
export function fill(parent, ...children) {
  parent.replaceChildren(...kept(children));
}

/**
 * Makes the children of `parent` show `items` in order; a child whose fingerprint did not change is left untouched,
 * so focus, selection and scroll place survive every update.
 *
 * @template T
 * @param {Element} parent
 * @param {T[]} items
 * @param {{key: (item: T, index: number) => string, print: (item: T, index: number) => string,
 *   build: (item: T, index: number) => HTMLElement}} how
 */
export function keep(parent, items, { key, print, build }) {
  const old = new Map([...parent.children].map((node) => [/** @type {HTMLElement} */ (node).dataset.key, node]));
  const nodes = items.map((item, index) => {
    const name = key(item, index);
    const known = /** @type {HTMLElement | undefined} */ (old.get(name));
    const fingerprint = print(item, index);
    if (known && prints.get(known) === fingerprint) return known;
    const fresh = build(item, index);
    fresh.dataset.key = name;
    prints.set(fresh, fingerprint);
    if (known) replace(known, fresh);
    return fresh;
  });
  const wanted = new Set(nodes);
  for (const node of [...parent.children]) if (!wanted.has(/** @type {HTMLElement} */ (node))) node.remove();
  nodes.forEach((node, index) => {
    if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null);
  });
}

/** @type {WeakMap<Element, string>} */
const prints = new WeakMap();

/**
 * Puts `fresh` where `known` was and keeps the keyboard focus there.
 * @param {HTMLElement} known
 * @param {HTMLElement} fresh
 */
function replace(known, fresh) {
  const focused = known.contains(document.activeElement);
  known.replaceWith(fresh);
  if (focused) /** @type {HTMLElement | null} */ (fresh.querySelector("button, a"))?.focus();
}

/**
 * @param {string} text
 * @param {string} [className]
 * @returns {HTMLElement} what somebody wrote, in its own direction of writing
 */
export function written(text, className) {
  return el("bdi", { dir: "auto", class: className }, undirected(text));
}

/**
 * @param {string} text
 * @returns {string} the text without marks that would turn what stands beside it, which an element alone does not stop
 */
export function undirected(text) {
  return text.replace(/[\u202a-\u202e\u2066-\u2069]/g, "");
}

/** @returns {string} a random name for a message, also where the page has no secure context */
export function uuid() {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/**
 * Acts once nothing has been typed into a field for a while.
 * @param {HTMLInputElement} field
 * @param {() => void} act
 * @param {number} milliseconds
 */
export function whenTyped(field, act, milliseconds) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(act, milliseconds);
  });
}
