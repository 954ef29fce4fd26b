"""What an article needs to know is asked once, and what the visitor says to it narrows the steps down."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions.guiding import guide, narrow
from bot.actions.heard import Heard
from bot.actions.manners import remember
from bot.actions.memory import Memory, Ranked
from bot.actions.questions import Answer, ChooseArticle
from bot.actions.reactions import Deny, Helpful, NotHelpful
from bot.actions.said import Said
from bot.actions.small_talk import SmallTalk
from bot.actions.turn import TurnAction
from bot.choices import fact_of, fact_payload, meaning_of, other_payload, value_of
from knowledge_base.articles import Article, ArticleText, Variant
from knowledge_base.loading import KnowledgeBase, load
from knowledge_base.organisation import DeskHours, Organisation

CONNECT = Ranked("vpn-connect", "vpn", 0.8)
FAILS = Ranked("vpn-fails", "vpn", 0.1)
CODES = Ranked("vpn-codes", "vpn", 0.9)
PRINTER = Ranked("printer-add", "printer", 0.9)


def article(name: str, asks: str = "", *variants: Variant) -> Article:
    """Give an article with one general step."""
    text = ArticleText(name, (), "Gist.", ("General step.",), variants=variants)
    return Article(name, name.partition("-")[0], "incident", "desk", "2027-01-01", {"en": text, "de": text}, asks)


SYSTEMS = (
    Variant("Windows", "Windows", ("Windows step.",)),
    Variant("Mac", "macOS", ("Mac step.",)),
    Variant("Chromebook", "ChromeOS"),
)
ARTICLES = (
    article("vpn-connect", "system", *SYSTEMS),
    article("vpn-fails"),
    article("printer-add", "system", *SYSTEMS[:2]),
    article("vpn-codes", "error_code", Variant("809", "809", ("Open the port.",)), Variant("691", "691")),
)
KNOWLEDGE = KnowledgeBase(
    {article.id: article for article in ARTICLES}, Organisation({"en": {}, "de": {}}, DeskHours("UTC", ((),) * 7))
)


def take(heard: Heard, memory: Memory, action: type[TurnAction] = Answer) -> Said:
    """Do with a message what the bot does."""
    return action(KNOWLEDGE).said(heard, remember(heard, memory))


def asked(*candidates: Ranked, text: str = "how do I set up the vpn please", **more: Any) -> Heard:
    """Give a question the pipeline is sure about."""
    return Heard(text=text, intent=candidates[0].topic, verdict="answer", candidates=candidates, **more)


def typed(text: str, **more: Any) -> Heard:
    """Give words the pipeline makes nothing of."""
    return Heard(text=text, intent="out_of_scope", verdict="no_answer", candidates=(FAILS,), **more)


def clicked(value: str) -> Heard:
    """Give a click on a choice."""
    return Heard.from_message({"text": "a title", "verdict": None, **meaning_of(value)})


@pytest.fixture
def memory() -> Memory:
    """Give the memory after an answer that asked for the system."""
    return take(asked(CONNECT, FAILS), Memory()).memory


class TestQuestion:
    """What is asked below an answer."""

    def test_an_answer_comes_with_all_steps_and_asks_what_would_narrow_them(self):
        """Nobody has to say anything before they are helped."""
        said = take(asked(CONNECT), Memory())
        assert (said.decision, said.article, said.variant, said.question) == ("answer", CONNECT, None, "vpn-connect")

    def test_what_was_said_in_the_question_is_not_asked(self):
        """Whoever names the system reads the steps for it at once."""
        said = take(asked(CONNECT, facts={"system": "Windows 11"}), Memory())
        assert (said.variant, said.question) == (SYSTEMS[0], None)

    def test_what_was_said_earlier_is_not_asked(self, memory: Memory):
        """What the bot learned stays true for the next article."""
        memory = take(clicked("fact:system:macOS"), memory, ChooseArticle).memory
        said = take(asked(PRINTER), memory)
        assert (said.article, said.variant, said.question) == (PRINTER, SYSTEMS[1], None)

    def test_a_fact_without_a_choice_is_not_asked_again(self):
        """Somebody with Linux is not asked whether it is Windows or macOS."""
        said = take(asked(CONNECT, facts={"system": "Linux"}), Memory())
        assert (said.variant, said.question) == (None, None)

    def test_a_phone_does_not_have_the_system_of_the_computer(self, memory: Memory):
        """Who has told of Windows and now speaks of a phone gets no steps for Windows."""
        memory = take(clicked("fact:system:Windows"), memory, ChooseArticle).memory
        assert take(asked(PRINTER, facts={"device": "mobile phone"}), memory).question == "printer-add"
        assert take(asked(PRINTER, facts={"device": "laptop"}), memory).question is None

    def test_an_article_that_asks_nothing_is_left_alone(self):
        """Most articles need to know nothing."""
        said = Said("utter_answer", "answer", Memory(), article=FAILS)
        assert guide(said, KNOWLEDGE) == said

    def test_who_cannot_say_is_not_asked_again(self, memory: Memory):
        """Not knowing is an answer too."""
        said = take(clicked("unsure"), memory, ChooseArticle)
        assert (said.response, said.decision) == ("utter_unsure", "dialogue")
        assert take(asked(PRINTER), said.memory).question is None

    def test_not_knowing_may_be_typed(self, memory: Memory):
        """E-mail has no buttons."""
        assert take(typed("no idea", cues=("unsure",)), memory, Deny).response == "utter_unsure"

    def test_saying_twice_that_one_cannot_say_brings_a_person(self, memory: Memory):
        """Nobody is sent in circles."""
        for _ in range(3):
            said = take(clicked("unsure"), memory, ChooseArticle)
            memory = said.memory
        assert said.handoff_reason == "low_confidence"


class TestStated:
    """What the visitor says to it."""

    def test_a_click_gives_the_steps_for_it(self, memory: Memory):
        """The click is an answer of its own, with the fact on its way to the ticket."""
        said = take(clicked("fact:system:macOS"), memory, ChooseArticle)
        assert (said.decision, said.article, said.variant) == ("answer", CONNECT, SYSTEMS[1])
        assert (said.memory.facts["system"], said.memory.unanswered, said.memory.tried) == ("macOS", 0, ())

    @pytest.mark.parametrize(
        ("heard", "action"),
        [
            (typed("windows 11", facts={"system": "Windows 11"}), Answer),
            (asked(PRINTER, text="windows 11", facts={"system": "Windows 11"}), Answer),
            (typed("it is a laptop with windows", facts={"system": "Windows"}), Answer),
            (Heard(text="no, I use windows", intent="deny", facts={"system": "Windows"}), Deny),
            (typed("a Windows thing"), Answer),
            (Heard(text="windows", intent="chitchat", facts={"system": "Windows"}), SmallTalk),
        ],
    )
    def test_words_do_as_well(self, memory: Memory, heard: Heard, action: type[TurnAction]):
        """Whatever the pipeline makes of two words, they answer what was just asked."""
        said = take(heard, memory, action)
        assert (said.decision, said.article, said.variant) == ("answer", CONNECT, SYSTEMS[0])

    def test_a_name_does_not_change_the_language(self, memory: Memory):
        """Whoever answers "iPhone" in German is answered in German."""
        german = Memory(**{**vars(memory), "language": "de"})
        said = take(typed("Mac", language="en"), german)
        assert (said.variant, said.memory.language) == (SYSTEMS[1], "de")

    def test_another_question_that_names_a_system_is_another_question(self, memory: Memory):
        """A printer on Windows is a printer."""
        said = take(asked(PRINTER, text="add a printer on windows", facts={"system": "Windows"}), memory)
        assert (said.article, said.variant) == (PRINTER, SYSTEMS[0])

    def test_praise_is_no_answer_to_the_question(self, memory: Memory):
        """Who says that it works on the Mac now is not given steps."""
        heard = Heard(text="great, it works on my mac", intent="helpful", facts={"system": "macOS"})
        assert take(heard, memory, Helpful).response == "utter_helpful"

    def test_another_system_may_be_asked_for_afterwards(self, memory: Memory):
        """Changing one's mind is no complaint."""
        memory = take(clicked("fact:system:Windows"), memory, ChooseArticle).memory
        said = take(asked(CONNECT, text="and on the mac?", facts={"system": "macOS"}, follows=True), memory)
        assert (said.variant, said.memory.unanswered) == (SYSTEMS[1], 0)

    def test_a_follow_up_about_another_device_asks_which_system(self, memory: Memory):
        """Asking "and on my phone?" has an answer as soon as the bot knows which phone."""
        memory = take(clicked("fact:system:Windows"), memory, ChooseArticle).memory
        heard = asked(CONNECT, text="and on my phone?", facts={"device": "mobile phone"}, follows=True)
        said = take(heard, memory)
        assert (said.decision, said.response, said.question) == ("dialogue", None, "vpn-connect")
        assert take(heard, said.memory).handoff_reason == "low_confidence"

    def test_who_cannot_say_which_phone_gets_all_steps(self, memory: Memory):
        """The steps for another system are no help; the general ones may be."""
        memory = take(clicked("fact:system:Windows"), memory, ChooseArticle).memory
        heard = asked(CONNECT, text="and on my phone?", facts={"device": "mobile phone"}, follows=True)
        said = take(clicked("unsure"), take(heard, memory).memory, ChooseArticle)
        assert (said.decision, said.article, said.variant, said.question) == ("answer", CONNECT, None, None)

    def test_the_same_steps_are_not_given_twice(self, memory: Memory):
        """Saying it again is noted once, then a person comes."""
        for response in ("utter_answer", "utter_noted", "utter_handoff_low_confidence"):
            said = take(clicked("fact:system:Windows"), memory, ChooseArticle)
            assert said.response == response
            memory = said.memory

    @pytest.mark.parametrize("fact", ["Linux", "ChromeOS"])
    def test_a_fact_without_steps_is_noted(self, memory: Memory, fact: str):
        """What an agent will want to know is kept, even if there are no steps for it."""
        said = take(typed(fact, facts={"system": fact}), memory)
        assert (said.response, said.memory.facts["system"], said.memory.unanswered) == ("utter_noted", fact, 0)

    def test_steps_of_an_article_that_did_not_help_are_not_given(self, memory: Memory):
        """The question's buttons stay in sight; the article does not come back by them."""
        memory = take(Heard(text="no", intent="not_helpful"), memory, NotHelpful).memory
        said = take(clicked("fact:system:macOS"), memory, ChooseArticle)
        assert said.article is None
        assert said.memory.facts == {"system": "macOS"}

    def test_steps_that_did_not_help_count_as_an_answer_that_did_not(self, memory: Memory):
        """Two failures in a row bring a person, guided or not."""
        memory = take(clicked("fact:system:macOS"), memory, ChooseArticle).memory
        memory = take(Heard(text="no", intent="not_helpful"), memory, NotHelpful).memory
        assert memory.tried == ("vpn-connect",)
        assert take(Heard(text="no", intent="not_helpful"), memory, NotHelpful).handoff_reason == "not_helpful"

    @pytest.mark.parametrize(("text", "step"), [("809", "Open the port."), ("it says 809", "Open the port.")])
    def test_a_bare_number_answers_what_error_code_it_is(self, text: str, step: str):
        """Nobody writes "error code 809" when asked for the code."""
        said = take(typed(text), take(asked(CODES), Memory()).memory)
        assert said.variant is not None
        assert said.variant.steps == (step,)

    def test_an_unknown_error_code_is_noted(self):
        """The agent reads it on the ticket."""
        said = take(typed("it says AB-1234"), take(asked(CODES), Memory()).memory)
        assert (said.response, said.memory.facts) == ("utter_noted", {"error_code": "AB-1234"})

    def test_an_old_button_without_a_question_is_noted_and_nothing_breaks(self):
        """A click from long ago finds a bot that has forgotten why it asked."""
        said = take(clicked("fact:system:macOS"), Memory(), ChooseArticle)
        assert (said.decision, said.memory.facts) == ("dialogue", {"system": "macOS"})
        assert narrow(clicked("unsure"), Memory(), KNOWLEDGE) is None


