"""The bot as a pure function: what goes in decides what comes out, and nothing else does."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

import bot
from bot.actions.memory import Memory, Ranked
from bot.choices import ARTICLE, article_payload, meaning_of, value_of
from bot.reply import Choice, Reply, Utterance
from bot.utterances import one_breath
from knowledge_base.loading import load
from knowledge_base.topics import TOPICS
from tests.bot.conftest import AssistantElsewhere

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PROJECT = Path(bot.__file__).parent
QUESTION = "I forgot my password"
FEEDBACK = (Choice("That helped", "helped"), Choice("That did not help", "not_helped"), Choice("A person", "human"))


def yaml_of(name: str) -> dict[str, Any]:
    """Read a file of the Rasa project."""
    content: dict[str, Any] = yaml.safe_load((PROJECT / name).read_text(encoding="utf-8"))
    return content


class TestReply:
    """What the loaded model gives."""

    def test_the_same_message_gets_the_same_reply(self, assistant: AssistantElsewhere):
        """Nothing is kept between turns: same state and words, same reply, whenever it is asked."""
        state = assistant.reply({}, [Utterance("hello")], NOW).state
        first = assistant.reply(state, [Utterance(QUESTION)], NOW)
        for text in ("/restart", "Ich habe mein Passwort vergessen", "??"):
            assistant.reply({"language": "de"}, [Utterance(text)], NOW)
        assert assistant.reply(state, [Utterance(QUESTION)], NOW + timedelta(days=30)) == first

    def test_a_conversation_starts_in_the_language_it_was_opened_in(self, assistant: AssistantElsewhere):
        """Before the bot can tell, the visitor's browser says the language."""
        assert assistant.reply({"language": "de"}, [Utterance("?")], NOW).language == "de"
        assert assistant.reply({}, [Utterance("?")], NOW).language == "en"

    def test_the_state_stays_small(self, assistant: AssistantElsewhere):
        """Turn 200 of the longest messages costs what turn 2 does."""
        state: Any = {}
        for number in range(200):
            said = Utterance(f"my laptop shows error {number:04} " + "in the VPN 🧨 " * 300)
            state = assistant.reply(state, [said, Utterance("x", "not_helped")], NOW).state
            assert len(json.dumps(state)) <= 16 * 1024

    def test_facts_are_gathered_over_the_conversation(self, assistant: AssistantElsewhere):
        """What a visitor says about the device is still there when a person takes over."""
        state = assistant.reply({}, [Utterance("my VPN shows error 809 on Windows 11")], NOW).state
        reply = assistant.reply(state, [Utterance("A person, please", "human")], NOW)
        assert "809" in reply.facts["error_code"]

    def test_candidates_have_titles_in_the_visitors_language(self, assistant: AssistantElsewhere):
        """An agent who takes over sees what was tried, as the visitor saw it."""
        reply = assistant.reply({}, [Utterance("Ich habe mein Passwort vergessen")], NOW)
        assert reply.candidates[0].title == "Vergessenes Passwort zurücksetzen"
        assert reply.candidates[0].confidence == reply.confidence

    def test_a_handoff_names_the_topic_and_what_was_tried(self, assistant: AssistantElsewhere):
        """A click on the person's button reaches the people who know about what was asked before."""
        state = assistant.reply({}, [Utterance(QUESTION)], NOW).state
        reply = assistant.reply(state, [Utterance("A person, please", "human")], NOW)
        assert (reply.topic, reply.candidates[0].article) == ("password_reset", "password-forgotten")

    def test_an_article_that_is_gone_is_asked_about(self, assistant: AssistantElsewhere):
        """A button of last week's articles does not break the conversation."""
        reply = assistant.reply({"language": "en"}, [Utterance("Old title", "article:long-gone")], NOW)
        assert (reply.decision, reply.article) == ("dialogue", None)

    def test_every_article_can_be_chosen_in_both_languages(self, assistant: AssistantElsewhere):
        """No article is broken in a way that only shows when somebody needs it."""
        for article in load().articles.values():
            for language in ("en", "de"):
                said = Utterance("title", ARTICLE + article.id)
                reply = assistant.reply({"language": language}, [said], NOW)
                assert reply.article == article.id
                assert article.texts[language].title in reply.messages[0].text  # type: ignore[index]
                assert not re.search(r"\{\w+\}", reply.messages[0].text)

    def test_a_reply_survives_the_way_to_another_process(self, assistant: AssistantElsewhere):
        """What the worker says is what the web process reads."""
        reply = assistant.reply({}, [Utterance(QUESTION)], NOW)
        assert Reply.from_json(json.loads(json.dumps(reply.to_json()))) == reply


