"""What is counted when the bot is measured on questions kept apart."""

import json
from pathlib import Path

import pytest

from bot.training import MODELS
from firstline.evaluating import Case, evaluate, figures

pytestmark = pytest.mark.usefixtures("model")


def case(kind: str, outcome: str, given: str = "", by_article: str | None = None) -> Case:
    """Give a case of which only this counts."""
    return Case("…", "en", kind, "vpn", None, outcome, by_article, "answer", given)


def test_every_share_is_of_its_own_kind():
    """Questions count as questions, and a person who comes for either reason has come."""
    cases = [
        case("question", "right", by_article="wrong"),
        case("question", "offered"),
        case("question", "wrong"),
        case("question", "handed_off", "frustrated"),
        case("human_request", "human_request"),
        case("human_request", "frustrated"),
        case("human_request", "suggest"),
        case("frustrated", "frustrated"),
        case("oos", "answer"),
        case("oos", "low_confidence"),
    ]
    assert figures(cases) == [
        ("right answer", 1, 4),
        ("right answer, or right among the offered", 2, 4),
        ("wrong answer", 1, 4),
        ("right answer: by article", 0, 1),
        ("right answer, or right among the offered: by article", 0, 1),
        ("wrong answer: by article", 1, 1),
        ("handed off", 1, 4),
        ("taken for frustration", 1, 4),
        ("taken for a wish for a person", 0, 4),
        ("wish for a person: brought a person at once", 2, 3),
        ("wish for a person: heard as such", 1, 3),
        ("strong frustration: brought a person at once", 1, 1),
        ("strong frustration: heard as such", 1, 1),
        ("out of scope: answered", 1, 2),
    ]


def test_a_file_of_questions_is_asked_and_every_case_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """The real bot is asked; what it did stands in the cases, one line each."""
    questions, cases = tmp_path / "questions.jsonl", tmp_path / "cases.jsonl"
    asked = [
        {"text": "how do I connect to the VPN", "lang": "en", "topic": "vpn", "article": "vpn-connect"},
        {"text": "einen Menschen bitte", "lang": "de", "kind": "human_request"},
    ]
    questions.write_text("\n".join(map(json.dumps, asked)), encoding="utf-8")
    assert evaluate(MODELS, questions, cases) is None
    first, second = map(json.loads, cases.read_text(encoding="utf-8").splitlines())
    assert (first["outcome"], first["by_article"], first["given"]) == ("right", "right", "vpn-connect")
    assert (second["kind"], second["outcome"]) == ("human_request", "human_request")
    printed = capsys.readouterr().out
    assert "en: in short" in printed
    assert "de: in short" in printed


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"text": "x", "lang": "fr", "topic": "vpn"}', "line 1 needs text and lang"),
        ('{"text": "x", "lang": "en"}', "line 1 needs a topic, or a kind"),
        ('{"text": "x", "lang": "en", "topic": "gardening"}', "line 1 has a topic that does not exist: gardening"),
        ('["x"]', "line 1 is not an object"),
        ('{"text": ', "line 1 is not JSON"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, line: str, said: str):
    """Whoever wrote the file learns which line it is and what it needs."""
    questions = tmp_path / "questions.jsonl"
    questions.write_text(line + "\n", encoding="utf-8")
    assert said in str(evaluate(MODELS, questions, tmp_path / "cases.jsonl"))
