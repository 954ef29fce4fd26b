"""Replaces what looks like a secret before anything is stored: passwords, codes, keys, card numbers, IBANs.

A secret goes, the sentence around it stays, so that it can still be answered. The words masking goes by are in
`masking_words.py`, the shapes of secrets in `masking_shapes.py`, the places where they stand in `masking_rules.py`;
indirect ways of giving one away in `masking_ways.py`, `masking_passing.py` and `masking_codes.py`, plain words that are
passwords in `masking_plain.py`. What no rule foresaw is found by what `masking_learnt.py` learnt from examples. What
only looks like a secret is told by `masking_things.py`, and what is only mentioned beside one by `masking_mentions.py`;
neither rules nor what was learnt can overrule them unless the text announces a password.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from conversations import masking_words as words
from conversations.masking_learnt import secrets
from conversations.masking_plain import says_how_it_is
from conversations.masking_rules import MARKS, RULES, Rule
from conversations.masking_things import is_thing
from conversations.masking_ways import EARLY, LATE

_NAMES = {"card": "card number", "iban": "IBAN"}
_PLACEHOLDERS = {f"[{_NAMES.get(kind, kind)} removed]": mark for kind, mark in MARKS.items()}
_ALL_MARKS = "".join(MARKS.values())
ALL_RULES = (*EARLY, *RULES, *LATE)
# The heart of every announcement of a sort: looked for first, as a text has few of them.
_STEMS = {
    words.PASSWORD: re.compile(
        r"pass|pas[sw]?w|paßw|kenn?w|kennc|kennt|ps?sw|pwr?d|pword|pasph|merks|paso|paswr|(?<![^\W_])pw(?![^\W_])",
        re.IGNORECASE,
    ),
    words.CODE: re.compile(
        r"pins?(?![^\W_])|pin[ _-]?(?:code|num)|puk|(?<![^\W_])[mse]?-?tans?(?![^\W_])|otp|code|pass|kennw|"
        r"geheim|p\.i\.n",
        re.IGNORECASE,
    ),
    words.KEY: re.compile("schl(?:ü|ue)ssel|key|secret|token|psk|jwt|bearer", re.IGNORECASE),
}
_LONGEST_BEFORE_STEM = 48
_STARTS = re.compile(r"(?<![^\W_])[\w-]")


class _Place(NamedTuple):
    """Where a rule can match: in a text with its stem, and if it begins with the announcement, only there."""

    stem: re.Pattern[str] | None
    first: bool


def _place(rule: Rule) -> _Place:
    for sign, stem in _STEMS.items():
        if sign in rule.pattern.pattern:
            return _Place(
                stem,
                re.match(r"\(\?<!\[[^ ]{1,8}\]\)\(\?:", rule.pattern.pattern) is not None
                and sign in rule.pattern.pattern[: len(sign) + 16],
            )
    return _Place(None, first=False)


_PLACES = {rule: _place(rule) for rule in ALL_RULES}
# Without any of these a text gives nothing away that could be noticed.
_CAN_TELL = re.compile(
    r"\d|pas+|paß|kenn?|pw|ps+[wk]|pin|puk|geheim|code|tan|otp|key|schl|secret|token|log|zugang|cred", re.IGNORECASE
)
_NO_CHARACTERS = re.compile("[\ufdd0-\ufddf\ud800-\udfff]")  # marks of ours, and halves of characters: not storable
_GUARDED = frozenset({"password", "code", "key"})  # the others have check digits
_AFTER = ".,;:)]}'’"  # noqa: RUF001


@dataclass(frozen=True)
class Masked:
    """A text as it may be stored, and the kinds of secrets that were in it, each once."""

    text: str
    kinds: tuple[str, ...]


class _Starts:
    """Where announcements can begin in a text, looked up once for each text."""

    def __init__(self) -> None:
        self._known: dict[re.Pattern[str], tuple[str, list[int]]] = {}

    def of(self, stem: re.Pattern[str], text: str) -> list[int]:
        """Give the places where an announcement with this stem can begin."""
        known = self._known.get(stem)
        if known is None or known[0] != text:
            known = self._known[stem] = (text, list(_places(stem, text)))
        return known[1]


def mask(text: str) -> Masked:
    """Give the text with every secret replaced by `[password removed]` and the like.

    Masking a masked text changes nothing. `kinds` are `password`, `code`, `key`, `card` and `iban`.
    """
    text = _NO_CHARACTERS.sub("\ufffd", text)
    for placeholder, mark in _PLACEHOLDERS.items():
        text = text.replace(placeholder, mark)
    kinds: dict[str, None] = {}
    before = ""
    starts = _Starts()
    while text != before:  # what one rule took away can uncover a secret to another; each pass leaves less to take
        before = text
        for rule in ALL_RULES:
            text = _without(text, rule, kinds, starts)
        text = _without_learnt(text, kinds)
    for placeholder, mark in _PLACEHOLDERS.items():
        text = text.replace(mark, placeholder)
    return Masked(text, tuple(kinds))


def _without_learnt(text: str, kinds: dict[str, None]) -> str:
    """Take out what examples taught to see."""
    if not _CAN_TELL.search(text):
        return text
    for begin, end, kind in reversed(secrets(text)):
        if text[begin:end].strip(_ALL_MARKS):
            text = text[:begin] + MARKS[kind] + text[end:]
            kinds[kind] = None
    return text


def _without(text: str, rule: Rule, kinds: dict[str, None], starts: _Starts) -> str:
    """Take one rule's secrets out; an announcement that leads to none does not hide the next one."""
    if rule.context and not rule.context.search(text):
        return text
    stem, first = _PLACES[rule]
    if stem and not starts.of(stem, text):
        return text
    if stem and first:
        return _without_at(starts.of(stem, text), text, rule, kinds)
    match = rule.pattern.search(text)
    while match:
        begin, end = _taken(match, rule)
        start = match.start() + 1
        if begin < end:
            text = text[:begin] + MARKS[rule.kind] + text[end:]
            kinds[rule.kind] = None
            start = begin
        match = rule.pattern.search(text, start)
    return text


