"""What an article needs to know: asked once below its answer; what is said to it narrows the steps down."""

import re
from dataclasses import replace

from bot.actions.answering import give
from bot.actions.heard import Heard
from bot.actions.manners import ask
from bot.actions.memory import Memory, Ranked
from bot.actions.said import Said
from bot.choices import STATE_FACT, UNSURE
from knowledge_base.articles import Article, ArticleText, is_settled, variant_for
from knowledge_base.loading import KnowledgeBase
from knowledge_base.words import tokens

_BARE = 3  # words that can be nothing but an answer to what was asked
_SHORT = 8
_NO_FACTS = ("helpful", "not_helpful", "thank", "goodbye", "human_request", "frustrated")
_CODE = re.compile(r"(?=[\w-]*\d)[\w-]{2,20}")


def guide(said: Said, knowledge: KnowledgeBase) -> Said:
    """Keep an answer to the steps for what is known already, or ask what its article needs to know."""
    article = knowledge.articles.get(said.article.article) if said.article else None
    if article is None or not article.asks:
        return said
    text, fact = _text(article, said.memory), said.memory.facts.get(article.asks)
    if fact and is_settled(text, fact):
        variant = variant_for(text, fact)
        memory = replace(said.memory, variant=variant.value if variant else fact)
        return replace(said, variant=variant, memory=memory)
    if article.asks in said.memory.unsure:
        return said
    return replace(said, question=article.id, memory=replace(said.memory, asked=article.id))


def narrow(heard: Heard, memory: Memory, knowledge: KnowledgeBase) -> Said | None:
    """Give what a message comes to that answers what the last article asked, if it does."""
    article = _asking(heard, memory, knowledge)
    if article is None:
        return None
    if _cannot_say(heard, article, memory):
        return _without(heard, article, memory)
    if not _is_about(heard, article, memory):
        return None
    fact = _stated(heard, article, memory)
    goes_on = heard.follows and "correction" not in heard.cues and article.asks not in memory.facts
    if fact is None and not goes_on:
        return None
    if fact is None or not is_settled(_text(article, memory), fact):
        said = ask(None, "low_confidence", heard, replace(memory.missed(), asked=article.id))
        return said if said.handoff_reason else replace(said, question=article.id)
    return _with(fact, heard, article, memory)


def _asking(heard: Heard, memory: Memory, knowledge: KnowledgeBase) -> Article | None:
    """Give the article whose question a message may answer: a click belongs to the one that asked."""
    clicked = heard.intent in (STATE_FACT, UNSURE)
    article = knowledge.articles.get((memory.asked if clicked else memory.last_article) or "")
    if article is None or not article.asks:
        return None
    return article if heard.intent != STATE_FACT or article.asks in heard.facts else None


def _with(fact: str, heard: Heard, article: Article, memory: Memory) -> Said:
    """Give the steps for a fact, or take note of it if they stand there already or there are none."""
    memory = memory.noting({article.asks: fact})
    memory = replace(memory, unsure=tuple(kind for kind in memory.unsure if kind != article.asks))
    variant = variant_for(_text(article, memory), fact)
    value = variant.value if variant else fact
    is_last = memory.last_article == article.id
    is_repeated = article.id in memory.tried or (is_last and memory.variant == value)
    if variant and variant.steps and not is_repeated:
        return give("utter_answer", _ranked(article, memory), memory)
    noted = replace(memory, variant=value) if is_last and not is_repeated else memory.missed()
    return ask("utter_noted", "low_confidence", heard, noted)


def _cannot_say(heard: Heard, article: Article, memory: Memory) -> bool:
    if heard.intent == UNSURE:
        return True
    is_short = len(tokens(heard.text)) <= _SHORT and heard.verdict != "answer"
    return "unsure" in heard.cues and is_short and _is_open(article, memory)


def _without(heard: Heard, article: Article, memory: Memory) -> Said:
    """Go on without the fact: with the general steps, if the last ones were for another."""
    is_repeated = article.asks in memory.unsure
    memory = memory if is_repeated else replace(memory, unsure=(*memory.unsure, article.asks))
    if memory.last_article == article.id and memory.variant and article.asks not in memory.facts:
        return give("utter_answer", _ranked(article, memory), memory)
    return ask("utter_unsure", "low_confidence", heard, memory.missed() if is_repeated else memory)


def _is_about(heard: Heard, article: Article, memory: Memory) -> bool:
    """Tell whether a message goes on with the article, and does not ask something else that only names a system."""
    if heard.intent == STATE_FACT:
        return True
    words = len(tokens(heard.text))
    if _is_open(article, memory) and words <= _BARE:
        return heard.intent not in _NO_FACTS
    if not (heard.is_question or heard.intent in ("affirm", "deny")):
        return False
    best = heard.candidates[0].article if heard.candidates else None
    if heard.verdict == "answer":
        return best == article.id
    if _is_open(article, memory):
        return words <= _SHORT
    return words <= _BARE or best == article.id


def _is_open(article: Article, memory: Memory) -> bool:
    """Tell whether the article has just asked and nobody has answered."""
    asked = memory.asked == article.id == memory.last_article
    return asked and memory.variant is None and article.asks not in memory.unsure


def _stated(heard: Heard, article: Article, memory: Memory) -> str | None:
    """Give the fact a message states: heard by the rules, named like a choice, or looking like an error code."""
    fact = heard.facts.get(article.asks)
    if fact or not _is_open(article, memory):
        return fact
    words = f" {' '.join(tokens(heard.text))} "
    for text in article.texts.values():
        for variant in text.variants:
            if any(f" {' '.join(tokens(name))} " in words for name in (variant.title, variant.value)):
                return variant.value
    code = _CODE.search(heard.text) if article.asks == "error_code" else None
    return code[0] if code else None


def _ranked(article: Article, memory: Memory) -> Ranked:
    known = (ranked for ranked in memory.candidates if ranked.article == article.id)
    return next(known, Ranked(article.id, article.topic))


def _text(article: Article, memory: Memory) -> ArticleText:
    return article.texts["de" if memory.language == "de" else "en"]
