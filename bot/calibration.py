"""Learns from messages the model has not seen how far to believe it, and where its thresholds lie.

Three kinds of folds (the first and the second as tried on CLINC150): questions held out, whose right article is known;
whole articles and topics held out, whose questions then have no right article; examples that are out of scope.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import expit

from bot.classifier import Workbench
from bot.evidence import Floats, Places, Said, Scene, expected_weights
from bot.examples import FINEST, OUT_OF_SCOPE, Examples
from bot.verdict import (
    CALLS,
    SUGGESTED,
    Calibration,
    Calls,
    Logistic,
    Ranked,
    Thresholds,
    call_numbers,
    known_numbers,
    offer_numbers,
    rank,
)
from knowledge_base.articles import LANGUAGES, Language
from knowledge_base.search import Search

ALARMED_AT_MOST = 0.035  # of the questions: taken for anger or the wish for a person
CALM_AT_MOST = 0.02  # of the calls: so little like one that a rule's word alone does not make it one
_QUESTION_FOLDS = 5
_ARTICLE_FOLDS = 4
_JUDGED = 600  # of a fold, where there are so many articles that a trial weighs 200 KB and takes 10 ms
_WEIGHTS = {"absent": 0.3, "topic": 0.3}  # most visitors ask what the articles answer, and ask more than a word
_FEWEST = 20
_HELD = 10.0  # how strongly weights are held near what is expected: the rows of one message count about as one


@dataclass(frozen=True)
class Targets:
    """What may happen to the examples held out, as shares; `bot/config.yml` sets them for the product.

    Of all messages `off_topic` are answered with something else than was asked; of the direct answers `wrong` name
    another article, mostly a neighbour that the next turn puts right; of what is out of scope `outside_answered` is
    answered and `outside_offered` is offered something.
    """

    off_topic: float = 0.05
    wrong: float = 0.2
    outside_answered: float = 0.05
    outside_offered: float = 0.25


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
    """A trial with the candidates it got, and the confidences in the first one's topic and in the first three."""

    trial: Trial
    ranked: Ranked
    sure: float
    offer: float


@dataclass(frozen=True)
class Material:
    """Everything a trial is made from: the examples, and the search over the articles, with the vectors of both."""

    workbench: Workbench
    search: Search
    scene: Scene
    vectors: Floats
    questions: Floats
    targets: Mapping[Language, Targets] = field(default_factory=lambda: dict.fromkeys(LANGUAGES, Targets()))

    @property
    def examples(self) -> Examples:
        """Give the examples."""
        return self.workbench.examples

    @cached_property
    def _said(self) -> sparse.csr_matrix:
        """Every example as the search reads it: (examples, features)."""
        return self.search.vectorizer.transform(self.examples.texts)

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
        gone = np.isin(self.search.articles, [self.examples.articles[row] for row in rows]) & absent
        hidden = np.flatnonzero(gone[self.search.owner]) if absent else self._asked(rows)
        search = self.search.without(hidden, self.questions)
        judged = self._judged(len(rows))
        rows, likely = rows[judged], likely[judged]
        evidence = search.evidence_of(self._said[rows], self.vectors[rows], hidden)
        strange = search.familiar.strangeness(self.vectors[rows])
        for number, row in enumerate(rows):
            found = evidence[number]
            found[gone] = 0.0
            yield self._trial(row, likely[number], found, float(strange[number]), absent=absent)

    def _judged(self, rows: int) -> Places:
        """Give which of a fold's rows become trials: all, or of very many articles a part spread evenly."""
        most = _JUDGED if len(self.search.articles) > FINEST else rows
        return np.unique(np.linspace(0, rows - 1, min(rows, most)).astype(np.int64))

    def _asked(self, rows: Places) -> Places:
        """Give the search's rows that hold the questions of examples."""
        asked = {self.examples.texts[row] for row in rows if self.examples.articles[row]}
        return np.flatnonzero([question in asked for question in self.search.questions])

    def _trial(self, row: int, likely: Floats, found: Floats, strange: float, *, absent: bool) -> Trial:
        text, article, intent = (
            column[row] for column in (self.examples.texts, self.examples.articles, self.examples.intents)
        )
        language = self.examples.languages[row]
        unknown = self.search.vectorizer.unknown_share(text)
        said = Said(likely, found, strange, language, unknown, len(text.split()))
        kind = "absent" if absent else self._kind(article, intent)
        return Trial(text, kind, "" if absent else article, intent, language or "en", said)

    def _kind(self, article: str, intent: str) -> Kind:
        if article:
            return "question"
        if intent in self.scene.topics:
            return "topic"
        return "out_of_scope" if intent == OUT_OF_SCOPE else "act"