class TestChoices:
    """The buttons."""

    def test_values_travel_there_and_back(self):
        """What a button sends is what the bot understands."""
        value = value_of(fact_payload("system", "iOS: ü"))
        assert (value, fact_of(value)) == ("fact:system:iOS: ü", {"system": "iOS: ü"})
        assert meaning_of(value)["intent"]["name"] == "state_fact"
        assert meaning_of(value_of(other_payload("printer-add")))["entities"][0]["value"] == "printer-add"

    @pytest.mark.parametrize("value", ["fact:", "fact:system", "fact:mood:bad", "facts"])
    def test_what_states_no_fact_is_none(self, value: str):
        """A value somebody else made up is not taken for a fact."""
        assert fact_of(value) in ({}, {"system": ""})

    def test_every_choice_that_ships_fits_and_is_understood_when_typed(self):
        """Each button is short enough for every channel, and its title answers the question."""
        for entry in load().articles.values():
            for text in entry.texts.values():
                for variant in text.variants:
                    assert len(value_of(fact_payload(entry.asks, variant.value)).encode()) <= 64
                    knowledge = KnowledgeBase({entry.id: entry}, KNOWLEDGE.organisation)
                    memory = Memory(last_article=entry.id, asked=entry.id)
                    said = narrow(typed(f"it is {variant.title}"), memory, knowledge)
                    assert said is not None
                    assert said.memory.facts == {entry.asks: variant.value}


