"""`firstline ask`: what the bot says to a line of text, for people and for scripts."""

import json
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.crew import Terms
from bot.reply import BotMessage, Candidate, Choice, Reply, Utterance
from bot.workers import Workers
from firstline.ask import answer_of, answers
from tests.bot.conftest import AssistantElsewhere

STUB = Path(__file__).with_name("stub_worker.py")
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
KEYS = ["text", "masked", "language", "decision", "article", "topic", "confidence", "suggestions", "handoff", "reply"]


@pytest.fixture
async def workers() -> AsyncIterator[Workers]:
    """Give workers that repeat what they are told."""
    workers = Workers(Path("one"), terms=Terms(command=lambda model: (sys.executable, str(STUB), str(model))))
    await workers.start()
    yield workers
    await workers.close()


async def asked(workers: Workers, lines: list[str], *, one_conversation: bool = False) -> list[dict[str, Any]]:
    """Ask line by line and read what is printed."""
    printed: list[str] = []
    await answers(workers, lines, printed.append, one_conversation=one_conversation)
    return [json.loads(line) for line in printed]


async def test_every_line_gets_one_object(workers: Workers):
    """Scripts can count on one answer a line, in order, an empty line included."""
    got = await asked(workers, ["first\n", "\n", "drücken\r\n"])
    assert [answer["text"] for answer in got] == ["first", "", "drücken"]
    assert [answer["reply"] for answer in got] == [["one: first"], ["one: "], ["one: drücken"]]
    assert list(got[0]) == KEYS


async def test_secrets_are_masked_before_the_bot_reads_them(workers: Workers):
    """What looks like a password reaches neither the bot nor its answer."""
    (got,) = await asked(workers, ["my password is Sommer2026!"])
    assert "Sommer2026" not in got["masked"]
    assert got["reply"] == [f"one: {got['masked']}"]


async def test_a_line_that_breaks_the_bot_does_not_end_the_run(workers: Workers):
    """The lines after a failing one are still answered."""
    broken, fine = await asked(workers, ["die", "hello"])
    assert (broken["decision"], broken["handoff"], broken["reply"]) == ("handoff", "bot_unavailable", [])
    assert sorted(broken) == sorted(KEYS)
    assert fine["reply"] == ["one: hello"]


def test_suggestions_are_the_offered_articles_with_their_confidence():
    """A script sees what a visitor could choose from, and how sure the bot was."""
    candidates = tuple(
        Candidate(name, "vpn", name.title(), sure) for name, sure in (("a", 0.4), ("b", 0.3), ("c", 0.1))
    )
    choices = (Choice("A", "article:a"), Choice("B", "article:b"), Choice("None of these", "none"))
    reply = Reply((BotMessage("Is it one of these?", choices),), {}, "suggest", "en", candidates=candidates)
    assert answer_of("x", "x", reply)["suggestions"] == [
        {"article": "a", "topic": "vpn", "confidence": 0.4},
        {"article": "b", "topic": "vpn", "confidence": 0.3},
    ]


def test_an_answer_names_article_topic_and_confidence(assistant: AssistantElsewhere):
    """Editors can check in a script which article a question finds."""
    reply = assistant.reply({}, [Utterance("I forgot my password")], NOW)
    got = answer_of("x", "x", reply)
    assert (got["article"], got["topic"], got["handoff"]) == ("password-forgotten", "password_reset", None)
    assert 0 < got["confidence"] <= 1
