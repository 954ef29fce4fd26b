"""The product's understanding, taught other topics: its own features, classifier, search, evidence and calibration.

The Rasa components of `bot/components/` only wrap the functions called here, in the same order; Rasa is not needed.
The language of every text is given: the sets are English.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Self
from unittest.mock import patch

import numpy as np

from bot.calibration import Material, calibrate
from bot.classifier import Classifier, Workbench
from bot.evidence import Floats, Said, Scene
from bot.examples import Examples
from bot.verdict import Calibration, known_numbers, rank
from knowledge_base.articles import Article, ArticleText, Language
from knowledge_base.embedding import Meaning, stored_vectors
from knowledge_base.features import Vectorizer
from knowledge_base.loading import KnowledgeBase
from knowledge_base.organisation import DeskHours, Organisation
from knowledge_base.search import Search
from knowledge_base.words import read_glossary

_ENGLISH: Language = "en"
_AT_ONCE = 500  # texts compared with every question


@dataclass(frozen=True)
class Question:
    """A text and the intent somebody gave it."""

    text: str
    intent: str


Questions = Sequence[Question]


@dataclass(frozen=True)
class Guess:
    """The intent of the article ranked first, and the confidence in it."""

    intent: str
    confidence: float


@dataclass(frozen=True)
class Understanding:
    """What training leaves in a model, without the thresholds' verdict."""

    vectorizer: Vectorizer
    space: Meaning
    classifier: Classifier
    search: Search
    scene: Scene
    calibration: Calibration
    embedded: bool

    @classmethod
    def train(cls, questions: Questions, *, embedded: bool = True) -> Self:
        """Learn from questions; without `embedded` every vector of meaning is zero."""
        known = partial(_vectors, embedded=embedded)
        with patch("knowledge_base.search.stored_vectors", known):  # which the search asks when it is built
            return cls._train(questions, known, embedded=embedded)

    @classmethod
    def _train(cls, questions: Questions, known: Callable[[Sequence[str]], Floats], *, embedded: bool) -> Self:
        examples = _examples(questions)
        vectors = known(examples.texts)
        vectorizer = Vectorizer.fit(examples.texts, read_glossary())
        space = Meaning.fit(vectors)
        words, meaning = vectorizer.transform(examples.texts), space.of(vectors)
        workbench = Workbench.set_up(examples, words, meaning)
        search = Search.build(_knowledge_base(questions))
        intents = tuple(examples.intent_of[label] for label in workbench.labels)
        scene = Scene(workbench.labels, intents, search.articles, search.topics)
        calibration, _ = calibrate(Material(workbench, search, scene, vectors, known(search.questions)))
        classifier = workbench.classifier(words, meaning)
        return cls(vectorizer, space, classifier, search, scene, calibration, embedded)

    def guesses(self, texts: Sequence[str]) -> list[Guess]:
        """Give a guess for each text."""
        vectors = _vectors(texts, embedded=self.embedded)
        parts = (slice(start, start + _AT_ONCE) for start in range(0, len(texts), _AT_ONCE))
        return [guess for part in parts for guess in self._guesses(texts[part], vectors[part])]

    def _guesses(self, texts: Sequence[str], vectors: Floats) -> Iterator[Guess]:
        likely = self.classifier.probabilities(self.vectorizer.transform(texts), self.space.of(vectors))
        found, strange = self.search.evidence(texts, vectors), self.search.familiar.strangeness(vectors)
        for number, text in enumerate(texts):
            unknown = self.search.vectorizer.unknown_share(text)
            said = Said(likely[number], found[number], float(strange[number]), _ENGLISH, unknown, len(text.split()))
            ranked = rank(self.scene.weigh(said), self.calibration.right)
            known = self.calibration.known.probabilities(known_numbers(said, self.scene))
            yield Guess(self.scene.topics[ranked.places[0]], ranked.subject * float(known[0]))


def _examples(questions: Questions) -> Examples:
    intents = tuple(question.intent for question in questions)
    articles = tuple(_article_of(intent) for intent in intents)
    return Examples(tuple(question.text for question in questions), intents, articles, (_ENGLISH,) * len(questions))


def _vectors(texts: Sequence[str], *, embedded: bool) -> Floats:
    vectors = stored_vectors(texts)
    return vectors if embedded else np.zeros_like(vectors)


def _knowledge_base(questions: Questions) -> KnowledgeBase:
    asked: dict[str, list[str]] = {}
    for question in questions:
        asked.setdefault(question.intent, []).append(question.text)
    articles = [_article(intent, texts) for intent, texts in asked.items()]
    organisation = Organisation({"en": {}, "de": {}}, DeskHours("UTC", ((),) * 7))
    return KnowledgeBase({article.id: article for article in articles}, organisation)


def _article(intent: str, asked: Sequence[str]) -> Article:
    """Give an article that knows nothing but its questions, the first being its title; its intent's name is no hint."""
    title, *others = asked
    texts: Mapping[Language, ArticleText] = {
        "en": ArticleText(title, tuple(others), ""),
        "de": ArticleText(title, (), ""),
    }
    return Article(_article_of(intent), intent, "incident", "", "", texts)


def _article_of(intent: str) -> str:
    return f"about-{intent}"
