"""Reads the phrases operators write in bot/rules/ and finds them in messages with spaCy's Matcher.

A phrase is plain words: "(a|b)" is one of several, a word with "?" may be missing, "*" at the end of a word stands for
any ending, "..." for up to three words. Upper and lower case, ä/ae and ß/ss make no difference.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from knowledge_base.words import tokens

_PIECE = re.compile(r"\([^)]*\)\??|\S+")
_GAP = "..."
_WIDEST_GAP = 3


class Phrases:
    """Named lists of phrases, and which of the lists a text holds something of."""

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        import spacy
        from spacy.matcher import Matcher

        self._names = tuple(lists)
        self._matcher = Matcher(spacy.blank("xx").vocab)
        for name, phrases in lists.items():
            self._matcher.add(name, [pattern(phrase) for phrase in phrases])

    @classmethod
    def read(cls, path: Path) -> "Phrases":
        """Read a YAML file: a name, and below it its phrases."""
        return cls(yaml.safe_load(path.read_text(encoding="utf-8")))

    def found(self, text: str) -> dict[str, str]:
        """Give the lists of which a phrase stands in the text, in the file's order, with the words found."""
        from spacy.tokens import Doc

        words = tokens(text)
        if not words:
            return {}
        matcher = self._matcher
        doc = Doc(matcher.vocab, words=words)
        longest: dict[str, str] = {}
        for key, start, end in matcher(doc):
            name, words_found = matcher.vocab.strings[key], doc[start:end].text
            if len(words_found) > len(longest.get(name, "")):
                longest[name] = words_found
        return {name: longest[name] for name in self._names if name in longest}


def pattern(phrase: str) -> list[dict[str, Any]]:
    """Give spaCy's pattern for a phrase."""
    return [token for piece in _PIECE.findall(phrase) for token in _tokens(piece)]


def _tokens(piece: str) -> list[dict[str, Any]]:
    if piece == _GAP:
        return [{"OP": "?"}] * _WIDEST_GAP
    optional = piece.endswith("?")
    piece = piece.removesuffix("?")
    choices = piece.strip("()").split("|") if piece.startswith("(") else [piece]
    folded = [(" ".join(tokens(choice)), choice.endswith("*")) for choice in choices]
    if not optional and len(folded) == 1 and not folded[0][1]:
        return [{"ORTH": word} for word in folded[0][0].split()]
    expression = "|".join(re.escape(word) + (r"\w*" if open_ended else "") for word, open_ended in folded)
    return [{"TEXT": {"REGEX": f"^(?:{expression})$"}, **({"OP": "?"} if optional else {})}]
