"""What the training report promises: right counts, and a page that shows every text as text."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from bot.calibration import Outcome, Targets, Trial
from bot.evidence import Said, Scene
from bot.report import report
from bot.report_page import page
from bot.training import _write_page
from bot.verdict import Calibration, Calls, Logistic, Ranked, Thresholds
from knowledge_base.articles import Article, ArticleText
from knowledge_base.loading import KnowledgeBase, load

ARTICLES = {"vpn-connect": "vpn", "vpn-slow": "vpn", "printer-add": "printer"}
SCENE = Scene(
    (*ARTICLES, "out_of_scope"), (*ARTICLES.values(), "out_of_scope"), tuple(ARTICLES), ("vpn", "vpn", "printer")
)
EVEN = Logistic((0.0,), (1.0,), (1.0,), 0.0)
THRESHOLDS = {"en": Thresholds(0.8, 0.3), "de": Thresholds(0.9, 0.3)}
CALIBRATION = Calibration(EVEN, EVEN, EVEN, EVEN, THRESHOLDS, Calls(0.5, 0.1))
QUESTIONS = {
    "vpn-slow": "slow <script>alert(1)</script> tunnel",
    "vpn-connect": "connect me",
    "printer-add": "add a new printer here",
}


@pytest.fixture(scope="module")
def knowledge_base() -> KnowledgeBase:
    """Give three articles with a title that is not markup."""

    def article(id: str, topic: str) -> Article:  # noqa: A002
        text = ArticleText(f"{id} & <b>more</b>", (), "An answer.")
        return Article(id, topic, "incident", "service-desk", "2027-06-01", {"en": text, "de": text})

    articles = {name: article(name, topic) for name, topic in ARTICLES.items()}
    return KnowledgeBase(articles, load().organisation)


def outcome(trial: Trial, places: tuple[int, ...], confidence: float, offer: float) -> Outcome:
    """Give what became of one message, equally sure of article and topic."""
    return Outcome(trial, Ranked(places, (confidence,), confidence), confidence, offer)


def tried(text: str, kind: str, article: str, topic: str) -> Trial:
    """Give a trial in English without evidence."""
    said = Said(np.zeros(4, np.float32), np.zeros((3, 6), np.float32), 0.0, "en", 0.0, len(text.split()))
    return Trial(text, kind, article, topic, "en", said)


def outcomes() -> list[Outcome]:
    """Give what became of each article's question, and of something the first line does not answer."""
    became = {
        "vpn-slow": ((0, 1), 0.9, 0.9),
        "vpn-connect": ((0, 1), 0.95, 0.9),
        "printer-add": ((0, 2), 0.4, 0.5),
    }
    judged = [
        outcome(tried(text, "question", article, ARTICLES[article]), *became[article])
        for article, text in QUESTIONS.items()
    ]
    outside = tried("what is for lunch", "out_of_scope", "", "out_of_scope")
    return [*judged, outcome(outside, (2, 0), 0.1, 0.1)]


@pytest.fixture
def found(knowledge_base: KnowledgeBase) -> dict[str, Any]:
    """Give the report on them."""
    return report(outcomes(), CALIBRATION, SCENE, knowledge_base, {"en": Targets(), "de": Targets(off_topic=0.11)})


def parsed(report: dict[str, Any]) -> ET.Element:
    """Parse the page as strictly as XML is."""
    return ET.fromstring(page(report, "a1b2").removeprefix("<!DOCTYPE html>"))  # noqa: S314


def text_of(page: ET.Element) -> str:
    """Give everything a reader sees, white space evened out."""
    return " ".join("".join(page.find("body").itertext()).split())


def test_what_became_of_the_messages_is_counted(found: dict[str, Any]):
    """Of three questions two are answered, one of them with another article of the same topic; one is offered."""
    counts = found["languages"]["en"]["kinds"]["question"]
    assert (counts["messages"], counts["answered"], counts["answered_wrong"], counts["off_topic"]) == (3, 2, 1, 0)
    assert (counts["suggested"], counts["suggested_right"], counts["no_answer"]) == (1, 1, 0)
    assert found["languages"]["en"]["topics"]["printer"]["suggested"] == 1
    assert found["languages"]["de"]["kinds"] == {}


def test_every_question_is_in_one_bin(found: dict[str, Any]):
    """The reliability counts each question once, with its own confidence."""
    bins = found["languages"]["en"]["reliability"]["article"]
    assert [(held["from"], held["messages"], held["right"]) for held in bins if held["messages"]] == [
        (0.4, 1, 0),
        (0.9, 2, 1),
    ]


def test_a_mix_up_comes_with_the_question(found: dict[str, Any]):
    """An editor sees which article was asked for, which was given, and what was asked."""
    first = found["languages"]["en"]["mixed_up"][0]
    assert (first["asked"], first["given"], first["times"], first["answered"]) == ("vpn-slow", "vpn-connect", 1, 1)
    assert first["samples"] == [QUESTIONS["vpn-slow"]]


def test_the_page_begins_in_plain_words(found: dict[str, Any]):
    """The first thing said is what becomes of a hundred questions."""
    assert "Of 100 questions in English it answers 67 directly, 33 of them with another article" in text_of(
        parsed(found)
    )


def test_a_question_stays_text(found: dict[str, Any]):
    """Markup in a question or a title is shown as it was typed and does nothing."""
    shown = parsed(found)
    assert "<script>alert(1)</script>" in text_of(shown)
    assert "vpn-slow & <b>more</b>" in text_of(shown)
    assert not list(shown.iter("script"))
    assert not list(shown.iter("b"))


def test_every_picture_and_table_says_what_it_is(found: dict[str, Any]):
    """Who cannot see a picture is told what it shows; every head of a table says what it is the head of."""
    shown = parsed(found)
    pictures, tables = list(shown.iter("svg")), list(shown.iter("table"))
    assert pictures
    for picture in pictures:
        ids = {picture.findtext("title") and picture.find("title").get("id"), picture.find("desc").get("id")}
        assert set(picture.get("aria-labelledby").split()) == ids
        assert picture.findtext("desc")
    assert all(table.findtext("caption") for table in tables)
    assert all(head.get("scope") in {"row", "col"} for head in shown.iter("th"))


def test_ids_are_there_once_and_links_lead_somewhere(found: dict[str, Any]):
    """Every link of the page leads to a part of it, and nothing is fetched from elsewhere."""
    shown = parsed(found)
    ids = [part.get("id") for part in shown.iter() if part.get("id")]
    assert len(ids) == len(set(ids))
    assert {link.get("href") for link in shown.iter("a")} <= {f"#{name}" for name in ids}
    assert "url(" not in page(found, "a1b2")
    assert "http" not in page(found, "a1b2")


def test_the_page_is_written_beside_the_report(found: dict[str, Any], tmp_path: Path):
    """Training leaves the page under the model's name, and says where; a model without a report leaves none."""
    said: list[str] = []
    _write_page(tmp_path / "a1b2.report.json", said.append)
    assert said == []
    (tmp_path / "a1b2.report.json").write_text(json.dumps(found), encoding="utf-8")
    _write_page(tmp_path / "a1b2.report.json", said.append)
    assert (tmp_path / "a1b2.report.html").read_text(encoding="utf-8") == page(found, "a1b2")
    assert "a1b2.report.html" in said[0]
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".")] == []
