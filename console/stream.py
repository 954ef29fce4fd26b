"""Streams to an agent's console what changes, and takes the open stream as a sign of life."""

import time
from collections.abc import AsyncIterator, Sequence

from sse_starlette import ServerSentEvent

from console.work import Card, Work
from conversations.database import DatabaseUnavailable
from conversations.signals import Signal
from conversations.status import Status
from conversations.wire import LOOK_AGAIN, RETRY_MS, event
from handoff.rows import Agent

_SIGN_OF_LIFE = 20.0


async def events(work: Work, agent: Agent) -> AsyncIterator[ServerSentEvent]:
    """Give the queue and the agent's chats, then the name of whatever changed, and missed calls.

    They are given anew when signals were missed, or when the record could not be read for a while.
    """
    seen = -_SIGN_OF_LIFE
    snapshot_due = True
    calls = Calls(work, agent)
    with work.signals.follow(None) as following:
        while True:
            try:
                if time.monotonic() - seen >= _SIGN_OF_LIFE:
                    await work.saw(agent)
                    seen = time.monotonic()
                if snapshot_due:
                    yield await _snapshot(work, agent, calls)
                    snapshot_due = False
                for each in await calls.news():
                    yield each
                signals = await following.next(_SIGN_OF_LIFE)
                snapshot_due = any(signal.kind == "missed" for signal in signals)
                for each in await _news(work, signals, calls):
                    yield each
            except DatabaseUnavailable:
                await following.next(LOOK_AGAIN)
                snapshot_due = True


class Calls:
    """Notices when a call for the agent has ended, so that a missed one is told."""

    def __init__(self, work: Work, agent: Agent) -> None:
        self._work, self._agent = work, agent
        self._ringing: set[str] = set()
        self._told: Card = {}
        self._look = True

    def begin(self, waiting: Sequence[Card]) -> None:
        """Begin with the whole queue."""
        self._ringing.clear()
        self._look = True
        for conversation in waiting:
            self.saw(conversation)

    def rings(self, conversation: str) -> bool:
        """Tell whether the agent is being called for it, as far as was seen."""
        return conversation in self._ringing

    def saw(self, conversation: Card) -> None:
        """Take note of a conversation that changed."""
        rings = bool(conversation["ringing"]) and conversation["ringing"]["id"] == self._agent.id
        self._look |= conversation["id"] in self._ringing and not rings
        (self._ringing.add if rings else self._ringing.discard)(conversation["id"])

    async def news(self) -> list[ServerSentEvent]:
        """Give the agent's presence and missed calls, if there is something new to tell of them."""
        if not self._look:
            return []
        self._look = False
        attendance = await self._work.attendance(self._agent)
        before, self._told = self._told, attendance
        new = attendance != before if before else attendance["misses"] > 0
        return [event("presence", attendance)] if new else []


async def _snapshot(work: Work, agent: Agent, calls: Calls) -> ServerSentEvent:
    lists = {**await work.queue(), "mine": await work.conversations(agent, everyone=False)}
    calls.begin(lists["waiting"])
    return event("snapshot", {**lists, "presence": await work.presence(agent)}, retry=RETRY_MS)


async def _news(work: Work, signals: Sequence[Signal], calls: Calls) -> list[ServerSentEvent]:
    news = []
    for signal in signals:
        if signal.kind == "changed":
            if signal.status == Status.WAITING or calls.rings(signal.conversation):
                calls.saw(await work.detail(signal.conversation, 2**31 - 1))
            fields = {"conversation": signal.conversation, "seq": signal.seq, "status": signal.status}
            news.append(event("changed", fields))
        elif signal.kind == "typing" and signal.author == "visitor":
            fields = {"conversation": signal.conversation, "author": "visitor", "on": signal.on}
            news.append(event("typing", fields))
    return news
