"""What an action comes to: the words, the decision, and what to remember."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.memory import Memory, Ranked
from bot.choices import article_payload
from bot.reply import Decision, HandoffReason, Language
from knowledge_base.articles import ArticleText, render
from knowledge_base.loading import KnowledgeBase


@dataclass(frozen=True)
class Said:
    """One turn's outcome: a response of the domain, and what it is about."""

    response: str
    decision: Decision
    memory: Memory
    article: Ranked | None = None
    suggestions: tuple[Ranked, ...] = ()
    handoff_reason: HandoffReason | None = None
    asks: str | None = None
    topic: str | None = None  # of a handoff, as far as it is known

    def outcome(self) -> dict[str, Any]:
        """Give what the assistant puts into its reply, as plain JSON values."""
        about = self.article or (self.suggestions[0] if self.suggestions else None)
        return {
            "decision": self.decision,
            "handoff_reason": self.handoff_reason,
            "article": self.article.article if self.article else None,
            "topic": about.topic if about else self.topic,
            "confidence": about.confidence if about else None,
            "asks": self.asks,
        }


def utter(said: Said, knowledge: KnowledgeBase, dispatcher: CollectingDispatcher) -> list[dict[str, Any]]:
    """Say it in the conversation's language and give the events that remember it."""
    language: Language = "de" if said.memory.language == "de" else "en"
    dispatcher.utter_message(
        response=said.response,
        buttons=[_button(ranked, knowledge, language) for ranked in said.suggestions],
        **{**knowledge.organisation.facts[language], **_article_fields(said.article, knowledge, language)},
    )
    slots = {**said.memory.to_slots(), "outcome": said.outcome()}
    return [SlotSet(name, value) for name, value in slots.items()]


def _article_fields(ranked: Ranked | None, knowledge: KnowledgeBase, language: Language) -> Mapping[str, str]:
    if ranked is None:
        return {}
    text = _text(ranked, knowledge, language)
    return {"title": text.title, "answer": render(text)}


def _button(ranked: Ranked, knowledge: KnowledgeBase, language: Language) -> dict[str, str]:
    return {"title": _text(ranked, knowledge, language).title, "payload": article_payload(ranked.article)}


def _text(ranked: Ranked, knowledge: KnowledgeBase, language: Language) -> ArticleText:
    return knowledge.articles[ranked.article].texts[language]
