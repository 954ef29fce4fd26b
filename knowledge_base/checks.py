"""Checks one article's YAML against what an article must be."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from knowledge_base.articles import KINDS, LANGUAGES, Language
from knowledge_base.guidance import GUIDANCE, guidance_problems
from knowledge_base.organisation import Organisation
from knowledge_base.problems import Problem
from knowledge_base.topics import TOPICS
from knowledge_base.yaml_source import Place, Source

LISTS = ("questions", "steps", "keywords", "golden")
TEXTS = ("title", "answer", "next")
TOP = ("id", "topic", "kind", "owner", "review", *LANGUAGES)
_OPTIONAL = ("asks",)
_REQUIRED = ("title", "questions", "answer")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_LINK = re.compile(r"\[([^\]]*)\]\(([^)]*)\)")
_ADDRESS = re.compile(r"(https://|mailto:|tel:)\S+\Z")
_LONGEST_ID = 56  # so that "article:" and the id fit into the 64 bytes of a button's value
_ID = re.compile(rf"[a-z0-9-]{{1,{_LONGEST_ID}}}\Z")
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
    yield from guidance_problems(source)


def repeat_problems(source: Source, ids: dict[str, str], asked: dict[str, tuple[str, Place]]) -> Iterator[Problem]:
    """Give the id and the questions that stand somewhere already.

    `ids` and `asked` collect, over all articles, the file of each id, and the file and place of each question.
    """
    content = source.content if isinstance(source.content, dict) else {}
    name = content.get("id")
    if isinstance(name, str) and name and ids.setdefault(name, source.file) != source.file:
        yield source.problem(("id",), f"'{name}' is the id of {ids[name]} too: choose a new one.")
    for place, question in _questions(content):
        words = f"{place[0]} {' '.join(question.casefold().split())}"
        file, there = asked.setdefault(words, (source.file, place))
        if (file, there) != (source.file, place):
            sentence = f"'{question}' is asked in {file}, {'.'.join(there)}, too: keep it in one of them."
            yield source.problem(place, sentence)


def _questions(content: dict[str, Any]) -> Iterator[tuple[Place, str]]:
    for language in LANGUAGES:
        text = content.get(language)
        for name in ("questions", "golden"):
            questions = text.get(name) if isinstance(text, dict) else None
            for number, question in enumerate(questions if isinstance(questions, list) else (), start=1):
                if isinstance(question, str) and question.strip():
                    yield (language, name, str(number)), question


def _head_problems(source: Source, path: Path) -> Iterator[Problem]:
    content: dict[str, Any] = source.content
    for name in sorted(set(content) - {*TOP, *_OPTIONAL}):
        yield source.problem((name,), f"is not a field of an article: use {', '.join((*TOP, *_OPTIONAL))}.")
    for name in TOP:
        value = content.get(name)
        if _is_empty(value):
            yield source.problem((name,), "is missing.")
        elif name not in LANGUAGES and not isinstance(value, str):
            yield source.problem((name,), "must be one text.")
        else:
            yield from (source.problem((name,), sentence) for sentence in _field_problems(name, value, path))


def _is_empty(value: Any) -> bool:
    return not (value.strip() if isinstance(value, str) else value)


def _field_problems(name: str, value: Any, path: Path) -> Iterator[str]:
    if name == "id" and value != path.stem:
        yield f"must equal the file's name: write '{path.stem}' or rename the file."
    elif name == "id" and not _ID.match(value):
        yield f"must be made of a-z, 0-9 and hyphens, at most {_LONGEST_ID}: rename the file too."
    elif name == "topic" and value not in TOPICS:
        yield f"'{value}' is no topic: use one of {', '.join(TOPICS)}."
    elif name == "topic" and value != path.parent.name:
        yield f"'{value}' stands in the folder '{path.parent.name}': move the file."
    elif name == "kind" and value not in KINDS:
        yield f"must be one of {', '.join(KINDS)}."
    elif name == "review" and not _is_date(value):
        yield "must be a date like 2027-06-30."


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _text_problems(source: Source, language: Language) -> Iterator[Problem]:
    text = source.content.get(language)
    if not isinstance(text, dict):
        if not _is_empty(text):
            yield source.problem((language,), "needs title, questions and answer.")
        return
    known = (*TEXTS, *LISTS, "links", *GUIDANCE)
    for name in sorted(set(text) - set(known)):
        yield source.problem((language, name), f"is not known: use {', '.join(known)}.")
    for name in (name for name in _REQUIRED if text and _is_empty(text.get(name))):
        yield source.problem((language, name), "is missing.")
    for name in TEXTS:
        yield from _one_text_problems(source, (language, name), text.get(name, ""))
    for name in LISTS:
        yield from _list_problems(source, (language, name), text.get(name) or [])
    yield from _link_problems(source, (language, "links"), text.get("links") or [])


def _one_text_problems(source: Source, place: Place, value: Any) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield source.problem(place, "must be one text: put it in double quotes if it starts with { or [.")
    elif len(value) > _LONGEST:
        yield source.problem(place, f"is longer than {_LONGEST} characters: shorten it.")


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
            continue
        for name in ("title", "url"):
            if not isinstance(link[name], str) or not link[name].strip():
                yield source.problem((*place, str(number), name), "must be a text.")


def placeholder_problems(source: Source, organisation: Organisation, *, addresses: bool = True) -> Iterator[Problem]:
    """Give names that are no fact of the organisation, and addresses that are not safe to show.

    `addresses` are not looked at while facts are broken: what stands in them is not known.
    """
    for language in LANGUAGES:
        facts = organisation.facts[language]
        text = source.content.get(language) if isinstance(source.content, dict) else None
        for place, written in _strings(text, (language,)):
            for name in _PLACEHOLDER.findall(written):
                if name not in facts:
                    known = ", ".join(sorted(facts))
                    yield source.problem(place, f"'{{{name}}}' is no fact of organisation.yml: known are {known}.")
            if set(_PLACEHOLDER.sub("", written)) & set("{}"):
                yield source.problem(place, "has a { or } without its other half: write facts as {name}.")
            if addresses:
                yield from _address_problems(source, place, fill(written, facts))


def _address_problems(source: Source, place: Place, text: str) -> Iterator[Problem]:
    found = [text] if place[-1] == "url" else [address for _, address in _LINK.findall(text)]
    for address in found:
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
