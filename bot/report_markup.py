"""Writes HTML and SVG elements: what is put in is text and is escaped, unless it is an element itself."""

from collections.abc import Iterable
from html import escape

_EMPTY = frozenset({"meta"})
_SMALL = 0.1


class Markup(str):
    """Finished markup, put in as it is."""

    __slots__ = ()


def element(tag: str, /, *content: str, **attributes: str | float | None) -> Markup:
    """Write one element; `aria_label` is the attribute aria-label, `class_` is class, and None leaves one out."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_short(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{tag}{given}/>" if tag in _EMPTY else f"<{tag}{given}>{joined(content)}</{tag}>")


def joined(content: Iterable[str]) -> Markup:
    """Put texts and elements one after another."""
    return Markup("".join(part if isinstance(part, Markup) else escape(part, quote=False) for part in content))


def percent(share: float) -> str:
    """Write a share as people read it: whole above ten percent, one decimal below."""
    tenths = round(1000 * share)
    return f"{tenths / 10:g}\u00a0%" if share < _SMALL else f"{100 * share:.0f}\u00a0%"


def _short(value: str | float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
