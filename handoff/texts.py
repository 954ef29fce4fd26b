"""What the desk says to visitors; the sentences are in `texts/en.yml` and `texts/de.yml`."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from knowledge_base.organisation import Organisation

FOLDER = Path(__file__).parent / "texts"
LANGUAGES = ("en", "de")


class Texts:
    """The desk's sentences in both languages, with the organisation's facts at hand."""

    def __init__(self, organisation: Organisation) -> None:
        self._facts: Mapping[str, Mapping[str, str]] = {str(lang): facts for lang, facts in organisation.facts.items()}
        self._zone = ZoneInfo(organisation.desk.time_zone)
        self._texts: dict[str, dict[str, str]] = {
            language: yaml.safe_load((FOLDER / f"{language}.yml").read_text(encoding="utf-8")) for language in LANGUAGES
        }

    def __call__(self, name: str, language: str, **values: object) -> str:
        """Give a sentence; facts and `values` fill its placeholders."""
        return self._texts[language][name].format_map({**self._facts[language], **values}).strip()

    def fact(self, name: str, language: str) -> str:
        """Give a fact of the organisation."""
        return self._facts[language][name]

    @property
    def zone(self) -> str:
        """Give the time zone of the desk."""
        return self._zone.key

    def stamp(self, when: datetime, language: str) -> str:
        """Write a moment short, with its date, at the desk's place."""
        return when.astimezone(self._zone).strftime(self._texts[language]["stamp"])

    def moment(self, when: datetime, language: str) -> str:
        """Write a moment out as people at the desk's place say it."""
        local = when.astimezone(self._zone)
        names = self._texts[language]
        return self(
            "moment",
            language,
            day=names["days"].split()[local.weekday()],
            month=names["months"].split()[local.month - 1],
            number=local.day,
            time=f"{local.hour}:{local.minute:02}",
        )
