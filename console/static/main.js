/** Starts the console: signs the agent in, builds the panes, follows the desk, and goes when the agent goes. */

import { Api, Offline, Problem } from "./api.js";
import { callBar } from "./calls.js";
import { ConversationPane } from "./conversation.js";
import { Desk } from "./desk.js";
import { askLeave } from "./dialogs.js";
import { el, fill } from "./dom.js";
import { keyboard } from "./keys.js";
import { tabMemory } from "./memory.js";
import { sentence, toast, watch } from "./notices.js";
import { Outbox } from "./outbox.js";
import { queuePane } from "./queue.js";
import { rooms } from "./rooms.js";
import { signInPage } from "./signin.js";
import { Stream } from "./stream.js";
import { language, setLanguage, t } from "./texts.js";
import { ticketPane } from "./ticket.js";
import { tick } from "./time.js";
import { topbar } from "./topbar.js";

/** @import { Language } from "./texts.js" */
/** @import { Me } from "./types.js" */

const STREAM = "/api/v1/agent/stream";
const TICK = 5000;
const AGAIN = 3000;

const api = new Api();
const page = /** @type {HTMLElement} */ (document.getElementById("app"));
/** @type {() => void} ends what the last page started */
let leave = () => {};

async function start() {
  try {
    work(await api.session());
  } catch (error) {
    if (error instanceof Problem && error.status === 401) signIn(false);
    else if (error instanceof Offline || error instanceof Problem) wait(error);
    else throw error;
  }
}

/** @param {Offline | Problem} error the desk does not answer yet: say so and try again */
function wait(error) {
  fill(page, el("main", { class: "empty" }, el("p", { class: "quiet", role: "status" }, sentence(error))));
  setTimeout(start, AGAIN);
}

/** @param {boolean} expired */
function signIn(expired) {
  leave();
  leave = () => {};
  document.getElementById("alerts")?.replaceChildren(); // notices name visitors
  document.title = t("app.title");
  /** @param {Language} wanted */
  const speak = (wanted) => {
    setLanguage(wanted);
    signIn(expired);
  };
  fill(page, signInPage(api, { expired, speak, enter: work }));
  /** @type {HTMLElement | null} */ (page.querySelector("#email"))?.focus();
}

/** @param {Me} me */
function work(me) {
  if (location.search) history.replaceState(null, "", location.pathname + location.hash);
  if (tabMemory.get("email") !== me.email) tabMemory.clear(); // drafts belong to who wrote them
  tabMemory.set("email", me.email);
  const desk = new Desk(api, me);
  const outbox = new Outbox(desk);
  const stream = new Stream(STREAM, {
    event: (name, data) => desk.hear(name, data),
    state: (state) => desk.setConnection(state),
    refused: () => desk.tell("signedOut"),
  });
  const unbuild = build(desk, outbox, stream);
  watch(desk);
  desk.on("signedOut", () => signIn(true));
  const ticking = setInterval(tick, TICK);
  /** @param {Event} event the browser asks before a file that is not sent goes with the page */
  const keep = (event) => (outbox.holdsFile || page.querySelector(".tray-file")) && event.preventDefault();
  addEventListener("beforeunload", keep);
  leave = () => {
    removeEventListener("beforeunload", keep);
    stream.stop();
    clearInterval(ticking);
    unbuild();
    outbox.stop();
  };
  void stream.start();
}

/**
 * @param {Desk} desk
 * @param {Outbox} outbox
 * @param {Stream} stream
 * @returns {() => void} takes the page down
 */
function build(desk, outbox, stream) {
  const toggleDetails = () => details(shell);
  const hideDetails = () => details(shell, false);
  const pane = new ConversationPane(desk, outbox, toggleDetails);
  const panes = el("div", { class: "panes" }, queuePane(desk), pane.node, ticketPane(desk, hideDetails));
  const beside = rooms(desk, panes);
  const bar = topbar(desk, beside.bar, {
    speak: (wanted) => {
      setLanguage(wanted);
      leave();
      work(desk.me);
    },
    leave: () => void signOut(outbox),
    retry: () => stream.retry(),
  });
  const calls = callBar(desk);
  const shell = el("div", { class: "shell" }, bar.node, bar.line, calls.node, panes, beside.node);
  const listen = beside.outside(keyboard(desk, pane, { details: toggleDetails, hideDetails, mute: bar.toggleSound }));
  desk.on("opened", () => {
    shell.classList.toggle("has-open", desk.open !== null);
    shell.classList.remove("has-details");
    tabMemory.set("open", desk.open);
  });
  addEventListener("keydown", listen);
  fill(page, shell);
  const last = tabMemory.get("open");
  if (typeof last === "string") desk.openConversation(last);
  return () => {
    removeEventListener("keydown", listen);
    calls.stop();
    pane.lookers.stop();
    beside.stop();
  };
}

/**
 * @param {HTMLElement} shell
 * @param {boolean} [wanted] by default the other way round
 */
function details(shell, wanted) {
  const shown = shell.classList.toggle("has-details", wanted);
  if (shown) document.getElementById("details")?.focus();
  else document.getElementById("conversation")?.focus();
}

/** @param {Outbox} outbox */
async function signOut(outbox) {
  if (!outbox.empty && !(await askLeave())) return;
  try {
    await api.signOut();
  } catch (error) {
    if (!(error instanceof Problem && error.status === 401)) return toast(sentence(error), true);
  }
  outbox.clear();
  tabMemory.clear();
  signIn(false);
}

setLanguage(language());
void start();
