"""Finds articles an agent may send: asks the bot what fits a text, and writes them out as plain text."""

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any, Literal, Protocol

from bot.reply import Candidate, Reply, Utterance
from bot.workers import BotUnavailable
from console.kept import Kept
from console.shown import WORTH_SHOWING, shown
from conversations import record
from conversations.database import Database
from conversations.rows import Conversation, Message
from handoff import tickets
from knowledge_base.articles import LANGUAGES, Article, Language, render, variant_for
from knowledge_base.loading import ARTICLES, load

_MOST = 3
_MOST_LOOKED_FOR = 6
_MOST_LOOKED_AT = 5  # of the visitor's last messages: "yes, exactly" says nothing, the one before it does
_MOST_ASKED = 6  # turns of the bot to hear them; each takes about 10 ms of a worker
_FEWEST_WORDS = 2
_ELSEWHERE = 0.5  # what the confidence in an article of another topic than the ticket's counts
_WORTH_A_LOOK = 0.002  # the same where an agent looks for one
_LOOK_AGAIN = 60.0  # seconds between two looks at what may be thousands of files
_PARTS = re.compile(r"[.!?;,:\n]+")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_QUOTED = {"en": r"“\1”", "de": r"„\1“"}
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
        """Give articles for what the visitor wrote last, but none they had or refused; raises UnknownConversation."""
        async with self._database.read() as transaction:
            row = await record.get(transaction, conversation)
            messages = await record.messages(transaction, conversation)
            ticket = await tickets.newest_ticket(transaction, conversation)
        written = [each.text for each in messages if each.author == "visitor" and each.text and not each.choice]
        language, had = _language(row.language), _had(row, messages)
        likely = await self._likely(written[: -_MOST_LOOKED_AT - 1 : -1], language, ticket.category if ticket else None)
        fit = [each for each in likely if each.confidence >= WORTH_SHOWING and each.article not in had]
        return {**await self._found(fit, language, ticket.facts if ticket else {}), "seq": row.visitor_seq}

    async def for_text(self, text: str, language: str) -> Card:
        """Give articles for what an agent looks for."""
        wanted = _language(language)
        likely = await self._likely([text], wanted, None)
        found = await self._found([each for each in likely if each.confidence >= _WORTH_A_LOOK], wanted, {})
        known = {card["article"] for card in found["articles"]}
        named = [each for each in _named((await self._shelf.current()).values(), text) if each.id not in known]
        cards = [*found["articles"], *(_card(each, None, wanted, {}) for each in named)]
        return {**found, "articles": cards[:_MOST_LOOKED_FOR]}

    async def _found(self, candidates: Iterable[Candidate], language: Language, facts: Mapping[str, Any]) -> Card:
        shelf = await self._shelf.current()
        known = [each for each in candidates if each.article in shelf]
        cards = [_card(shelf[each.article], each.confidence, language, facts) for each in known[:_MOST]]
        return {"bot": self._bot.status, "articles": cards}

    async def _likely(self, texts: Sequence[str], language: Language, topic: str | None) -> list[Candidate]:
        """Give what fits texts, the newest first, likeliest first: the newest counts as much as all of them together.

        "It says offline" alone is about anything, and what was asked at first may be answered by now.
        """
        try:
            heard = await self._heard(texts, language)
            if len(heard) > 1:
                together = ". ".join(words for words, _ in reversed(heard))
                lists = [heard[0][1], await self._candidates(together, language)]
            else:
                lists = [candidates for _, candidates in heard]
        except BotUnavailable:
            return []
        return _weighed(lists, topic)

    async def _heard(self, texts: Sequence[str], language: Language) -> list[tuple[str, Sequence[Candidate]]]:
        """Give the words of each text in which the bot hears something, with what it hears."""
        heard: dict[int, tuple[str, Sequence[Candidate]]] = {}
        unheard = ((place, way) for place, way in _ways(texts) if place not in heard)
        for place, way in islice(unheard, _MOST_ASKED):
            if candidates := await self._candidates(way, language):
                heard[place] = way, candidates
        return list(heard.values())

    async def _candidates(self, text: str, language: Language) -> Sequence[Candidate]:
        async with self._turn:
            reply = await self._bot.reply({"language": language}, [Utterance(text)], self._clock())
        return reply.candidates


def _ways(texts: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Give each text and then its parts: who wishes for a person also says why, but the bot hears only the wish."""
    for place, text in enumerate(texts):
        yield place, text
        parts = [part.strip() for part in _PARTS.split(text)]
        yield from ((place, part) for part in parts if part != text.strip() and len(part.split()) >= _FEWEST_WORDS)


def _weighed(lists: Sequence[Sequence[Candidate]], topic: str | None) -> list[Candidate]:
    """Give the candidates of lists with their mean confidence; another topic than the ticket's counts less."""
    sums: dict[str, Candidate] = {}
    for each in chain.from_iterable(lists):
        weight = (1 if topic in (None, each.topic) else _ELSEWHERE) / len(lists)
        before = sums[each.article].confidence if each.article in sums else 0.0
        sums[each.article] = replace(each, confidence=before + weight * each.confidence)
    return sorted(sums.values(), key=lambda each: -each.confidence)


def _had(conversation: Conversation, messages: Sequence[Message]) -> set[str]:
    """Give the articles that the visitor has read or did not want: sent again they help nobody."""
    return {article for article, (outcome, _) in shown(conversation, messages).items() if outcome != "offered"}


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
    title = f"{text.title} ({variant.title})" if variant else text.title
    return {
        "article": article.id,
        "topic": article.topic,
        "title": text.title,
        "confidence": confidence,
        "for": variant.title if variant else None,
        "text": f"{title}\n\n{plain(render(text, variant), language)}",
    }


def plain(text: str, language: Language) -> str:
    """Write the bot's small markup as text that reads well where nothing is formatted: what is bold, in quotes."""
    return _BOLD.sub(_QUOTED[language], _LINK.sub(lambda link: _spelt(link[1], link[2]), text))


def _spelt(title: str, address: str) -> str:
    bare = address.removeprefix("mailto:").removeprefix("tel:")
    if address.startswith(("mailto:", "tel:")):
        return title if bare.replace(" ", "") == title.replace(" ", "") else f"{title} ({bare})"
    return address if title == address else f"{title}: {address}"
