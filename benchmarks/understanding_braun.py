"""The three small corpora of Braun et al. 2017 (W17-3622): which intent a question has."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.understanding_pipeline import Question, Questions, Understanding

_CORPORA = ("Chatbot", "AskUbuntu", "WebApplications")
_OVERALL = "overall"
_MARKS = (0.99, 0.92, 0.83, 0.93)
_PUBLISHED = (
    ("NLP.js (own report)", 0.99, 0.93, 0.83, 0.93),
    ("Watson", 0.97, 0.92, 0.83, 0.92),
    ("LUIS", 0.98, 0.90, 0.81, 0.91),
    ("Rasa (2017)", 0.98, 0.86, 0.74, 0.88),
    ("Dialogflow", 0.93, 0.85, 0.80, 0.87),
)


@dataclass(frozen=True)
class Corpus:
    """One corpus, parted as its authors did; the intent "None" is one like the others."""

    name: str
    train: Questions
    test: Questions

    @classmethod
    def read_all(cls, folder: Path) -> list["Corpus"]:
        """Read the three corpora."""
        return [cls._read(folder, name) for name in _CORPORA]

    @classmethod
    def _read(cls, folder: Path, name: str) -> "Corpus":
        sentences = json.loads((folder / f"{name}Corpus.json").read_text(encoding="utf-8"))["sentences"]
        train, test = (
            [Question(item["text"], item["intent"]) for item in sentences if item["training"] is training]
            for training in (True, False)
        )
        return cls(name, train, test)


@dataclass(frozen=True)
class Told:
    """How many questions of a corpus were asked, and how many got their intent."""

    name: str
    asked: int
    right: int

    @property
    def f1(self) -> float:
        """Give the micro-averaged F1: every question has one intent and gets one, so it is the share that is right."""
        return self.right / self.asked


def tell(corpus: Corpus) -> Told:
    """Train on the training part and tell the intents of the others; nothing is rejected."""
    guesses = Understanding.train(corpus.train).guesses([question.text for question in corpus.test])
    right = sum(guess.intent == asked.intent for guess, asked in zip(guesses, corpus.test, strict=True))
    return Told(corpus.name, len(corpus.test), right)


def table(told: Sequence[Told]) -> Iterator[str]:
    """Write Firstline beside the published systems."""
    columns = _with_overall(told)
    yield f"{'Braun et al. 2017, intent F1':<32}" + "".join(f"{column.name:>17}" for column in columns)
    for name, *shares in (*_PUBLISHED, ("Firstline", *(column.f1 for column in columns)), ("mark", *_MARKS)):
        yield f"{name:<32}" + "".join(f"{share:>17.2f}" for share in shares)
    yield f"{'right of asked':<32}" + "".join(f"{f'{column.right} of {column.asked}':>17}" for column in columns)


def missed(told: Sequence[Told]) -> Iterator[str]:
    """Give a sentence for every mark that was missed; F1 counts as it is printed, with two digits."""
    for column, mark in zip(_with_overall(told), _MARKS, strict=True):
        if round(column.f1, 2) < mark:
            yield f"{column.f1:.2f} intent F1 on {column.name} (Braun et al. 2017), at least {mark:.2f} wanted"


def _with_overall(told: Sequence[Told]) -> list[Told]:
    return [*told, Told(_OVERALL, sum(each.asked for each in told), sum(each.right for each in told))]
