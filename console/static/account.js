/** Shows everybody their own account: who they are here, their password, where they are signed in. */

import { el } from "./dom.js";
import { field, load, onSubmit, passwordInput, section } from "./forms.js";
import { loginList } from "./logins.js";
import { toast } from "./notices.js";
import { label, t } from "./texts.js";

/** @import { Desk } from "./desk.js" */

const WHERE = "/agent/account";

/**
 * @param {Desk} desk
 * @returns {HTMLElement}
 */
export function accountPage(desk) {
  const facts = el("div");
  const signIns = el("div");
  const refresh = () =>
    load(
      desk,
      signIns,
      () => desk.api.read(WHERE),
      (me) => {
        facts.replaceChildren(factList(me));
        return [loginList(desk, `${WHERE}/logins`, me.logins, () => void refresh())];
      },
    );
  void refresh();
  return el(
    "div",
    { class: "room-page" },
    el("h2", null, t("rooms.account")),
    el("p", { class: "quiet" }, t("account.lead", { email: desk.me.email })),
    facts,
    section(
      "account.password",
      "account.password_lead",
      passwordForm(desk, () => void refresh()),
    ),
    section("logins.title", "logins.lead", signIns),
  );
}

/** @param {{roles: string[], capacity: number, languages: string[], groups: string[]}} me */
function factList({ roles, capacity, languages, groups }) {
  const takes = [
    t("account.chats", { n: capacity }),
    languages.map((each) => label("language", each)).join(", ") || t("account.all_languages"),
    groups.map((each) => label("group", each)).join(", ") || t("account.no_groups"),
  ];
  return el(
    "dl",
    { class: "facts-list" },
    el("dt", null, t("account.roles")),
    el("dd", null, roles.map((role) => label("role", role)).join(", ")),
    el("dt", null, t("account.takes")),
    el("dd", null, takes.join(" · ")),
  );
}

/**
 * @param {Desk} desk
 * @param {() => void} changed
 */
function passwordForm(desk, changed) {
  const current = passwordInput("current-password");
  const fresh = passwordInput("new-password");
  const name = el("input", {
    type: "text",
    autocomplete: "username",
    value: desk.me.email,
    hidden: true,
    readonly: true,
  });
  const submit = el("button", { type: "submit", class: "primary" }, t("account.change"));
  const form = el(
    "form",
    { class: "room-form" },
    name,
    field(t("account.current"), current),
    field(t("account.new"), fresh, t("account.new_hint")),
    submit,
  );
  onSubmit(desk, form, submit, async () => {
    await desk.api.write("PUT", `${WHERE}/password`, { current: current.value, new: fresh.value });
    form.reset();
    toast(t("account.changed"));
    changed();
  });
  return form;
}
