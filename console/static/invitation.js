/** The page of an invitation's link: its holder chooses a name and a password, once, and is at work. */

import { Offline, Problem } from "./api.js";
import { el, fill } from "./dom.js";
import { field, input, passwordInput } from "./forms.js";
import { sentence } from "./notices.js";
import { languageLink, shower } from "./signin.js";
import { label, language, setLanguage, t } from "./texts.js";

/** @import { Child } from "./dom.js" */
/** @import { Invitation } from "./people.js" */

const WHERE = "/api/v1/agent/invitation";
const page = /** @type {HTMLElement} */ (document.getElementById("app"));
const secret = location.hash.slice(1);

/**
 * @param {RequestInit} [how]
 * @returns {Promise<any>} what the server says to the holder of the link
 */
async function ask(how = {}) {
  const headers = {
    Authorization: `Bearer ${secret}`,
    "Accept-Language": language(),
    "Content-Type": "application/json",
  };
  const response = await fetch(WHERE, { ...how, headers, cache: "no-store" }).catch(() => {
    throw new Offline();
  });
  if (response.ok) return response.json();
  throw new Problem(response.status, await response.json().catch(() => ({})), null);
}

async function start() {
  setLanguage(language());
  if (!secret) return show(t("invitation.title"), el("p", { role: "alert" }, t("invitation.none")));
  try {
    form(await ask());
  } catch (error) {
    const console = el("a", { href: "/console" }, t("invitation.console"));
    show(t("invitation.title"), el("p", { class: "problem", role: "alert" }, sentence(error)), console);
  }
}

/**
 * @param {string} title
 * @param {...Child} children
 */
function show(title, ...children) {
  document.title = title;
  const heading = el("h1", { id: "title" }, title);
  const icon = el("img", { src: "/console/static/icon.svg", alt: "", width: 40, height: 40 });
  const card = el("section", { class: "sign-in", "aria-labelledby": "title" }, icon, heading, ...children);
  const other = languageLink((wanted) => {
    setLanguage(wanted);
    void start();
  });
  fill(page, el("main", { class: "sign-in-page" }, card, other));
}

/** @param {Invitation & {name: string}} invitation */
function form({ email, name, roles, new: joins, invited_by }) {
  const who = input({ type: "text", autocomplete: "name", maxlength: 200, required: true, value: name });
  const account = input({ type: "email", autocomplete: "username", value: email, readonly: true });
  const password = passwordInput("new-password");
  const words = t(joins ? "invitation.submit" : "invitation.submit_password");
  const submit = el("button", { type: "submit", class: "primary wide" }, words);
  const problem = el("p", { class: "problem", role: "alert" });
  const named = roles.map((role) => label("role", role)).join(", ");
  const lead = joins ? t("invitation.lead", { who: invited_by }) : t("invitation.lead_password", { email });
  const node = el(
    "form",
    { class: "room-form" },
    problem,
    field(t("signin.email"), account),
    joins && field(t("invitation.name"), who, t("invitation.name_hint")),
    field(t("account.new"), password, t("account.new_hint")),
    shower(password),
    submit,
  );
  node.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    try {
      await ask({ method: "POST", body: JSON.stringify({ name: who.value, password: password.value }) });
      location.replace("/console");
    } catch (error) {
      fill(problem, sentence(error));
      submit.disabled = false;
    }
  });
  const title = t(joins ? "invitation.title" : "invitation.title_password");
  const roleLine = joins && el("p", { class: "quiet" }, t("invitation.roles", { roles: named }));
  show(title, el("p", { class: "quiet" }, lead), roleLine, node);
  (joins && !name ? who : password).focus();
}

void start();
