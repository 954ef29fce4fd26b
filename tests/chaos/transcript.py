"""Reads a transcript as a referee does: who had the floor, what was answered, and what should never be.

Independent of the product's code: it knows nothing but the sentences the desk says to visitors.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

WITH_BOT, WAITING, WITH_AGENT, CLOSED = "with_bot", "waiting", "with_agent", "closed"
TAG = re.compile(r"\b[vt]\d+-m\d+\b")  # the name a client gives each message; no secret to look at
_TEXTS = Path(__file__).parents[2] / "handoff" / "texts" / "en.yml"
_PEOPLE = {
    "joined": WITH_AGENT,
    "taken_over": WITH_AGENT,
    "left": WAITING,
    "left_place": WAITING,
    "transferred": WAITING,
    "returned": WITH_BOT,
    "desk_closed": WITH_BOT,
    "nobody_came": WITH_BOT,
    "closed_by_agent": CLOSED,
    "closed_by_visitor": CLOSED,
    "withdrawn": WITH_BOT,
}
_OUTCOMES = {"available": WAITING, "busy": WAITING, "away": WITH_BOT, "away_again": WITH_BOT}


def _patterns(names: Iterable[str]) -> dict[str, re.Pattern[str]]:
    texts = yaml.safe_load(_TEXTS.read_text(encoding="utf-8"))
    return {name: re.compile(".+?".join(map(re.escape, re.split(r"\{\w+\}", texts[name])))) for name in names}


MOVES, OUTCOMES = _patterns(_PEOPLE), _patterns(_OUTCOMES)


@dataclass(frozen=True)
class Flaw:
    """Something that should never be: one of lost, doubled, out of order, talked over, stuck, unclear."""

    kind: str
    conversation: str
    what: str


@dataclass
class Transcript:
    """One conversation as its record tells it; `echoes` if the bot's answers name what they answer."""

    conversation: str
    echoes: bool = True
    floor: str = WITH_BOT
    pending: list[str] = field(default_factory=list)
    claims: list[str] = field(default_factory=list)
    handoffs: int = 0
    flaws: list[Flaw] = field(default_factory=list)
    _last: Mapping[str, Any] = field(default_factory=dict)

    def read(self, messages: Sequence[Mapping[str, Any]]) -> "Transcript":
        """Follow the messages from the first to the last."""
        for message in messages:
            self.follow(message)
        return self

    def follow(self, message: Mapping[str, Any]) -> None:
        """Follow the next message."""
        place = self._last.get("seq", 0) + 1
        if message["seq"] != place:
            self._flaw("out of order", f"place {place} holds {message['seq']}")
        getattr(self, f"_{message['author']}")(message)
        self._last = message

    def unsettled(self, status: str) -> bool:
        """Tell whether something may still be under way."""
        return status != self.floor or (self.floor == WITH_BOT and bool(self.pending))

    def end(self, status: str) -> "Transcript":
        """Compare with the status the desk tells, when nothing is under way any more."""
        if status != self.floor:
            self._flaw("unclear", f"the desk says {status}, the transcript {self.floor}")
        if self.floor == WITH_BOT and self.pending:
            self._flaw("stuck", f"never answered: {', '.join(self.pending)}")
        return self

    def _visitor(self, message: Mapping[str, Any]) -> None:
        if self.floor == CLOSED:
            self._flaw("out of order", f"said after the end: {message['text']}")
        if self.floor == WITH_BOT:
            self.pending.extend(tags(message["text"]) if self.echoes else [message["text"]])

    def _agent(self, message: Mapping[str, Any]) -> None:
        if self.floor != WITH_AGENT:
            self._flaw("talked over", f"an agent without the floor ({self.floor}): {message['text']}")

    def _system(self, message: Mapping[str, Any]) -> None:
        self._move(message)

    def _bot(self, message: Mapping[str, Any]) -> None:
        if self.floor in (WITH_AGENT, CLOSED):
            self._flaw("talked over", f"the bot while {self.floor}: {message['text']}")
        elif not self._move(message):
            self._answer(message)

    def _move(self, message: Mapping[str, Any]) -> bool:
        name = next((name for name, pattern in MOVES.items() if pattern.fullmatch(message["text"])), None)
        if name is None:
            return False
        if name == "joined":
            self.claims.append(message["text"])
        self.floor = _PEOPLE[name]
        self.pending.clear()
        return True

    def _answer(self, message: Mapping[str, Any]) -> None:
        text = message["text"]
        if self.floor == WAITING:
            self._flaw("talked over", f"the bot while somebody is waited for: {text}")
        self._settle(text)
        outcome = next((name for name, pattern in OUTCOMES.items() if pattern.search(text)), None)
        if outcome:
            self.handoffs += 1
            self.floor = _OUTCOMES[outcome]
            self.pending.clear()  # what was said meanwhile is for the person who comes

    def _settle(self, text: str) -> None:
        named = tags(text)
        if not self.echoes or not named:
            if not self.pending and self._last.get("text") == text:
                self._flaw("doubled", f"said twice: {text}")
            self.pending.clear()
            return
        for tag in named:
            if tag in self.pending:
                self.pending.remove(tag)
            else:
                self._flaw("doubled", f"answered though nobody asked (again): {tag}")

    def _flaw(self, kind: str, what: str) -> None:
        self.flaws.append(Flaw(kind, self.conversation, what))


def tags(text: str) -> list[str]:
    """Give the names of the messages a text speaks of."""
    return TAG.findall(text)


def arrivals(conversation: str, shown: Sequence[str], said: Sequence[str]) -> Iterator[tuple[int, int] | Flaw]:
    """Match what a push channel showed with what was said: (place shown, place said) in order, or a flaw.

    The same place twice in a row is a repeat; whether it was allowed is the caller's to judge.
    """
    following = 0
    for place, text in enumerate(shown):
        if following < len(said) and _shows(text, said[following]):
            following += 1
        elif following == 0 or not _shows(text, said[following - 1]):
            yield Flaw("out of order", conversation, f"pushed {text!r}, expected {said[following : following + 1]}")
            return
        yield place, following - 1
    for text in said[following:]:
        yield Flaw("lost", conversation, f"never pushed: {text}")


def _shows(shown: str, said: str) -> bool:
    return re.sub(r"[*\s]", "", said) in re.sub(r"[*\s]", "", shown)
