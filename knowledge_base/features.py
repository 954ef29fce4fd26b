"""Turns texts into sparse vectors that German, English, typos and long compounds can share."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from math import log, sqrt
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from knowledge_base.words import Compounds, Glossary, fold, lemma, tokens

FAMILIES = ("word", "base", "concept", "letters")  # of equal weight: each gives a quarter of a text's square length
LETTERS = (2, 3, 4, 5)
_LETTER_MARK = "l "
_FEWEST = 2  # a feature seen once tells nothing about another text
_RAW = re.compile(r"[^\W_]+(?:[-'.+/][^\W_]+)*")
_SHORTEST_TYPO = 5
_TYPO_LIKENESS = 82  # of 100; one slip in six letters


@dataclass(frozen=True)
class Vectorizer:
    """TF-IDF over four families of features; a text's vector has length 1, what it never saw included.

    Unknown words make a text shorter in what is known, so nonsense is near to nothing.
    """

    columns: Mapping[str, int]
    weights: tuple[float, ...]
    words: frozenset[str]
    glossary: tuple[tuple[str, ...], ...]
    unseen: float
    letters: tuple[int, ...]
    _tools: "_Tools" = field(init=False, repr=False, compare=False)
    _known: Mapping[str, tuple[int, float]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_tools", _Tools(self.words, self.glossary, self.letters))
        known = {feature: (place, self.weights[place]) for feature, place in self.columns.items()}
        object.__setattr__(self, "_known", known)

    @classmethod
    def fit(
        cls, texts: Sequence[str], glossary: Iterable[Sequence[str]], letters: tuple[int, ...] = LETTERS
    ) -> "Vectorizer":
        """Learn words and their weights from texts; `letters` says how many in a row make a feature."""
        seen = Counter(word for text in texts for word in set(tokens(text)))
        words = frozenset(word for word, count in seen.items() if count >= _FEWEST)
        groups = tuple(tuple(group) for group in glossary)
        tools = _Tools(words, groups, letters)
        spread = Counter(feature for text in texts for feature in set(tools.features(text)))
        kept = sorted(feature for feature, count in spread.items() if count >= _FEWEST)
        weights = tuple(_weight(spread[feature], len(texts)) for feature in kept)
        columns = {feature: place for place, feature in enumerate(kept)}
        return cls(columns, weights, words, groups, _weight(0, len(texts)), letters)

    def transform(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Give one row a text: float32, (len(texts), len(columns))."""
        rows = [self._row(text) for text in texts]
        starts = np.cumsum([0, *(len(row) for row in rows)])
        places = np.array([place for row in rows for place, _ in row], np.int32)
        values = np.array([value for row in rows for _, value in row], np.float32)
        matrix = sparse.csr_matrix((values, places, starts), shape=(len(rows), len(self.columns)))
        matrix.sort_indices()
        return matrix

    def without_letters(self, rows: sparse.csr_matrix) -> sparse.csr_matrix:
        """Give rows of `transform` without the features of letters: (rows, len(columns))."""
        is_word = np.ones(len(self.columns), np.float32)
        is_word[[place for feature, place in self.columns.items() if feature.startswith(_LETTER_MARK)]] = 0
        kept = (rows @ sparse.diags(is_word, dtype=np.float32)).tocsr()
        kept.eliminate_zeros()
        return kept

    def unknown_share(self, text: str) -> float:
        """Give the share of a text's words that no other text holds, 0 to 1."""
        said = tokens(text)
        return sum(not self._tools.is_known(word) for word in said) / len(said) if said else 1.0

    def to_json(self) -> dict[str, Any]:
        """Give it as plain JSON values."""
        columns = sorted(self.columns, key=lambda feature: self.columns[feature])
        return {
            "columns": columns,
            "weights": self.weights,
            "words": sorted(self.words),
            "glossary": self.glossary,
            "unseen": self.unseen,
            "letters": self.letters,
        }

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "Vectorizer":
        """Read what `to_json` gave."""
        columns = {feature: place for place, feature in enumerate(fields["columns"])}
        glossary = tuple(tuple(group) for group in fields["glossary"])
        weights, words, letters = tuple(fields["weights"]), frozenset(fields["words"]), tuple(fields["letters"])
        return cls(columns, weights, words, glossary, fields["unseen"], letters)

    def save(self, path: Path) -> None:
        """Write it to one JSON file."""
        path.write_text(json.dumps(self.to_json(), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Vectorizer":
        """Read what `save` wrote."""
        return cls.from_json(json.loads(path.read_text(encoding="utf-8")))

    def _row(self, text: str) -> list[tuple[int, float]]:
        row: list[tuple[int, float]] = []
        for family in self._tools.families(text):
            valued, square = [], 0.0
            for feature, count in Counter(family).items():
                place, weight = self._known.get(feature, (None, self.unseen))
                value = weight if count == 1 else (1 + log(count)) * weight
                square += value * value
                if place is not None:
                    valued.append((place, value))
            length = sqrt(len(FAMILIES) * square) or 1.0
            row.extend([(place, value / length) for place, value in valued])
        return row


class _Tools:
    """What takes a text apart: compounds, glossary and the nearest known word of a typo."""

    def __init__(self, words: frozenset[str], glossary: Iterable[Sequence[str]], letters: tuple[int, ...]) -> None:
        self._words = words
        self._letters = letters
        self._lengths: dict[int, list[str]] = {}
        for word in sorted(words):
            self._lengths.setdefault(len(word), []).append(word)
        self._compounds = Compounds(words | {lemma(word) for word in words})
        self._glossary = Glossary(glossary)
        self._meant = lru_cache(maxsize=20_000)(self._nearest)

    def is_known(self, word: str) -> bool:
        return word in self._words or bool(self._compounds.parts(word))

    def features(self, text: str) -> Iterator[str]:
        for family in self.families(text):
            yield from family

    def families(self, text: str) -> tuple[list[str], list[str], list[str], list[str]]:
        """Give the features of each family; a prefix keeps the families apart."""
        raw = _RAW.findall(text)
        said = [fold(word) for word in raw]
        base = [part for word in raw for part in self._bases(word)]
        pairs = [f"w {a} {b}" for a, b in pairwise(said)]
        alone = (concept for word in base for concept in self._glossary.concepts([word]))
        concepts = dict.fromkeys((*self._glossary.concepts(said), *alone))
        letters = [run for word in said for run in _runs(word, self._letters)]
        return (
            [*(f"w {word}" for word in said), *pairs],
            [f"b {b}" for b in base],
            [f"c {c}" for c in concepts],
            letters,
        )

    def _bases(self, word: str) -> list[str]:
        folded = fold(word)
        parts = self._compounds.parts(folded)
        meant = None if folded in self._words or parts else self._meant(folded)
        return [lemma(meant or word), *map(lemma, parts)]

    def _nearest(self, word: str) -> str | None:
        """Give the known word that an unknown one is most likely a slip of."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        if len(word) < _SHORTEST_TYPO or not word.isalpha():
            return None
        near = [w for length in range(len(word) - 1, len(word) + 2) for w in self._lengths.get(length, ())]
        found = process.extractOne(word, near, scorer=OSA.normalized_similarity, score_cutoff=_TYPO_LIKENESS / 100)
        return found[0] if found else None


@lru_cache(maxsize=20_000)
def _runs(word: str, lengths: tuple[int, ...]) -> tuple[str, ...]:
    bounded = f" {word} "
    return tuple(
        f"{_LETTER_MARK}{bounded[start : start + length]}"
        for length in lengths
        for start in range(len(bounded) - length + 1)
    )


def _weight(spread: int, texts: int) -> float:
    """Give the smoothed inverse document frequency of a feature."""
    return log((1 + texts) / (1 + spread)) + 1
