"""What differs from one organisation to the next: facts the articles name, and when the desk is open."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from knowledge_base.articles import LANGUAGES, Language
from knowledge_base.problems import Problem
from knowledge_base.yaml_source import Source

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WRITTEN = "desk_hours"  # the one fact that is written out, from the opening hours
NEEDED = ("organisation", "desk_name", "desk_phone", "desk_email", "desk_location")
_TOP = ("facts", "desk")
_DESK = ("time_zone", "country", "subdivision", "hours")
_SPAN = re.compile(r"\s*([0-9]{1,2}):([0-5][0-9])\s*[-\u2013]\s*([0-9]{1,2}):([0-5][0-9])\s*")
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


def read_organisation(source: Source, problems: list[Problem]) -> Organisation:
    """Turn `organisation.yml` into facts and hours, as far as they can be read; adds every problem found."""
    problems.extend(source.problems)
    content = source.content if isinstance(source.content, dict) else {}
    problems.extend(
        source.problem((name,), f"is not known: use {', '.join(_TOP)}.") for name in sorted(set(content) - set(_TOP))
    )
    facts = _facts(source, content.get("facts"), problems)
    desk = _desk(source, content.get("desk"), problems)
    return Organisation({lang: {**facts[lang], WRITTEN: _written(desk, lang)} for lang in LANGUAGES}, desk)


def _facts(source: Source, facts: Any, problems: list[Problem]) -> dict[Language, dict[str, str]]:
    by_language: dict[Language, dict[str, str]] = {"en": {}, "de": {}}
    if not isinstance(facts, dict):
        problems.append(source.problem(("facts",), "is missing: list what articles may name, as `name: text`."))
        return by_language
    problems.extend(
        source.problem(("facts", name), "is missing: the bot's own sentences name it.")
        for name in NEEDED
        if name not in facts
    )
    for name, value in facts.items():
        problems.extend(source.problem(("facts", name), sentence) for sentence in _fact_problems(name, value))
        for language in LANGUAGES:
            text = value.get(language) if isinstance(value, dict) else value
            by_language[language][name] = text if isinstance(text, str) else ""
    return by_language


def _fact_problems(name: str, value: Any) -> Iterator[str]:
    if name == WRITTEN:
        yield "is written out from the opening hours: remove it here."
    texts = value if isinstance(value, dict) else dict.fromkeys(LANGUAGES, value)
    for language in LANGUAGES:
        text = texts.get(language)
        if not isinstance(text, str) or not text.strip():
            yield f"needs a text for `{language}`."
        elif "{" in text or "}" in text:
            yield "names another fact in { }: write its text out."
    for language in sorted(set(texts) - set(LANGUAGES)):
        yield f"has a text for `{language}`: use {' and '.join(LANGUAGES)}."


def _desk(source: Source, desk: Any, problems: list[Problem]) -> DeskHours:
    if not isinstance(desk, dict) or not isinstance(desk.get("hours"), dict):
        problems.append(source.problem(("desk",), "needs `time_zone` and `hours`, for example monday: [08:00-18:00]."))
        return DeskHours("UTC", ((),) * 7)
    problems.extend(_desk_problems(source, desk))
    week = tuple(_spans(source, day, desk["hours"].get(day, []), problems) for day in DAYS)
    texts = {name: str(desk.get(name, "")) for name in ("time_zone", "country", "subdivision")}
    return DeskHours(texts["time_zone"], week, texts["country"], texts["subdivision"])


def _desk_problems(source: Source, desk: dict[str, Any]) -> Iterator[Problem]:
    for name in sorted(set(desk) - set(_DESK)):
        yield source.problem(("desk", name), f"is not known: use {', '.join(_DESK)}.")
    for day in sorted(set(desk["hours"]) - set(DAYS)):
        yield source.problem(("desk", "hours", day), f"is no day: use one of {', '.join(DAYS)}.")
    if not set(desk["hours"]) & set(DAYS):
        yield source.problem(("desk", "hours"), "needs at least one day, for example monday: [08:00-18:00].")
    zone = desk.get("time_zone", "")
    if not _is_zone(zone):
        yield source.problem(("desk", "time_zone"), f"'{zone}' is no time zone: write one like Europe/Berlin.")
    yield from _country_problems(source, desk.get("country", ""), desk.get("subdivision", ""))


def _is_zone(name: Any) -> bool:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, IsADirectoryError):
        return False
    return True


def _country_problems(source: Source, country: Any, subdivision: Any) -> Iterator[Problem]:
    import holidays

    known = holidays.list_supported_countries()
    if country and (not isinstance(country, str) or country not in known):
        sentence = f"'{country}' is no country with public holidays: write one like DE, or remove the line."
        yield source.problem(("desk", "country"), sentence)
    elif subdivision and not country:
        yield source.problem(("desk", "subdivision"), "needs a `country` beside it.")
    elif subdivision and subdivision not in known[country]:
        sentence = f"'{subdivision}' is no part of {country}: use one of {', '.join(known[country]) or 'none'}."
        yield source.problem(("desk", "subdivision"), sentence)


def _spans(source: Source, day: str, texts: Any, problems: list[Problem]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for text in texts if isinstance(texts, list) else [texts]:
        span = _span(text) if isinstance(text, str) else None
        if span is None:
            sentence = (
                f"'{text}' is no opening time: write it like 08:00-18:00, the end after the beginning,"
                " and no line for a day on which the desk is closed."
            )
            problems.append(source.problem(("desk", "hours", day), sentence))
        elif any(span.opens < other.closes and other.opens < span.closes for other in spans):
            problems.append(source.problem(("desk", "hours", day), f"'{text}' overlaps another span: join them."))
        else:
            spans.append(span)
    return tuple(sorted(spans, key=lambda span: span.opens))


def _span(text: str) -> Span | None:
    match = _SPAN.fullmatch(text)
    if not match:
        return None
    opens, closes = (int(match[hour]) * 60 + int(match[hour + 1]) for hour in (1, 3))
    return Span(opens, closes) if opens < closes <= 24 * 60 else None


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
