"""Finds articles an agent may send: asks the bot what fits a text, and writes them out as plain text."""

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol

from bot.reply import Candidate, Reply, Utterance
from bot.workers import BotUnavailable
from console.kept import Kept
from conversations import record
from conversations.database import Database
from handoff import tickets
from knowledge_base.articles import LANGUAGES, Article, Language, render, variant_for
from knowledge_base.loading import ARTICLES, load

_MOST = 3
_MOST_LOOKED_AT = 3  # of the visitor's last messages: "yes, exactly" says nothing, the one before it does
_WORTH_SHOWING = 0.04  # confidence below which an article is noise
_LOOK_AGAIN = 60.0  # seconds between two looks at what may be thousands of files
_LINK = re.compile(r"\[([^\]]*)\]\(([^)]*)\)")
Card = dict[str, Any]


class Asked(Protocol):
    """The bot's workers: what they are asked here is recorded nowhere."""

    @property
    def status(self) -> Literal["starting", "ready", "down"]:
        """Whether the bot can be asked."""
        ...

    async def reply(self, state: Mapping[str, Any], utterances: Sequence[Utterance], now: datetime) -> Reply:
        """Ask for one turn; raises BotUnavailable."""
        ...


class Articles:
    """Articles for agents, ranked by the bot itself with its confidence; only one question at a time.

    So agents' questions never keep more than one of the bot's workers from the visitors.
    """

    def __init__(self, database: Database, bot: Asked, clock: Callable[[], datetime]) -> None:
        self._database, self._bot, self._clock = database, bot, clock
        self._turn = asyncio.Lock()
        self._shelf: Kept[Mapping[str, Article]] = Kept(_files, lambda: load().articles, {}, _LOOK_AGAIN)

    async def for_conversation(self, conversation: str) -> Card:
        """Give articles for what the visitor said last; raises UnknownConversation."""
        async with self._database.read() as transaction:
            row = await record.get(transaction, conversation)
            texts = await record.last_texts(transaction, conversation, "visitor", _MOST_LOOKED_AT)
            ticket = await tickets.newest_ticket(transaction, conversation)
        facts = ticket.facts if ticket else {}
        return {**await self._found(texts, _language(row.language), facts), "seq": row.visitor_seq}

    async def for_text(self, text: str, language: str) -> Card:
        """Give articles for what an agent looks for."""
        return await self._found([text], _language(language), {})

    async def _found(self, texts: Iterable[str], language: Language, facts: Mapping[str, Any]) -> Card:
        shelf = await self._shelf.current()
        for text in texts:
            candidates = [each for each in await self._candidates(text, language) if each.article in shelf]
            if candidates:
                cards = [_card(shelf[each.article], each, language, facts) for each in candidates[:_MOST]]
                return {"bot": self._bot.status, "articles": cards}
        return {"bot": self._bot.status, "articles": []}

    async def _candidates(self, text: str, language: Language) -> list[Candidate]:
        async with self._turn:
            try:
                reply = await self._bot.reply({"language": language}, [Utterance(text)], self._clock())
            except BotUnavailable:
                return []
        return [each for each in reply.candidates if each.confidence >= _WORTH_SHOWING]


def _files() -> Iterable[Path]:
    return [ARTICLES.parent / "organisation.yml", *ARTICLES.rglob("*.yml")]


def _language(name: str) -> Language:
    return next((known for known in LANGUAGES if known == name), "en")


def _card(article: Article, found: Candidate, language: Language, facts: Mapping[str, Any]) -> Card:
    text = article.texts[language]
    variant = variant_for(text, str(facts.get(article.asks, ""))) if article.asks else None
    return {
        "article": article.id,
        "topic": article.topic,
        "title": text.title,
        "confidence": found.confidence,
        "for": variant.title if variant else None,
        "text": plain(render(text, variant)),
    }


def plain(text: str) -> str:
    """Write the bot's small markup as text that reads well where nothing is formatted."""
    return _LINK.sub(lambda link: _spelt(link[1], link[2]), text).replace("**", "")


def _spelt(title: str, address: str) -> str:
    bare = address.removeprefix("mailto:").removeprefix("tel:")
    if address.startswith(("mailto:", "tel:")):
        return title if bare.replace(" ", "") == title.replace(" ", "") else f"{title} ({bare})"
    return address if title == address else f"{title}: {address}"
