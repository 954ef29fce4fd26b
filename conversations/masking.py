"""Replaces what looks like a secret before anything is stored: passwords, codes, keys, card numbers, IBANs.

A secret goes, the sentence around it stays, so that it can still be answered. The words masking goes by are in
`masking_words.py`, the shapes of secrets in `masking_shapes.py`, the places where they stand in `masking_rules.py`.
"""

import re
from dataclasses import dataclass

from conversations.masking_rules import MARKS, RULES, Rule

_NAMES = {"card": "card number", "iban": "IBAN"}
_PLACEHOLDERS = {f"[{_NAMES.get(kind, kind)} removed]": mark for kind, mark in MARKS.items()}
_ALL_MARKS = "".join(MARKS.values())
_NONCHARACTERS = re.compile("[\ufdd0-\ufddf]")
_AFTER = ".,;:)]}'’"  # noqa: RUF001


@dataclass(frozen=True)
class Masked:
    """A text as it may be stored, and the kinds of secrets that were in it, each once."""

    text: str
    kinds: tuple[str, ...]


def mask(text: str) -> Masked:
    """Give the text with every secret replaced by `[password removed]` and the like.

    Masking a masked text changes nothing. `kinds` are `password`, `code`, `key`, `card` and `iban`.
    """
    text = _NONCHARACTERS.sub("\ufffd", text)
    for placeholder, mark in _PLACEHOLDERS.items():
        text = text.replace(placeholder, mark)
    kinds: dict[str, None] = {}
    before = ""
    while text != before:  # what one rule took away can uncover a secret to another; each pass leaves less to take
        before = text
        for rule in RULES:
            text = _without(text, rule, kinds)
    for placeholder, mark in _PLACEHOLDERS.items():
        text = text.replace(mark, placeholder)
    return Masked(text, tuple(kinds))


def _without(text: str, rule: Rule, kinds: dict[str, None]) -> str:
    """Take one rule's secrets out; an announcement that leads to none does not hide the next one."""
    if rule.context and not rule.context.search(text):
        return text
    match = rule.pattern.search(text)
    while match:
        start = match.start() + 1
        first, end = _trimmed(match)
        if text[first:end].strip(_ALL_MARKS) and rule.holds(match):
            text = text[:first] + MARKS[rule.kind] + text[end:]
            kinds[rule.kind] = None
            start = first
        match = rule.pattern.search(text, start)
    return text


def _trimmed(match: re.Match[str]) -> tuple[int, int]:
    """Leave the sentence its punctuation: give the secret's span without what closes a clause after it."""
    secret = match["secret"]
    return match.start("secret"), match.start("secret") + len(secret.rstrip(_AFTER) or secret)
