/** Shows operators who works at the desk, whom they invited, and lets them invite more. */

import { el, fill, written } from "./dom.js";
import { deedButton, field, input, load, onSubmit, roleBoxes, section, when } from "./forms.js";
import { toast } from "./notices.js";
import { personPage } from "./person.js";
import { label, t } from "./texts.js";

/** @import { Desk } from "./desk.js" */
/** @import { Person } from "./person.js" */
/**
 * @typedef {object} Invitation
 * @property {number} id
 * @property {string} email
 * @property {string[]} roles
 * @property {boolean} new
 * @property {string} invited_by
 * @property {string} expires_at
 * @property {string} [link]
 */

/**
 * @param {Desk} desk
 * @param {string} rest a person's number, or nothing
 * @returns {HTMLElement}
 */
export function peoplePage(desk, rest) {
  if (rest) return personPage(desk, rest);
  const open = el("div");
  const refresh = () =>
    load(
      desk,
      open,
      () => desk.api.read("/agent/invitations"),
      ({ invitations }) => (invitations.length > 0 ? [openInvitations(desk, invitations, () => void refresh())] : []),
    );
  void refresh();
  return el(
    "div",
    { class: "room-page" },
    el("h2", null, t("rooms.people")),
    el("p", { class: "quiet" }, t("people.lead")),
    everybody(desk),
    section(
      "invite.title",
      "invite.lead",
      inviteForm(desk, () => void refresh()),
    ),
    open,
  );
}

/** @param {Desk} desk */
function everybody(desk) {
  const search = input({ type: "search", autocomplete: "off" });
  const node = el("div");
  const list = el("ul", { class: "rows" });
  /** @type {Person[]} */
  let people = [];
  const show = () => {
    const wanted = search.value.trim().toLowerCase();
    const found = people.filter(({ name, email }) => `${name} ${email}`.toLowerCase().includes(wanted));
    const active = [...found].sort((a, b) => Number(Boolean(a.deactivated_at)) - Number(Boolean(b.deactivated_at)));
    fill(list, ...active.map(row), found.length === 0 && el("li", { class: "quiet" }, t("people.none")));
  };
  search.addEventListener("input", show);
  void load(
    desk,
    node,
    () => desk.api.read("/agent/people"),
    (answer) => {
      people = answer.people;
      show();
      return [field(t("people.filter"), search), list];
    },
  );
  return node;
}

/** @param {Person} person */
function row(person) {
  const roles = person.roles.map((role) => el("span", { class: "tag" }, label("role", role)));
  const seen = person.seen_at ? t("people.seen", { when: when(person.seen_at) }) : t("people.never");
  const state = person.deactivated_at
    ? el("span", { class: "tag tag-high" }, t("people.deactivated"))
    : el(
        "span",
        { class: `presence-${person.presence} presence-words` },
        el("i", { class: "dot" }),
        label("presence", person.presence),
      );
  return el(
    "li",
    { class: "row" },
    el(
      "div",
      { class: "row-main" },
      el("a", { href: `#people/${person.id}` }, written(person.name)),
      ...roles,
      el("span", { class: "quiet row-more" }, written(person.email), ` · ${seen}`),
    ),
    state,
  );
}

/**
 * @param {Desk} desk
 * @param {() => void} changed
 */
function inviteForm(desk, changed) {
  const email = input({ type: "email", required: true, maxlength: 320, autocomplete: "off" });
  const name = input({ type: "text", maxlength: 200, autocomplete: "off" });
  const roles = roleBoxes(t("invite.roles"), ["agent"]);
  const submit = el("button", { type: "submit", class: "primary" }, t("invite.submit"));
  const made = el("div", { "aria-live": "polite" });
  const fields = [field(t("invite.email"), email), field(t("invite.name"), name), roles.node, submit];
  const form = el("form", { class: "room-form" }, ...fields);
  onSubmit(desk, form, submit, async () => {
    const body = { email: email.value, name: name.value, roles: roles.chosen() };
    fill(made, linkBox(await desk.api.write("POST", "/agent/invitations", body)));
    made.scrollIntoView({ block: "nearest" });
    form.reset();
    changed();
  });
  return el("div", null, form, made);
}

/**
 * @param {Invitation} invitation
 * @returns {HTMLElement} the link, to be copied and passed on
 */
export function linkBox({ email, link, expires_at }) {
  const words = input({ type: "text", readonly: true, value: link, dir: "ltr" });
  words.addEventListener("focus", () => words.select());
  const copy = el("button", { type: "button", class: "secondary" }, t("invite.copy"));
  copy.addEventListener("click", async () => {
    words.select();
    const done = await navigator.clipboard?.writeText(words.value).then(
      () => true,
      () => false,
    );
    if (done ?? document.execCommand("copy")) toast(t("invite.copied"));
  });
  const hint = t("invite.once", { when: when(expires_at) });
  return el("div", { class: "link-box" }, field(t("invite.link", { email }), words, hint), copy);
}

/**
 * @param {Desk} desk
 * @param {Invitation[]} invitations
 * @param {() => void} changed
 */
function openInvitations(desk, invitations, changed) {
  const rows = invitations.map(({ id, email, roles, new: joins, expires_at, invited_by }) => {
    const what = joins ? roles.map((role) => label("role", role)).join(", ") : t("invite.new_password");
    const withdraw = async () => {
      await desk.api.write("DELETE", `/agent/invitations/${id}`);
      toast(t("invite.withdrawn"));
      changed();
    };
    const words = { "aria-label": t("invite.withdraw_of", { email }) };
    return el(
      "li",
      { class: "row" },
      el(
        "div",
        { class: "row-main" },
        el("strong", null, written(email)),
        el("span", { class: "tag" }, what),
        el("span", { class: "quiet row-more" }, t("invite.until", { when: when(expires_at), who: invited_by })),
      ),
      deedButton(desk, t("invite.withdraw"), withdraw, words),
    );
  });
  return section("invite.open", null, el("ul", { class: "rows" }, ...rows));
}
