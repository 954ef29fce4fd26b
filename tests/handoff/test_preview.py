"""The line that stands for a conversation in the lists says what the visitor needs."""

import pytest

from handoff.preview import is_bare_wish

WISHES = [
    "I would like to talk to a person.",
    "human",
    "Can I please speak to a real human now?",
    "Hello, I want an agent",
    "Ich möchte mit einem Menschen sprechen.",
    "Bitte einen Mitarbeiter!",
    "Könnte ich mit jemandem reden?",
]
PROBLEMS = [
    "a human please, my vpn fails",
    "Ich möchte mit einem Menschen über meinen Drucker sprechen",
    "The user agent is wrong",
    "hello",
    "",
    "I want a new mouse",
]


@pytest.mark.parametrize("text", WISHES)
def test_a_wish_for_a_person_alone_says_nothing_of_the_problem(text: str):
    """Who only asks for a person, in English or German, has not said what is wrong."""
    assert is_bare_wish(text)


@pytest.mark.parametrize("text", PROBLEMS)
def test_words_about_the_problem_are_no_bare_wish(text: str):
    """Whatever else is said is worth reading, even where a person is asked for as well."""
    assert not is_bare_wish(text)
