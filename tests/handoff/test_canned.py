"""Canned answers: an editor's file is used as written, or every mistake in it is named."""

from pathlib import Path

import pytest

from handoff.canned import FILE, OF_THE_CHAT, load
from knowledge_base.articles import LANGUAGES
from knowledge_base.loading import read_organisation_of
from knowledge_base.problems import KnowledgeBaseBroken

GOOD = """
hello:
  also: [hallo, moin]
  en: {title: Greeting, text: "Hello {visitor}, {agent} of the {desk_name}. We are here {hours}."}
  de: {title: Begrüßung, text: "Guten Tag {visitor}, {agent} vom {desk_name}. Ticket {ticket}"}
"""


def written(tmp_path: Path, text: str) -> Path:
    """Give a file of answers."""
    file = tmp_path / "canned_answers.yml"
    file.write_text(text, encoding="utf-8")
    return file


def mistakes(tmp_path: Path, text: str) -> list[str]:
    """Give what is said of a file that cannot be used."""
    with pytest.raises(KnowledgeBaseBroken) as broken:
        load(read_organisation_of(), written(tmp_path, text))
    return [str(problem) for problem in broken.value.problems]


def test_facts_and_hours_are_filled_in_and_the_rest_is_left_to_the_console(tmp_path: Path):
    """What is true for the organisation stands in the text; visitor, agent and ticket are filled in at the chat."""
    (answer,) = load(read_organisation_of(), written(tmp_path, GOOD))
    assert (answer.shortcut, answer.also) == ("hello", ("hallo", "moin"))
    assert answer.texts["en"].title == "Greeting"
    assert answer.texts["en"].text.startswith("Hello {visitor}, {agent} of the IT Service Desk. We are here Monday to")
    assert answer.texts["de"].text == "Guten Tag {visitor}, {agent} vom IT-Servicedesk. Ticket {ticket}"


def test_without_a_file_there_are_no_answers(tmp_path: Path):
    """An organisation that wants no canned answers has none, and an empty file is none either."""
    assert load(read_organisation_of(), tmp_path / "none.yml") == ()
    assert load(read_organisation_of(), written(tmp_path, "# later\n")) == ()


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        (
            "{visitor}, {agent} of",
            "{visitr}, {agent} of",
            "line 4, hello.en.text: names {visitr}, which is no variable",
        ),
        ("Hello {visitor},", "Hello {visitor,", "single { or }"),
        ("title: Greeting", "title: ''", "hello.en.title: is missing"),
        ("title: Greeting", "title: 'Hi {visitor}'", "is shown as it is"),
        ("  de: {title", "  fr: {title", "hello.de: is missing: it needs a title and a text"),
        ("  de: {title", "  fr: {title", "hello.fr: is not known"),
        ("[hallo, moin]", "[hallo, hello]", "'hello' is a shortcut on line 2 already"),
        ("[hallo, moin]", "hallo", "must be a list of further shortcuts"),
        ("hello:", "Hello you:", "'Hello you' is no shortcut"),
        ("We are here", "We are **here**", "sent as plain text"),
        ("Hello {visitor}", "Hello " + "x" * 3000, "at most 3000"),
    ],
)
def test_each_mistake_is_named_with_its_place(tmp_path: Path, wrong: str, right: str, said: str):
    """An editor reads the file, the line, the field and what to do."""
    assert any(said in found for found in mistakes(tmp_path, GOOD.replace(wrong, right)))


def test_a_file_that_holds_something_else_is_said_so(tmp_path: Path):
    """A list, or an answer without texts, is told what is wanted."""
    assert "write `shortcut:`" in mistakes(tmp_path, "- hello\n")[0]
    assert "each with a title and a text" in mistakes(tmp_path, "hello: Good morning\n")[0]


def test_the_answers_that_ship_are_whole():
    """The product's own answers can be used; each is there in both languages, under names of its own."""
    answers = load(read_organisation_of(), FILE)
    names = [name for answer in answers for name in (answer.shortcut, *answer.also)]
    assert len(answers) >= 12
    assert len(names) == len(set(names))
    for answer in answers:
        for language in LANGUAGES:
            left = answer.texts[language].text.format_map(dict.fromkeys(OF_THE_CHAT, ""))
            assert "{" not in left
