"""Writes down what calibration found: how much is answered, how much of it wrongly, and what is mixed up."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from bot.calibration import Outcome, is_right
from bot.evidence import Scene
from bot.verdict import SUGGESTED, Calibration, Verdict, decide
from knowledge_base.articles import LANGUAGES, Language

_STEPS = tuple(step / 20 for step in range(1, 20))
_MOST_MIXED = 40


def report(outcomes: Sequence[Outcome], calibration: Calibration, scene: Scene) -> dict[str, Any]:
    """Give the report as plain JSON values: a part a language, then topics and mix-ups over both."""
    questions = [outcome for outcome in outcomes if outcome.trial.kind == "question"]
    topics = sorted({outcome.trial.topic for outcome in questions})
    return {
        "languages": {language: _language(outcomes, calibration, language, scene) for language in LANGUAGES},
        "topics": {
            topic: _counted([o for o in questions if o.trial.topic == topic], calibration, scene) for topic in topics
        },
        "mixed_up": _mixed_up(questions, scene),
    }


def verdict_on(outcome: Outcome, calibration: Calibration) -> Verdict:
    """Give the verdict the calibrated model would have given."""
    return decide(outcome.ranked.confidences[0], outcome.offer, calibration.thresholds[outcome.trial.language])


def _language(
    outcomes: Iterable[Outcome], calibration: Calibration, language: Language, scene: Scene
) -> dict[str, Any]:
    mine = [outcome for outcome in outcomes if outcome.trial.language == language]
    kinds = sorted({outcome.trial.kind for outcome in mine})
    questions = [outcome for outcome in mine if outcome.trial.kind == "question"]
    return {
        "thresholds": asdict(calibration.thresholds[language]),
        "kinds": {kind: _counted([o for o in mine if o.trial.kind == kind], calibration, scene) for kind in kinds},
        "curve": [_point(questions, step, scene) for step in _STEPS],
    }


def _counted(outcomes: Sequence[Outcome], calibration: Calibration, scene: Scene) -> dict[str, int]:
    verdicts = [verdict_on(outcome, calibration) for outcome in outcomes]
    right = [_is_fine(outcome, scene) for outcome in outcomes]
    pairs = list(zip(verdicts, outcomes, strict=True))
    return {
        "messages": len(outcomes),
        "first_right": sum(right),
        "answered": verdicts.count("answer"),
        "answered_wrong": sum(v == "answer" and not r for v, r in zip(verdicts, right, strict=True)),
        "suggested": verdicts.count("suggest"),
        "suggested_right": sum(verdict == "suggest" and _is_among(outcome, scene) for verdict, outcome in pairs),
        "no_answer": verdicts.count("no_answer"),
    }


def _is_fine(outcome: Outcome, scene: Scene) -> bool:
    """Whether the first article is the right one, or of the topic that was all the message named."""
    if outcome.trial.kind == "topic":
        return scene.topics[outcome.ranked.places[0]] == outcome.trial.topic
    return is_right(outcome, scene)


def _is_among(outcome: Outcome, scene: Scene) -> bool:
    if outcome.trial.kind == "topic":
        return _is_fine(outcome, scene)
    return outcome.trial.article in {scene.articles[place] for place in outcome.ranked.places[:SUGGESTED]}


def _point(questions: Sequence[Outcome], step: float, scene: Scene) -> dict[str, float]:
    answered = [outcome for outcome in questions if outcome.ranked.confidences[0] >= step]
    wrong = sum(not is_right(outcome, scene) for outcome in answered)
    return {
        "confidence": step,
        "answered": round(len(answered) / max(1, len(questions)), 4),
        "wrong": round(wrong / max(1, len(answered)), 4),
    }


def _mixed_up(questions: Iterable[Outcome], scene: Scene) -> list[dict[str, Any]]:
    pairs = Counter(
        (outcome.trial.article, scene.articles[outcome.ranked.places[0]])
        for outcome in questions
        if not is_right(outcome, scene)
    )
    return [{"asked": a, "given": b, "times": times} for (a, b), times in pairs.most_common(_MOST_MIXED)]
