/** Asks the agent in a dialog: to close with a resolution, to transfer, to return, to leave; and lists the keys. */

import { el } from "./dom.js";
import { browserMemory } from "./memory.js";
import { label, t } from "./texts.js";

/** @import { TextKey } from "./texts.js" */
/** @import { Colleague, Presence } from "./types.js" */
/** @typedef {{title: string, lead: string, submit: string}} Words */

let count = 0;

/**
 * @param {Words} words
 * @param {HTMLElement[]} fields
 * @returns {Promise<boolean>} whether the agent went on; Esc and Cancel are "no"
 */
function ask({ title, lead, submit }, fields) {
  const name = `dialog-${(count += 1)}`;
  const cancel = el("button", { type: "button", class: "secondary" }, t("dialog.cancel"));
  const go = el("button", { type: "submit", class: "primary", value: "yes" }, submit);
  const buttons = el("div", { class: "dialog-buttons" }, cancel, go);
  const form = el(
    "form",
    { method: "dialog" },
    el("h2", { id: name }, title),
    el("p", { class: "quiet" }, lead),
    ...fields,
    buttons,
  );
  const dialog = el("dialog", { class: "dialog", "aria-labelledby": name }, form);
  cancel.addEventListener("click", () => dialog.close());
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    if (event.ctrlKey || event.metaKey) form.requestSubmit(go);
    else if (event.target instanceof HTMLInputElement) event.preventDefault(); // what is typed on must not confirm
  });
  document.body.append(dialog);
  dialog.showModal();
  if (fields.length === 0) cancel.focus(); // whoever did not mean the key that asks types on
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}

/**
 * @param {boolean} left the visitor has ended the conversation already
 * @returns {Promise<string>} the resolution; empty when the agent thought better of it
 */
export async function askClose(left) {
  const field = el("textarea", {
    rows: 4,
    maxlength: 4000,
    required: true,
    class: "field",
    dir: "auto",
    autofocus: true,
  });
  const check = () => field.setCustomValidity(field.value.trim() === "" ? t("close.hint") : "");
  field.addEventListener("input", check);
  check();
  const labelled = el(
    "label",
    { class: "labelled" },
    t("close.resolution"),
    field,
    el("span", { class: "quiet" }, t("close.hint")),
  );
  const words = { title: t("close.title"), lead: t(left ? "close.lead_left" : "close.lead"), submit: t("close.submit") };
  return (await ask(words, [labelled])) ? field.value.trim() : "";
}

/** @returns {Promise<boolean>} */
export function askReturn() {
  return ask({ title: t("return.title"), lead: t("return.lead"), submit: t("return.submit") }, []);
}

/**
 * @param {string} name who has the chat
 * @returns {Promise<boolean>}
 */
export function askTakeOver(name) {
  const words = { title: t("take_over.title"), lead: t("take_over.lead", { name }), submit: t("take_over.submit") };
  return ask(words, []);
}

/** @returns {Promise<boolean>} */
export function askOffline() {
  return ask({ title: t("offline.title"), lead: t("offline.lead"), submit: t("offline.submit") }, []);
}

/** @returns {Promise<boolean>} */
export function askLeave() {
  return ask({ title: t("leave.title"), lead: t("leave.lead"), submit: t("leave.submit") }, []);
}

/** @type {Presence[]} */
const REACHED = ["online", "away", "offline"];

/**
 * @param {Colleague[]} colleagues
 * @returns {Promise<{agent: string} | {group: string} | null>}
 */
