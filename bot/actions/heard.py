"""What the pipeline understood of the latest message, as the actions read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.actions.memory import Ranked
from knowledge_base.topics import TOPICS

Frustration = Literal["none", "mild", "strong"]
Verdict = Literal["answer", "suggest", "no_answer"]


@dataclass(frozen=True)
class Heard:
    """One message understood; `clicked` are choices that came with it in the same breath."""

    text: str = ""
    intent: str | None = None
    language: str | None = None
    frustration: Frustration = "none"
    human_request: bool = False
    facts: Mapping[str, str] = field(default_factory=dict)
    candidates: tuple[Ranked, ...] = ()
    verdict: Verdict = "no_answer"
    article: str | None = None
    clicked: tuple[str, ...] = ()

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> "Heard":
        """Read `tracker.latest_message`."""
        intent = (message.get("intent") or {}).get("name")
        signals = message.get("signals") or {}
        frustration = signals.get("frustration", "none")
        return cls(
            text=message.get("text") or "",
            intent=intent,
            language=message.get("language"),
            frustration="mild" if intent == "frustrated" and frustration == "none" else frustration,
            human_request=bool(signals.get("human_request")),
            facts=message.get("facts") or {},
            candidates=tuple(Ranked.from_json(c) for c in message.get("candidates") or ()),
            verdict=message.get("verdict") or "no_answer",
            article=_article(message),
            clicked=tuple(message.get("clicked") or ()),
        )

    @property
    def is_question(self) -> bool:
        """Whether the message is about a topic (or about nothing we know), not a reaction or small talk."""
        return not self.is_wordless and (self.intent in TOPICS or self.intent in (None, "out_of_scope"))

    @property
    def is_wordless(self) -> bool:
        """Whether it holds not one letter or digit: "??", an emoji, nothing."""
        return not any(character.isalnum() for character in self.text)

    @property
    def is_annoyed(self) -> bool:
        """Whether there is mild frustration in the words; "??" alone is asked about first."""
        return self.frustration == "mild" and not self.is_wordless


def _article(message: Mapping[str, Any]) -> str | None:
    entities = message.get("entities") or ()
    return next((entity["value"] for entity in entities if entity.get("entity") == "article"), None)
