"""Tells whoever follows a conversation that something happened; what happened is read from the record."""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

_MOST = 256


@dataclass(frozen=True)
class Signal:
    """A conversation changed, or somebody in it types (which is recorded nowhere)."""

    conversation: str
    kind: Literal["changed", "typing"] = "changed"
    author: str = ""
    on: bool = True


class Following:
    """One follower's signals in order, repeats of the same one folded together."""

    def __init__(self) -> None:
        self._signals: deque[Signal] = deque(maxlen=_MOST)
        self._arrived = asyncio.Event()

    def put(self, signal: Signal) -> None:
        """Keep a signal for the follower."""
        if not self._signals or self._signals[-1] != signal:
            self._signals.append(signal)
        self._arrived.set()

    async def next(self, seconds: float) -> tuple[Signal, ...]:
        """Wait for signals at most so long; gives none if the time passed."""
        try:
            await asyncio.wait_for(self._arrived.wait(), seconds)
        except TimeoutError:
            return ()
        self._arrived.clear()
        signals = tuple(self._signals)
        self._signals.clear()
        return signals


class Signals:
    """Signals within this process."""

    def __init__(self) -> None:
        self._followers: dict[str | None, set[Following]] = {}

    def publish(self, signal: Signal) -> None:
        """Reach the followers of the conversation and those of all conversations."""
        for key in (signal.conversation, None):
            for following in self._followers.get(key, ()):
                following.put(signal)

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

    def changed(self, conversation: str) -> None:
        """Say that a conversation's record changed."""
        self.publish(Signal(conversation))
