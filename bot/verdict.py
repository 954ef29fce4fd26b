"""Decides, for one message, between an answer, suggestions and a person; pure, thresholds included."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from bot.evidence import Evidence, Floats, Said, Scene
from knowledge_base.articles import LANGUAGES, Language

Verdict = Literal["answer", "suggest", "no_answer"]

SUGGESTED = 3
_HEARD: Mapping[Verdict, float] = {"answer": 0.7, "suggest": 0.2, "no_answer": 0.0}
"""From which likelihood on a message is a call at least: what is a question to us seldom is; outbursts have rules."""
CALLS = ("frustrated", "human_request")  # both bring a person without another word
_CANDIDATES = 5


@dataclass(frozen=True)
class Logistic:
    """A fitted logistic regression on standardised numbers."""

    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float

    def probabilities(self, numbers: Floats) -> Floats:
        """Give the probability for each row."""
        standardised = (numbers - np.array(self.means)) / np.array(self.scales)
        likely: Floats = (1 / (1 + np.exp(-(standardised @ np.array(self.weights) + self.bias)))).astype(np.float32)
        return likely


@dataclass(frozen=True)
class Thresholds:
    """From which confidence in the topic a message is answered, from which in three articles they are offered."""

    answer: float
    suggest: float


@dataclass(frozen=True)
class Calls:
    """From which probability a message brings a person for its mood or its wish, and below which it is calm."""

    heard: float
    calm: float


@dataclass(frozen=True)
class Calibration:
    """What was learnt from messages the model had not seen: how far to believe the evidence."""

    right: Logistic
    known: Logistic
    offered: Logistic
    called: Logistic
    thresholds: Mapping[Language, Thresholds]
    calls: Calls

    def to_json(self) -> dict[str, Any]:
        """Give it as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "Calibration":
        """Read what `to_json` gave."""
        thresholds = {language: Thresholds(**fields["thresholds"][language]) for language in LANGUAGES}
        right, known, offered, called = (Logistic(**fields[name]) for name in ("right", "known", "offered", "called"))
        return cls(right, known, offered, called, thresholds, Calls(**fields["calls"]))


@dataclass(frozen=True)
class Candidate:
    """An article in question, with the calibrated probability that it is the right one."""

    article: str
    topic: str
    confidence: float


@dataclass(frozen=True)
class Ranked:
    """Places of articles, best first, the confidence in each, and `subject`, that in all of the first one's topic."""

    places: tuple[int, ...]
    confidences: tuple[float, ...]
    subject: float


def rank(evidence: Evidence, right: Logistic) -> Ranked:
    """Put the best article of the likeliest topic first, then the others by the probability that each is right.

    Together the probabilities never exceed 1; a topic's is the sum of its articles'.
    """
    likely = right.probabilities(evidence.numbers)
    likely = likely / max(1.0, float(likely.sum()))
    by_topic = np.bincount(evidence.topics, likely)
    topic = int(by_topic.argmax())
    first = int(np.where(evidence.topics == topic, likely, -1.0).argmax())
    order = [first, *(place for place in np.argsort(-likely) if place != first)]
    return Ranked(tuple(evidence.places[order].tolist()), tuple(likely[order].tolist()), float(by_topic[topic]))


def known_numbers(said: Said, scene: Scene) -> Floats:
    """Give what tells whether a message is about anything the articles are about: (1, numbers)."""
    numbers = [
        _log_odds(scene.outside(said.likely)),
        said.strange,
        float(said.found[:, 0].max()),
        float(said.found[:, 2].max()),
        float(said.language == "de"),
    ]
    return np.array([numbers], np.float32)


def offer_numbers(ranked: Ranked, said: Said, scene: Scene) -> Floats:
    """Give what tells whether the first three are worth offering: (1, numbers)."""
    confidences = np.array(ranked.confidences[:SUGGESTED])
    shares = scene.topic_share(said.likely)[list(ranked.places[:SUGGESTED])]
    numbers = [
        _log_odds(float(confidences.sum())),
        _log_odds(float(confidences[0])),
        _log_odds(ranked.subject),
        _log_odds(float(shares.max())),
        _log_odds(scene.outside(said.likely)),
        said.strange,
        float(said.found[:, 0].max()),
        float(said.found[:, 2].max()),
        said.unknown,
        float(said.language == "de"),
    ]
    return np.array([numbers], np.float32)


def call_numbers(sure: float, said: Said, scene: Scene) -> Floats:
    """Give what tells whether a message brings a person, whatever it asks: (1, numbers)."""
    angry, wishing = (scene.intent_share(said.likely, act) for act in CALLS)
    numbers = [
        _log_odds(angry + wishing),
        _log_odds(wishing),
        _log_odds(sure),
        _log_odds(scene.outside(said.likely)),
        said.strange,
        float(np.log1p(said.words)),
        float(said.language == "de"),
    ]
    return np.array([numbers], np.float32)


def decide(sure: float, offer: float, thresholds: Thresholds) -> Verdict:
    """Give the verdict for the confidence in the best article's topic and in the three best together.

    `sure` is the product of two: that the message is about anything known, and that it is about this topic.
    """
    if sure >= thresholds.answer:
        return "answer"
    return "suggest" if offer >= thresholds.suggest else "no_answer"


@dataclass(frozen=True)
class Judged:
    """The verdict on a message, its candidates, best first, and whether it calls for a person.

    `call` is one of CALLS or None; a message is `calm` if it is answered and as good as never a call.
    """

    verdict: Verdict
    candidates: tuple[Candidate, ...]
    call: str | None
    calm: bool


def judge(said: Said, scene: Scene, calibration: Calibration) -> Judged:
    """Judge a message."""
    ranked = rank(scene.weigh(said), calibration.right)
    sure = ranked.subject * float(calibration.known.probabilities(known_numbers(said, scene))[0])
    offer = float(calibration.offered.probabilities(offer_numbers(ranked, said, scene))[0])
    called = float(calibration.called.probabilities(call_numbers(sure, said, scene))[0])
    thresholds = calibration.thresholds[said.language or "en"]
    candidates = tuple(
        Candidate(scene.articles[place], scene.topics[place], round(confidence, 4))
        for place, confidence in zip(ranked.places[:_CANDIDATES], ranked.confidences, strict=False)
    )
    verdict = decide(sure, offer, thresholds)
    call = likeliest_call(said, scene) if called >= max(calibration.calls.heard, _HEARD[verdict]) else None
    return Judged(verdict, candidates, call, verdict == "answer" and called < calibration.calls.calm)


def likeliest_call(said: Said, scene: Scene) -> str:
    """Give which of CALLS a message is, if it is one."""
    return max(CALLS, key=lambda act: scene.intent_share(said.likely, act))


def _log_odds(share: float) -> float:
    clipped = min(max(share, 1e-4), 1 - 1e-4)
    return float(np.log(clipped / (1 - clipped)))
