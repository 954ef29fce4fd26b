"""Finds articles an agent may send: asks the bot what fits a text, and writes them out as plain text."""

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
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
_MOST_LOOKED_FOR = 6
_MOST_LOOKED_AT = 3  # of the visitor's last messages: "yes, exactly" says nothing, the one before it does
_MOST_ASKED = 6  # turns of the bot for one list; each takes about 10 ms of a worker
_FEWEST_WORDS = 2
_WORTH_SHOWING = 0.04  # confidence below which an article that nobody asked for is noise
_WORTH_A_LOOK = 0.002  # the same where an agent looks for one
_LOOK_AGAIN = 60.0  # seconds between two looks at what may be thousands of files
_PARTS = re.compile(r"[.!?;,:\n]+")
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
        found = await self._found(texts, _language(row.language), facts, _WORTH_SHOWING)
        return {**found, "seq": row.visitor_seq}

    async def for_text(self, text: str, language: str) -> Card:
        """Give articles for what an agent looks for."""
        wanted = _language(language)
        found = await self._found([text], wanted, {}, _WORTH_A_LOOK)
        known = {card["article"] for card in found["articles"]}
        named = [each for each in _named((await self._shelf.current()).values(), text) if each.id not in known]
        cards = [*found["articles"], *(_card(each, None, wanted, {}) for each in named)]
        return {**found, "articles": cards[:_MOST_LOOKED_FOR]}

    async def _found(self, texts: Iterable[str], language: Language, facts: Mapping[str, Any], least: float) -> Card:
        shelf = await self._shelf.current()
        for text in islice(_ways(texts), _MOST_ASKED):
            try:
                asked = await self._candidates(text, language)
            except BotUnavailable:
                break
            candidates = [each for each in asked if each.article in shelf and each.confidence >= least]
            if candidates:
                cards = [_card(shelf[each.article], each.confidence, language, facts) for each in candidates[:_MOST]]
                return {"bot": self._bot.status, "articles": cards}
        return {"bot": self._bot.status, "articles": []}

    async def _candidates(self, text: str, language: Language) -> Sequence[Candidate]:
        async with self._turn:
            reply = await self._bot.reply({"language": language}, [Utterance(text)], self._clock())
        return reply.candidates


def _ways(texts: Iterable[str]) -> Iterator[str]:
    """Give each text and then its parts: who wishes for a person also says why, but the bot hears only the wish."""
    for text in texts:
        yield text
        parts = [part.strip() for part in _PARTS.split(text)]
        yield from (part for part in parts if part != text.strip() and len(part.split()) >= _FEWEST_WORDS)


def _files() -> Iterable[Path]:
    return [ARTICLES.parent / "organisation.yml", *ARTICLES.rglob("*.yml")]


def _language(name: str) -> Language:
    return next((known for known in LANGUAGES if known == name), "en")


def _named(articles: Iterable[Article], text: str) -> list[Article]:
    """Give articles that hold every word; the bot makes nothing of a single word like "vpn".

    Those that are about it come first, then those whose title says it, then those with such keywords.
    """
    words = text.casefold().split()
    ranked = []
    for article in articles:
        texts = article.texts.values()
        places = [
            f"{article.topic} {article.id}",
            " ".join(each.title for each in texts),
            " ".join(word for each in texts for word in each.keywords),
        ]
        held = " ".join(places).casefold()
        if all(word in held for word in words):
            rank = next((n for n, place in enumerate(places) if all(word in place.casefold() for word in words)), 3)
            ranked.append((rank, article.id, article))
    return [article for _, _, article in sorted(ranked, key=lambda one: one[:2])]


def _card(article: Article, confidence: float | None, language: Language, facts: Mapping[str, Any]) -> Card:
    text = article.texts[language]
    variant = variant_for(text, str(facts.get(article.asks, ""))) if article.asks else None
    return {
        "article": article.id,
        "topic": article.topic,
        "title": text.title,
        "confidence": confidence,
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
