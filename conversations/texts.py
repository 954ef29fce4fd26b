"""Cleans what people type of what nobody can read."""

import unicodedata

_KEPT = "\n\t"
_JOINERS = "\u200c\u200d"  # Persian words and emoji need them
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"  # letters and marks that show nothing


def clean(text: str) -> str:
    """Give a text in composed form, without control characters, lone surrogates and edges of white space.

    A text of nothing but invisible characters comes back empty. Line breaks and tabs stay.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    readable = "".join(character for character in text if character in _KEPT or not _unreadable(character))
    composed = unicodedata.normalize("NFC", readable).strip()
    return composed if any(_visible(character) for character in composed) else ""


def one_line(text: str | None) -> str | None:
    """Give a name as one line that cannot turn the text around it or hide in it; None if nothing can be seen of it.

    Control and direction characters and other invisible ones are left out, white space becomes one space.
    """
    kept = "".join(" " if mark.isspace() else mark for mark in text or "" if mark.isspace() or not _misleading(mark))
    return clean(" ".join(kept.split()).strip(f" {_JOINERS}")) or None


def _misleading(character: str) -> bool:
    return _unreadable(character) or (unicodedata.category(character) == "Cf" and character not in _JOINERS)


def _unreadable(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs")


def _visible(character: str) -> bool:
    return not character.isspace() and character not in _BLANK and unicodedata.category(character) != "Cf"
