"""How the bot behaves whatever is said: the rules alone, without a model; and whole conversations with the real bot."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.actions.answering import answer, choose, did_not_help
from bot.actions.heard import Heard
from bot.actions.manners import first_of_all, remember
from bot.actions.memory import Memory, Ranked
from bot.actions.people import Frustrated
from bot.actions.reactions import Affirm, Deny, Helpful, NoneOfThese
from bot.actions.said import Said
from bot.actions.small_talk import SmallTalk
from bot.choices import ARTICLE, OTHER
from bot.reply import Choice, Reply, Utterance
from tests.bot.conftest import AssistantElsewhere

CONNECT, FAILS, DROPS = (
    Ranked(f"vpn-{name}", "vpn", sure) for name, sure in (("connect", 0.7), ("fails", 0.2), ("drops", 0.05))
)
PRINTER = Ranked("printer-add", "printer", 0.9)


def question(verdict: str, *candidates: Ranked, text: str = "the vpn does something", **more: object) -> Heard:
    """Give a question about the VPN as the pipeline understands it."""
    return Heard(text=text, intent="vpn", verdict=verdict, candidates=candidates, **more)  # type: ignore[arg-type]


def turn(heard: Heard, memory: Memory) -> Said:
    """Do with a question what the bot does."""
    memory = remember(heard, memory)
    return first_of_all(heard, memory) or answer(heard, memory)


@pytest.mark.parametrize("verdict", ["answer", "suggest", "no_answer"])
def test_a_wish_for_a_person_comes_before_any_answer(verdict: str):
    """Whoever asks for a person gets one at once, whatever else the message says."""
    said = turn(question(verdict, CONNECT, human_request=True, frustration="strong"), Memory())
    assert (said.decision, said.handoff_reason, said.article) == ("handoff", "human_request", None)


@pytest.mark.parametrize("verdict", ["answer", "suggest", "no_answer"])
def test_anger_goes_to_a_person_at_once(verdict: str):
    """Nobody who is angry is given an article to read."""
    said = turn(question(verdict, CONNECT, frustration="strong"), Memory())
    assert (said.decision, said.handoff_reason, said.article) == ("handoff", "frustrated", None)


def test_annoyance_gets_one_better_attempt_and_then_a_person():
    """Somebody annoyed is answered with sympathy once, and handed over the second time."""
    annoyed = question("answer", CONNECT, frustration="mild")
    first = turn(annoyed, Memory())
    assert (first.response, first.decision) == ("utter_answer_with_sympathy", "answer")
    second = turn(question("answer", PRINTER, frustration="mild"), first.memory)
    assert (second.decision, second.handoff_reason) == ("handoff", "frustrated")


def test_annoyance_without_a_question_is_asked_what_is_wrong_once():
    """Bare annoyance is met with sympathy and a question, then with a person."""
    heard = Heard(text="this is annoying", intent="frustrated", frustration="mild")
    first = Frustrated().act(heard, remember(heard, Memory()))
    assert (first.response, first.decision) == ("utter_ask_with_sympathy", "dialogue")
    second = first_of_all(heard, remember(heard, first.memory))
    assert second is not None
    assert second.handoff_reason == "frustrated"


def test_what_the_bot_does_not_know_goes_to_a_person_at_once():
    """A question without a good answer is not answered with a bad one."""
    said = turn(question("no_answer", CONNECT), Memory())
    assert (said.decision, said.handoff_reason) == ("no_answer", "low_confidence")


def test_suggestions_are_at_most_three_and_none_that_failed():
    """Choices are few, and never one that did not help."""
    memory = Memory(tried=("vpn-connect",))
    said = turn(question("suggest", CONNECT, FAILS, DROPS, PRINTER, replace(PRINTER, article="printer-scan")), memory)
    assert [ranked.article for ranked in said.suggestions] == ["vpn-fails", "vpn-drops", "printer-add"]


def test_suggestions_twice_in_a_row_end_with_a_person():
    """Two messages without an answer end with a person, whatever their wording."""
    first = turn(question("suggest", CONNECT, FAILS), Memory())
    second = turn(question("suggest", PRINTER, DROPS), first.memory)
    assert (second.decision, second.handoff_reason) == ("no_answer", "low_confidence")


def test_a_wordless_message_is_asked_about_once():
    """Question marks and an emoji get a gentle question first and a person next."""
    first = turn(question("answer", CONNECT, text="??"), Memory())
    assert (first.response, first.decision) == ("utter_ask_unclear", "dialogue")
    second = turn(question("answer", CONNECT, text="🤷"), first.memory)
    assert (second.decision, second.handoff_reason) == ("no_answer", "low_confidence")


def test_an_answer_ends_the_count_of_unanswered_messages():
    """An unclear message, an answer, another unclear message: the bot asks again instead of giving up."""
    unclear = question("no_answer", text="?!")
    memory = turn(question("answer", PRINTER), turn(unclear, Memory()).memory).memory
    assert turn(unclear, memory).decision == "dialogue"


def test_a_failed_answer_is_followed_by_a_likely_one():
    """When an article did not help, the next one that is likelier right than not is given."""
    given_first = turn(question("answer", CONNECT, FAILS, DROPS), Memory())
    said = did_not_help(Heard(text="no"), given_first.memory)
    assert (said.response, said.article) == ("utter_answer_instead", FAILS)


def test_a_failed_answer_is_followed_by_related_choices_when_none_is_likely():
    """When no article is likelier right than not, the related ones are offered."""
    rivals = (replace(FAILS, confidence=0.15), replace(DROPS, confidence=0.15))
    said = did_not_help(Heard(text="no"), turn(question("answer", CONNECT, *rivals), Memory()).memory)
    assert (said.decision, said.suggestions) == ("suggest", rivals)


def test_a_failed_answer_without_another_is_followed_by_a_question():
    """When there is nothing else to give, the bot asks for other words."""
    said = did_not_help(Heard(text="no"), turn(question("answer", CONNECT), Memory()).memory)
    assert (said.response, said.decision) == ("utter_ask_in_other_words", "dialogue")


def test_two_failed_answers_end_with_a_person():
    """Whoever was not helped twice in a row is not tried on a third time."""
    memory = did_not_help(Heard(text="no"), turn(question("answer", CONNECT, FAILS), Memory()).memory).memory
    said = did_not_help(Heard(text="no"), memory)
    assert (said.decision, said.handoff_reason) == ("handoff", "not_helpful")


def test_another_answer_to_the_same_trouble_does_not_forget_that_the_first_failed():
    """Rewording a problem that was not solved does not start the count again."""
    memory = did_not_help(Heard(text="no"), turn(question("answer", CONNECT), Memory()).memory).memory
    memory = turn(question("answer", FAILS), memory).memory
    assert did_not_help(Heard(text="no"), memory).handoff_reason == "not_helpful"


def test_an_answer_about_something_else_starts_afresh():
    """A new question is not made to pay for an old one."""
    memory = did_not_help(Heard(text="no"), turn(question("answer", CONNECT), Memory()).memory).memory
    memory = turn(question("answer", PRINTER), memory).memory
    assert did_not_help(Heard(text="no"), memory).handoff_reason is None


def test_the_same_question_again_is_not_answered_with_the_same_article():
    """Somebody who asks again has read the answer; repeating it is no help."""
    first = turn(question("answer", CONNECT, FAILS), Memory())
    second = turn(question("answer", CONNECT, FAILS), first.memory)
    assert second.article == FAILS


@given(st.lists(st.sampled_from(["answer", "suggest", "no_answer", "failed", "pick"]), max_size=12))
def test_an_article_that_did_not_help_is_never_given_again(course: list[str]):
    """Whatever course a conversation takes, no answer that failed comes back."""
    memory, failed = Memory(), set[str]()
    for step in course:
        if step == "failed":
            failed |= {memory.last_article} if memory.last_article else set()
            said = did_not_help(Heard(text="no"), memory)
        elif step == "pick":
            said = choose(CONNECT, Heard(text="Connect", article=CONNECT.article), memory)
        else:
            said = turn(question(step, CONNECT, FAILS, DROPS), memory)
        offered = {ranked.article for ranked in (said.article, *said.suggestions) if ranked}
        assert not offered & failed
        memory = said.memory


@given(st.lists(st.sampled_from(["suggest", "failed", "unclear"]), min_size=2, max_size=6))
def test_two_unanswered_messages_in_a_row_end_with_a_person(course: list[str]):
    """However the two are mixed: not understood, narrowed down or not helped, the second brings a person."""
    memory = Memory()
    for number, step in enumerate(course, start=1):
        if step == "failed":
            said = did_not_help(Heard(text="no"), memory)
        else:
            said = turn(question(step, CONNECT, FAILS, text="..." if step == "unclear" else "vpn"), memory)
        assert bool(said.handoff_reason) == (number % 2 == 0)
        memory = said.memory


def test_relief_forgets_the_trouble():
    """After something helped, the next problem gets all its attempts."""
    memory = Helpful().act(Heard(text="yes"), Memory(unanswered=1, frustration=1, stuck="vpn", language="de")).memory
    assert (memory.unanswered, memory.frustration, memory.stuck, memory.language) == (0, 0, None, "de")


def test_no_suggestion_fits_means_a_person():
    """Saying that none of these fits brings a person at once."""
    assert NoneOfThese().act(Heard(text="none"), Memory()).handoff_reason == "low_confidence"


@pytest.mark.parametrize(
    ("intent", "response"),
    [("out_of_scope", "utter_handoff_out_of_scope"), ("vpn", "utter_handoff_low_confidence")],
)
def test_what_is_out_of_scope_is_told_what_the_bot_knows(intent: str, response: str):
    """Both are handed over for the same reason; a question about IT needs no list of what IT is."""
    said = answer(Heard(text="how much is lunch", intent=intent), Memory())
    assert (said.decision, said.handoff_reason, said.response) == ("no_answer", "low_confidence", response)


@pytest.mark.parametrize(
    ("expecting", "yes", "no"),
    [
        ("feedback", "utter_helpful", "utter_ask_in_other_words"),
        ("choice", "utter_answer", "utter_handoff_low_confidence"),
        ("more", "utter_go_ahead", "utter_goodbye"),
        (None, "utter_go_ahead", "utter_go_ahead"),
    ],
)
def test_yes_and_no_mean_what_was_asked(expecting: str | None, yes: str, no: str):
    """A bare yes or no is about the bot's last question."""
    memory = Memory(expecting=expecting, last_article="vpn-connect", candidates=(CONNECT,))  # type: ignore[arg-type]
    assert Affirm().act(Heard(text="yes"), memory).response == yes
    assert Deny().act(Heard(text="no"), memory).response == no


