"""Tells whoever follows a conversation that something happened; what happened is read from the record."""

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, unquote

from conversations.database import Database, Taken, Transaction
from conversations.notifications import Notifications

_MOST = 10_000  # a follower that has missed more looks at everything again


@dataclass(frozen=True)
class Signal:
    """A conversation changed, somebody types or looks at it (which is recorded nowhere), or signals were missed.

    `seq` and `status` are the conversation's when it changed; `conversation` is empty if signals of any were missed.
    Of an agent who looks, `author` is the id, `name` the name, and `doing` what they do there.
    """

    conversation: str
    kind: Literal["changed", "typing", "looking", "missed"] = "changed"
    author: str = ""
    on: bool = True
    seq: int = 0
    status: str = ""
    name: str = ""
    doing: str = ""


class Following:
    """One follower's signals in order; of those that say the same of the same conversation the newest is kept."""

    def __init__(self) -> None:
        self._signals: dict[tuple[str, str, str], Signal] = {}
        self._arrived = asyncio.Event()

    def put(self, signal: Signal) -> None:
        """Keep a signal for the follower."""
        if len(self._signals) >= _MOST:
            self._signals.clear()
            signal = Signal("", "missed")
        key = (signal.conversation, signal.kind, signal.author)
        self._signals.pop(key, None)
        self._signals[key] = signal
        self._arrived.set()

    async def next(self, seconds: float, gather: float = 0.0) -> tuple[Signal, ...]:
        """Wait for signals at most so long, then `gather` seconds for others; gives none if the time passed."""
        try:
            await asyncio.wait_for(self._arrived.wait(), seconds)
        except TimeoutError:
            return ()
        if gather:
            await asyncio.sleep(gather)
        self._arrived.clear()
        signals = tuple(self._signals.values())
        self._signals.clear()
        return signals


class Signals:
    """Signals within this process at once, and over PostgreSQL between all servers on one database.

    A changed conversation is signalled by the transaction that took its row, and only if that commits: see
    docs/adr/0008-signals-between-servers.md.
    """

    def __init__(self, database: Database) -> None:
        self._followers: dict[str | None, set[Following]] = {}
        self._notifications = None if database.sqlite else Notifications(database)
        database.witness = self

    async def run(self) -> None:
        """Hear what other servers signal, until cancelled."""
        if self._notifications:
            await self._notifications.run(self._heard, self.missed)

    def typing(self, conversation: str, author: str, *, on: bool = True) -> None:
        """Say that somebody types, or stopped."""
        self._publish(Signal(conversation, "typing", author, on))
        if self._notifications:
            self._notifications.soon(_payload("typing", conversation, author, "on" if on else "off"))

    def looking(self, conversation: str, agent: int, name: str, doing: str) -> None:
        """Say that an agent has a conversation before them: `doing` is one word."""
        self._publish(Signal(conversation, "looking", str(agent), name=name, doing=doing))
        if self._notifications:
            self._notifications.soon(_payload("looking", conversation, str(agent), doing, quote(name)))

    def missed(self) -> None:
        """Have everybody look again."""
        for conversation, followers in self._followers.items():
            for following in followers:
                following.put(Signal(conversation) if conversation else Signal("", "missed"))

    @contextmanager
    def follow(self, conversation: str | None) -> Iterator[Following]:
        """Follow one conversation, or all of them with None."""
        following = Following()
        self._followers.setdefault(conversation, set()).add(following)
        try:
            yield following
        finally:
            followers = self._followers[conversation]
            followers.discard(following)
            if not followers:
                del self._followers[conversation]

    async def before_commit(self, transaction: Transaction, conversations: Collection[Taken]) -> None:
        """Have the transaction notify the other servers."""
        if self._notifications:
            payloads = [_payload("changed", one.id, str(one.last_seq), one.status) for one in conversations]
            await self._notifications.within(transaction, payloads)

    def after_commit(self, conversations: Collection[Taken]) -> None:
        """Reach this server's followers."""
        for one in conversations:
            self._publish(Signal(one.id, seq=one.last_seq, status=one.status))

    def _heard(self, payload: str) -> None:
        match payload.split():
            case ["changed", conversation, seq, status]:
                self._publish(Signal(conversation, seq=int(seq), status=status))
            case ["typing", conversation, author, on]:
                self._publish(Signal(conversation, "typing", author, on == "on"))
            case ["looking", conversation, agent, doing, name]:
                self._publish(Signal(conversation, "looking", agent, name=unquote(name), doing=doing))

    def _publish(self, signal: Signal) -> None:
        for key in (signal.conversation, None):
            for following in self._followers.get(key, ()):
                following.put(signal)


def _payload(*words: str) -> str:
    return " ".join(words)
