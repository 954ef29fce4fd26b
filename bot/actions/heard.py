"""What the pipeline understood of the latest message, as the actions read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.actions.memory import Ranked
from bot.choices import CHOOSE_ARTICLE, CHOOSE_OTHER, fact_of
from knowledge_base.articles import FACTS
from knowledge_base.topics import TOPICS

Frustration = Literal["none", "mild", "strong"]
Verdict = Literal["answer", "suggest", "no_answer"]


@dataclass(frozen=True)
class Heard:
    """One message understood.

    `clicked` are choices that came with it in the same breath, `cues` how it belongs to what was said before (see
    rules/conversation.yml), `also` the articles of its several questions; `follows` says that candidates and verdict
    are those of the last question and this message together.
    """

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
    cues: tuple[str, ...] = ()
    also: tuple[Ranked, ...] = ()
    follows: bool = False

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
            facts=_facts(message),
            candidates=_ranked(message, "candidates"),
            verdict=message.get("verdict") or "no_answer",
            article=_article(message),
            clicked=tuple(message.get("clicked") or ()),
            cues=tuple(message.get("cues") or ()),
            also=_ranked(message, "also"),
            follows=bool(message.get("follows")),
        )

    @property
    def is_question(self) -> bool:
        """Whether the message is about a topic (or about nothing we know), not a reaction or small talk."""
        return not self.is_wordless and (self.intent in TOPICS or self.intent in (None, "out_of_scope"))

    @property
    def is_asked(self) -> bool:
        """Whether it says what the conversation is about from now on: a question, or an article that was chosen."""
        return self.is_question or self.intent in (CHOOSE_ARTICLE, CHOOSE_OTHER)

    @property
    def is_wordless(self) -> bool:
        """Whether it holds not one letter or digit: "??", an emoji, nothing."""
        return not any(character.isalnum() for character in self.text)

    @property
    def refuses_a_person(self) -> bool:
        """Whether it says that no person is wanted, and nothing else that could be answered."""
        return "declined" in self.cues and self.verdict != "answer" and not self.human_request

    @property
    def is_annoyed(self) -> bool:
        """Whether there is mild frustration in the words; "??" alone is asked about first."""
        return self.frustration == "mild" and not self.is_wordless


def _article(message: Mapping[str, Any]) -> str | None:
    entities = message.get("entities") or ()
    return next((entity["value"] for entity in entities if entity.get("entity") == "article"), None)


def _ranked(message: Mapping[str, Any], name: str) -> tuple[Ranked, ...]:
    return tuple(Ranked.from_json(candidate) for candidate in message.get(name) or ())


def _facts(message: Mapping[str, Any]) -> dict[str, str]:
    """Give what the words say, what was clicked on the way, and what was clicked: the latest counts."""
    facts = dict(message.get("facts") or {})
    for value in message.get("clicked") or ():
        facts |= fact_of(value)
    entities = message.get("entities") or ()
    return facts | {entity["entity"]: entity["value"] for entity in entities if entity.get("entity") in FACTS}
