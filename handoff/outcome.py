"""What happens next after a handoff: exactly one of three, decided without a clock or a database."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Desk:
    """The desk at one moment: is it open, and how many chats each person online still has room for."""

    open: bool
    room: tuple[int, ...]
    waiting: int


@dataclass(frozen=True)
class Outcome:
    """What the visitor is told: called, queued at `place` (from 1), or a ticket for later."""

    kind: Literal["available", "busy", "away"]
    place: int | None = None


def outcome(desk: Desk) -> Outcome:
    """Decide: somebody online has room for everyone before and this one, or is there to come to it, or nobody is."""
    place = desk.waiting + 1
    if sum(room for room in desk.room if room > 0) >= place:
        return Outcome("available", place)
    if desk.room or desk.open:
        return Outcome("busy", place)
    return Outcome("away")


def free(capacity: int, chats: int) -> int:
    """Give how many more chats a person can take."""
    return max(0, capacity - chats)


def places(waiting: Iterable[str]) -> dict[str, int]:
    """Give each waiting conversation, oldest first, its place in the queue."""
    return {conversation: place for place, conversation in enumerate(waiting, start=1)}
