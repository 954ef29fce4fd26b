/** Builds the parts that pages with forms share: fields, boxes, loading, and one press that does one thing. */

import { Problem } from "./api.js";
import { el, fill } from "./dom.js";
import { sentence, toast } from "./notices.js";
import { label, language, t } from "./texts.js";

/** @import { Child, Props } from "./dom.js" */
/** @import { Desk } from "./desk.js" */
/** @import { TextKey } from "./texts.js" */

export const ROLES = ["agent", "editor", "supervisor", "operator"];
let count = 0;

/**
 * @param {string} words
 * @param {HTMLElement} control
 * @param {string} [hint]
 * @returns {HTMLElement} a control with its label, and a hint that is read with it
 */
export function field(words, control, hint) {
  const id = `field-${(count += 1)}`;
  control.id ||= id;
  const node = el("div", { class: "form-field" }, el("label", { for: control.id }, words), control);
  if (hint) {
    control.setAttribute("aria-describedby", `${id}-hint`);
    node.append(el("span", { class: "quiet", id: `${id}-hint` }, hint));
  }
  return node;
}

/**
 * @param {Props} props
 * @returns {HTMLInputElement}
 */
export function input(props) {
  return el("input", { class: "field", ...props });
}

/**
 * @param {"current-password" | "new-password"} kind
 * @returns {HTMLInputElement}
 */
export function passwordInput(kind) {
  const length = kind === "new-password" ? { minlength: 10 } : {};
  return input({ type: "password", autocomplete: kind, required: true, maxlength: 1024, ...length });
}

/**
 * @param {string} legend
 * @param {{value: string, words: string, hint?: string}[]} choices
 * @param {string[]} chosen
 */
export function boxes(legend, choices, chosen) {
  const inputs = choices.map(({ value }) => el("input", { type: "checkbox", value, checked: chosen.includes(value) }));
  const lines = choices.map(({ words, hint }, at) =>
    el(
      "label",
      { class: "switch" },
      inputs[at],
      el("span", null, words, hint && el("span", { class: "quiet" }, ` ${hint}`)),
    ),
  );
  const node = el("fieldset", { class: "boxes" }, el("legend", null, legend), ...lines);
  return { node, chosen: () => inputs.filter((each) => each.checked).map((each) => each.value) };
}

/**
 * @param {string} legend
 * @param {string[]} chosen
 */
export function roleBoxes(legend, chosen) {
  const choices = ROLES.map((value) => ({ value, words: label("role", value), hint: label("role_hint", value) }));
  return boxes(legend, choices, chosen);
}

/**
 * @param {TextKey} title
 * @param {TextKey | null} lead
 * @param {...(Child | Child[])} children
 * @returns {HTMLElement} a part of a page under its own heading
 */
export function section(title, lead, ...children) {
  const id = `section-${(count += 1)}`;
  const heading = el("h3", { id }, t(title));
  return el(
    "section",
    { class: "room-section", "aria-labelledby": id },
    heading,
    lead && el("p", { class: "quiet" }, t(lead)),
    ...children,
  );
}

/**
 * @param {Desk} desk
 * @param {string} words
 * @param {() => Promise<unknown>} deed
 * @param {Props} [props]
 * @returns {HTMLButtonElement} a button that does one thing once at a time, and says what went wrong
 */
export function deedButton(desk, words, deed, props = {}) {
  const node = el("button", { type: "button", class: "secondary", ...props }, words);
  node.addEventListener("click", () => void busy(desk, node, deed));
  return node;
}

/**
 * @param {Desk} desk
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement} submit
 * @param {() => Promise<unknown>} deed
 */
export function onSubmit(desk, form, submit, deed) {
  const problem = el("p", { class: "problem", role: "alert" });
  submit.before(problem);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    fill(problem);
    void busy(desk, submit, deed, (words) => fill(problem, words));
  });
}

/**
 * @param {Desk} desk
 * @param {HTMLButtonElement} button
 * @param {() => Promise<unknown>} deed
 * @param {(words: string) => void} [say] where a refusal is told; by default in a toast
 */
async function busy(desk, button, deed, say = (words) => toast(words, true)) {
  button.disabled = true;
  try {
    await deed();
  } catch (error) {
    if (error instanceof Problem && error.status === 401) desk.tell("signedOut");
    else say(sentence(error));
  } finally {
    button.disabled = false;
  }
}

/**
 * @template T
 * @param {Desk} desk
 * @param {HTMLElement} parent
 * @param {() => Promise<T>} ask
 * @param {(found: T) => Child[]} show
 * @returns {Promise<void>} fills the parent with what was asked for, or with what went wrong and a way to ask again
 */
export async function load(desk, parent, ask, show) {
  if (parent.childElementCount === 0) fill(parent, el("p", { class: "quiet", role: "status" }, t("rooms.loading")));
  try {
    fill(parent, ...show(await ask()));
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return desk.tell("signedOut");
    const again = el("button", { type: "button", class: "secondary" }, t("rooms.again"));
    again.addEventListener("click", () => void load(desk, parent, ask, show));
    fill(parent, el("p", { class: "problem", role: "alert" }, sentence(error)), again);
  }
}

/**
 * @param {string | null} moment
 * @returns {string} date and time as people write them here
 */
export function when(moment) {
  if (!moment) return "";
  const here = navigator.languages.find((each) => each.startsWith(language())) ?? language();
  return new Intl.DateTimeFormat(here, { dateStyle: "medium", timeStyle: "short" }).format(new Date(moment));
}
