"""Writes messages as Telegram shows them: HTML with everything escaped, in pieces no longer than it takes.

The limits are those of https://core.telegram.org/bots/api#sendmessage: 4,096 characters after the markup is taken
away. They are counted here as UTF-16 units, of which there are never fewer than characters.
"""

import re
from collections.abc import Iterator
from html import escape

LONGEST = 4096
_MARK = re.compile(
    r"\*\*(?P<bold>[^\s*](?:[^*\n]|\*(?!\*))*?)\*\*"
    r"|\[(?P<title>[^\[\]\n]+)\]\((?P<target>(?:[^()\s]|\([^()\s]*\))+)\)"
)
_ENDS = ("\n\n", "\n", " ")


def html(text: str) -> str:
    """Give **bold** and [links](https://…) as Telegram's HTML; everything else is shown as it is written."""
    shown, end = [], 0
    for mark in _MARK.finditer(text):
        shown += [escape(text[end : mark.start()], quote=False), _marked(mark)]
        end = mark.end()
    return "".join([*shown, escape(text[end:], quote=False)])


def _marked(mark: re.Match[str]) -> str:
    if mark["bold"]:
        return f"<b>{html(mark['bold'])}</b>"
    return _link(mark["title"], mark["target"])


def _link(title: str, target: str) -> str:
    """Link what Telegram can link; an address of another kind (mailto, tel) is written out once."""
    if re.match(r"https?://", target):
        return f'<a href="{escape(target)}">{html(title)}</a>'
    address = target.partition(":")[2] or target
    return html(title) if address in title else f"{html(title)} ({escape(address, quote=False)})"


def pieces(text: str, most: int = LONGEST) -> Iterator[str]:
    """Cut a text that is too long: where a paragraph ends, else a line, else a word; never inside markup."""
    while _length(text) > most:
        cut = _cut(text, most)
        yield text[:cut].rstrip()
        text = text[cut:].lstrip()
    if text:
        yield text


def _cut(text: str, most: int) -> int:
    end = _fitting(text, most)
    marks = [mark.span() for mark in _MARK.finditer(text)]
    for ending in _ENDS:
        place = text.rfind(ending, 1, end + 1)
        while place > 0 and _mark_around(marks, place):
            place = text.rfind(ending, 1, place)
        if place > 0 and text[:place].strip():
            return place
    return _mark_around(marks, end) or end


def _mark_around(marks: list[tuple[int, int]], place: int) -> int:
    """Give where the mark around a place starts, 0 if there is none (or it starts the text)."""
    return next((start for start, end in marks if start < place < end), 0)


def _fitting(text: str, most: int) -> int:
    """Give how many of the first characters fit; at least one does."""
    units = 0
    for place, character in enumerate(text):
        units += _length(character)
        if units > most:
            return max(1, place)
    return len(text)


def _length(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)
