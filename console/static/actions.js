/** Does what an agent does with the open conversation: take, return, transfer, close. */

import { Problem } from "./api.js";
import { askClose, askReturn, askTakeOver, askTransfer } from "./dialogs.js";
import { sentence, toast } from "./notices.js";
import { t } from "./texts.js";

/** @import { Desk } from "./desk.js" */
/** @import { Conversation } from "./types.js" */

/**
 * @param {Desk} desk
 * @returns {Conversation | undefined} the open conversation, once it is loaded
 */
export function opened(desk) {
  return desk.open ? desk.conversations.get(desk.open) : undefined;
}

/**
 * @param {Conversation} conversation
 * @returns {boolean} it waits, or its ticket is left from outside desk hours
 */
export function takeable({ status, ticket }) {
  return status === "waiting" || (status === "with_bot" && ["new", "open"].includes(ticket?.status ?? ""));
}

/**
 * @param {Desk} desk
 * @returns {boolean} the agent of this console has the floor in the open conversation
 */
export function hasFloor(desk) {
  const conversation = opened(desk);
  return conversation?.status === "with_agent" && desk.isMine(conversation.id);
}

/**
 * @param {Desk} desk
 * @returns {boolean} the visitor ended the open conversation and left its ticket for somebody here to close
 */
export function isLeft(desk) {
  const conversation = opened(desk);
  return conversation?.status === "closed" && desk.card(conversation.id) !== undefined;
}

/** @param {Desk} desk */
export async function take(desk) {
  const conversation = opened(desk);
  if (!conversation || !takeable(conversation)) return;
  desk.claiming(conversation.id);
  await attempt(desk, conversation.id, () => desk.api.claim(conversation.id), t("conversation.taken_short"));
}

/** @param {Desk} desk */
export async function takeOver(desk) {
  const conversation = opened(desk);
  if (!conversation || !(await askTakeOver(conversation.agent ?? ""))) return;
  desk.claiming(conversation.id);
  await attempt(desk, conversation.id, () => desk.api.claim(conversation.id, true), t("conversation.taken_short"));
}

/** @param {Desk} desk take the chat this agent is called for */
export async function accept(desk) {
  const call = desk.call();
  if (!call) return;
  desk.claiming(call.id);
  desk.openConversation(call.id);
  await attempt(desk, call.id, () => desk.api.claim(call.id), t("conversation.taken_short"));
}

/** @param {Desk} desk have somebody else called */
export async function decline(desk) {
  const call = desk.call();
  if (call) await attempt(desk, call.id, () => desk.api.decline(call.id), t("calls.declined"));
}

/** @param {Desk} desk */
export async function giveBack(desk) {
  const conversation = opened(desk);
  if (!conversation || !hasFloor(desk) || !(await askReturn())) return;
  await attempt(desk, conversation.id, () => desk.api.giveBack(conversation.id), t("conversation.returned"));
}

/** @param {Desk} desk */
export async function transfer(desk) {
  const conversation = opened(desk);
  if (!conversation || !hasFloor(desk)) return;
  const found = await desk.api.agents().catch((error) => toast(sentence(error), true));
  const chosen = found && (await askTransfer(found.agents.filter((one) => one.email !== desk.me.email)));
  if (!chosen) return;
  await attempt(desk, conversation.id, () => desk.api.transfer(conversation.id, chosen), ({ called }) =>
    called ? t("conversation.calling", { name: called }) : t("conversation.queued"),
  );
}

/** @param {Desk} desk */
export async function close(desk) {
  const conversation = opened(desk);
  if (!conversation || !(hasFloor(desk) || isLeft(desk))) return;
  const resolution = await askClose(isLeft(desk));
  if (!resolution) return;
  await attempt(desk, conversation.id, () => desk.api.close(conversation.id, resolution), t("conversation.closed"));
}

/**
 * @template T
 * @param {Desk} desk
 * @param {string} id
 * @param {() => Promise<T>} act
 * @param {string | ((answer: T) => string)} done
 */
async function attempt(desk, id, act, done) {
  try {
    const answer = await act();
    toast(typeof done === "string" ? done : done(answer));
  } catch (error) {
    const holder = error instanceof Problem && error.status === 409 ? error.agent : null;
    toast(holder ? t("conversation.taken", { name: holder }) : sentence(error), true);
    if (error instanceof Problem && error.status === 401) desk.tell("signedOut");
  }
  await Promise.all([desk.refresh(id), desk.refreshLists()]);
}