def _without_at(starts: list[int], text: str, rule: Rule, kinds: dict[str, None]) -> str:
    """Take out the secrets announced at these places of the text, which grows shorter by it."""
    shorter = done = 0
    for start in starts:
        match = rule.pattern.match(text, start - shorter) if start >= done else None
        begin, end = _taken(match, rule) if match else (0, 0)
        if begin < end:
            text = text[:begin] + MARKS[rule.kind] + text[end:]
            kinds[rule.kind] = None
            done = end + shorter
            shorter += end - begin - 1
    return text


def _taken(match: re.Match[str], rule: Rule) -> tuple[int, int]:
    """Give the span of the secret in a match, an empty one if it is none."""
    begin, end = _trimmed(match)
    found = match.string[begin:end]
    is_secret = found.strip(_ALL_MARKS) and rule.holds(match) and not says_how_it_is(found)
    if is_secret and rule.kind in _GUARDED:
        is_secret = not is_thing(match.string, begin, end)
    return (begin, end) if is_secret else (0, 0)


def _places(stem: re.Pattern[str], text: str) -> Iterator[int]:
    last = -1
    for found in stem.finditer(text):
        earliest = max(last + 1, found.start() - _LONGEST_BEFORE_STEM)
        for start in _STARTS.finditer(text, earliest, found.start() + 1):
            yield start.start()
        last = found.start()


def _trimmed(match: re.Match[str]) -> tuple[int, int]:
    """Leave the sentence its punctuation: give the secret's span without what closes a clause after it."""
    secret = match["secret"]
    return match.start("secret"), match.start("secret") + len(secret.rstrip(_AFTER) or secret)
