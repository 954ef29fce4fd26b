"""Asks the bot what to answer and records the answer, if the bot still has the floor."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

import structlog

from bot.reply import BotMessage, Reply, Utterance
from bot.workers import BotUnavailable
from conversations import record
from conversations.database import Database, DatabaseUnavailable, Transaction
from conversations.rows import Conversation, Message
from conversations.signals import Signals
from conversations.status import Status
from firstline.figures import HANDOFFS, TURN_SECONDS, TURNS
from handoff.floor import PERSON, Floor
from handoff.tickets import Why

LEASE = timedelta(seconds=20)
PATIENCE = timedelta(minutes=15)  # longer than the first training takes; a person can be had meanwhile
_RENEW_AFTER = 10.0
_AGAIN = 1.0
_TYPING_AFTER = 0.4
_FAILURES = 2
_LAST_WRITE = 1.0  # seconds that giving leases back may take when the server ends
_WORTH_SHOWING = 0.02  # confidence from which an agent is shown an article the bot considered
log = structlog.get_logger()


class Bot(Protocol):
    """The bot's workers, as the turn knows them."""

    @property
    def status(self) -> Literal["starting", "ready", "down"]:
        """Whether it can be asked."""
        ...

    async def ready(self) -> None:
        """Wait until it can be asked; raises BotUnavailable if it will not come."""
        ...

    async def reply(self, state: Mapping[str, Any], utterances: Sequence[Utterance], now: datetime) -> Reply:
        """Ask for one turn; raises BotUnavailable."""
        ...


@dataclass(frozen=True)
class Question:
    """What the bot is asked: everything the visitor said since `answered`, up to `seq`; `lease` says who asks."""

    conversation: str
    state: Mapping[str, Any]
    utterances: tuple[Utterance, ...]
    answered: int
    seq: int
    language: str
    lease: datetime
    failures: int = 0


