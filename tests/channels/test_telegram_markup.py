"""How messages look in Telegram."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.telegram.markup import LONGEST, html, pieces
from channels.telegram.texts import FOLDER, language_of
from tests.channels.telegram_peer import shown

TEXTS = st.text(st.sampled_from("ab <>&*[]()\n.:/😀\"'") | st.characters(codec="utf-8"), max_size=400)


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("**Bold** words", "<b>Bold</b> words"),
        ("[Portal](https://x.example/a_(b)?c=1&d=2)", '<a href="https://x.example/a_(b)?c=1&amp;d=2">Portal</a>'),
        ("**see [this](https://x.example)**", '<b>see <a href="https://x.example">this</a></b>'),
        ("[help@x.example](mailto:help@x.example)", "help@x.example"),
        ("[us](mailto:help@x.example)", "us (help@x.example)"),
        ("[no](javascript:alert)", "no (alert)"),
        ("1. One\n2. Two", "1. One\n2. Two"),
        ("a < b && b > c", "a &lt; b &amp;&amp; b &gt; c"),
        ("2 ** 3 ** 4", "2 ** 3 ** 4"),
        ("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"),
    ],
)
def test_markup(written: str, sent: str):
    """Bold, links and steps look as they do in the widget, and nothing else is markup."""
    assert html(written) == sent


@given(TEXTS)
def test_anything_can_be_sent(text: str):
    """Whatever an article says, Telegram can read what is sent."""
    shown(html(text))


@given(TEXTS)
def test_anything_is_shown_whole(text: str):
    """Only white space at the cuts is lost of a text that is sent in pieces, and every piece fits."""
    cut = list(pieces(text, 40))
    assert all(0 < len(piece.encode("utf-16-le")) // 2 <= 40 for piece in cut)
    assert "".join("".join(cut).split()) == "".join(text.split())


def test_long_texts_are_cut_where_a_paragraph_ends():
    """A long answer is cut between its paragraphs."""
    paragraphs = [letter * 1500 for letter in "abcd"]
    assert list(pieces("\n\n".join(paragraphs))) == ["\n\n".join(paragraphs[:2]), "\n\n".join(paragraphs[2:])]


def test_markup_is_never_cut():
    """A link at the end of a piece stays whole."""
    text = "a " * 2040 + "[a long title](https://x.example/long)"
    assert list(pieces(text))[-1] == "[a long title](https://x.example/long)"
    assert max(len(piece) for piece in pieces(text)) <= LONGEST


def test_languages():
    """Visitors whose Telegram speaks German are spoken to in German, all others in English."""
    assert [language_of(code) for code in ("de", "de-AT", "en", "fr", "", None)] == ["de", "de", "en", "en", "en", "en"]
    english, german = ((FOLDER / f"{one}.yml").read_text(encoding="utf-8").splitlines() for one in ("en", "de"))
    assert [line.partition(":")[0] for line in english] == [line.partition(":")[0] for line in german]
