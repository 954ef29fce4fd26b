"""Judges a run when it is over: waits until nothing is under way, reads the record over HTTP, compares."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from tests.chaos.agent import Agent
from tests.chaos.chats import Chat, Chats
from tests.chaos.ledger import Ledger, Message
from tests.chaos.transcript import Flaw, Transcript, arrivals, tags
from tests.chaos.visitor import Visitor

_SETTLING = 90.0  # seconds; the lease of a dead server lasts 20 for an answer and 45 for a delivery


class Referee:
    """Notes in the ledger what is wrong; `deaths` are the moments servers were killed."""

    def __init__(self, ledger: Ledger, agent: Agent, chats: Chats, deaths: Sequence[float]) -> None:
        self._ledger, self._agent, self._chats, self._deaths = ledger, agent, chats, deaths
        self._deadline = 0.0

    async def judge(self, visitors: Sequence[Visitor], *, echoes: bool) -> None:
        """Compare the ledger with the record."""
        await self._chats.call_people(_SETTLING)
        self._deadline = time.monotonic() + _SETTLING
        for visitor in visitors:
            await self._visitor(visitor, echoes=echoes)
        for chat in self._chats.chats:
            await self._chat(chat)

    async def _visitor(self, visitor: Visitor, *, echoes: bool) -> None:
        talk = visitor.talk
        reading = await visitor.read()
        while self._may_change(Transcript(talk.id, echoes=echoes).read(reading["messages"]), reading["status"]):
            await asyncio.sleep(0.5)
            reading = await visitor.read()
        record = reading["messages"]
        self._ledger.compare(talk.id, "visitor", talk.sent, record)
        self._conversation(Transcript(talk.id, echoes=echoes), record, reading["status"])
        if [_seen(message) for message in talk.seen] != [_seen(message) for message in record[: talk.last]]:
            self._ledger.flaw("out of order", talk.id, "the visitor saw another conversation than the record's")

    def _may_change(self, transcript: Transcript, status: str) -> bool:
        return transcript.unsettled(status) and time.monotonic() < self._deadline

    def _conversation(self, transcript: Transcript, record: Sequence[Message], status: str) -> None:
        """Judge a conversation by itself, and the agents' part in it."""
        conversation, ledger = transcript.conversation, self._ledger
        ledger.counts["conversations"] += 1
        ledger.counts["messages in the record"] += len(record)
        ledger.compare(conversation, "agent", ledger.agents_sent.get(conversation, ()), record)
        ledger.flaws.extend(transcript.read(record).end(status).flaws)
        ledger.counts["handoffs with an outcome"] += transcript.handoffs
        for name, claimed in Counter(ledger.claims.get(conversation, ())).items():
            joined = sum(text.startswith(f"{name} ") for text in transcript.claims)
            if joined < claimed:
                ledger.flaw("lost", conversation, f"{name} claimed {claimed} times and joined {joined} times")

    async def _chat(self, chat: Chat) -> None:
        """Compare what a chat said and showed with its conversations."""
        details = await self._details(chat)
        while self._open(chat, details) and time.monotonic() < self._deadline:
            await asyncio.sleep(0.5)
            details = await self._details(chat)
        for detail in details:
            self._conversation(Transcript(detail["id"]), detail["messages"], detail["status"])
        self._sent(chat, [message["text"] for message in _by(details, "visitor")])
        self._shown(chat, [message["text"] for message in _by(details, "bot", "agent", "system")])

    def _open(self, chat: Chat, details: Sequence[dict[str, Any]]) -> bool:
        """Tell whether something may still be under way, or a conversation is not yet with the agents."""
        kept = {message["text"] for message in _by(details, "visitor")}
        missing = any(one.text not in kept for one in chat.sent)
        said = [str(message["text"]) for message in _by(details, "bot", "agent", "system")]
        shown = [str(message["shown"]) for message in self._chats.shown(chat)]  # some of it may be there twice
        unsent = any(isinstance(match, Flaw) for match in arrivals("", shown, said))
        read = [Transcript(one["id"]).read(one["messages"]).unsettled(one["status"]) for one in details]
        return missing or unsent or any(read)

    async def _details(self, chat: Chat) -> list[dict[str, Any]]:
        """Give a chat's conversations in order: agents had each of them, or it waits for one now."""
        found = []
        for conversation in await self._agent.everyones("telegram"):
            detail = await self._agent.detail(conversation)
            if detail["messages"] and f"t{chat.number}-m" in detail["messages"][0]["text"]:
                found.append(detail)
        return sorted(found, key=lambda detail: str(detail["messages"][0]["created_at"]))

    def _sent(self, chat: Chat, said: Sequence[str]) -> None:
        """Find every message of a chat exactly once, in order."""
        name, sent = f"chat {chat.number}", [one.text for one in chat.sent]
        kept = Counter(said)
        for text in sent:
            if not kept[text]:
                self._ledger.flaw("lost", name, f"taken from Telegram and not in the record: {text}")
        for text, times in kept.items():
            if times > 1 or text not in sent:
                self._ledger.flaw("doubled", name, f"{times} times in the record: {text}")
        if list(kept) != [text for text in sent if text in kept]:
            self._ledger.flaw("out of order", name, f"{[tags(text) for text in said]}")

    def _shown(self, chat: Chat, said: Sequence[str]) -> None:
        """Find everything that was said to a chat in it, in order; repeats only where one is excused."""
        shown, repeats, before = self._chats.shown(chat), [], (-1, -1)
        for match in arrivals(f"chat {chat.number}", [str(message["shown"]) for message in shown], said):
            if isinstance(match, Flaw):
                self._ledger.flaws.append(match)
                continue
            if match[1] == before[1]:
                repeats.append((shown[before[0]]["message_id"], shown[match[0]]["message_id"]))
            before = match
        self._ledger.counts["pushed"] += len(shown) - len(repeats)
        self._ledger.counts["pushed again"] += len(repeats)
        for first, again in self._chats.unexcused(repeats, self._deaths):
            self._ledger.flaw("doubled", f"chat {chat.number}", f"{again} repeats {first} though its reply arrived")


def _by(details: Sequence[dict[str, Any]], *authors: str) -> list[Message]:
    return [message for detail in details for message in detail["messages"] if message["author"] in authors]


def _seen(message: Message) -> tuple[object, ...]:
    return message["seq"], message["author"], message["text"]
