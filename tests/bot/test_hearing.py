"""How a message is heard in its conversation: as more of what was asked, as a correction, as several questions."""

from typing import Any

import pytest

from bot.hearing import Hearing
from bot.reply import Choice
from bot.utterances import Breath

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # spaCy's dependencies at import

VPN, PRINTER, SCAN, PHONE = (
    {"article": article, "topic": topic, "confidence": 0.8}
    for article, topic in (
        ("vpn-connect", "vpn"),
        ("printer-not-printing", "printer"),
        ("printer-scan", "printer"),
        ("email-phone-setup", "mobile_phone"),
    )
)
ASKED = {"question": "how do I connect to the vpn", "last_article": "vpn-connect", "expecting": "feedback"}


def read(verdict: str, *candidates: dict[str, Any], intent: str | None = None, sure: float = 0.9, **facts: str) -> Any:
    """Give what the pipeline makes of a text."""
    name = intent or (candidates[0]["topic"] if candidates else "out_of_scope")
    return {
        "intent": {"name": name, "confidence": sure},
        "entities": [],
        "verdict": verdict,
        "candidates": list(candidates),
        "facts": facts,
    }


def heard(text: str, slots: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """Hear a text where the pipeline knows only some texts."""
    nothing = read("no_answer")
    hearing = Hearing(lambda words: {**known.get(words, nothing), "text": words})
    return hearing.of(Breath((text,)), slots)


@pytest.mark.parametrize("text", ["and on my phone?", "und auf dem Handy?", "what about on my phone"])
def test_the_same_question_elsewhere_is_asked_together_with_it(text: str):
    """A follow-up is about what was talked about, whatever its few words would be about alone."""
    known = {
        text: read("answer", PHONE, device="mobile phone"),
        f"{ASKED['question']} {text}": read("answer", VPN),
    }
    understood = heard(text, ASKED, known)
    assert understood["follows"]
    assert understood["candidates"] == [VPN]
    assert (understood["text"], understood["facts"]) == (text, {"device": "mobile phone"})


def test_a_fact_alone_is_more_about_the_last_question():
    """Whoever adds what the screen says has not changed the subject."""
    together = f"{ASKED['question']} error 809"
    known = {"error 809": read("no_answer", error_code="809"), together: read("answer", SCAN)}
    assert heard("error 809", ASKED, known)["candidates"] == [SCAN]


def test_a_topic_of_its_own_is_its_own():
    """Asking "and the printer?" is about the printer."""
    known = {"and the printer?": read("suggest", PRINTER, device="printer")}
    understood = heard("and the printer?", ASKED, known)
    assert "follows" not in understood
    assert understood["candidates"] == [PRINTER]


def test_what_nobody_knows_is_not_answered_with_the_last_article():
    """Asking "and what about the weather?" is not about the VPN."""
    text = "and what about the weather"
    understood = heard(text, ASKED, {f"{ASKED['question']} {text}": read("answer", VPN)})
    assert understood["verdict"] == "no_answer"


def test_without_a_question_before_nothing_is_added():
    """A first message stands for itself."""
    understood = heard("and on my phone?", {}, {"and on my phone?": read("answer", PHONE, device="mobile phone")})
    assert understood["candidates"] == [PHONE]


def test_a_long_message_stands_for_itself():
    """Somebody who writes a whole sentence has said what it is about."""
    text = "and on my phone the mail app asks for the password again and again"
    assert "follows" not in heard(text, ASKED, {text: read("suggest", PHONE, device="mobile phone")})


@pytest.mark.parametrize("text", ["no, the printer on floor 3", "nope i mean the printer on floor 3"])
def test_a_correction_is_what_stands_behind_the_no(text: str):
    """A "no" in front of something is not just a no."""
    known = {
        text: read("no_answer", intent="deny"),
        "printer on floor 3": read("suggest", PRINTER, device="printer"),
        "the printer on floor 3": read("suggest", PRINTER, device="printer"),
    }
    understood = heard(text, ASKED, known)
    assert (understood["intent"]["name"], understood["verdict"]) == ("printer", "suggest")
    assert "correction" in understood["cues"]


def test_a_correction_counts_with_the_question_it_corrects():
    """What was asked is still the question."""
    text = "nein, den Drucker im 3. Stock"
    rest = "den drucker im 3 stock"
    slots = {**ASKED, "question": "Drucker druckt nicht"}
    known = {
        text: read("no_answer", intent="deny"),
        rest: read("suggest", SCAN, device="printer"),
        f"Drucker druckt nicht {rest}": read("answer", PRINTER),
    }
    assert heard(text, slots, known)["candidates"] == [PRINTER]


@pytest.mark.parametrize("text", ["no", "no thanks", "no, that's it", "nein danke", "no it still does not work"])
def test_a_plain_no_stays_a_no(text: str):
    """Whoever has nothing to add is not put words into the mouth."""
    known = {text: read("no_answer", intent="deny"), f"{ASKED['question']} {text}": read("answer", VPN)}
    assert heard(text, ASKED, known)["intent"]["name"] == "deny"
    assert heard(text, {**ASKED, "expecting": "more"}, known)["intent"]["name"] == "deny"


def test_two_questions_in_one_message_are_both_heard():
    """The second question does not drown in the first."""
    known = {
        "I cannot connect to the vpn": read("answer", VPN),
        "the printer does not print": read("answer", {**PRINTER, "confidence": 0.9}),
    }
    understood = heard("I cannot connect to the vpn and the printer does not print", {}, known)
    assert understood["also"] == [{**PRINTER, "confidence": 0.9}, VPN]


def test_one_question_in_many_words_is_one():
    """A story about one thing offers nothing beside its answer."""
    known = {"the scanner is dead": read("answer", SCAN), "the printer does not print": read("answer", PRINTER)}
    assert heard("the scanner is dead and the printer does not print", {}, known)["also"] == []
    assert heard("my laptop is old and slow and it is loud", {}, known)["also"] == []


def test_a_choice_means_what_it_means():
    """What is typed beside a click is still heard for facts."""
    hearing = Hearing(lambda words: {**read("answer", VPN, device="laptop"), "text": words})
    understood = hearing.of(Breath(("my laptop",), Choice("Mac", "fact:system:macOS")), ASKED)
    assert (understood["intent"]["name"], understood["text"], understood["facts"]) == (
        "state_fact",
        "Mac",
        {"device": "laptop"},
    )


@pytest.mark.parametrize("text", ["I don't want a person", "no human please", "ich möchte keinen Menschen"])
def test_a_refused_person_is_heard(text: str):
    """Nobody is handed over against their will."""
    assert "declined" in heard(text, {}, {})["cues"]


@pytest.mark.parametrize(
    "text", ["I want a person", "I can't do this without a person", "no bot please", "kein Mensch hilft mir hier"]
)
def test_no_refusal_is_invented(text: str):
    """Whoever needs a person is not kept from one."""
    assert "declined" not in heard(text, {}, {})["cues"]


def test_one_word_that_names_a_system_says_no_more():
    """Whoever answers "Windows" is not taken for angry, whatever was learnt about so short a text."""
    angry = {"frustration": "strong", "human_request": True}
    known = {text: {**read("no_answer", system="Windows"), "signals": angry} for text in ("Windows", "damn Windows")}
    assert heard("Windows", {}, known)["signals"] == {"frustration": "none", "human_request": False}
    assert heard("damn Windows", {}, known)["signals"] == angry