def test_a_choice_clicked_on_the_way_counts():
    """Whoever clicks "That did not help" and types on is not given that article again."""
    memory = turn(question("answer", CONNECT, FAILS), Memory()).memory
    said = turn(question("answer", CONNECT, FAILS, clicked=("not_helped",)), memory)
    assert said.handoff_reason == "not_helpful"


def test_small_talk_is_answered_in_kind():
    """A greeting is greeted, and asking for a ticket is passed on to who knows."""
    assert SmallTalk().act(Heard(text="hi", intent="greet"), Memory()).response == "utter_greet"
    assert SmallTalk().act(Heard(text="my ticket?", intent="ticket_status"), Memory()).asks == "ticket_status"


def test_facts_are_kept_and_the_newer_counts():
    """What a visitor said about the device reaches the agent, however much else was said."""
    memory = remember(Heard(text="x", facts={"device": "laptop", "error_code": "809"}), Memory())
    memory = remember(Heard(text="x", facts={"error_code": "691"}), memory)
    assert memory.facts == {"device": "laptop", "error_code": "691"}


def test_the_language_of_a_message_without_one_is_the_conversations():
    """An "ok" in a German conversation does not turn it English."""
    assert remember(Heard(text="ok"), Memory(language="de")).language == "de"
    assert remember(Heard(text="and now?", language="en"), Memory(language="de")).language == "en"