def calibrate(material: Material) -> tuple[Calibration, list[Outcome]]:
    """Fit every confidence and the thresholds; the outcomes are what the thresholds rest on."""
    everything, scene = list(material.trials()), material.scene
    trials = [trial for trial in everything if trial.kind != "act"]
    parts = np.random.default_rng(0).integers(2, size=len(trials))
    ranked, right = _ranked(trials, parts, scene)
    weights = np.array([_WEIGHTS.get(trial.kind, 1.0) for trial in trials])
    both = list(zip(trials, ranked, strict=True))
    about = np.vstack([known_numbers(trial.said, scene) for trial in trials])
    is_known = np.array([trial.kind in ("question", "topic") for trial in trials])
    known = _crossed(about, is_known, weights, parts, np.zeros(about.shape[1], np.float32))
    offers = np.vstack([offer_numbers(r, t.said, scene) for t, r in both])
    worth = np.array([_is_worth_offering(t, r, scene) for t, r in both])
    offered = _crossed(offers, worth, weights, parts, _first_alone(offers.shape[1]))
    outcomes = [
        Outcome(t, r, r.subject * _of(known[part], about[n]), _of(offered[part], offers[n]))
        for n, ((t, r), part) in enumerate(zip(both, parts, strict=True))
    ]
    thresholds = {
        language: _thresholds([o for o in outcomes if o.trial.language == language], material.targets[language], scene)
        for language in LANGUAGES
    }
    acts = [(trial, _sure(trial, scene, right, known[2])) for trial in everything if trial.kind == "act"]
    said = [(outcome.trial, outcome.sure) for outcome in outcomes if outcome.trial.kind != "absent"]
    called, calls = _called([*acts, *said], scene)
    return Calibration(right, known[2], offered[2], called, thresholds, calls), outcomes


def _sure(trial: Trial, scene: Scene, right: Logistic, known: Logistic) -> float:
    subject = rank(scene.weigh(trial.said), right).subject
    return subject * float(known.probabilities(known_numbers(trial.said, scene))[0])


def _called(trials: Sequence[tuple[Trial, float]], scene: Scene) -> tuple[Logistic, Calls]:
    """Learn what brings a person, and from where on and below where it counts; `trials` come with how sure they are."""
    numbers = np.vstack([call_numbers(sure, trial.said, scene) for trial, sure in trials])
    is_call = np.array([trial.topic in CALLS for trial, _ in trials])
    is_question = np.array([trial.kind == "question" for trial, _ in trials])
    parts = np.random.default_rng(1).integers(2, size=len(trials))
    fitted = _crossed(numbers, is_call, np.ones(len(trials), np.float32), parts, _first_alone(numbers.shape[1]))
    likely = np.array([_of(fitted[part], row) for part, row in zip(parts, numbers, strict=True)])
    calm = float(np.quantile(likely[is_call], CALM_AT_MOST)) if is_call.any() else 0.0
    return fitted[2], Calls(_exceeded_by(likely[is_question], ALARMED_AT_MOST), calm)


