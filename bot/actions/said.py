"""What an action comes to: the words, the decision, and what to remember."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.memory import Memory, Ranked
from bot.choices import article_payload, fact_payload, other_payload
from bot.reply import Decision, HandoffReason, Language
from knowledge_base.articles import ArticleText, Variant, render
from knowledge_base.loading import KnowledgeBase


@dataclass(frozen=True)
class Said:
    """One turn's outcome: a response of the domain, and what it is about.

    `variant` is the fact the article's steps are for, `question` the article that asks something back, and `beside`
    are articles on what else was asked.
    """

    response: str | None
    decision: Decision
    memory: Memory
    article: Ranked | None = None
    suggestions: tuple[Ranked, ...] = ()
    handoff_reason: HandoffReason | None = None
    asks: str | None = None
    topic: str | None = None  # of a handoff, as far as it is known
    variant: Variant | None = None
    question: str | None = None
    beside: tuple[Ranked, ...] = ()

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
    fields = {**knowledge.organisation.facts[language], **_article_fields(said, knowledge, language)}
    buttons = [_button(ranked, knowledge, language, article_payload) for ranked in said.suggestions]
    if said.response:
        dispatcher.utter_message(response=said.response, buttons=buttons, **fields)
    if said.beside:
        others = [_button(ranked, knowledge, language, other_payload) for ranked in said.beside]
        dispatcher.utter_message(response="utter_beside", buttons=others)
    if said.question:
        article = knowledge.articles[said.question]
        facts = [_fact_button(article.asks, variant) for variant in article.texts[language].variants]
        dispatcher.utter_message(response=f"utter_ask_{article.asks}", buttons=facts)
    slots = {**said.memory.to_slots(), "outcome": said.outcome()}
    return [SlotSet(name, value) for name, value in slots.items()]


def _article_fields(said: Said, knowledge: KnowledgeBase, language: Language) -> Mapping[str, str]:
    if said.article is None:
        return {}
    text, variant = _text(said.article, knowledge, language), said.variant
    title = f"{text.title} ({variant.title})" if variant and variant.steps else text.title
    return {"title": title, "answer": render(text, variant)}


def _button(
    ranked: Ranked, knowledge: KnowledgeBase, language: Language, payload: Callable[[str], str]
) -> dict[str, str]:
    return {"title": _text(ranked, knowledge, language).title, "payload": payload(ranked.article)}


def _fact_button(kind: str, variant: Variant) -> dict[str, str]:
    return {"title": variant.title, "payload": fact_payload(kind, variant.value)}


def _text(ranked: Ranked, knowledge: KnowledgeBase, language: Language) -> ArticleText:
    return knowledge.articles[ranked.article].texts[language]
