"""The buttons: a choice's value as channels carry it, and the payload Rasa reads as an intent."""

import json
from typing import Any

from knowledge_base.articles import FACTS

HELPED, NOT_HELPED, HUMAN, NONE, REPHRASE = "helped", "not_helped", "human", "none", "rephrase"
UNSURE = "unsure"
ARTICLE = "article:"
OTHER = "other:"  # an article offered beside an answer, whose steps are numbered: not to be chosen by a number
FACT = "fact:"
CHOOSE_ARTICLE, CHOOSE_OTHER, STATE_FACT = "choose_article", "choose_other", "state_fact"
_INTENTS = {
    HELPED: "helpful",
    NOT_HELPED: "not_helpful",
    HUMAN: "human_request",
    NONE: "none_of_these",
    REPHRASE: "rephrase",
    UNSURE: "unsure",
}
_VALUES = {intent: value for value, intent in _INTENTS.items()}
_NAMING = {ARTICLE: CHOOSE_ARTICLE, OTHER: CHOOSE_OTHER}


def article_payload(article: str) -> str:
    """Give what a button that opens `article` sends, as `rasa shell` understands it."""
    return _payload(CHOOSE_ARTICLE, "article", article)


def other_payload(article: str) -> str:
    """Give the same for a button beside an answer about something else."""
    return _payload(CHOOSE_OTHER, "article", article)


def fact_payload(kind: str, value: str) -> str:
    """Give what a button sends that states a fact, for example that the system is macOS."""
    return _payload(STATE_FACT, kind, value)


def value_of(payload: str) -> str:
    """Give the value channels carry for a payload: `helped`, `article:<id>`, `other:<id>` or `fact:<kind>:<value>`."""
    intent, brace, entities = payload.removeprefix("/").partition("{")
    if not brace:
        return _VALUES[intent]
    ((name, value),) = json.loads(brace + entities).items()
    if intent == STATE_FACT:
        return f"{FACT}{name}:{value}"
    return next(prefix for prefix, naming in _NAMING.items() if naming == intent) + str(value)


def is_known(value: str) -> bool:
    """Say whether a value is one of the bot's; others belong to whoever offered them."""
    return value in _INTENTS or value.startswith(tuple(_NAMING)) or bool(fact_of(value))


def fact_of(value: str) -> dict[str, str]:
    """Give the fact a value states; empty if it states none."""
    kind, _, fact = value.removeprefix(FACT).partition(":")
    return {kind: fact} if value.startswith(FACT) and kind in FACTS else {}


def meaning_of(value: str) -> dict[str, Any]:
    """Give what a clicked choice means, in the form in which a text is understood."""
    intent, named = _INTENTS.get(value, STATE_FACT), fact_of(value)
    for prefix, naming in _NAMING.items():
        if value.startswith(prefix):
            intent, named = naming, {"article": value.removeprefix(prefix)}
    entities = [{"entity": entity, "value": name} for entity, name in named.items()]
    return {"intent": {"name": intent, "confidence": 1.0}, "entities": entities}


def _payload(intent: str, entity: str, value: str) -> str:
    return f"/{intent}{json.dumps({entity: value}, ensure_ascii=False)}"
