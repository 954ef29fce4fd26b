"""CLINC150 (Larson et al. 2019, D19-1131): 150 intents, and what is about none of them is to be rejected."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.understanding_pipeline import Question, Questions, Understanding

KEPT = 0.960  # in-scope accuracy on the validation part; the threshold is the highest that keeps it
IN_SCOPE, REJECTED = 0.955, 0.65  # the marks, on the test part

_STEP = 0.0025
_PUBLISHED = (
    ("SVM", 88.2, 18.0),
    ("FastText", 88.6, 28.3),
    ("DialogFlow", 90.8, 26.7),
    ("Rasa (2019)", 90.9, 31.2),
    ("CNN", 90.9, 30.9),
    ("MLP on USE", 93.4, 49.1),
    ("BERT", 96.2, 52.3),
)
_NONE = -1.0

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Clinc:
    """The parts used; `outside` is the test part's out-of-scope texts."""

    train: Questions
    validation: Questions
    test: Questions
    outside: Sequence[str]

    @classmethod
    def read(cls, path: Path, intents: int | None = None) -> "Clinc":
        """Read data_full.json, but not its out-of-scope examples for training and validation.

        `intents` takes the first so many intents only.
        """
        parts = json.loads(path.read_text(encoding="utf-8"))
        wanted = set(sorted({intent for _, intent in parts["train"]})[:intents])
        train, validation, test = (
            [Question(text, intent) for text, intent in parts[name] if intent in wanted]
            for name in ("train", "val", "test")
        )
        return cls(train, validation, test, [text for text, _ in parts["oos_test"]])


@dataclass(frozen=True)
class Judged:
    """The confidence in the intent of each text; where the intent is wrong it is below every threshold."""

    validation: Floats
    test: Floats
    outside: Floats

    def threshold(self, kept: float) -> float:
        """Give the highest threshold that keeps so much in-scope accuracy on validation, below 0 if none does."""
        return float(np.sort(self.validation)[::-1][ceil(round(kept * len(self.validation), 6)) - 1])

    def in_scope(self, threshold: float) -> float:
        """Give the share of the test part that is understood and not rejected."""
        return float(np.mean(self.test >= max(0.0, threshold)))

    def rejected(self, threshold: float) -> float:
        """Give the share of the out-of-scope texts that is rejected."""
        return float(np.mean(self.outside < threshold))


def judge(clinc: Clinc, *, embedded: bool) -> Judged:
    """Train on the training part and judge the others."""
    model = Understanding.train(clinc.train, embedded=embedded)
    outside = np.array([guess.confidence for guess in model.guesses(clinc.outside)])
    return Judged(_confidences(model, clinc.validation), _confidences(model, clinc.test), outside)


def curve(judged: Judged) -> Iterator[str]:
    """Write what thresholds near the chosen one would give."""
    yield f"{'kept on validation':>20}{'threshold':>12}{'test: in-scope accuracy':>26}{'out-of-scope recall':>22}"
    most = float(np.mean(judged.validation >= 0))
    yield f"{most:>20.2%}{'none':>12}{judged.in_scope(0.0):>26.1%}{0:>22.1%}"
    for kept in _near(min(KEPT, most)):
        threshold = judged.threshold(kept)
        if threshold >= 0:
            chosen = "  <- chosen" if kept == KEPT else ""
            shares = f"{judged.in_scope(threshold):>26.1%}{judged.rejected(threshold):>22.1%}"
            yield f"{kept:>20.2%}{threshold:>12.4f}{shares}{chosen}"


def table(judged: Mapping[str, Judged]) -> Iterator[str]:
    """Write the chosen point of each system beside the published ones."""
    yield f"{'CLINC150, full set':<32}{'in-scope accuracy':>20}{'out-of-scope recall':>22}"
    for name, in_scope, rejected in _PUBLISHED:
        yield f"{name:<32}{in_scope:>19.1f}%{rejected:>21.1f}%"
    for name, found in judged.items():
        threshold = found.threshold(KEPT)
        yield f"{name:<32}{found.in_scope(threshold):>20.1%}{found.rejected(threshold):>22.1%}"
    yield f"{'mark':<32}{IN_SCOPE:>20.1%}{REJECTED:>22.1%}"


def missed(judged: Judged) -> Iterator[str]:
    """Give a sentence for every mark that was missed."""
    threshold = judged.threshold(KEPT)
    in_scope, rejected = judged.in_scope(threshold), judged.rejected(threshold)
    if threshold < 0:
        yield f"no threshold keeps {KEPT:.1%} in-scope accuracy on CLINC150's validation part"
    if round(in_scope, 3) < IN_SCOPE:  # published with one decimal
        yield f"{in_scope:.1%} in-scope accuracy on CLINC150, at least {IN_SCOPE:.1%} wanted"
    if round(rejected, 3) < REJECTED:
        yield f"{rejected:.1%} out-of-scope recall on CLINC150, at least {REJECTED:.1%} wanted"


def _near(kept: float) -> list[float]:
    nearest = floor(round(kept / _STEP, 6)) * _STEP
    return [round(nearest + number * _STEP, 4) for number in range(4, -9, -1)]


def _confidences(model: Understanding, questions: Questions) -> Floats:
    guesses = model.guesses([question.text for question in questions])
    pairs = zip(guesses, questions, strict=True)
    return np.array([guess.confidence if guess.intent == asked.intent else _NONE for guess, asked in pairs])
