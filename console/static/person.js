/** Shows operators one person: name, roles, what is assigned to them, sign-ins, and the way out and back. */

import { el, fill, written } from "./dom.js";
import { boxes, deedButton, field, input, load, onSubmit, roleBoxes, section } from "./forms.js";
import { loginList } from "./logins.js";
import { toast } from "./notices.js";
import { linkBox } from "./people.js";
import { label, t } from "./texts.js";

/** @import { Child } from "./dom.js" */
/** @import { Desk } from "./desk.js" */
/** @import { Login } from "./logins.js" */
/** @import { Presence } from "./types.js" */
/**
 * @typedef {object} Person
 * @property {number} id
 * @property {string} name
 * @property {string} email
 * @property {string[]} roles
 * @property {number} capacity
 * @property {string[]} languages
 * @property {string[]} groups
 * @property {Presence} presence
 * @property {string | null} seen_at
 * @property {string | null} deactivated_at
 * @property {Login[]} [logins]
 */

/**
 * @param {Desk} desk
 * @param {string} number
 * @returns {HTMLElement}
 */
export function personPage(desk, number) {
  const node = el("div", { class: "room-page" });
  const where = `/agent/people/${encodeURIComponent(number)}`;
  const refresh = () =>
    load(
      desk,
      node,
      () => desk.api.read(where),
      (person) => parts(desk, person, where, refresh),
    );
  void refresh();
  return node;
}

/**
 * @param {Desk} desk
 * @param {Person} person
 * @param {string} where
 * @param {() => Promise<void>} refresh
 * @returns {Child[]}
 */
function parts(desk, person, where, refresh) {
  const { name, email, deactivated_at } = person;
  const gone = deactivated_at !== null;
  const signIns = loginList(desk, `${where}/logins`, person.logins ?? [], () => void refresh());
  return [
    el("p", null, el("a", { href: "#people" }, `← ${t("people.back")}`)),
    el("h2", null, written(name), gone && el("span", { class: "tag tag-high" }, t("people.deactivated"))),
    el("p", { class: "quiet" }, written(email)),
    changeForm(desk, person, where, refresh),
    section("logins.title", "logins.lead_other", signIns),
    !gone && passwordLink(desk, person),
    wayOut(desk, person, where, refresh),
    el("p", null, el("a", { href: `#audit/agent=${person.id}` }, t("person.audit", { name }))),
  ];
}

/**
 * @param {Desk} desk
 * @param {Person} person
 * @param {string} where
 * @param {() => Promise<void>} refresh
 */
function changeForm(desk, person, where, refresh) {
  const name = input({ type: "text", required: true, maxlength: 200, value: person.name, autocomplete: "off" });
  const roles = roleBoxes(t("person.roles"), person.roles);
  const capacity = input({ type: "number", min: 0, max: 50, required: true, value: person.capacity });
  const spoken = ["en", "de"].map((value) => ({ value, words: label("language", value) }));
  const languages = boxes(t("person.languages"), spoken, person.languages);
  languages.node.append(el("span", { class: "quiet" }, t("person.languages_hint")));
  const groups = input({ type: "text", value: person.groups.join(", "), autocomplete: "off" });
  const submit = el("button", { type: "submit", class: "primary" }, t("person.save"));
  const form = el(
    "form",
    { class: "room-form" },
    field(t("person.name"), name),
    roles.node,
    field(t("person.capacity"), capacity),
    languages.node,
    field(t("person.groups"), groups),
    submit,
  );
  onSubmit(desk, form, submit, async () => {
    await desk.api.write("PATCH", where, {
      name: name.value,
      roles: roles.chosen(),
      capacity: capacity.valueAsNumber,
      languages: languages.chosen(),
      groups: groups.value
        .split(",")
        .map((each) => each.trim())
        .filter(Boolean),
    });
    toast(t("person.saved"));
    await refresh();
  });
  return form;
}

/**
 * @param {Desk} desk
 * @param {Person} person
 */
function passwordLink(desk, { email, roles }) {
  const made = el("div", { "aria-live": "polite" });
  const make = async () => fill(made, linkBox(await desk.api.write("POST", "/agent/invitations", { email, roles })));
  return section("person.link", "person.link_lead", deedButton(desk, t("person.make_link"), make), made);
}

/**
 * @param {Desk} desk
 * @param {Person} person
 * @param {string} where
 * @param {() => Promise<void>} refresh
 */
function wayOut(desk, { name, deactivated_at }, where, refresh) {
  const back = deactivated_at !== null;
  const words = back ? "person.return" : "person.leave";
  const deed = async () => {
    if (!back && !confirm(t("person.leave_sure", { name }))) return;
    await desk.api.write("POST", `${where}/${back ? "reactivate" : "deactivate"}`);
    toast(t(back ? "person.returned" : "person.left", { name }));
    await refresh();
  };
  const look = { class: back ? "secondary" : "secondary danger" };
  return section(words, back ? "person.return_lead" : "person.leave_lead", deedButton(desk, t(words), deed, look));
}
