"""What differs from one organisation to the next: facts the articles name, and when the desk is open."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from knowledge_base.articles import LANGUAGES, Language
from knowledge_base.problems import KnowledgeBaseBroken, Problem
from knowledge_base.yaml_source import Source

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_NAMES: Mapping[Language, tuple[str, ...]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
}
_TO: Mapping[Language, str] = {"en": "to", "de": "bis"}
_CLOCK: Mapping[Language, str] = {"en": "", "de": " Uhr"}


@dataclass(frozen=True)
class Span:
    """Opening time of one day, local to the desk, as minutes after midnight: `opens` <= t < `closes`."""

    opens: int
    closes: int

    def __str__(self) -> str:
        return f"{self.opens // 60}:{self.opens % 60:02}-{self.closes // 60}:{self.closes % 60:02}"


@dataclass(frozen=True)
class DeskHours:
    """When people answer: spans for Monday to Sunday, the time zone, and whose public holidays are kept."""

    time_zone: str
    week: tuple[tuple[Span, ...], ...]
    country: str = ""
    subdivision: str = ""


@dataclass(frozen=True)
class Organisation:
    """Facts by language and name, and the hours of the desk."""

    facts: Mapping[Language, Mapping[str, str]]
    desk: DeskHours


def read_organisation(source: Source) -> Organisation:
    """Turn `organisation.yml` into facts and hours; raises KnowledgeBaseBroken with every problem found."""
    problems = list(source.problems)
    content = source.content if isinstance(source.content, dict) else {}
    facts = _facts(source, content.get("facts"), problems)
    desk = _desk(source, content.get("desk"), problems)
    if problems:
        raise KnowledgeBaseBroken(problems)
    hours = {language: _written(desk, language) for language in LANGUAGES}
    return Organisation({lang: {**facts[lang], "desk_hours": hours[lang]} for lang in LANGUAGES}, desk)


def _facts(source: Source, facts: Any, problems: list[Problem]) -> dict[Language, dict[str, str]]:
    if not isinstance(facts, dict):
        problems.append(source.problem(("facts",), "is missing: list what articles may name, as `name: text`."))
        return {"en": {}, "de": {}}
    by_language: dict[Language, dict[str, str]] = {"en": {}, "de": {}}
    for name, value in facts.items():
        for language in LANGUAGES:
            text = value.get(language) if isinstance(value, dict) else value
            if isinstance(text, str) and text:
                by_language[language][name] = text
            else:
                problems.append(source.problem(("facts", name), f"needs a text for `{language}`."))
    return by_language


def _desk(source: Source, desk: Any, problems: list[Problem]) -> DeskHours:
    if not isinstance(desk, dict) or not isinstance(desk.get("hours"), dict):
        problems.append(source.problem(("desk",), "needs `time_zone` and `hours`, for example monday: [08:00-18:00]."))
        return DeskHours("UTC", ((),) * 7)
    problems.extend(
        source.problem(("desk", "hours", day), f"is no day: use one of {', '.join(DAYS)}.")
        for day in sorted(set(desk["hours"]) - set(DAYS))
    )
    week = tuple(_spans(source, day, desk["hours"].get(day, []), problems) for day in DAYS)
    zone = desk.get("time_zone", "")
    if not _is_zone(zone):
        problems.append(
            source.problem(("desk", "time_zone"), f"'{zone}' is no time zone: write one like Europe/Berlin.")
        )
    return DeskHours(zone, week, desk.get("country", ""), desk.get("subdivision", ""))


def _is_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, IsADirectoryError):
        return False
    return True


def _spans(source: Source, day: str, texts: Any, problems: list[Problem]) -> tuple[Span, ...]:
    spans = []
    for text in texts if isinstance(texts, list) else [texts]:
        span = _span(text)
        if span is None:
            sentence = f"'{text}' is no opening time: write it like 08:00-18:00, the end after the beginning."
            problems.append(source.problem(("desk", "hours", day), sentence))
        else:
            spans.append(span)
    return tuple(sorted(spans, key=lambda span: span.opens))


def _span(text: str) -> Span | None:
    try:
        opens, closes = (_minutes(part) for part in text.split("-"))
    except ValueError:
        return None
    return Span(opens, closes) if 0 <= opens < closes <= 24 * 60 else None


def _minutes(text: str) -> int:
    hours, minutes = (int(part) for part in text.strip().split(":"))
    if minutes not in range(60):
        raise ValueError(text)
    return hours * 60 + minutes


def _written(desk: DeskHours, language: Language) -> str:
    """Write the week out, days with the same hours together: "Monday to Friday, 8:00 - 18:00"."""
    groups: list[tuple[int, int, tuple[Span, ...]]] = []
    for day, spans in enumerate(desk.week):
        if groups and groups[-1][2] == spans:
            groups[-1] = (groups[-1][0], day, spans)
        else:
            groups.append((day, day, spans))
    return "; ".join(_group(first, last, spans, language) for first, last, spans in groups if spans)


def _group(first: int, last: int, spans: tuple[Span, ...], language: Language) -> str:
    names = _DAY_NAMES[language]
    days = names[first] if first == last else f"{names[first]} {_TO[language]} {names[last]}"
    return f"{days}, {', '.join(str(span) for span in spans)}{_CLOCK[language]}"
