"""Carries one visitor message from arrival to answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.reply import Utterance
from channels.desk import Inbound, Receipt
from conversations import record
from conversations.database import Database, Transaction
from conversations.errors import EmptyMessage, TooLong
from conversations.masking import Masked, mask
from conversations.rows import Conversation
from conversations.signals import Signals
from conversations.status import Status
from conversations.texts import clean
from conversations.updates import note_update, seq_of_update
from firstline.answering import Answering, Question
from firstline.figures import HANDOFFS
from firstline.limits import Pace
from handoff.floor import PERSON, WITHDRAWALS, Floor
from handoff.preview import is_bare_wish
from handoff.tickets import Why

LONGEST = 4000


@dataclass(frozen=True)
class Parts:
    """What the turn is made of."""

    database: Database
    signals: Signals
    floor: Floor
    pace: Pace
    clock: Callable[[], datetime]
    wake: Callable[[], None]


class Turns:
    """Message in, decide bot or human, answer, message out."""

    def __init__(self, parts: Parts, answering: Answering) -> None:
        self._parts = parts
        self._answering = answering

    async def take(self, conversation_id: str, inbound: Inbound) -> Receipt:
        """Record what the visitor said and see that it is answered.

        Secrets are masked before anything is stored. A repeat of the same id gives the first place. Raises the refusals
        of `conversations.errors`: closed, changed repeat, choice not offered, empty, too long, too fast, unknown.
        """
        masked = readable(inbound)
        async with self._parts.database.write() as transaction:
            conversation = await record.lock(transaction, conversation_id)
            if inbound.update and (seen := await seq_of_update(transaction, inbound.update)):
                return Receipt(seen, repeated=True)
            said = await self._said(transaction, conversation, inbound, masked)
            if repeat := await record.repeated(transaction, conversation, said):
                return Receipt(repeat, repeated=True)
            record.require_open(conversation)
            self._parts.pace.take(conversation_id)
            now = self._parts.clock()
            alone = conversation.visitor_seq <= conversation.answered_seq
            seq = record.append(transaction, conversation, said, now)
            note_update(transaction, inbound.update, conversation_id, seq)
            self._tell_masked(transaction, conversation, masked, now)
            status = conversation.status
            question = await self._next(transaction, conversation, said, now, alone=alone)
        if conversation.status != status:
            self._parts.wake()
        if question:
            self._answering.start(question)
        return Receipt(seq)

    async def _said(
        self, transaction: Transaction, conversation: Conversation, inbound: Inbound, masked: Masked
    ) -> record.Said:
        text = masked.text
        if inbound.choice is not None:
            text = await record.title_of_choice(transaction, conversation, inbound.choice)
        return record.Said(
            "visitor", text, name=conversation.name, external_id=inbound.external_id, choice=inbound.choice
        )

    def _tell_masked(self, transaction: Transaction, conversation: Conversation, masked: Masked, now: datetime) -> None:
        if not masked.kinds or "masked" in conversation.notices:
            return
        texts, language = self._parts.floor.texts, conversation.language
        kinds = ", ".join(texts(f"kind_{kind}", language) for kind in masked.kinds)
        conversation.notices = [*conversation.notices, "masked"]
        told = record.Said("system", texts("secret_removed", language, kinds=kinds))
        record.append(transaction, conversation, told, now)

    async def _next(
        self, transaction: Transaction, conversation: Conversation, said: record.Said, now: datetime, *, alone: bool
    ) -> Question | None:
        """Withdraw the handoff or call a person if that is asked; else give what the bot is asked, if it has the floor.

        While the bot cannot be asked, words that are nothing but the wish for a person count like the button.
        """
        if said.choice in WITHDRAWALS and conversation.status in (Status.WAITING, Status.WITH_BOT):
            await self._parts.floor.withdraw(transaction, conversation, now)
            conversation.answered_seq = conversation.visitor_seq
            return None
        if conversation.status != Status.WITH_BOT:
            return None
        if said.choice == PERSON or (self._answering.without_bot and is_bare_wish(said.text)):
            await self._call(transaction, conversation, now)
            return None
        newest = (Utterance(said.text, said.choice),) if alone else ()
        return self._answering.question(conversation, newest, now)

    async def _call(self, transaction: Transaction, conversation: Conversation, now: datetime) -> None:
        """Call a person without asking the bot."""
        told = await self._parts.floor.request(transaction, conversation, Why("human_request"), now)
        record.append(transaction, conversation, record.Said("bot", told.text, choices=told.choices), now)
        conversation.answered_seq, conversation.answering_until = conversation.visitor_seq, None
        HANDOFFS.labels("human_request").inc()


def worded(comment: str) -> str | None:
    """Give what may be stored of a comment: cleaned and masked like a message; None if nothing is left."""
    text = clean(comment)
    return mask(text).text if text else None


def readable(inbound: Inbound) -> Masked:
    """Give what may be stored of a text: cleaned of control characters and masked.

    Raises EmptyMessage if nothing is left and TooLong above 4,000 characters.
    """
    if inbound.choice is not None:
        return Masked("", ())
    if len(inbound.text) > LONGEST:
        raise TooLong
    text = clean(inbound.text)
    if not text:
        raise EmptyMessage
    return mask(text)