STEPS: dict[str, tuple[Heard, type[TurnAction]]] = {
    "connect": (asked(CONNECT, FAILS), Answer),
    "printer": (asked(PRINTER, text="how do I add a printer here"), Answer),
    "codes": (asked(CODES, CONNECT), Answer),
    "two": (asked(CONNECT, PRINTER, also=(PRINTER, CONNECT)), Answer),
    "two unclear": (typed("vpn and printer and so on", also=(PRINTER, CONNECT)), Answer),
    "phone": (asked(CONNECT, facts={"device": "mobile phone"}, follows=True), Answer),
    "nowhere": (asked(FAILS, follows=True), Answer),
    "suggest": (Heard(text="vpn", intent="vpn", verdict="suggest", candidates=(CONNECT, FAILS)), Answer),
    "unknown": (typed("what about the weather"), Answer),
    "unclear": (typed("??"), Answer),
    "windows": (typed("windows", facts={"system": "Windows"}), Answer),
    "mac": (clicked("fact:system:macOS"), ChooseArticle),
    "code": (clicked("fact:error_code:809"), ChooseArticle),
    "unsure": (clicked("unsure"), ChooseArticle),
    "pick": (clicked("article:vpn-connect"), ChooseArticle),
    "other": (clicked("other:printer-add"), ChooseArticle),
    "no": (Heard(text="no", intent="deny"), Deny),
    "failed": (clicked("not_helped"), NotHelpful),
    "helped": (clicked("helped"), Helpful),
    "no person": (typed("no person please", cues=("declined",)), Answer),
}


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=20))
def test_manners_hold_whatever_is_said(course: list[str]):
    """Every message is answered, offered choices, asked back or handed over; nothing that failed comes back."""
    memory, failed, before = Memory(), set[str](), None
    for step in course:
        heard, action = STEPS[step]
        last = memory.last_article
        said = take(heard, memory, action)
        if step == "failed" and last:
            failed.add(last)
        offered = {ranked.article for ranked in (said.article, *said.suggestions, *said.beside) if ranked}
        given_now = (said.article.article, said.variant) if said.article else None
        assert not offered & failed
        assert said.memory.unanswered < 2
        assert bool(said.response) or said.question is not None
        assert (said.decision == "answer") == (said.article is not None)
        assert (said.decision == "suggest") == bool(said.suggestions)
        assert (said.decision in ("handoff", "no_answer")) == bool(said.handoff_reason)
        assert given_now is None or given_now != before or memory.last_article is None
        memory, before = Memory.from_slots(said.memory.to_slots()), given_now


@given(
    st.lists(st.sampled_from(["failed", "suggest", "unclear", "nowhere", "two unclear"]), min_size=2, max_size=8),
    st.sampled_from(["connect", "mac", "codes"]),
)
def test_two_unanswered_messages_in_a_row_end_with_a_person(course: list[str], start: str):
    """Guided or not, whatever the wording."""
    heard, action = STEPS[start]
    memory, unanswered = take(heard, Memory(), action).memory, 0
    memory = Memory(**{**vars(memory), "unanswered": 0})
    for step in course:
        heard, action = STEPS[step]
        said = take(heard, memory, action)
        is_answered = said.handoff_reason or (said.decision == "answer" and step != "failed")
        unanswered = 0 if is_answered else unanswered + 1
        assert unanswered < 2
        memory = said.memory
