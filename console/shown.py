"""Tells from a conversation's messages which articles the visitor was shown, and what became of each."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from bot.choices import NONE, NOT_HELPED, meaning_of
from conversations.rows import Conversation, Message

Outcome = Literal["answered", "no_help", "offered", "unwanted"]
WORTH_SHOWING = 0.1  # confidence below which an article that nobody asked for is noise
_TITLE = re.compile(r"^\*\*(.+)\*\*$", re.MULTILINE)
Card = dict[str, Any]


def shown(conversation: Conversation, messages: Iterable[Message]) -> dict[str, tuple[Outcome, str]]:
    """Give each article the visitor saw, the first one first, with what became of it and its title as they saw it."""
    seen: dict[str, tuple[Outcome, str]] = {}
    answered = ""
    offered: dict[str, str] = {}
    for message in messages:
        if message.choice == NOT_HELPED and answered:
            seen[answered] = "no_help", seen[answered][1]
        elif message.choice == NONE:
            seen |= {each: ("unwanted", seen[each][1]) for each in offered if seen[each][0] == "offered"}
        if message.article:
            answered = message.article
            seen[answered] = "answered", _title(message)
        if message.author == "bot" and message.choices:
            offered = dict(_offered(message))
            seen = {**seen, **{each: ("offered", title) for each, title in offered.items() if each not in seen}}
    failed = conversation.state.get("tried", ())  # the bot's memory, for what did not help in the visitor's own words
    return {article: ("no_help" if article in failed else outcome, title) for article, (outcome, title) in seen.items()}


def tried(
    conversation: Conversation, messages: Iterable[Message], considered: Sequence[Mapping[str, Any]]
) -> list[Card]:
    """Give what the bot tried: what the visitor saw, then what it considered and was fairly sure of."""
    known = {each["article"]: each for each in considered}
    blank = {"topic": "", "confidence": None, "language": conversation.language}
    seen = shown(conversation, messages)
    cards = [
        {**blank, "article": article, "title": title, **known.get(article, {}), "outcome": outcome}
        for article, (outcome, title) in seen.items()
    ]
    likely = [each for article, each in known.items() if article not in seen and each["confidence"] >= WORTH_SHOWING]
    return [*cards, *({**each, "outcome": "considered"} for each in likely)]


def _title(message: Message) -> str:
    found = _TITLE.search(message.text)
    return found[1] if found else message.article or ""


def _offered(message: Message) -> Iterator[tuple[str, str]]:
    """Give the articles among a message's choices, each with its title."""
    for choice in message.choices:
        for named in meaning_of(choice["value"])["entities"]:
            if named["entity"] == "article":
                yield named["value"], choice["title"]