class TestOneBreath:
    """Several messages that arrive together."""

    def test_texts_are_one_message(self):
        """Whoever sends sentence by sentence is understood as a whole."""
        breath = one_breath([Utterance("hi"), Utterance("my vpn")], ())
        assert (breath.text, breath.choice, breath.clicked) == ("hi\nmy vpn", None, ())

    def test_a_click_for_a_person_decides(self):
        """Whatever is typed after it."""
        breath = one_breath([Utterance("A person", "human"), Utterance("my vpn")], ())
        assert breath.choice == Choice("A person", "human")

    def test_a_typed_message_counts_for_more_than_a_click_beside_it(self):
        """The click is remembered, the words are answered."""
        breath = one_breath([Utterance("No", "not_helped"), Utterance("it shows error 809")], ())
        assert (breath.text, breath.choice, breath.clicked) == ("it shows error 809", None, ("not_helped",))

    def test_a_double_click_is_one(self):
        """An impatient finger is not counted twice."""
        breath = one_breath([Utterance("No", "not_helped"), Utterance("No", "not_helped")], ())
        assert (breath.choice, breath.clicked) == (Choice("No", "not_helped"), ())

    @pytest.mark.parametrize("typed", ["that did not help", "That did not help!", "👎", "👎🏾"])
    def test_a_choice_may_be_typed(self, typed: str):
        """Where there are no buttons, as in e-mail, its words or a thumb do."""
        breath = one_breath([Utterance(typed)], FEEDBACK)
        assert breath.choice == Choice("That did not help", "not_helped")

    def test_a_suggestion_may_be_chosen_by_its_number(self):
        """Who reads a list answers with a number."""
        suggested = (Choice("Set up the VPN", "article:vpn-connect"), Choice("None of these", "none"))
        assert one_breath([Utterance("1.")], suggested).choice == suggested[0]
        assert one_breath([Utterance("2")], suggested).choice == suggested[1]
        assert one_breath([Utterance("809")], suggested).choice is None

    def test_a_number_below_an_answer_is_a_text(self):
        """The steps of an answer are numbered too."""
        assert one_breath([Utterance("2")], FEEDBACK).choice is None

    def test_a_choice_of_somebody_else_is_read_by_its_title(self):
        """The bot does not stumble over buttons that are not its own."""
        breath = one_breath([Utterance("Back to the bot", "back_to_bot")], ())
        assert (breath.text, breath.choice) == ("Back to the bot", None)

    def test_a_long_text_is_cut(self):
        """A pasted log costs no more than a page."""
        assert len(one_breath([Utterance("x" * 100_000)], ()).text) == 4000


class TestProject:
    """The Rasa project itself."""

    def test_every_response_has_one_text_a_language(self):
        """The same message always gets the same words, in English and in German."""
        for name, variations in yaml_of("domain.yml")["responses"].items():
            assert ["condition" in variation for variation in variations] == [False, True], name

    def test_both_languages_offer_the_same_choices(self):
        """Nobody has fewer buttons for speaking German."""
        for name, (english, german) in yaml_of("domain.yml")["responses"].items():
            payloads = [[button["payload"] for button in text.get("buttons", ())] for text in (english, german)]
            assert payloads[0] == payloads[1], name

    def test_every_intent_has_a_rule(self):
        """Whatever is understood, there is something to do about it."""
        domain, rules = yaml_of("domain.yml"), yaml_of("data/rules.yml")["rules"]
        intents = [next(iter(intent)) if isinstance(intent, dict) else intent for intent in domain["intents"]]
        assert sorted(rule["steps"][0]["intent"] for rule in rules) == sorted(intents)
        assert set(TOPICS) <= set(intents)
        assert {rule["steps"][1]["action"] for rule in rules} <= set(domain["actions"])

    def test_every_handoff_has_its_words(self):
        """No reason for a handoff leaves the visitor without a sentence."""
        responses = yaml_of("domain.yml")["responses"]
        for reason in ("human_request", "frustrated", "low_confidence", "not_helpful"):
            assert f"utter_handoff_{reason}" in responses

    def test_choices_fit_every_channel(self):
        """No article's button is longer than the 64 bytes Telegram carries."""
        for article in load().articles:
            value = value_of(article_payload(article))
            assert len(value.encode()) <= 64
            assert meaning_of(value)["entities"][0]["value"] == article

    def test_slots_are_what_the_bot_remembers(self):
        """What an action remembers has a slot, or it would be forgotten."""
        slots = set(yaml_of("domain.yml")["slots"])
        assert slots == {*Memory().to_slots(), "outcome"}

    def test_memory_survives_the_way_through_the_slots(self):
        """What was remembered is read back as it was."""
        ranked = Ranked("password-forgotten", "password_reset", 0.8)
        memory = Memory("de", {"device": "laptop"}, ("a", "b"), "vpn", "c", (ranked,), 1, 1, "feedback")
        assert Memory.from_slots(json.loads(json.dumps(memory.to_slots()))) == memory
