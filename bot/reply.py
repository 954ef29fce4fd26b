"""What goes into the bot and what comes out: plain values that cross a process boundary as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Decision = Literal["answer", "suggest", "no_answer", "dialogue", "handoff"]
HandoffReason = Literal["human_request", "frustrated", "low_confidence", "not_helpful"]
Language = Literal["en", "de"]


@dataclass(frozen=True)
class Utterance:
    """One thing the visitor said: free text, or the value of a choice with its title as text."""

    text: str
    choice: str | None = None


@dataclass(frozen=True)
class Choice:
    """A button. `value` is opaque to everyone but the bot and at most 64 bytes of UTF-8."""

    title: str
    value: str


@dataclass(frozen=True)
class BotMessage:
    """One message of the bot; `text` may hold **bold**, [links](https://…) and numbered steps, nothing else."""

    text: str
    choices: tuple[Choice, ...] = ()
    article: str | None = None


@dataclass(frozen=True)
class Candidate:
    """An article the bot considered, with the calibrated probability that it is the right one."""

    article: str
    topic: str
    title: str
    confidence: float


@dataclass(frozen=True)
class Reply:
    """One turn's outcome. `state` is at most 16 KiB of JSON and is handed back unchanged on the next turn.

    `asks` names what the bot cannot know and the turn adds to the last message ("ticket_status").
    """

    messages: tuple[BotMessage, ...]
    state: Mapping[str, Any]
    decision: Decision
    language: Language
    handoff_reason: HandoffReason | None = None
    article: str | None = None
    topic: str | None = None
    confidence: float | None = None
    candidates: tuple[Candidate, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    asks: Literal["ticket_status"] | None = None

    def to_json(self) -> dict[str, Any]:
        """Give the reply as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "Reply":
        """Read what `to_json` gave."""
        messages = tuple(
            BotMessage(m["text"], tuple(Choice(**c) for c in m["choices"]), m["article"]) for m in fields["messages"]
        )
        candidates = tuple(Candidate(**c) for c in fields["candidates"])
        return cls(**{**fields, "messages": messages, "candidates": candidates})
