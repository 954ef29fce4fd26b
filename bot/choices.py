"""The buttons: a choice's value as channels carry it, and the payload Rasa reads as an intent."""

import json
from typing import Any

HELPED, NOT_HELPED, HUMAN, NONE, REPHRASE = "helped", "not_helped", "human", "none", "rephrase"
ARTICLE = "article:"
CHOOSE_ARTICLE = "choose_article"
_INTENTS = {
    HELPED: "helpful",
    NOT_HELPED: "not_helpful",
    HUMAN: "human_request",
    NONE: "none_of_these",
    REPHRASE: "rephrase",
}
_VALUES = {intent: value for value, intent in _INTENTS.items()}


def article_payload(article: str) -> str:
    """Give what a button that opens `article` sends, as `rasa shell` understands it."""
    return f"/{CHOOSE_ARTICLE}{json.dumps({'article': article})}"


def value_of(payload: str) -> str:
    """Give the value channels carry for a payload: `/helpful` is `helped`, an article's is `article:<id>`."""
    intent, brace, entities = payload.removeprefix("/").partition("{")
    if intent == CHOOSE_ARTICLE:
        return ARTICLE + str(json.loads(brace + entities)["article"])
    return _VALUES[intent]


def is_known(value: str) -> bool:
    """Say whether a value is one of the bot's; others belong to whoever offered them."""
    return value in _INTENTS or value.startswith(ARTICLE)


def meaning_of(value: str) -> dict[str, Any]:
    """Give what a clicked choice means, in the form in which a text is understood."""
    if value.startswith(ARTICLE):
        entity = {"entity": "article", "value": value.removeprefix(ARTICLE)}
        return {"intent": {"name": CHOOSE_ARTICLE, "confidence": 1.0}, "entities": [entity]}
    return {"intent": {"name": _INTENTS[value], "confidence": 1.0}, "entities": []}
