"""Knows which words sentences to a help desk are made of: of any other word, a password can be made.

`masking_vocabulary.txt` holds them, the frequent ones first: what articles, their questions and the examples of
masking
use at least twice.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

VOCABULARY = Path(__file__).with_suffix(".txt")


def known(word: str) -> str:
    """Give how often a word in small letters is used: "2" often, "1" sometimes, "0" never; "-" for no word."""
    return _vocabulary().get(word, "0") if word.isalpha() else "-"


@cache
def _vocabulary() -> Mapping[str, str]:
    often, sometimes = VOCABULARY.read_text(encoding="utf-8").split("\n\n")
    return dict.fromkeys(sometimes.split(), "1") | dict.fromkeys(often.split(), "2")
