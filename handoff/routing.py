"""Decides which agent is called for which waiting visitor: pure rules, without a clock or a database."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from handoff.triage import rank

HOLD_OUT = timedelta(minutes=2)  # for the person a chat was passed to, and for one who speaks the visitor's language
PAUSE = timedelta(minutes=1)  # before somebody who did not accept is called for the same visitor again
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Waiting:
    """A visitor who waits and for whom nobody is being called; `since` is when they first asked for a person.

    `agent` or `group` is whom the chat was passed to, at `passed_at`; `missed` is who did not accept, and when.
    """

    id: str
    since: datetime
    priority: str = "normal"
    language: str = "en"
    agent: int | None = None
    group: str | None = None
    passed_at: datetime | None = None
    missed: Mapping[int, datetime] = field(default_factory=dict)


@dataclass(frozen=True)
class Person:
    """An agent at one moment; no `languages` means all of them. `given_at` is when they were last called."""

    id: int
    capacity: int
    presence: str = "online"
    chats: int = 0
    ringing: int = 0
    languages: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    given_at: datetime | None = None

    @property
    def free(self) -> bool:
        """Whether they can be called: online, with room, and no other call to answer at the moment."""
        return self.presence == "online" and not self.ringing and self.chats < self.capacity

    def speaks(self, language: str) -> bool:
        """Tell whether they take chats in a language."""
        return not self.languages or language in self.languages


@dataclass(frozen=True)
class Assignment:
    """An agent to call for a conversation."""

    conversation: str
    agent: int


def assignments(waiting: Iterable[Waiting], people: Iterable[Person], now: datetime) -> list[Assignment]:
    """Give whom to call for whom, first of the queue first; who is given nobody stays in the queue.

    One call an agent: it is answered before the next one comes. Among those who suit, the least busy is called, of
    several the one whose last call is longest ago.
    """
    desk = {person.id: person for person in people}
    given: list[Assignment] = []
    for one in in_order(waiting):
        chosen = min(suitable(one, tuple(desk.values()), now), key=_turn, default=None)
        if chosen:
            desk[chosen.id] = replace(chosen, ringing=chosen.ringing + 1)
            given.append(Assignment(one.id, chosen.id))
    return given


def in_order(waiting: Iterable[Waiting]) -> list[Waiting]:
    """Give the queue: by priority, then by how long ago a person was asked for."""
    return sorted(waiting, key=lambda one: (-rank(one.priority), one.since, one.id))


def suitable(one: Waiting, people: Sequence[Person], now: datetime) -> list[Person]:
    """Give who can be called for a visitor now; empty if the desk had better wait for somebody."""
    meant = _meant(one, people, now)
    rested = [person for person in meant if person.free and _rested(one, person, now)]
    fresh = [person for person in rested if person.id not in one.missed] or rested
    speaking = [person for person in fresh if person.speaks(one.language)]
    return speaking or ([] if _speaker_hoped_for(one, meant, now) else fresh)


def _meant(one: Waiting, people: Sequence[Person], now: datetime) -> Sequence[Person]:
    """Give whom the chat was passed to while that may be hoped for, else everybody."""
    if one.passed_at is None or now - one.passed_at >= HOLD_OUT:
        return people
    named = [person for person in people if person.id == one.agent or one.group in person.groups]
    hoped_for = any(person.presence != "offline" and person.id not in one.missed for person in named)
    return named if hoped_for else people


def _speaker_hoped_for(one: Waiting, people: Sequence[Person], now: datetime) -> bool:
    """Tell whether somebody who speaks the visitor's language is online and may become free in time."""
    speaking = (person for person in people if person.speaks(one.language) and person.id not in one.missed)
    return now - one.since < HOLD_OUT and any(person.presence == "online" for person in speaking)


def _rested(one: Waiting, person: Person, now: datetime) -> bool:
    missed = one.missed.get(person.id)
    return missed is None or now - missed >= PAUSE


def _turn(person: Person) -> tuple[int, datetime, int]:
    return person.chats, person.given_at or _NEVER, person.id


def room(people: Iterable[Person]) -> Iterator[int]:
    """Give for each agent online how many more chats they can take."""
    return (max(0, person.capacity - person.chats) for person in people if person.presence == "online")