def _first_alone(numbers: int) -> Floats:
    """Give the weights expected with nothing learnt where the first number says it already, as log-odds."""
    expected = np.zeros(numbers, np.float32)
    expected[0] = 1.0
    return expected


def _ranked(trials: Sequence[Trial], parts: Places, scene: Scene) -> tuple[list[Ranked], Logistic]:
    """Rank each trial's candidates by what the other part of the trials taught; give what all taught as well."""
    weighed = [scene.weigh(trial.said) for trial in trials]
    right = [np.array([scene.articles[p] == t.article for p in e.places]) for t, e in zip(trials, weighed, strict=True)]
    numbers, counts = np.vstack([e.numbers for e in weighed]), [len(e.places) for e in weighed]
    weights = np.repeat([_WEIGHTS.get(trial.kind, 1.0) for trial in trials], counts)
    expected = expected_weights(numbers.shape[1])
    likely = _crossed(numbers, np.concatenate(right), weights, np.repeat(parts, counts), expected)
    return [rank(e, likely[part]) for e, part in zip(weighed, parts, strict=True)], likely[2]


def _of(fitted: Logistic, numbers: Floats) -> float:
    return float(fitted.probabilities(numbers[None])[0])


def is_right(outcome: Outcome, scene: Scene) -> bool:
    """Whether the best candidate is the right article."""
    return scene.articles[outcome.ranked.places[0]] == outcome.trial.article


def _is_worth_offering(trial: Trial, ranked: Ranked, scene: Scene) -> bool:
    places = ranked.places[:SUGGESTED]
    if trial.kind == "topic":
        return scene.topics[places[0]] == trial.topic
    return trial.article in {scene.articles[place] for place in places}


def _crossed(
    numbers: Floats, right: Floats, weights: Floats, parts: Places, expected: Floats
) -> tuple[Logistic, Logistic, Logistic]:
    """Fit for each half on the other half, and once on all: a trial is never judged by what it taught."""
    return tuple(  # type: ignore[return-value]
        _fit_logistic(numbers[chosen], right[chosen], weights[chosen], expected)
        for chosen in (parts == 1, parts == 0, parts >= 0)
    )


def _fit_logistic(numbers: Floats, right: Floats, weights: Floats, expected: Floats) -> Logistic:
    """Fit logistic regression, held near weights `expected` of the numbers as they are: few trials move it little."""
    means, scales = numbers.mean(axis=0), numbers.std(axis=0) + 1e-6
    rows, signs = (numbers - means) / scales, np.where(right, 1.0, -1.0)
    start = np.append(expected * scales, expected @ means)

    def cost(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        margins, moved = signs * (rows @ flat[:-1] + flat[-1]), flat[:-1] - start[:-1]
        blame = -weights * signs * expit(-margins)
        loss = weights @ np.logaddexp(0, -margins) + _HELD * (moved @ moved) / 2
        return float(loss), np.append(rows.T @ blame + _HELD * moved, blame.sum())

    found = minimize(cost, start, jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    return Logistic(tuple(means.tolist()), tuple(scales.tolist()), tuple(found[:-1].tolist()), float(found[-1]))


def _thresholds(outcomes: Sequence[Outcome], targets: Targets, scene: Scene) -> Thresholds:
    counted = [outcome for outcome in outcomes if _counts(outcome, scene)]
    outside = [outcome for outcome in counted if outcome.trial.kind == OUT_OF_SCOPE]
    sure = np.array([outcome.sure for outcome in counted])
    answer = max(
        _exceeded_by(sure * np.array([_is_off_topic(outcome, scene) for outcome in counted]), targets.off_topic),
        _lowest(sure, np.array([not is_right(outcome, scene) for outcome in counted]), targets.wrong),
        _exceeded_by(np.array([o.sure for o in outside]), targets.outside_answered),
    )
    return Thresholds(answer, _exceeded_by(np.array([o.offer for o in outside]), targets.outside_offered))


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