class Answering:
    """One task a conversation that asks the bot until nothing is unanswered."""

    def __init__(
        self,
        database: Database,
        bot: Bot,
        floor: Floor,
        signals: Signals,
        clock: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self._database, self._bot, self._floor, self._signals, self._clock = database, bot, floor, signals, clock
        self._wake = wake
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def without_bot(self) -> bool:
        """Whether the bot cannot be asked now: it is still loading, or away."""
        return self._bot.status != "ready"

    def question(self, conversation: Conversation, utterances: tuple[Utterance, ...], now: datetime) -> Question | None:
        """Take the lease; None if somebody has it, who will see the newest message too.

        `utterances` is everything unanswered, or empty if that is still to be read.
        """
        if conversation.answering_until and conversation.answering_until > now:
            return None
        conversation.answering_until = now + LEASE
        return _question(conversation, utterances)

    def start(self, question: Question) -> None:
        """Answer in the background."""
        task = asyncio.create_task(self._answer(question))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self, seconds: float) -> None:
        """Let running turns finish for so long; what is left is answered by another server or after the next start."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._tasks:
                    await asyncio.wait(self._tasks)
        late = list(self._tasks)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=_LAST_WRITE)

    async def recover(self, conversation_id: str) -> None:
        """Answer what was left unanswered, if nobody else is at it."""
        async with self._database.write() as transaction:
            conversation = await record.lock(transaction, conversation_id)
            now = self._clock()
            leased = conversation.answering_until and conversation.answering_until > now
            if leased or not _unanswered(conversation):
                return
            conversation.answering_until = now + LEASE
            question = _question(conversation, ())
        self.start(question)

    async def _answer(self, question: Question) -> None:
        following: Question | None = question
        try:
            while following:
                with TURN_SECONDS.time():
                    following = await self._one(following)
        except asyncio.CancelledError:
            await self._give_back(following or question)
            raise
        except DatabaseUnavailable as error:
            log.warning("turn_waits", conversation=question.conversation, reason=str(error))
        except Exception:  # the outermost loop: the recovery scan tries again when the lease has run out
            log.exception("turn_failed", conversation=question.conversation)

    async def _give_back(self, question: Question) -> None:
        """Free the lease, however often it was renewed, so that whoever looks next need not wait for its end."""
        with suppress(DatabaseUnavailable):
            async with self._database.write() as transaction:
                conversation = await record.lock(transaction, question.conversation)
                if conversation.answered_seq == question.answered:
                    conversation.answering_until = None

    async def _one(self, question: Question) -> Question | None:
        if not question.utterances:
            question = await self._gathered(question)
        if self._bot.status == "starting":
            question = await self._awake(question)
        typing = asyncio.get_running_loop().call_later(
            _TYPING_AFTER, self._signals.typing, question.conversation, "bot"
        )
        asking = asyncio.ensure_future(self._bot.reply(question.state, question.utterances, self._clock()))
        try:
            while not (await asyncio.wait([asking], timeout=_RENEW_AFTER))[0]:
                question = await self._renewed(question)
            reply = asking.result()
        except BotUnavailable as error:
            log.warning("bot_unavailable", conversation=question.conversation, reason=str(error))
            return await self._persistently(self._failed, question)
        finally:
            typing.cancel()
            asking.cancel()
        return await self._persistently(self._record, question, reply)

    async def _persistently(self, write: Callable[..., Awaitable[Question | None]], *what: Any) -> Question | None:
        """Write again while the database is away, as long as the lease holds; the recovery scan does the rest."""
        question: Question = what[0]
        while True:
            try:
                return await write(*what)
            except DatabaseUnavailable as error:
                log.warning("answer_waits", conversation=question.conversation, reason=str(error))
                if self._clock() >= question.lease:
                    return None
            await asyncio.sleep(_AGAIN)

    async def _gathered(self, question: Question) -> Question:
        async with self._database.read() as transaction:
            messages = await record.messages(transaction, question.conversation, question.answered)
        return replace(question, utterances=_utterances(messages, question.seq))

    async def _awake(self, question: Question) -> Question:
        """Tell the visitor once that the bot is loading and wait for it, holding the lease."""
        await self._notice(question)
        deadline = self._clock() + PATIENCE
        waiting = asyncio.ensure_future(self._bot.ready())
        try:
            while not waiting.done() and self._clock() < deadline:
                await asyncio.wait([waiting], timeout=_RENEW_AFTER)
                question = await self._renewed(question)
        finally:
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        return question

    async def _notice(self, question: Question) -> None:
        async with self._database.write() as transaction:
            conversation = await record.lock(transaction, question.conversation)
            if "waking" in conversation.notices or conversation.status != Status.WITH_BOT:
                return
            conversation.notices = [*conversation.notices, "waking"]
            texts, language = self._floor.texts, question.language
            person = [{"title": texts("person", language), "value": PERSON}]
            said = record.Said("system", texts("waking", language), choices=person)
            record.append(transaction, conversation, said, self._clock())

    async def _renewed(self, question: Question) -> Question:
        """Hold the lease for longer, if it is still ours and the database answers."""
        with suppress(DatabaseUnavailable):
            return await self._renew(question)
        return question

    async def _renew(self, question: Question) -> Question:
        async with self._database.write() as transaction:
            conversation = await record.lock(transaction, question.conversation)
            if conversation.answering_until != question.lease:
                return question
            conversation.answering_until = self._clock() + LEASE
            return replace(question, lease=conversation.answering_until)

    async def _record(self, question: Question, reply: Reply) -> Question | None:
        async with self._database.write() as transaction:
            conversation = await record.lock(transaction, question.conversation)
            if not _still_asked(conversation, question):
                return None
            now = self._clock()
            conversation.language = reply.language
            conversation.state = dict(reply.state)
            conversation.failures = 0
            await self._append(transaction, conversation, reply, now)
            following = _next(conversation, question, now)
        TURNS.labels(reply.decision).inc()
        if reply.handoff_reason:
            HANDOFFS.labels(reply.handoff_reason).inc()
            self._wake()
        log.info("turn", conversation=question.conversation, decision=reply.decision, reason=reply.handoff_reason)
        return following

    async def _append(self, transaction: Transaction, conversation: Conversation, reply: Reply, now: datetime) -> None:
        messages = list(reply.messages)
        if reply.asks == "ticket_status":
            messages = _with(messages, await self._floor.ticket_sentence(transaction, conversation))
        choices = None
        if reply.handoff_reason:
            told = await self._floor.request(transaction, conversation, _why(reply), now)
            messages, choices = _with(messages, told.text), told.choices
        for message in messages:
            offered = record.offered(message.choices)
            if choices is not None:
                offered = list(choices) if message is messages[-1] else []
            said = record.Said("bot", message.text, choices=offered, article=message.article)
            record.append(transaction, conversation, said, now)

    async def _failed(self, question: Question) -> Question | None:
        """Try a message once more; hand off after the second failure."""
        async with self._database.write() as transaction:
            conversation = await record.lock(transaction, question.conversation)
            if not _still_asked(conversation, question):
                return None
            now = self._clock()
            conversation.failures += 1
            if conversation.failures < _FAILURES:
                conversation.answering_until = now + LEASE
                return replace(question, lease=conversation.answering_until, utterances=())
            conversation.failures = 0
            told = await self._floor.request(transaction, conversation, Why("bot_unavailable"), now)
            apology = self._floor.texts("bot_unavailable", conversation.language)
            said = record.Said("bot", f"{apology}\n\n{told.text}", choices=told.choices)
            record.append(transaction, conversation, said, now)
            following = _next(conversation, question, now)
        HANDOFFS.labels("bot_unavailable").inc()
        self._wake()
        return following


def _question(conversation: Conversation, utterances: tuple[Utterance, ...]) -> Question:
    return Question(
        conversation.id,
        conversation.state,
        utterances,
        conversation.answered_seq,
        conversation.visitor_seq,
        conversation.language,
        conversation.answering_until or conversation.updated_at,
        conversation.failures,
    )


def _utterances(messages: Sequence[Message], upto: int) -> tuple[Utterance, ...]:
    said = (message for message in messages if message.author == "visitor" and message.seq <= upto)
    return tuple(Utterance(message.text, message.choice) for message in said if message.text)


def _unanswered(conversation: Conversation) -> bool:
    return conversation.status == Status.WITH_BOT and conversation.visitor_seq > conversation.answered_seq


def _still_asked(conversation: Conversation, question: Question) -> bool:
    """Tell whether the bot still has the floor, nobody answered meanwhile, and the lease is still the asker's."""
    mine = conversation.answering_until == question.lease and conversation.answered_seq == question.answered
    return mine and _unanswered(conversation)


def _next(conversation: Conversation, question: Question, now: datetime) -> Question | None:
    conversation.answered_seq = question.seq
    if _unanswered(conversation):
        conversation.answering_until = now + LEASE
        return _question(conversation, ())
    conversation.answering_until = None
    return None


def _with(messages: Sequence[BotMessage], sentence: str) -> list[BotMessage]:
    if not messages:
        return [BotMessage(sentence)]
    last = messages[-1]
    return [*messages[:-1], replace(last, text=f"{last.text}\n\n{sentence}")]


def _why(reply: Reply) -> Why:
    likely = (candidate for candidate in reply.candidates if candidate.confidence >= _WORTH_SHOWING)
    tried = [{**vars(candidate), "language": reply.language} for candidate in likely]
    return Why(reply.handoff_reason or "", reply.topic, reply.facts, tried)