def test_question_marks_alone_are_no_annoyance():
    """Two times "??" is somebody who needs a person, not somebody to be calmed."""
    heard = Heard(text="??", intent="frustrated", frustration="mild")
    assert remember(heard, Memory(frustration=1)).frustration == 1


SAID = (
    "how do I connect to the VPN",
    "wie verbinde ich mich mit dem WLAN",
    "I forgot my password",
    "mein Drucker druckt nicht",
    "my printer does not print and I forgot my password",
    "printer",
    "windows 11",
    "auf dem Mac",
    "and on my phone?",
    "und im Homeoffice?",
    "no, the printer on floor 3",
    "nein, ich meine das WLAN",
    "no idea",
    "that did not help",
    "das hat nicht geholfen",
    "thanks",
    "hello",
    "ok",
    "yes",
    "nein",
    "??",
    "🤯",
    "error 809",
    "what is the status of my ticket?",
    "wann habt ihr geöffnet?",
    "I don't want a person",
    "and what about the weather?",
    "wie koche ich Nudeln",
    "this is annoying",
    "/restart",
)
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
moves = st.one_of(st.sampled_from(SAID), st.integers(0, 9))  # words, or the number of a choice that is offered


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(moves, max_size=12))
def test_the_real_bot_keeps_its_manners(assistant: AssistantElsewhere, course: list[str | int]):
    """Each message is answered, offered choices, asked back or handed over, and nothing that failed comes back."""
    state: Any = {}
    failed, offered = set[str](), list[Choice]()
    for move in course:
        said = _utterance(move, offered)
        before = state
        reply = assistant.reply(state, [said], NOW)
        state, offered = reply.state, [choice for message in reply.messages for choice in message.choices]
        if said.choice == "not_helped" and before.get("last_article"):
            failed.add(before["last_article"])
        _is_mannerly(reply, failed)


def _utterance(move: str | int, offered: list[Choice]) -> Utterance:
    """Give what is typed, or a click on one of the choices offered, if there are any."""
    if isinstance(move, str):
        return Utterance(move)
    chosen = offered[move % len(offered)] if offered else Choice("hello", "")
    return Utterance(chosen.title, chosen.value or None)


def _is_mannerly(reply: Reply, failed: set[str]) -> None:
    choices = [choice.value for message in reply.messages for choice in message.choices]
    shown = {value.partition(":")[2] for value in choices if value.startswith((ARTICLE, OTHER))}
    assert all(message.text.strip() for message in reply.messages)
    assert (reply.decision == "answer") == (reply.article is not None)
    assert (reply.decision == "suggest") == any(value.startswith(ARTICLE) for value in choices)
    assert (reply.decision in ("no_answer", "handoff")) == (reply.handoff_reason is not None)
    assert not ({reply.article} | shown) & failed
    assert reply.state.get("unanswered", 0) < 2
    assert all(len(value.encode()) <= 64 for value in choices)
