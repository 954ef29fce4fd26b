"""Puts what the two witnesses, classifier and search, say about a message into comparable numbers."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from bot.examples import OUT_OF_SCOPE
from knowledge_base.articles import Language
from knowledge_base.search import score

Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.int64]

_LEAST = 1e-4  # probabilities below it are alike
_BY_CLASSIFIER = 6
_BY_SEARCH = 4
_BY_ARTICLE, _AHEAD_IN_SEARCH = 0, 14  # places among the numbers of an article
_NAMED = 0.5  # more likely than everything else together


@dataclass(frozen=True)
class Said:
    """One message as the witnesses see it: label probabilities, the search's evidence an article, and itself.

    `strange` is how little it resembles any question, by meaning.
    """

    likely: Floats
    found: Floats
    strange: float
    language: Language | None
    unknown: float
    words: int


@dataclass(frozen=True)
class Evidence:
    """Places of the articles in question, numbers of their topics, and what speaks for each: (candidates, numbers)."""

    places: Places
    topics: Places
    numbers: Floats


@dataclass(frozen=True)
class Scene:
    """What is the same for every message: which label is an article, and of which topic.

    Where there are too many articles to have a label each, those of a topic share the topic's.
    """

    labels: tuple[str, ...]
    intents: tuple[str, ...]
    articles: tuple[str, ...]
    topics: tuple[str, ...]

    def weigh(self, said: Said) -> Evidence:
        """Give the candidates of a message with everything that speaks for and against each."""
        by_article = said.likely[self._columns]
        ranked = score(said.found)
        places = self._in_question(said.likely, by_article, ranked)
        by_topic = (self._of_topic @ said.likely)[places]
        about = self._about(said)
        own = np.stack(
            [
                _log_odds(by_article[places]),
                _logarithm(by_article[places]) - _logarithm(_best_other(by_article, places)),
                _log_odds(by_topic),
                _logarithm(self._generic(said.likely)[places]),
                *(said.found[places, kind] for kind in range(said.found.shape[1])),
                *(said.found[places, kind] - _best_other(said.found[:, kind], places) for kind in (0, 1, 2, 3, 4)),
                ranked[places] - _best_other(ranked, places),
                *self._by_topic(said, ranked, places),
            ],
            axis=1,
        )
        german = said.language == "de"
        crossed = own[:, [0, 1, 4, 6, 11]] * german
        numbers = np.hstack([own, crossed, np.tile(about, (len(places), 1))]).astype(np.float32)
        return Evidence(places, self._topic_numbers[places], numbers)

    def outside(self, likely: Floats) -> float:
        """Give how likely a message is about nothing the first line answers."""
        return float(likely[self._outside].sum())

    def intent_share(self, likely: Floats, intent: str) -> float:
        """Give the probability of an intent, 0 for one that is not known."""
        return float(likely[[known == intent for known in self.intents]].sum())

    def topic_share(self, likely: Floats) -> Floats:
        """Give the probability of each article's topic."""
        share: Floats = self._of_topic @ likely
        return share

    def _in_question(self, likely: Floats, by_article: Floats, ranked: Floats) -> Places:
        """Give the articles either witness puts first, or all of a topic if the message only names that."""
        named = np.flatnonzero(self._generic(likely) > _NAMED)
        if len(named):
            return named
        likeliest = np.lexsort((-ranked, -by_article))[:_BY_CLASSIFIER]  # articles with one label in common by search
        return np.union1d(likeliest, np.argsort(-ranked)[:_BY_SEARCH])

    def _about(self, said: Said) -> Floats:
        by_article = said.likely[self._columns]
        share = by_article / max(float(by_article.sum()), _LEAST)
        entropy = -float((share * np.log(np.maximum(share, _LEAST))).sum())
        return np.array(
            [
                _logarithm(said.likely[self._outside].sum(keepdims=True))[0],
                _logarithm(said.likely[self._acts].sum(keepdims=True))[0],
                entropy,
                said.unknown,
                np.log1p(said.words),
                float(said.language == "de"),
                float(said.language is None),
            ],
            np.float32,
        )

    def _by_topic(self, said: Said, ranked: Floats, places: Places) -> tuple[Floats, Floats]:
        """Give how far each candidate's topic is ahead of the best other one, for either witness."""
        topics = self._topic_numbers
        found, likely = np.zeros(topics.max() + 1, np.float32), np.zeros(topics.max() + 1, np.float32)
        np.maximum.at(found, topics, ranked)
        likely[topics] = self._of_topic @ said.likely
        logs, own = _logarithm(likely), topics[places]
        return logs[own] - _best_other(logs, own), found[own] - _best_other(found, own)

    def _generic(self, likely: Floats) -> Floats:
        """Give how likely a message names no more than the topic ("vpn"), for each article's topic."""
        share: Floats = np.where(self._topic_labels >= 0, likely[self._topic_labels], 0.0)
        return share

    @cached_property
    def _columns(self) -> Places:
        place = {label: number for number, label in enumerate(self.labels)}
        named = zip(self.articles, self.topics, strict=True)
        return np.array([place[article] if article in place else place[topic] for article, topic in named])

    @cached_property
    def _topic_numbers(self) -> Places:
        numbers: Places = np.unique(np.array(self.topics), return_inverse=True)[1]
        return numbers

    @cached_property
    def _of_topic(self) -> Floats:
        intents = np.array(self.intents)
        return np.array([intents == topic for topic in self.topics], np.float32)

    @cached_property
    def _topic_labels(self) -> Places:
        place = {label: number for number, label in enumerate(self.labels)}
        columns = np.array([place.get(topic, -1) for topic in self.topics])
        return np.where(columns == self._columns, -1, columns)

    @cached_property
    def _outside(self) -> Places:
        return np.flatnonzero(np.array(self.intents) == OUT_OF_SCOPE)

    @cached_property
    def _acts(self) -> Places:
        return np.flatnonzero(~np.isin(np.array(self.intents), [*self.topics, OUT_OF_SCOPE]))


def expected_weights(numbers: int) -> Floats:
    """Give what `numbers` of an article's evidence would count with nothing learnt: both witnesses, nothing else."""
    weights = np.zeros(numbers, np.float32)
    weights[[_BY_ARTICLE, _AHEAD_IN_SEARCH]] = 1.0, 2.0
    return weights


def _log_odds(share: Floats) -> Floats:
    clipped = np.clip(share, _LEAST, 1 - _LEAST)
    odds: Floats = np.log(clipped) - np.log1p(-clipped)
    return odds


def _logarithm(share: Floats) -> Floats:
    logarithm: Floats = np.log(np.maximum(share, _LEAST))
    return logarithm


def _best_other(values: Floats, places: Places) -> Floats:
    """Give for each place the best value at any other place."""
    two = np.argpartition(-values, 1)[:2] if len(values) > 1 else np.array([0, 0])
    first, second = two[np.argsort(-values[two], kind="stable")]
    other: Floats = np.where(places == first, values[second], values[first])
    return other
