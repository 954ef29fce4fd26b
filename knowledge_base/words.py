"""Reduces text to comparable words: umlauts folded, inflections and German compounds undone, synonyms shared."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import yaml

GLOSSARY = Path(__file__).with_name("glossary.yml")

_TOKEN = re.compile(r"[^\W_]+(?:[-'.+/][^\W_]+)*")
_FOLDS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "\u2019": "'", "`": "'"})
_LINKS = ("", "s", "n", "en", "es", "e", "er")
_SHORTEST_PART = 3
_SHORTEST_COMPOUND = 7


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Write text in lower case with umlauts spelled out and other accents dropped: "Gerät" and "geraet" are one."""
    spelled = unicodedata.normalize("NFC", text.lower()).translate(_FOLDS)
    return "".join(mark for mark in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(mark))


def tokens(text: str) -> list[str]:
    """Give the folded words of a text; "wi-fi", "don't" and "0x80070005" are one word each."""
    return _TOKEN.findall(fold(text))


@lru_cache(maxsize=20_000)
def lemma(word: str) -> str:
    """Give the folded base form of a word, German or English, as written ("Passwörter" -> "passwort")."""
    import simplemma

    lower = word.lower()
    if not lower.isalpha():
        return fold(lower)
    german = simplemma.lemmatize(lower, lang="de")
    found = german if german.lower() != lower else simplemma.lemmatize(lower, lang="en")
    return fold(found)


class Compounds:
    """Splits a German compound into two or three words that the knowledge base itself uses."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(word for word in words if len(word) >= _SHORTEST_PART and word.isalpha())
        self._split = lru_cache(maxsize=20_000)(self._find)

    def parts(self, word: str) -> tuple[str, ...]:
        """Give the parts of a folded word, or nothing if it is not made of known words."""
        return self._split(word) if len(word) >= _SHORTEST_COMPOUND and word.isalpha() else ()

    def _find(self, word: str, depth: int = 2) -> tuple[str, ...]:
        for cut in range(len(word) - _SHORTEST_PART, _SHORTEST_PART - 1, -1):
            tail = word[cut:]
            head = self._head(word[:cut])
            if tail in self._words and head:
                return head, tail
            if depth and head and (rest := self._find(tail, depth - 1)):
                return (head, *rest)
        return ()

    def _head(self, beginning: str) -> str:
        """Give the known word that a compound's first part is a linked form of ("arbeits" -> "arbeit")."""
        for link in _LINKS:
            word = beginning.removesuffix(link) if link else beginning
            if beginning.endswith(link) and word in self._words:
                return word
        return ""


class Glossary:
    """Words that mean the same at a help desk, in either language; each group is known by its first word."""

    def __init__(self, groups: Iterable[Iterable[str]]) -> None:
        self._concepts: dict[tuple[str, ...], str] = {}
        for group in groups:
            words = [tuple(tokens(word)) for word in group]
            self._concepts.update((word, " ".join(words[0])) for word in words)
        self._longest = max(map(len, self._concepts), default=0)

    def concepts(self, words: list[str]) -> Iterator[str]:
        """Give the concept of every known run of words ("zwei faktor" too), longest run first at each place."""
        place = 0
        while place < len(words):
            run = next((n for n in range(self._longest, 0, -1) if tuple(words[place : place + n]) in self._concepts), 0)
            if run:
                yield self._concepts[tuple(words[place : place + run])]
            place += run or 1


def read_glossary(path: Path = GLOSSARY) -> tuple[tuple[str, ...], ...]:
    """Read the groups of synonyms from `path`: a mapping of a concept to its other words."""
    groups: Mapping[str, list[str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple((str(concept), *map(str, others)) for concept, others in groups.items())
