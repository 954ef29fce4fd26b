"""Tells English from German in a message of any length, or says that it is neither ("vpn", "ok", an error code)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

from knowledge_base.articles import Language
from knowledge_base.words import fold, tokens

_SURE = 2.0  # natural log-odds; below it a message is neutral
_MOST = 4.0  # log-odds one word can give, so that a name or a quoted message does not decide alone
_LETTERS = (1, 2, 3, 4)
_COMMON_WEIGHT = 0.35  # letters of an unknown word against a word seen in training


@dataclass(frozen=True)
class LanguageDetector:
    """Naive Bayes on words, and on letters for words never seen; `odds` are logarithmic, positive for German."""

    odds: Mapping[str, float]

    @classmethod
    def fit(cls, examples: Iterable[tuple[str, Language]]) -> "LanguageDetector":
        """Learn from texts whose language is known."""
        counts: dict[Language, Counter[str]] = {"en": Counter(), "de": Counter()}
        for text, language in examples:
            for word in set(tokens(text)):
                counts[language].update(("w " + word, *_letters(word)))
        return cls(_odds(counts["en"], counts["de"]))

    def detect(self, text: str) -> Language | None:
        """Give the language of a text, None if nothing in it tells."""
        odds = self.leaning(text)
        if abs(odds) < _SURE:
            return None
        return "de" if odds > 0 else "en"

    def leaning(self, text: str) -> float:
        """Give the log-odds for German."""
        umlauts = _MOST if any(mark in text.lower() for mark in "äöüß") else 0.0
        return umlauts + sum(max(-_MOST, min(_MOST, self._word(word))) for word in tokens(text))

    def _word(self, word: str) -> float:
        known = self.odds.get("w " + word)
        if known is not None:
            return known
        if any(mark.isdigit() for mark in word):
            return 0.0
        return _COMMON_WEIGHT * sum(self.odds.get(run, 0.0) for run in _letters(word))


def split(detector: LanguageDetector, texts: Sequence[str]) -> int:
    """Give the place where a list of examples turns from English to German."""
    best, place, total = 0.0, 0, 0.0
    for number, text in enumerate(texts, start=1):
        total -= detector.leaning(text)
        if total > best:
            best, place = total, number
    return place


def _letters(word: str) -> list[str]:
    padded = f"^{fold(word)}$"
    return [f"l {padded[i : i + n]}" for n in _LETTERS for i in range(len(padded) - n + 1)]


def _odds(english: Counter[str], german: Counter[str]) -> dict[str, float]:
    """Give smoothed log-odds; letters that both languages use alike weigh nothing and are left out.

    Words stay, for a word that is known to belong to both is not judged by its letters.
    """
    kinds = {feature[0] for feature in (*english, *german)}
    odds: dict[str, float] = {}
    for kind in kinds:
        names = {feature for feature in (*english, *german) if feature[0] == kind}
        sizes = [sum(count[name] for name in names) + 0.5 * len(names) for count in (english, german)]
        for name in names:
            value = log((german[name] + 0.5) / sizes[1]) - log((english[name] + 0.5) / sizes[0])
            if kind == "w" or abs(value) > 0.2:  # noqa: PLR2004
                odds[name] = round(value, 3)
    return odds
