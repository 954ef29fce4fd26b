"""What people type arrives as they see it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.texts import clean


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  my VPN is down \n", "my VPN is down"),
        ("line one\r\nline two\rline three", "line one\nline two\nline three"),
        ("a\tb", "a\tb"),
        ("Passwo\x00rt\x07 vergessen\x1b[0m", "Passwort vergessen[0m"),
        ("Dru\u0308cker", "Drücker"),
        ("\ud83d lonely", "lonely"),
        ("family 👨\u200d👩\u200d👧", "family 👨\u200d👩\u200d👧"),
        ("e\u0301te\u0301", "été"),
    ],
)
def test_keeps_what_can_be_read(typed: str, kept: str):
    """Words, line breaks and emoji stay; control characters and halves of characters go, accents are one character."""
    assert clean(typed) == kept


@pytest.mark.parametrize("typed", ["", "   ", "\n\t\r\n", "\x00\x01", "\u200b", "\ufeff \u2060\n", "\u200b \u200b"])
def test_a_message_nobody_can_see_is_empty(typed: str):
    """A message of blanks and invisible characters is no message."""
    assert clean(typed) == ""


@given(st.text(st.characters(categories=[*"LMNPSZ", "Cc", "Cf", "Cs", "Co"])))
def test_a_clean_text_is_clean(typed: str):
    """Cleaning is done once and for all: nothing unreadable is left, and a second time changes nothing."""
    text = clean(typed)
    assert clean(text) == text
    assert unicodedata.is_normalized("NFC", text)
    assert not [mark for mark in text if unicodedata.category(mark) in ("Cc", "Cs") and mark not in "\n\t"]
    text.encode("utf-8")


@given(st.text(st.characters(categories=["L", "N", "P"], max_codepoint=0x24F), min_size=1))
def test_ordinary_text_is_left_alone(typed: str):
    """What has nothing to clean arrives letter by letter."""
    assert clean(typed) == unicodedata.normalize("NFC", typed)
