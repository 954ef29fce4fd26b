"""Tells how likely each label (an article, or an intent without one) is for texts given as features."""

import json
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import numpy as np
from scipy import sparse

from bot import softmax
from bot.examples import Examples
from bot.softmax import Floats, Labels, Projection, Softmax

_C = 80.0  # with rows of length 1 by words; the same as 20 with words, bases, concepts and letters of length 1 each
_MEANING = sqrt(2.0)  # tried: 0.5, 1, 2 of the square length of the words


@dataclass(frozen=True)
class Classifier:
    """A fitted classifier; `intents` names the intent of each of the sorted `labels`."""

    labels: tuple[str, ...]
    intents: tuple[str, ...]
    model: Softmax

    def probabilities(self, words: sparse.csr_matrix, meaning: Floats) -> Floats:
        """Give the probability of each label: (texts, labels)."""
        return self.model.probabilities_of(words, _dense(meaning))

    def save(self, folder: Path) -> None:
        """Write it into a folder."""
        (folder / "labels.json").write_text(json.dumps([self.labels, self.intents]), encoding="utf-8")
        self.model.save(folder / "weights.npy")

    @classmethod
    def load(cls, folder: Path) -> "Classifier":
        """Read what `save` wrote."""
        labels, intents = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
        return cls(tuple(labels), tuple(intents), Softmax.load(folder / "weights.npy"))


@dataclass(frozen=True)
class Workbench:
    """Examples projected once, so that a classifier can be fitted on any part of them in seconds."""

    examples: Examples
    labels: tuple[str, ...]
    numbers: Labels
    projection: Projection

    @classmethod
    def set_up(cls, examples: Examples, words: sparse.csr_matrix, meaning: Floats) -> "Workbench":
        """Project the examples."""
        labels, numbers = np.unique(np.array(examples.labels), return_inverse=True)
        return cls(examples, tuple(labels.tolist()), numbers, softmax.project(words, _dense(meaning)))

    def probabilities_without(self, held_out: Labels) -> Floats:
        """Give the label probabilities of the held-out rows from a classifier that never saw them."""
        kept = np.setdiff1d(np.arange(len(self.numbers)), held_out)
        known = np.unique(self.numbers[kept])
        rows = self.projection.rows
        fitted = softmax.fit(rows[kept], np.searchsorted(known, self.numbers[kept]), len(known), _C)
        likely = np.zeros((len(held_out), len(self.labels)), np.float32)
        likely[:, known] = fitted.probabilities(rows[held_out])
        return likely

    def classifier(self, words: sparse.csr_matrix, meaning: Floats) -> Classifier:
        """Fit the classifier on all examples, whose features are given once more."""
        fitted = softmax.fit(self.projection.rows, self.numbers, len(self.labels), _C)
        whole = softmax.carried_back(fitted, self.projection, words, _dense(meaning))
        intent_of = self.examples.intent_of
        return Classifier(self.labels, tuple(intent_of[label] for label in self.labels), whole)


def _dense(meaning: Floats) -> Floats:
    return (meaning * np.float32(_MEANING)).astype(np.float32)
