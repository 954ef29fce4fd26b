"""Streams to an agent's console what changes, and takes the open stream as a sign of life."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import lru_cache

from console.looking import Beside
from console.work import Card, Work
from conversations.database import DatabaseUnavailable
from conversations.signals import Signal
from conversations.status import Status
from conversations.wire import LOOK_AGAIN, RETRY_MS, event
from handoff.logins import NotSignedIn
from handoff.rows import Agent

_SIGN_OF_LIFE = 20.0
_GATHER = 0.1  # seconds in which what changes goes out in one piece: 40 consoles would get 3,000 pieces a second


async def events(work: Work, agent: Agent, alive: Callable[[], Awaitable[None]]) -> AsyncIterator[bytes]:
    """Give the queue and the agent's chats, then the name of whatever changed, and missed calls.

    They are given anew when signals were missed, or when the record could not be read for a while. `alive` notes a sign
    of life and raises NotSignedIn once the login was ended: then the stream ends too, and its page asks who it is.
    """
    seen = -_SIGN_OF_LIFE
    snapshot_due = True
    calls, beside = Calls(work, agent), Beside(agent)
    with work.signals.follow(None) as following:
        while True:
            try:
                if time.monotonic() - seen >= _SIGN_OF_LIFE:
                    await alive()
                    seen = time.monotonic()
                if snapshot_due:
                    yield await _snapshot(work, agent, calls)
                    snapshot_due = False
                if news := await calls.news():
                    yield news
                signals = await following.next(_SIGN_OF_LIFE, _GATHER)
                snapshot_due = any(signal.kind == "missed" for signal in signals)
                await calls.follow(signals)
                if news := b"".join([*map(_encoded, signals), *beside.news(signals)]):
                    yield news
            except NotSignedIn:
                return
            except DatabaseUnavailable:
                await following.next(LOOK_AGAIN)
                snapshot_due = True


class Calls:
    """Notices when a call for the agent has ended, so that a missed one is told."""

    def __init__(self, work: Work, agent: Agent) -> None:
        self._work, self._agent = work, agent
        self._ringing: set[str] = set()
        self._missed: dict[str, str] = {}
        self._told: Card = {}
        self._look = True

    def saw(self, waiting: Sequence[Card]) -> None:
        """Take note of the whole queue."""
        me = str(self._agent.id)
        rings = {card["id"] for card in waiting if card["ringing"] and card["ringing"]["id"] == self._agent.id}
        missed = {card["id"]: card["missed"][me] for card in waiting if me in card["missed"]}
        self._look |= bool(self._ringing - rings or missed.items() - self._missed.items())
        self._ringing, self._missed = rings, missed

    async def follow(self, signals: Sequence[Signal]) -> None:
        """Look at the queue anew if one of the signals may begin or end a call; it may have done both since."""
        changed = (signal for signal in signals if signal.kind == "changed")
        if any(signal.status == Status.WAITING or signal.conversation in self._ringing for signal in changed):
            self.saw((await self._work.queue())["waiting"])

    def look_again(self) -> None:
        """Look at presence and misses anew: something may have been overlooked."""
        self._look = True

    async def news(self) -> bytes:
        """Give the agent's presence and missed calls, if there is something new to tell of them."""
        if not self._look:
            return b""
        self._look = False
        attendance = await self._work.attendance(self._agent)
        before, self._told = self._told, attendance
        new = attendance != before if before else attendance["misses"] > 0
        return event("presence", attendance).encode() if new else b""


async def _snapshot(work: Work, agent: Agent, calls: Calls) -> bytes:
    lists = {**await work.queue(), "mine": await work.conversations(agent, everyone=False)}
    calls.saw(lists["waiting"])
    calls.look_again()
    return event("snapshot", {**lists, "presence": await work.presence(agent)}, retry=RETRY_MS).encode()


@lru_cache(256)
def _encoded(signal: Signal) -> bytes:
    """Give what a signal tells a console, the same for all of them; nothing for what agents themselves type."""
    if signal.kind == "changed":
        fields = {"conversation": signal.conversation, "seq": signal.seq, "status": signal.status}
        return event("changed", fields).encode()
    if signal.kind == "typing" and signal.author == "visitor":
        return event("typing", {"conversation": signal.conversation, "author": "visitor", "on": signal.on}).encode()
    return b""