export async function askTransfer(colleagues) {
  const people = [...colleagues].sort((a, b) => REACHED.indexOf(a.presence) - REACHED.indexOf(b.presence));
  const agents = people.map(({ name, email, presence }) =>
    el("option", { value: email }, `${name} (${label("presence", presence)})`),
  );
  if (people[0]?.presence !== "online") agents.unshift(el("option", { value: "" }, t("transfer.choose")));
  const groups = [...new Set(["second_level", ...people.flatMap((one) => one.groups ?? [])])];
  const options = groups.map((name) =>
    el("option", { value: name }, `${label("group", name)} (${t("transfer.online", { n: online(people, name) })})`),
  );
  const agent = choice("transfer.agent", agents, "agent", () => show());
  const group = choice("transfer.group", options, "group", () => show());
  const waits = el("p", { class: "quiet transfer-waits", role: "status" });
  const show = () => {
    agent.select.required = agent.radio.checked;
    const absent = agent.radio.checked
      ? people.find(({ email, presence }) => email === agent.select.value && presence !== "online")?.name
      : online(people, group.select.value) === 0 && label("group", group.select.value);
    waits.textContent = absent ? t("transfer.waits", { name: absent }) : "";
  };
  const first = people.length > 0 ? agent : group;
  agent.radio.disabled = agent.select.disabled = people.length === 0;
  first.radio.checked = true;
  first.radio.autofocus = true;
  show();
  const words = { title: t("transfer.title"), lead: t("transfer.lead"), submit: t("transfer.submit") };
  if (!(await ask(words, [agent.node, group.node, waits]))) return null;
  return agent.radio.checked ? { agent: agent.select.value } : { group: group.select.value };
}

/**
 * @param {Colleague[]} people
 * @param {string} group
 * @returns {number} how many of a group are online, so that nobody passes a chat into the void
 */
function online(people, group) {
  return people.filter(({ presence, groups }) => presence === "online" && groups?.includes(group)).length;
}

/**
 * @param {TextKey} words
 * @param {HTMLOptionElement[]} options
 * @param {string} value
 * @param {() => void} changed
 */
function choice(words, options, value, changed) {
  const radio = el("input", { type: "radio", name: "transfer-to", value });
  const select = el("select", { class: "field", "aria-label": t(words) }, ...options);
  radio.addEventListener("change", changed);
  for (const type of ["focus", "change"])
    select.addEventListener(type, () => {
      radio.checked = true;
      changed();
    });
  return { radio, select, node: el("div", { class: "choice" }, el("label", null, radio, t(words)), select) };
}

/** @type {[string[], TextKey][]} */
const KEYS = [
  [["j", "Alt+↓"], "keys.next"],
  [["k", "Alt+↑"], "keys.previous"],
  [["u", "Alt+U"], "keys.news"],
  [["w"], "keys.oldest"],
  [["t"], "keys.take"],
  [["a"], "keys.accept"],
  [["x"], "keys.decline"],
  [["r"], "keys.answer"],
  [["n"], "keys.note"],
  [["/"], "keys.canned"],
  [["i", "Alt+1…3"], "keys.article"],
  [["s"], "keys.search"],
  [["b"], "keys.return"],
  [["f"], "keys.transfer"],
  [["c"], "keys.close"],
  [["d"], "keys.details"],
  [["m"], "keys.mute"],
  [["?"], "keys.help"],
  [["Enter"], "keys.send"],
  [["Shift+Enter"], "keys.line"],
  [["Ctrl+Enter"], "keys.confirm"],
  [["Esc"], "keys.leave"],
];

/** Show the list of keys, with the switch that turns single keys off (WCAG 2.2, 2.1.4). */
export function showKeys() {
  if (document.querySelector("dialog[open]")) return;
  const box = el("input", { type: "checkbox" });
  box.checked = singleKeys();
  box.addEventListener("change", () => browserMemory.set("keys", box.checked));
  const rows = KEYS.map(([keys, words]) =>
    el("div", null, el("dt", null, ...keys.map((key) => el("kbd", null, named(key)))), el("dd", null, t(words))),
  );
  const close = el("button", { type: "submit", class: "primary" }, "OK");
  const form = el(
    "form",
    { method: "dialog" },
    el("h2", { id: "keys-title" }, t("keys.title")),
    el("dl", { class: "keys" }, ...rows),
    el("label", { class: "switch" }, box, t("keys.single")),
    el("p", { class: "quiet" }, t("keys.single_hint")),
    el("div", { class: "dialog-buttons" }, close),
  );
  const dialog = el("dialog", { class: "dialog dialog-wide", "aria-labelledby": "keys-title" }, form);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  close.focus();
}

/** @param {string} key */
function named(key) {
  return key.replace("Shift", t("keys.shift")).replace("Ctrl", t("keys.control"));
}

/** @returns {boolean} */
export function singleKeys() {
  return browserMemory.get("keys") !== false;
}
