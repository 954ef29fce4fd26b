"""Reads the answers agents keep at hand under a shortcut, or says everything that is wrong with them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge_base.articles import LANGUAGES, Language
from knowledge_base.organisation import WRITTEN, Organisation
from knowledge_base.problems import KnowledgeBaseBroken, Problem
from knowledge_base.yaml_source import Place, Source, read

FILE = Path(__file__).parent / "canned_answers.yml"
OF_THE_CHAT = ("visitor", "agent", "ticket")  # what only the console can fill in
HOURS = "hours"
_FIELDS = ("also", *LANGUAGES)
_LONGEST = {"title": 80, "text": 3000}
_SHORTCUT = re.compile(r"[a-z0-9äöüß][a-z0-9äöüß-]{0,29}\Z")
_VARIABLE = re.compile(r"\{([^{}]*)\}")
_MARKUP = re.compile(r"\*\*|\]\(")


@dataclass(frozen=True)
class CannedText:
    """What an agent chooses by, and what is then written; {visitor}, {agent} and {ticket} are still to be filled in."""

    title: str
    text: str


@dataclass(frozen=True)
class CannedAnswer:
    """An answer under `/shortcut`, and under the other names in `also`."""

    shortcut: str
    also: tuple[str, ...]
    texts: Mapping[Language, CannedText]


def load(organisation: Organisation, path: Path = FILE) -> tuple[CannedAnswer, ...]:
    """Give every answer, in the order of the file, with the organisation's facts filled in.

    No file is no answers. Raises KnowledgeBaseBroken with every problem found.
    """
    if not path.exists():
        return ()
    source = read(path, path.name)
    facts = {language: _facts(organisation, language) for language in LANGUAGES}
    content = {} if source.content is None else source.content
    problems = [*source.problems, *_problems(source, content, {*OF_THE_CHAT, *facts["en"]})]
    if problems:
        raise KnowledgeBaseBroken(problems)
    return tuple(_answer(shortcut, fields, facts) for shortcut, fields in content.items())


def _facts(organisation: Organisation, language: Language) -> dict[str, str]:
    facts = organisation.facts[language]
    known = {**facts, HOURS: facts[WRITTEN]}
    return {name: text for name, text in known.items() if name not in OF_THE_CHAT}


def _answer(shortcut: str, fields: Mapping[str, Any], facts: Mapping[Language, Mapping[str, str]]) -> CannedAnswer:
    texts: dict[Language, CannedText] = {}
    for language in LANGUAGES:
        known, text = facts[language], fields[language]["text"].strip()
        filled = _VARIABLE.sub(lambda match, known=known: known.get(match[1], match[0]), text)  # type: ignore[misc]
        texts[language] = CannedText(fields[language]["title"].strip(), filled)
    return CannedAnswer(shortcut, tuple(fields.get("also", ())), texts)


def _problems(source: Source, content: Any, variables: set[str]) -> Iterator[Problem]:
    if not isinstance(content, dict):
        yield source.problem((), "holds no answers: write `shortcut:` and below it `en:` and `de:`.")
        return
    names: dict[str, Place] = {}
    for shortcut, fields in content.items():
        yield from _name_problems(source, names, shortcut, (shortcut,))
        if not isinstance(fields, dict):
            yield source.problem((shortcut,), "needs `en:` and `de:`, each with a title and a text.")
            continue
        for name in sorted(set(fields) - set(_FIELDS)):
            yield source.problem((shortcut, name), f"is not known: use {', '.join(_FIELDS)}.")
        yield from _also_problems(source, names, shortcut, fields.get("also", []))
        for language in LANGUAGES:
            yield from _text_problems(source, (shortcut, language), fields.get(language), variables)


def _also_problems(source: Source, names: dict[str, Place], shortcut: str, also: Any) -> Iterator[Problem]:
    if not isinstance(also, list) or not all(isinstance(name, str) for name in also):
        yield source.problem((shortcut, "also"), "must be a list of further shortcuts, like [hallo, moin].")
        return
    for number, name in enumerate(also, start=1):
        yield from _name_problems(source, names, name, (shortcut, "also", str(number)))


def _name_problems(source: Source, names: dict[str, Place], name: str, place: Place) -> Iterator[Problem]:
    if not _SHORTCUT.match(name):
        yield source.problem(place, f"'{name}' is no shortcut: use a-z, ä, ö, ü, ß, 0-9 and hyphens, at most 30.")
    there = names.setdefault(name, place)
    if there != place:
        line = source.line(there)
        yield source.problem(place, f"'{name}' is a shortcut on line {line} already: choose another one.")


def _text_problems(source: Source, place: Place, fields: Any, variables: set[str]) -> Iterator[Problem]:
    if not isinstance(fields, dict):
        yield source.problem(place, "is missing: it needs a title and a text.")
        return
    for name in sorted(set(fields) - set(_LONGEST)):
        yield source.problem((*place, name), "is not known: use title and text.")
    for name, longest in _LONGEST.items():
        value = fields.get(name)
        if not isinstance(value, str) or not value.strip():
            yield source.problem((*place, name), "is missing.")
        elif len(value) > longest:
            yield source.problem((*place, name), f"has {len(value)} characters: at most {longest} are allowed.")
        else:
            yield from (source.problem((*place, name), sentence) for sentence in _wording(value, name, variables))


def _wording(text: str, field: str, variables: set[str]) -> Iterator[str]:
    found = _VARIABLE.findall(text)
    if field == "title" and found:
        yield "is shown as it is: write it without { }."
        return
    for name in sorted(set(found) - variables):
        yield f"names {{{name}}}, which is no variable: use one of {', '.join(sorted(variables))}."
    if set(_VARIABLE.sub("", text)) & set("{}"):
        yield "has a single { or }: variables are written as {visitor}."
    if _MARKUP.search(text):
        yield "is sent as plain text: write it without ** and [title](address), and addresses in full."
