"""Hears frustration, the wish for a person, and facts about the device in a message."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.phrases import Phrases

RULES = Path(__file__).parent / "rules"

Frustration = Literal["none", "mild", "strong"]

_SHOUTED_WORDS = 4
_SHOUTED_SHARE = 0.8
_ERROR_CODE = re.compile(
    r"\b(?:0x[0-9a-f]{4,8}|AADSTS\d{4,7}|[A-Z]{2,6}(?:_[A-Z0-9]+){1,6}|CAA\d{4,5}|\d{4,5}-\d{2,5}|HTTP[ -]?[45]\d\d)\b"
    r"|\b(?:error|fehler|code)(?:code)?[ :#-]{1,3}(?:nr\.? ?|no\.? ?)?(?P<number>-?\d{2,6})\b",
    re.IGNORECASE,
)
_SENTENCE_ENDS = re.compile(r"[.!?;\n]+")
_UPPER_CODE = re.compile(r"[A-Z]{2,6}(?:_[A-Z0-9]+){1,6}\Z")


@dataclass(frozen=True)
class Rules:
    """The three rule files."""

    frustration: Phrases
    human_request: Phrases
    facts: Phrases

    @classmethod
    def read(cls, folder: Path = RULES) -> "Rules":
        """Read `frustration.yml`, `human_request.yml` and `facts.yml`."""
        return cls(*(Phrases.read(folder / f"{name}.yml") for name in ("frustration", "human_request", "facts")))

    def frustration_in(self, text: str, call: str | None = None, *, calm: bool = False) -> Frustration:
        """Give the frustration in a text; `call` and `calm` are what was learnt about it.

        An outburst is strong, unless all that was learnt says that it is a question and no call for a person. Annoyance
        is mild if there is a question beside it, strong if it is all there is.
        """
        found = self.frustration.found(text)
        loud = is_shouted(text) or "!!!" in text
        outburst = ("strong" in found and "harmless" not in found) or ("mild" in found and loud)
        if call == "frustrated" or (outburst and not calm):
            return "strong"
        return "mild" if outburst or "mild" in found or loud else "none"

    def wants_human(self, text: str, call: str | None = None) -> bool:
        """Tell whether the visitor asks for a person; `call` is what was learnt about it.

        What is declined, or asked about the bot, counts for its own sentence: "Are you a robot? I want a person."
        """
        found = self.human_request.found(text)
        if "declined" in found:
            return any(self._is_wish(sentence) for sentence in _SENTENCE_ENDS.split(text))
        return "wanted" in found or call == "human_request"

    def _is_wish(self, sentence: str) -> bool:
        found = self.human_request.found(sentence)
        return "wanted" in found and "declined" not in found

    def facts_in(self, text: str) -> dict[str, str]:
        """Give what is said about device, system and error code, as written in the rules or by the visitor."""
        facts: dict[str, str] = {}
        for name in self.facts.found(text):
            kind, _, value = name.partition("/")
            facts.setdefault(kind, value)
        code = error_code(text)
        return {**facts, **({"error_code": code} if code else {})}


def is_shouted(text: str) -> bool:
    """Tell whether a text of several words is written in capitals."""
    words = re.findall(r"[^\W\d_]{2,}", text)
    return len(words) >= _SHOUTED_WORDS and sum(word.isupper() for word in words) >= _SHOUTED_SHARE * len(words)


def error_code(text: str) -> str | None:
    """Give the first error code in a text: 0x80070005, AADSTS50076, DNS_PROBE_FINISHED, "error 809"."""
    for match in _ERROR_CODE.finditer(text):
        code = match["number"] or match[0]
        if "_" not in code or _UPPER_CODE.match(code):
            return code
    return None
