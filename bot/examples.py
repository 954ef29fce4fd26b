"""Names what a training example carries, and reads examples as plain arrays."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge_base.articles import Language

ARTICLE = "article"
LANGUAGE = "language"
OUT_OF_SCOPE = "out_of_scope"
FINEST = 500  # articles with a label each; of more, the classifier tells the topic and the search the article


@dataclass(frozen=True)
class Examples:
    """Training texts with their intent, their article ("" if none) and their language (None if neutral).

    A label is the finest thing the classifier tells about an example: its article, or else its intent.
    """

    texts: tuple[str, ...]
    intents: tuple[str, ...]
    articles: tuple[str, ...]
    languages: tuple[Language | None, ...]

    @classmethod
    def read(cls, messages: Iterable[Any]) -> "Examples":
        """Read Rasa's training messages."""
        rows = [
            (m.get("text"), m.get("intent"), m.get(ARTICLE) or "", m.get(LANGUAGE))
            for m in messages
            if m.get("text") and m.get("intent")
        ]
        return cls(*(tuple(column) for column in zip(*rows, strict=True)))

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Give each example's label."""
        if len(set(self.articles)) > FINEST:
            return self.intents
        return tuple(article or intent for article, intent in zip(self.articles, self.intents, strict=True))

    @property
    def intent_of(self) -> dict[str, str]:
        """Give the intent each label belongs to."""
        return dict(zip(self.labels, self.intents, strict=True))

    def folds(self, count: int) -> npt.NDArray[np.int64]:
        """Give each example a fold, each label's examples spread evenly, the same way every time."""
        labels = np.array(self.labels)
        folds = np.zeros(len(labels), np.int64)
        random = np.random.default_rng(0)
        for label in np.unique(labels):
            rows = np.flatnonzero(labels == label)
            folds[rows] = (random.permutation(len(rows)) + random.integers(count)) % count
        return folds
