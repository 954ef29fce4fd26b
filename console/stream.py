"""Streams to an agent's console what changes, and takes the open stream as a sign of life."""

import time
from collections.abc import AsyncIterator, Sequence

from sse_starlette import ServerSentEvent

from console.looking import Beside
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
    calls, beside = Calls(work, agent), Beside(agent)
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
                for each in beside.news(signals):
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

    def saw(self, waiting: Sequence[Card]) -> None:
        """Take note of the whole queue."""
        rings = {card["id"] for card in waiting if card["ringing"] and card["ringing"]["id"] == self._agent.id}
        self._look |= bool(self._ringing - rings)
        self._ringing = rings

    def concerned(self, signals: Sequence[Signal]) -> bool:
        """Tell whether one of the signals may begin or end a call."""
        changed = (signal for signal in signals if signal.kind == "changed")
        return any(signal.status == Status.WAITING or signal.conversation in self._ringing for signal in changed)

    def look_again(self) -> None:
        """Look at presence and misses anew: something may have been overlooked."""
        self._look = True

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
    calls.saw(lists["waiting"])
    calls.look_again()
    return event("snapshot", {**lists, "presence": await work.presence(agent)}, retry=RETRY_MS)


async def _news(work: Work, signals: Sequence[Signal], calls: Calls) -> list[ServerSentEvent]:
    if calls.concerned(signals):
        calls.saw((await work.queue())["waiting"])
    news = []
    for signal in signals:
        if signal.kind == "changed":
            fields = {"conversation": signal.conversation, "seq": signal.seq, "status": signal.status}
            news.append(event("changed", fields))
        elif signal.kind == "typing" and signal.author == "visitor":
            fields = {"conversation": signal.conversation, "author": "visitor", "on": signal.on}
            news.append(event("typing", fields))
    return news
