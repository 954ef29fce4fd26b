"""Cleans what people type of what nobody can read."""

import unicodedata

_KEPT = "\n\t"
_INVISIBLE = "\u200b\u2060\ufeff"


def clean(text: str) -> str:
    """Give a text in composed form, without control characters, lone surrogates and edges of white space.

    A text of nothing but invisible characters comes back empty. Line breaks and tabs stay.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    readable = "".join(character for character in text if character in _KEPT or not _unreadable(character))
    composed = unicodedata.normalize("NFC", readable).strip()
    return composed if composed.strip(_INVISIBLE + " \n\t") else ""


def _unreadable(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs")
