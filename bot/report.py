"""Writes down what calibration found: how much is answered, how much of it wrongly, and what is mixed up."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from bot.calibration import Outcome, Targets, is_right
from bot.evidence import Scene
from bot.verdict import SUGGESTED, Calibration, Verdict, decide
from knowledge_base.articles import LANGUAGES, Language
from knowledge_base.loading import KnowledgeBase

_STEPS = tuple(step / 20 for step in range(1, 20))
_BINS = 10
_MOST_MIXED = 40
_SAMPLES = 3


def report(
    outcomes: Sequence[Outcome],
    calibration: Calibration,
    scene: Scene,
    knowledge_base: KnowledgeBase,
    targets: Mapping[Language, Targets],
) -> dict[str, Any]:
    """Give the report as plain JSON values: a part a language, its targets included, and the articles it speaks of."""
    languages = {}
    for language in LANGUAGES:
        mine = [outcome for outcome in outcomes if outcome.trial.language == language]
        set_and_found = {"targets": asdict(targets[language]), "thresholds": asdict(calibration.thresholds[language])}
        languages[language] = {**set_and_found, **_part(mine, calibration, scene)}
    named = {pair[end] for part in languages.values() for pair in part["mixed_up"] for end in ("asked", "given")}
    return {
        "languages": languages,
        "articles": {article: _named(article, knowledge_base) for article in sorted(named)},
    }


def verdict_on(outcome: Outcome, calibration: Calibration) -> Verdict:
    """Give the verdict the calibrated model would have given."""
    return decide(outcome.sure, outcome.offer, calibration.thresholds[outcome.trial.language])


def _part(outcomes: Sequence[Outcome], calibration: Calibration, scene: Scene) -> dict[str, Any]:
    kinds = sorted({outcome.trial.kind for outcome in outcomes})
    questions = [outcome for outcome in outcomes if outcome.trial.kind == "question"]
    topics = sorted({outcome.trial.topic for outcome in questions})
    return {
        "kinds": {kind: _counted([o for o in outcomes if o.trial.kind == kind], calibration, scene) for kind in kinds},
        "curve": [_point(questions, step, scene) for step in _STEPS],
        "reliability": {
            "article": _bins([(o.ranked.confidences[0], is_right(o, scene)) for o in questions]),
            "topic": _bins([(o.sure, not _is_off_topic(o, scene)) for o in questions]),
        },
        "topics": {
            topic: _counted([o for o in questions if o.trial.topic == topic], calibration, scene) for topic in topics
        },
        "mixed_up": _mixed_up(questions, calibration, scene),
    }


def _counted(outcomes: Sequence[Outcome], calibration: Calibration, scene: Scene) -> dict[str, int]:
    verdicts = [verdict_on(outcome, calibration) for outcome in outcomes]
    pairs = list(zip(verdicts, outcomes, strict=True))
    answered = [outcome for verdict, outcome in pairs if verdict == "answer"]
    return {
        "messages": len(outcomes),
        "first_right": sum(_is_fine(outcome, scene) for outcome in outcomes),
        "answered": len(answered),
        "answered_wrong": sum(not _is_fine(outcome, scene) for outcome in answered),
        "off_topic": sum(_is_off_topic(outcome, scene) for outcome in answered),
        "suggested": verdicts.count("suggest"),
        "suggested_right": sum(verdict == "suggest" and _is_among(outcome, scene) for verdict, outcome in pairs),
        "no_answer": verdicts.count("no_answer"),
    }


def _is_fine(outcome: Outcome, scene: Scene) -> bool:
    """Whether the first article is the right one, or of the topic that was all the message named."""
    if outcome.trial.kind == "topic":
        return not _is_off_topic(outcome, scene)
    return is_right(outcome, scene)


def _is_off_topic(outcome: Outcome, scene: Scene) -> bool:
    return scene.topics[outcome.ranked.places[0]] != outcome.trial.topic


def _is_among(outcome: Outcome, scene: Scene) -> bool:
    if outcome.trial.kind == "topic":
        return _is_fine(outcome, scene)
    return outcome.trial.article in {scene.articles[place] for place in outcome.ranked.places[:SUGGESTED]}


def _point(questions: Sequence[Outcome], step: float, scene: Scene) -> dict[str, float]:
    answered = [outcome for outcome in questions if outcome.sure >= step]
    wrong = sum(not is_right(outcome, scene) for outcome in answered)
    off_topic = sum(_is_off_topic(outcome, scene) for outcome in answered)
    return {
        "confidence": step,
        "answered": round(len(answered) / max(1, len(questions)), 4),
        "wrong": round(wrong / max(1, len(answered)), 4),
        "off_topic": round(off_topic / max(1, len(questions)), 4),
    }


def _bins(judged: Iterable[tuple[float, bool]]) -> list[dict[str, float]]:
    """Give, for each tenth of a confidence, how many questions had it and for how many it was right."""
    binned: list[list[tuple[float, bool]]] = [[] for _ in range(_BINS)]
    for confidence, right in judged:
        binned[min(int(confidence * _BINS), _BINS - 1)].append((confidence, right))
    return [
        {
            "from": number / _BINS,
            "messages": len(held),
            "right": sum(right for _, right in held),
            "confidence": round(sum(confidence for confidence, _ in held) / max(1, len(held)), 4),
        }
        for number, held in enumerate(binned)
    ]


def _mixed_up(questions: Iterable[Outcome], calibration: Calibration, scene: Scene) -> list[dict[str, Any]]:
    """Give the most frequent pairs of article asked for and article put first, with questions it happened to."""
    pairs: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for outcome in questions:
        if not is_right(outcome, scene):
            pairs[outcome.trial.article, scene.articles[outcome.ranked.places[0]]].append(outcome)
    found = [
        {
            "asked": asked,
            "given": given,
            "times": len(held),
            "answered": sum(verdict_on(outcome, calibration) == "answer" for outcome in held),
            "samples": _samples(held),
        }
        for (asked, given), held in pairs.items()
    ]
    return sorted(found, key=lambda pair: (pair["answered"], pair["times"]), reverse=True)[:_MOST_MIXED]


def _samples(outcomes: Iterable[Outcome]) -> list[str]:
    """Give the questions it was surest of, though wrong."""
    surest = sorted(outcomes, key=lambda outcome: outcome.ranked.confidences[0], reverse=True)
    return [outcome.trial.text for outcome in surest[:_SAMPLES]]


def _named(article: str, knowledge_base: KnowledgeBase) -> dict[str, str]:
    """Give an article's topic and its title in each language."""
    found = knowledge_base.articles[article]
    return {"topic": found.topic, **{language: text.title for language, text in found.texts.items()}}
