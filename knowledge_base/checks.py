"""Checks one article's YAML against what an article must be."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from knowledge_base.articles import KINDS, LANGUAGES, Article, Language
from knowledge_base.organisation import Organisation
from knowledge_base.problems import Problem
from knowledge_base.topics import TOPICS
from knowledge_base.yaml_source import Place, Source

LISTS = ("questions", "steps", "keywords", "golden")
TEXTS = ("title", "answer", "next")
TOP = ("id", "topic", "kind", "owner", "review", *LANGUAGES)
_REQUIRED = ("title", "questions", "answer")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_LINK = re.compile(r"\[([^\]]*)\]\(([^)]*)\)")
_ADDRESS = re.compile(r"(https://|mailto:|tel:)\S+\Z")
_FEWEST_QUESTIONS = 3
_LONGEST = 4000


def fill(text: str, facts: Mapping[str, str]) -> str:
    """Put the organisation's facts where a text names them; an unknown name stays as it is."""
    return _PLACEHOLDER.sub(lambda match: facts.get(match[1], match[0]), text)


def article_problems(source: Source, path: Path) -> Iterator[Problem]:
    """Give what is wrong with the fields of an article, without looking at any other."""
    if not isinstance(source.content, dict):
        yield source.problem((), "is no article: it needs id, topic, kind, owner, review, en and de.")
        return
    yield from _head_problems(source, path)
    for language in LANGUAGES:
        yield from _text_problems(source, language)


def repeat_problems(
    source: Source, article: Article, articles: Mapping[str, Article], asked: dict[str, str]
) -> Iterator[Problem]:
    """Give ids and questions that another article has already; `asked` collects the questions seen so far."""
    if article.id in articles:
        yield source.problem(("id",), f"'{article.id}' is the id of another article too: choose a new one.")
    for language in LANGUAGES:
        for number, question in enumerate(article.texts[language].questions, start=1):
            owner = asked.setdefault(f"{language} {' '.join(question.casefold().split())}", article.id)
            if owner != article.id:
                place = (language, "questions", str(number))
                yield source.problem(place, f"'{question}' is asked in '{owner}' too: keep it in one of them.")


def _head_problems(source: Source, path: Path) -> Iterator[Problem]:
    content: dict[str, Any] = source.content
    for name in sorted(set(content) - set(TOP)):
        yield source.problem((name,), f"is not a field of an article: use {', '.join(TOP)}.")
    for name in (name for name in TOP if not content.get(name)):
        yield source.problem((name,), "is missing.")
    if content.get("id") and content["id"] != path.stem:
        yield source.problem(("id",), f"must equal the file's name: write '{path.stem}' or rename the file.")
    topic = content.get("topic")
    if topic and topic not in TOPICS:
        yield source.problem(("topic",), f"'{topic}' is no topic: use one of {', '.join(TOPICS)}.")
    elif topic and topic != path.parent.name:
        yield source.problem(("topic",), f"'{topic}' stands in the folder '{path.parent.name}': move the file.")
    if content.get("kind") and content["kind"] not in KINDS:
        yield source.problem(("kind",), f"must be one of {', '.join(KINDS)}.")
    if content.get("review") and not _is_date(content["review"]):
        yield source.problem(("review",), "must be a date like 2027-06-30.")


def _is_date(text: Any) -> bool:
    try:
        date.fromisoformat(text)
    except (ValueError, TypeError):
        return False
    return True


def _text_problems(source: Source, language: Language) -> Iterator[Problem]:
    text = source.content.get(language)
    if not isinstance(text, dict):
        if text:
            yield source.problem((language,), "needs title, questions and answer.")
        return
    for name in sorted(set(text) - {*TEXTS, *LISTS, "links"}):
        yield source.problem((language, name), f"is not known: use {', '.join((*TEXTS, *LISTS, 'links'))}.")
    for name in (name for name in _REQUIRED if not text.get(name)):
        yield source.problem((language, name), "is missing.")
    for name in (name for name in TEXTS if not isinstance(text.get(name, ""), str)):
        yield source.problem((language, name), "must be one text.")
    for name in LISTS:
        yield from _list_problems(source, (language, name), text.get(name) or [])
    yield from _link_problems(source, (language, "links"), text.get("links") or [])


def _list_problems(source: Source, place: Place, items: Any) -> Iterator[Problem]:
    if not isinstance(items, list):
        yield source.problem(place, "must be a list: one text a line, each after '- '.")
        return
    for number, item in enumerate(items, start=1):
        if not isinstance(item, str) or not item.strip():
            hint = "must be a text: put it in double quotes if it contains ': '."
            yield source.problem((*place, str(number)), hint)
        elif len(item) > _LONGEST:
            yield source.problem((*place, str(number)), f"is longer than {_LONGEST} characters: shorten it.")
    if place[-1] == "questions" and 0 < len(items) < _FEWEST_QUESTIONS:
        yield source.problem(place, f"needs at least {_FEWEST_QUESTIONS}: how would people ask for this?")


def _link_problems(source: Source, place: Place, links: Any) -> Iterator[Problem]:
    if not isinstance(links, list):
        yield source.problem(place, "must be a list of `title` and `url`.")
        return
    for number, link in enumerate(links, start=1):
        if not isinstance(link, dict) or set(link) != {"title", "url"}:
            yield source.problem((*place, str(number)), "needs exactly `title` and `url`.")


def placeholder_problems(source: Source, organisation: Organisation) -> Iterator[Problem]:
    """Give names that are no fact of the organisation, and addresses that are not safe to show."""
    for language in LANGUAGES:
        facts = organisation.facts[language]
        for place, text in _strings(source.content[language], (language,)):
            for name in _PLACEHOLDER.findall(text):
                if name not in facts:
                    known = ", ".join(sorted(facts))
                    yield source.problem(place, f"'{{{name}}}' is no fact of organisation.yml: known are {known}.")
            yield from _address_problems(source, place, fill(text, facts))


def _address_problems(source: Source, place: Place, text: str) -> Iterator[Problem]:
    addresses = [text] if place[-1] == "url" else [address for _, address in _LINK.findall(text)]
    for address in addresses:
        if not _ADDRESS.match(address):
            yield source.problem(place, f"'{address}' is no safe address: start it with https://, mailto: or tel:.")


def _strings(value: Any, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _strings(item, (*place, key))
    elif isinstance(value, list):
        for number, item in enumerate(value, start=1):
            yield from _strings(item, (*place, str(number)))
