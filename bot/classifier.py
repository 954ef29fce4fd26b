"""Tells how likely each label (an article, or an intent without one) is for texts given as features."""

import json
from dataclasses import dataclass
from hashlib import sha256
from math import sqrt
from pathlib import Path

import numpy as np
from scipy import sparse

from bot import softmax
from bot.examples import Examples
from bot.softmax import Floats, Labels, Projection, Softmax
from knowledge_base.embedding import Meaning

_C = 10.0  # log-likelihood of articles' questions held out -1.32; with 6: -1.32, 20: -1.34, 35: -1.38
_MEANING = sqrt(2.0)  # tried: 0.5, 1, 2 of the square length of the words
_APART = 1.0  # on CLINC150's validation part 96.6 % right, log-likelihood -0.136; with 0: 96.4, -0.145; 2: 96.5, -0.139
_MANY = 100  # directions that tell labels apart; fewer count less
_PROJECTED: dict[bytes, Projection] = {}  # at most one: 30 seconds of the training of 26,000 examples


@dataclass(frozen=True)
class Classifier:
    """A fitted classifier; `intents` names the intent of each of the sorted `labels`, `space` what sets them apart."""

    labels: tuple[str, ...]
    intents: tuple[str, ...]
    model: Softmax
    space: Meaning

    def probabilities(self, words: sparse.csr_matrix, meaning: Floats) -> Floats:
        """Give the probability of each label: (texts, labels)."""
        return self.model.probabilities_of(words, np.hstack([_dense(meaning), _apart(self.space, meaning)]))

    def save(self, folder: Path) -> None:
        """Write it into a folder."""
        (folder / "labels.json").write_text(json.dumps([self.labels, self.intents]), encoding="utf-8")
        self.model.save(folder / "weights.npy")
        self.space.save(folder / "space.npz")

    @classmethod
    def load(cls, folder: Path) -> "Classifier":
        """Read what `save` wrote."""
        labels, intents = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
        model, space = Softmax.load(folder / "weights.npy"), Meaning.load(folder / "space.npz")
        return cls(tuple(labels), tuple(intents), model, space)


@dataclass(frozen=True)
class Workbench:
    """Examples projected once, so that a classifier can be fitted on any part of them in seconds."""

    examples: Examples
    labels: tuple[str, ...]
    numbers: Labels
    meaning: Floats
    projection: Projection

    @classmethod
    def set_up(cls, examples: Examples, words: sparse.csr_matrix, meaning: Floats) -> "Workbench":
        """Project the examples, or take the projection of the same ones that was made last."""
        labels, numbers = np.unique(np.array(examples.labels), return_inverse=True)
        return cls(examples, tuple(labels.tolist()), numbers, meaning, _projection(words, meaning))

    def probabilities_without(self, held_out: Labels) -> Floats:
        """Give the label probabilities of the held-out rows from a classifier that never saw them."""
        kept = np.setdiff1d(np.arange(len(self.numbers)), held_out)
        known = np.unique(self.numbers[kept])
        fitted, space = self._fit(kept, np.searchsorted(known, self.numbers[kept]), len(known))
        likely = np.zeros((len(held_out), len(self.labels)), np.float32)
        likely[:, known] = fitted.probabilities(self._rows(held_out, space))
        return likely

    def classifier(self, words: sparse.csr_matrix, meaning: Floats) -> Classifier:
        """Fit the classifier on all examples, whose features are given once more."""
        fitted, space = self._fit(np.arange(len(self.numbers)), self.numbers, len(self.labels))
        whole = softmax.carried_back(fitted, self.projection, words, _dense(meaning))
        intent_of = self.examples.intent_of
        return Classifier(self.labels, tuple(intent_of[label] for label in self.labels), whole, space)

    def _fit(self, rows: Labels, numbers: Labels, labels: int) -> tuple[Softmax, Meaning]:
        space = Meaning.fit_apart(self.meaning[rows], numbers.astype(np.int32))
        return softmax.fit(self._rows(rows, space), numbers, labels, _C), space

    def _rows(self, rows: Labels, space: Meaning) -> Floats:
        return np.hstack([self.projection.rows[rows], _apart(space, self.meaning[rows])])


def _projection(words: sparse.csr_matrix, meaning: Floats) -> Projection:
    """Project examples once for the two components that train on them; the second takes it away."""
    parts = (words.indptr, words.indices, words.data, meaning)
    key = sha256(b"".join(np.ascontiguousarray(part).tobytes() for part in parts)).digest()
    made = _PROJECTED.pop(key, None)
    if made is None:
        made = softmax.project(words, _dense(meaning))
        _PROJECTED.clear()
        _PROJECTED[key] = made
    return made


def _dense(meaning: Floats) -> Floats:
    return (meaning * np.float32(_MEANING)).astype(np.float32)


def _apart(space: Meaning, meaning: Floats) -> Floats:
    """Give where texts stand by meaning; of a few labels less counts, for one direction of length 1 is a verdict."""
    length = _APART * min(1.0, space.directions / _MANY)
    return (space.of(meaning) * np.float32(length)).astype(np.float32)
