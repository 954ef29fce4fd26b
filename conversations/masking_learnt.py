"""Finds secrets by what was learnt from examples: where no rule knows the words that give one away.

A conditional random field (Lafferty et al. 2001) labels each word of a text by the signs of `masking_signs.py`. It
was
learnt from `masking_examples/`; `python -m conversations.masking_training` learns it anew after a change there or
here.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from conversations.masking_plain import only_says_how
from conversations.masking_signs import Token, roles, signs, tokens
from conversations.masking_things import is_thing

MODEL = Path(__file__).with_name("masking.crfsuite")
OUTSIDE = "O"
LABELS = {"password": "P", "code": "C", "key": "K"}  # card numbers and IBANs go by their check digits alone
_KINDS = {label: kind for kind, label in LABELS.items()}
_CERTAIN = 0.5  # probability from which a word begins to count as a secret
_LIKELY = 0.15  # and from which it belongs to one beside it
_CUES = frozenset({"password", "pin", "code", "key", "user", "use"})  # roles of words beside which a secret stands
_MARKS = ".,;:!?\"'"  # around words
_SHORT = 4
_LONGEST = 4000  # characters read at once
_SEPARATES_LEFT = frozenset(":=/|,;(<>\"'„“”»«‘`[{&?@\\")  # noqa: RUF001  between a name and its password
_SEPARATES_RIGHT = frozenset(",;|)\"'“”»«’`<>]}")  # noqa: RUF001
_ENDS = frozenset(".,;:!?")


class Span(NamedTuple):
    """A secret in a text: where it begins and ends, and its kind."""

    begin: int
    end: int
    kind: str


def secrets(text: str) -> list[Span]:
    """Give the secrets that examples taught to see, in order."""
    spans = []
    for start in range(0, len(text), _LONGEST):
        part = text[start : start + _LONGEST]
        spans += [Span(start + begin, start + end, kind) for begin, end, kind in _secrets(part)]
    return spans


def _secrets(text: str) -> Iterator[Span]:
    parts = tokens(text)
    if not parts:
        return
    labels, likely = _labelled(signs(text, parts))
    done = 0
    for first, last in _stretches(likely):
        kinds = [labels[place] for place in range(first, last + 1) if labels[place] != OUTSIDE]
        kind = _KINDS[max(kinds, key=kinds.count)] if kinds else "password"
        begin, end = parts[_leftmost(parts, first)].begin, parts[_rightmost(parts, last)].end
        if begin >= done and not _is_none(text, begin, end):
            yield Span(begin, end, kind)
            done = end


def _is_none(text: str, begin: int, end: int) -> bool:
    """Tell what is no secret after all: a thing, one named in the same breath, a word that says how something is."""
    last = begin + len(text[begin:end].rpartition(" ")[0])
    named = last > begin and end - last > _SHORT and is_thing(text, last + 1, end)
    return (
        named or is_thing(text, begin, end) or only_says_how(text[begin:end]) or _is_out_of_the_blue(text, begin, end)
    )


def _is_out_of_the_blue(text: str, begin: int, end: int) -> bool:
    """Tell plain words in a message that speaks of no secret otherwise: "you never understand anything!!!"."""
    if any(not (character.isalpha() or character.isspace()) for character in text[begin:end].strip(_MARKS)):
        return False
    others = tokens(f"{text[:begin]} {text[end:]}")
    return not any(_CUES.intersection(roles(part.text)) for part in others)


def _stretches(likely: list[float]) -> Iterator[tuple[int, int]]:
    """Give first and last of tokens in a row that are likely part of a secret, one of them certainly."""
    first = None
    for place, probability in enumerate([*likely, 0.0]):
        if probability >= _LIKELY:
            first = place if first is None else first
        elif first is not None:
            if max(likely[first:place]) >= _CERTAIN:
                yield first, place - 1
            first = None


def _leftmost(parts: list[Token], place: int) -> int:
    """Give where the run of characters begins that a secret's first token stands in, behind what separates."""
    while place > parts[place].first and parts[place - 1].text not in _SEPARATES_LEFT:
        place -= 1
    return place


def _rightmost(parts: list[Token], place: int) -> int:
    """Give where that run ends, before the punctuation that closes a clause."""
    last = place
    while last < parts[place].last and parts[last + 1].text not in _SEPARATES_RIGHT:
        last += 1
    while last > place and parts[last].text in _ENDS:
        last -= 1
    return last


def _labelled(rows: list[list[str]]) -> tuple[list[str], list[float]]:
    """Give each token's likeliest label, and the probability that it is part of a secret."""
    with _LOCK:
        tagger = _tagger()
        tagger.set(rows)
        return tagger.tag(), [1 - tagger.marginal(OUTSIDE, place) for place in range(len(rows))]


_LOCK = Lock()  # a tagger holds one text at a time


@cache
def _tagger() -> Any:
    import pycrfsuite

    tagger = pycrfsuite.Tagger()
    tagger.open(str(MODEL))
    return tagger
