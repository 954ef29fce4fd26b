"""Reads the phrases operators write in bot/rules/ and finds them in messages with spaCy's Matcher.

A phrase is plain words: "(a|b)" is one of several, a word with "?" may be missing, "*" at the end of a word stands for
any ending, "..." for up to three words. Upper and lower case, ä/ae and ß/ss make no difference.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge_base.words import tokens

_PIECE = re.compile(r"\([^)]*\)\??|\S+")
_GAP = "..."
_WIDEST_GAP = 3
_OPEN = "*"
_ANYWHERE = ""


class Phrases:
    """Named lists of phrases, and which of the lists a text holds something of.

    A phrase is looked for only in texts that hold the rarest of its words, so that a thousand phrases cost little.
    """

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        import spacy
        from spacy.matcher import Matcher

        self._names = tuple(lists)
        vocab = spacy.blank("xx").vocab
        read = [(name, [*_slots(phrase)]) for name, phrases in lists.items() for phrase in phrases]
        seen = Counter(word for _, slots in read for slot in slots for word in slot.words or ())
        self._vocab = vocab
        self._matchers: dict[str, Matcher] = defaultdict(lambda: Matcher(vocab))
        for name, slots in read:
            for word in _rarest(slots, seen):
                self._matchers[word].add(name, [[slot.as_token() for slot in slots]])
        self._beginnings = sorted({len(word) for word in self._matchers if word.endswith(_OPEN)})

    @classmethod
    def read(cls, path: Path) -> "Phrases":
        """Read a YAML file: a name, and below it its phrases."""
        return cls(yaml.safe_load(path.read_text(encoding="utf-8")))

    def found(self, text: str) -> dict[str, str]:
        """Give the lists of which a phrase stands in the text, in the file's order, with the words found."""
        from spacy.tokens import Doc

        words = tokens(text)
        matchers = [self._matchers[word] for word in self._looked_up(words) if word in self._matchers]
        if not matchers:
            return {}
        doc = Doc(self._vocab, words=words)
        longest: dict[str, str] = {}
        for key, start, end in (match for matcher in matchers for match in matcher(doc)):
            name, words_found = self._vocab.strings[key], doc[start:end].text
            if len(words_found) > len(longest.get(name, "")):
                longest[name] = words_found
        return {name: longest[name] for name in self._names if name in longest}

    def _looked_up(self, words: Iterable[str]) -> Iterable[str]:
        """Give everything a phrase can be found by in these words, each once."""
        whole = dict.fromkeys((_ANYWHERE, *words))
        open_ended = (word[: length - 1] + _OPEN for word in whole for length in self._beginnings)
        return dict.fromkeys((*whole, *open_ended))


@dataclass(frozen=True)
class Slot:
    """One place of a phrase: the words that may stand there, those with any ending marked; None for any word."""

    words: tuple[str, ...] | None
    optional: bool

    def as_token(self) -> dict[str, Any]:
        """Give it as spaCy's Matcher wants it."""
        missing = {"OP": "?"} if self.optional else {}
        if self.words is None:
            return missing
        if len(self.words) == 1 and not self.words[0].endswith(_OPEN):
            return {"ORTH": self.words[0], **missing}
        expression = "|".join(
            re.escape(word.removesuffix(_OPEN)) + r"\w*" * word.endswith(_OPEN) for word in self.words
        )
        return {"TEXT": {"REGEX": f"^(?:{expression})$"}, **missing}


def _slots(phrase: str) -> Iterator[Slot]:
    for piece in _PIECE.findall(phrase):
        if piece == _GAP:
            yield from (Slot(None, optional=True) for _ in range(_WIDEST_GAP))
        else:
            yield from _places(piece.removesuffix("?"), optional=piece.endswith("?"))


def _places(piece: str, *, optional: bool) -> Iterator[Slot]:
    choices = piece.strip("()").split("|") if piece.startswith("(") else [piece]
    folded = [" ".join(tokens(choice)) + _OPEN * choice.endswith(_OPEN) for choice in choices]
    if len(folded) == 1 and not optional and not folded[0].endswith(_OPEN):
        yield from (Slot((word,), optional=False) for word in folded[0].split())
    else:
        yield Slot(tuple(folded), optional)


def _rarest(slots: Iterable[Slot], seen: Mapping[str, int]) -> tuple[str, ...]:
    """Give the words of which one must be there, the fewest other phrases use."""
    needed = [slot.words for slot in slots if slot.words and not slot.optional]
    return min(needed, key=lambda words: sum(seen[word] for word in words), default=(_ANYWHERE,))
