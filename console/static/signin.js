/** Shows the sign-in form. */

import { Offline, Problem } from "./api.js";
import { el } from "./dom.js";
import { label, language, t } from "./texts.js";

/** @import { Api } from "./api.js" */
/** @import { Language } from "./texts.js" */
/** @import { Me } from "./types.js" */

/**
 * @param {Api} api
 * @param {{expired: boolean, speak: (language: Language) => void, enter: (me: Me) => void}} how
 * @returns {HTMLElement}
 */
export function signInPage(api, { expired, speak, enter }) {
  const email = el("input", {
    type: "email",
    name: "email",
    id: "email",
    class: "field",
    autocomplete: "username",
    required: true,
  });
  const password = el("input", {
    type: "password",
    name: "password",
    id: "password",
    class: "field",
    autocomplete: "current-password",
    required: true,
  });
  const problem = el("p", { class: "problem", role: "alert" }, expired ? t("signin.expired") : cameBack());
  const submit = el("button", { type: "submit", class: "primary wide" }, t("signin.submit"));
  const form = el(
    "form",
    { class: "sign-in", "aria-labelledby": "sign-in-title" },
    el("img", { src: "/console/static/icon.svg", alt: "", width: 40, height: 40 }),
    el("h1", { id: "sign-in-title" }, t("signin.title")),
    el("p", { class: "quiet" }, t("signin.lead")),
    problem,
    el("label", { for: "email" }, t("signin.email")),
    email,
    el("label", { for: "password" }, t("signin.password")),
    password,
    shower(password),
    submit,
  );
  void offerProvider(api, form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    submit.textContent = t("signin.busy");
    const error = await api.signIn(email.value, password.value).then(enter, (reason) => reason);
    submit.disabled = false;
    submit.textContent = t("signin.submit");
    if (error) problem.textContent = words(error);
    if (error) password.select();
  });
  return el("main", { class: "sign-in-page" }, form, languageLink(speak));
}

/** @returns {string} why signing in at the provider did not end well, if somebody comes back from there */
function cameBack() {
  const reason = new URLSearchParams(location.search).get("sign_in");
  if (!reason) return "";
  const known = label("provider", reason);
  return known === reason.replaceAll("_", " ") ? label("provider", "failed") : known;
}

/**
 * @param {Api} api
 * @param {HTMLFormElement} form gets the way to the provider, where there is one
 */
async function offerProvider(api, form) {
  const ways = await api.read("/agent/ways").catch(() => null);
  if (!ways?.oidc) return;
  const words = t("signin.provider", { name: ways.oidc.name || t("signin.provider_unnamed") });
  form.append(el("a", { class: "secondary wide", href: "/api/v1/agent/oidc" }, words));
}

/**
 * @param {HTMLInputElement} password
 * @returns {HTMLElement} a box that shows what is typed
 */
export function shower(password) {
  const box = el("input", { type: "checkbox" });
  box.addEventListener("change", () => (password.type = box.checked ? "text" : "password"));
  return el("label", { class: "switch" }, box, t("signin.show"));
}

/** @param {unknown} error */
function words(error) {
  if (error instanceof Offline) return t("signin.offline");
  if (error instanceof Problem) return error.detail || t("problem.unknown", { status: error.status });
  throw error;
}

/**
 * @param {(language: Language) => void} speak
 * @returns {HTMLElement} a way to the other language
 */
export function languageLink(speak) {
  /** @type {Language} */
  const other = language() === "de" ? "en" : "de";
  return el(
    "button",
    { type: "button", class: "link", lang: other, on: { click: () => speak(other) } },
    other === "de" ? "Deutsch" : "English",
  );
}
