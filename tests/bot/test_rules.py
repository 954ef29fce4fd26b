"""What operators' rules hear: anger, the wish for a person, facts; and what they must not mishear."""

import re

import pytest
import yaml

from bot.phrases import Phrases
from bot.signals import RULES, Rules, error_code, is_shouted

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # spaCy's dependencies at import


@pytest.fixture(scope="module")
def rules() -> Rules:
    """Give the rules as they are shipped."""
    return Rules.read()


@pytest.mark.parametrize(
    "text",
    ["I am fed up with this", "this is unacceptable", "so eine Frechheit", "mir reicht's", "dieser Scheiss Drucker"],
)
def test_an_outburst_is_strong(rules: Rules, text: str) -> None:
    """Anger is heard as anger, whatever the language."""
    assert rules.frustration_in(text) == "strong"


@pytest.mark.parametrize(
    "text",
    [
        "My keyboard is sticking and it drives me nuts, how do I order a new one",
        "it is annoying that outlook asks for my password every day",
        "das nervt, mein Monitor flackert",
    ],
)
def test_an_annoyed_question_stays_a_question(rules: Rules, text: str) -> None:
    """A visitor who is annoyed and asks something gets an answer, not a queue."""
    assert rules.frustration_in(text) == "mild"


def test_annoyance_alone_is_strong(rules: Rules) -> None:
    """A message that is nothing but anger goes to a person even if no rule knows its words."""
    assert rules.frustration_in("na super, ganz großes Kino", "frustrated") == "strong"


def test_an_outburst_beside_a_clear_question_is_answered_first(rules: Rules) -> None:
    """Strong words in what was learnt to be a question, and nothing but a question, are met with a better attempt."""
    text = "the page numbers start at 3, I am losing my patience with this template"
    assert rules.frustration_in(text, calm=True) == "mild"
    assert rules.frustration_in(text, "frustrated", calm=True) == "strong"
    assert rules.frustration_in(text) == "strong"


@pytest.mark.parametrize(
    "text", ["how do I set up the vpn", "Papierstau im Drucker", "nichts geht mehr seit dem Update"]
)
def test_a_calm_question_is_calm(rules: Rules, text: str) -> None:
    """Nobody is told they are upset when they are not."""
    assert rules.frustration_in(text) == "none"


@pytest.mark.parametrize(
    "text",
    [
        "I want to talk to a human",
        "connect me with a real person please",
        "can someone call me back",
        "ich möchte mit einem Mitarbeiter sprechen",
        "verbinden Sie mich bitte mit einem Techniker",
        "bitte um Rückruf",
        "mit jemand reden der zuhört",
        "kann ich mit jmd reden",
        "Is this a real person? If not, put me through to somebody from the desk.",
        "Bist du ein Mensch? Ich will mit einem Techniker sprechen!",
        "operator, thanks",
        "pass me on to tier-2",
        "Live-Chat mit einem Menschen",
    ],
)
def test_the_wish_for_a_person_is_heard(rules: Rules, text: str) -> None:
    """Whoever asks for a person is understood, whatever the wording."""
    assert rules.wants_human(text)


@pytest.mark.parametrize(
    "text",
    [
        "are you a real person",
        "ich will keinen Rückruf",
        "my phone does not call",
        "I don't want a call. Just tell me the steps.",
    ],
)
def test_no_wish_for_a_person_is_invented(rules: Rules, text: str) -> None:
    """Asking what the bot is, or declining a call, does not open a ticket."""
    assert not rules.wants_human(text)


def test_facts_are_noted(rules: Rules) -> None:
    """What a visitor says about device, system and error code saves the agent a question."""
    facts = rules.facts_in("Update bricht auf meinem ThinkPad mit Windows 11 ab: 0x80070005")
    assert facts == {"device": "ThinkPad", "system": "Windows 11", "error_code": "0x80070005"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Fehler 809 beim VPN", "809"),
        ("AADSTS50076 when signing in", "AADSTS50076"),
        ("Chrome says DNS_PROBE_FINISHED_NXDOMAIN", "DNS_PROBE_FINISHED_NXDOMAIN"),
        ("my file is called annual_report", None),
        ("I have 2 monitors", None),
    ],
)
def test_error_codes(text: str, code: str | None) -> None:
    """An error code is noted as written; a file name or a number is none."""
    assert error_code(text) == code


def test_shouting() -> None:
    """Several words in capitals are shouting, an abbreviation is not."""
    assert is_shouted("WHY DOES THIS NOT WORK")
    assert not is_shouted("VPN and MFA do not work")


def test_operators_write_phrases_in_plain_words() -> None:
    """An operator's alternatives, optional words, endings and gaps mean what the file's head says."""
    phrases = Phrases({"found": ["(fed|sick) up really?", "gekuendig*", "call ... back"]})
    for text in ("FED UP", "sick up really", "gekündigt", "call me right back"):
        assert phrases.found(text), text
    assert not phrases.found("fed down, call them again and again and never back")


def test_a_phrase_of_plain_words_matches_them_exactly() -> None:
    """A phrase without signs is just its words, umlauts folded."""
    phrases = Phrases({"found": ["für nichts"]})
    assert phrases.found("danke FUER nichts!") == {"found": "fuer nichts"}
    assert not phrases.found("nichts für mich")


def test_a_phrase_may_begin_with_any_word() -> None:
    """A phrase of gaps and optional words alone is still looked for in every text."""
    phrases = Phrases({"found": ["(please|pls)? ..."], "other": ["very? nice"]})
    assert phrases.found("hello") == {"found": "hello"}
    assert phrases.found("that is very nice")["other"] == "very nice"


@pytest.mark.parametrize("name", ["conversation", "frustration", "human_request"])
def test_choices_stand_in_parentheses_and_only_once(name: str) -> None:
    """A bar outside of parentheses would be part of a word that nobody writes; a choice given twice is a slip."""
    lists = yaml.safe_load((RULES / f"{name}.yml").read_text(encoding="utf-8"))
    for phrase in (phrase for phrases in lists.values() for phrase in phrases):
        assert "|" not in re.sub(r"\([^()]*\)", "", phrase), phrase
        for choices in re.findall(r"\(([^()]*)\)", phrase):
            told = choices.split("|")
            assert len(told) == len(set(told)), phrase
