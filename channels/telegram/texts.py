"""What the channel itself says; the sentences are in `texts/en.yml` and `texts/de.yml`."""

from functools import lru_cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent / "texts"


def text(name: str, language: str, **values: object) -> str:
    """Give a sentence with its placeholders filled."""
    return _texts(language)[name].format_map(values)


@lru_cache
def _texts(language: str) -> dict[str, str]:
    texts: dict[str, str] = yaml.safe_load((FOLDER / f"{language}.yml").read_text(encoding="utf-8"))
    return texts


def language_of(code: str | None) -> str:
    """Choose English or German by the language code of a visitor's Telegram, such as `de-AT`."""
    return "de" if (code or "").lower().startswith("de") else "en"
