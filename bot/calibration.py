"""Learns from messages the model has not seen how far to believe it, and where its thresholds lie.

Three kinds of folds (the first and the second as tried on CLINC150): questions held out, whose right article is known;
whole articles and topics held out, whose questions then have no right article; examples that are out of scope.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from bot.classifier import Workbench
from bot.evidence import Floats, Places, Said, Scene
from bot.examples import OUT_OF_SCOPE, Examples
from bot.verdict import SUGGESTED, Calibration, Logistic, Ranked, Thresholds, offer_numbers, rank
from knowledge_base.articles import LANGUAGES, Language
from knowledge_base.search import Search

OFF_TOPIC_AT_MOST = 0.05  # of all messages: answered with something else than was asked
WRONG_AT_MOST = 0.15  # of the direct answers: another article, mostly a neighbour that the next turn puts right
OUTSIDE_ANSWERED_AT_MOST = 0.05  # of what is out of scope
OUTSIDE_OFFERED_AT_MOST = 0.25  # of what is out of scope
_QUESTION_FOLDS = 5
_ARTICLE_FOLDS = 4
_WEIGHTS = {"absent": 0.3, "topic": 0.3}  # most visitors ask what the articles answer, and ask more than a word
_FEWEST = 20


Kind = Literal["question", "topic", "out_of_scope", "act", "absent"]


@dataclass(frozen=True)
class Trial:
    """One message judged by a model that had not seen it; `article` is "" where none is right."""

    text: str
    kind: Kind
    article: str
    topic: str
    language: Language
    said: Said


@dataclass(frozen=True)
class Outcome:
    """A trial with the candidates it got and the two confidences."""

    trial: Trial
    ranked: Ranked
    offer: float


@dataclass(frozen=True)
class Material:
    """Everything a trial is made from: the examples, their features, and the search over the articles."""

    workbench: Workbench
    search: Search
    scene: Scene
    vectors: Floats

    @property
    def examples(self) -> Examples:
        """Give the examples."""
        return self.workbench.examples

    def trials(self) -> Iterator[Trial]:
        """Give every trial: each example once among its own kind, each article's questions once more without it."""
        folds = self.examples.folds(_QUESTION_FOLDS)
        for fold in range(_QUESTION_FOLDS):
            yield from self._held_out(np.flatnonzero(folds == fold), absent=False)
        absences = self._absences()
        for fold in range(_ARTICLE_FOLDS):
            yield from self._held_out(np.flatnonzero(absences == fold), absent=True)

    def _absences(self) -> Places:
        """Give each article's examples a fold: half of the topics leave as a whole, the others article by article."""
        topics = {topic: number for number, topic in enumerate(sorted(set(self.scene.topics)))}
        articles = {article: number for number, article in enumerate(sorted(set(self.examples.articles) - {""}))}
        folds = [
            ((topics[intent] + 1) // 2 if topics[intent] % 2 else articles.get(article, -1)) % _ARTICLE_FOLDS
            if intent in topics and (article or topics[intent] % 2)
            else -1
            for intent, article in zip(self.examples.intents, self.examples.articles, strict=True)
        ]
        return np.array(folds)

    def _held_out(self, rows: Places, *, absent: bool) -> Iterator[Trial]:
        likely = self.workbench.probabilities_without(rows)
        texts = [self.examples.texts[row] for row in rows]
        gone = np.isin(self.search.articles, [self.examples.articles[row] for row in rows]) & absent
        hidden = np.flatnonzero(gone[self.search.owner]) if absent else self._asked(rows)
        search = self.search.without(hidden)
        alike = search.likeness(texts, self.vectors[rows])
        for number, row in enumerate(rows):
            words, meaning, body = (part[number] for part in alike)
            found = search.evidence(words, meaning, body, hidden)
            found[gone] = 0.0
            yield self._trial(row, likely[number], found, absent=absent)

    def _asked(self, rows: Places) -> Places:
        """Give the search's rows that hold the questions of examples."""
        asked = {self.examples.texts[row] for row in rows if self.examples.articles[row]}
        return np.flatnonzero([question in asked for question in self.search.questions])

    def _trial(self, row: int, likely: Floats, found: Floats, *, absent: bool) -> Trial:
        text, article, intent = (
            column[row] for column in (self.examples.texts, self.examples.articles, self.examples.intents)
        )
        language = self.examples.languages[row]
        unknown = self.search.vectorizer.unknown_share(text)
        said = Said(likely, found, language, unknown, len(text.split()))
        kind = "absent" if absent else self._kind(article, intent)
        return Trial(text, kind, "" if absent else article, intent, language or "en", said)

    def _kind(self, article: str, intent: str) -> Kind:
        if article:
            return "question"
        if intent in self.scene.topics:
            return "topic"
        return "out_of_scope" if intent == OUT_OF_SCOPE else "act"


def calibrate(material: Material) -> tuple[Calibration, list[Outcome]]:
    """Fit both confidences and the thresholds; the outcomes are what the thresholds rest on."""
    trials = [trial for trial in material.trials() if trial.kind != "act"]
    scene = material.scene
    weighed = [scene.weigh(trial.said) for trial in trials]
    right = [np.array([scene.articles[p] == t.article for p in e.places]) for t, e in zip(trials, weighed, strict=True)]
    weights = [_WEIGHTS.get(trial.kind, 1.0) for trial in trials]
    numbers, counts = np.vstack([e.numbers for e in weighed]), [len(e.places) for e in weighed]
    parts = np.random.default_rng(0).integers(2, size=len(trials))
    confident = _crossed(numbers, np.concatenate(right), np.repeat(weights, counts), np.repeat(parts, counts))
    ranked = [rank(e, confident[part]) for e, part in zip(weighed, parts, strict=True)]
    offers = np.vstack([offer_numbers(r, t.said, scene) for r, t in zip(ranked, trials, strict=True)])
    worth = np.array([_is_worth_offering(t, r, scene) for t, r in zip(trials, ranked, strict=True)])
    offered = _crossed(offers, worth, np.array(weights), parts)
    outcomes = [
        Outcome(t, r, float(offered[part].probabilities(offers[n : n + 1])[0]))
        for n, (t, r, part) in enumerate(zip(trials, ranked, parts, strict=True))
    ]
    thresholds = {language: _thresholds(outcomes, language, scene) for language in LANGUAGES}
    return Calibration(confident[2], offered[2], thresholds), outcomes


def is_right(outcome: Outcome, scene: Scene) -> bool:
    """Whether the best candidate is the right article."""
    return scene.articles[outcome.ranked.places[0]] == outcome.trial.article


def _is_worth_offering(trial: Trial, ranked: Ranked, scene: Scene) -> bool:
    places = ranked.places[:SUGGESTED]
    if trial.kind == "topic":
        return scene.topics[places[0]] == trial.topic
    return trial.article in {scene.articles[place] for place in places}


def _crossed(numbers: Floats, right: Floats, weights: Floats, parts: Places) -> tuple[Logistic, Logistic, Logistic]:
    """Fit for each half on the other half, and once on all: a trial is never judged by what it taught."""
    return tuple(  # type: ignore[return-value]
        _fit_logistic(numbers[chosen], right[chosen], weights[chosen])
        for chosen in (parts == 1, parts == 0, parts >= 0)
    )


def _fit_logistic(numbers: Floats, right: Floats, weights: Floats) -> Logistic:
    from sklearn.linear_model import LogisticRegression

    means, scales = numbers.mean(axis=0), numbers.std(axis=0) + 1e-6
    fitted = LogisticRegression(C=1.0, max_iter=500).fit((numbers - means) / scales, right, weights)
    return Logistic(
        tuple(means.tolist()), tuple(scales.tolist()), tuple(fitted.coef_[0].tolist()), float(fitted.intercept_[0])
    )


def _thresholds(outcomes: Sequence[Outcome], language: Language, scene: Scene) -> Thresholds:
    mine = [outcome for outcome in outcomes if outcome.trial.language == language and _counts(outcome, scene)]
    outside = [outcome for outcome in mine if outcome.trial.kind == OUT_OF_SCOPE]
    sure = np.array([outcome.ranked.subject for outcome in mine])
    answer = max(
        _exceeded_by(sure * np.array([_is_off_topic(outcome, scene) for outcome in mine]), OFF_TOPIC_AT_MOST),
        _lowest(sure, np.array([not is_right(outcome, scene) for outcome in mine]), WRONG_AT_MOST),
        _exceeded_by(np.array([o.ranked.subject for o in outside]), OUTSIDE_ANSWERED_AT_MOST),
    )
    return Thresholds(answer, _exceeded_by(np.array([o.offer for o in outside]), OUTSIDE_OFFERED_AT_MOST))


def _is_off_topic(outcome: Outcome, scene: Scene) -> bool:
    return scene.topics[outcome.ranked.places[0]] != outcome.trial.topic


def _counts(outcome: Outcome, scene: Scene) -> bool:
    """Whether an answer would be right or wrong: one from the topic that was merely named is neither."""
    if outcome.trial.kind == "topic":
        return scene.topics[outcome.ranked.places[0]] != outcome.trial.topic
    return outcome.trial.kind != "absent"


def _lowest(confidences: Floats, wrong: Floats, share: float) -> float:
    """Give the lowest threshold above which at most `share` is wrong."""
    order = np.argsort(-confidences)
    shares = np.cumsum(wrong[order]) / np.arange(1, len(order) + 1)
    fine = np.flatnonzero((shares <= share) & (np.arange(len(order)) >= _FEWEST))
    return float(confidences[order[fine[-1]]]) if len(fine) else 1.0


def _exceeded_by(values: Floats, share: float) -> float:
    """Give the threshold that at most `share` of the values reach."""
    if not len(values):
        return 0.0
    highest = np.sort(values)[::-1][int(share * len(values))]
    return float(np.nextafter(np.float32(highest), np.float32(2)))
