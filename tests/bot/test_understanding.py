"""What is promised about languages, confidence and thresholds, on small examples."""

import numpy as np
import pytest

from bot.calibration import _exceeded_by, _fit_logistic, _lowest
from bot.classifier import Workbench
from bot.evidence import Said, Scene
from bot.examples import Examples
from bot.language import LanguageDetector, split
from bot.verdict import Calibration, Calls, Logistic, Thresholds, decide, judge
from knowledge_base.articles import Language
from knowledge_base.embedding import DIMENSIONS
from knowledge_base.features import Vectorizer
from knowledge_base.loading import load

NO_CALL = Logistic((0.0,) * 7, (1.0,) * 7, (0.0,) * 7, -9.0)


@pytest.fixture(scope="module")
def detector() -> LanguageDetector:
    """Give a detector that knows the articles."""
    texts = [(language, text) for article in load().articles.values() for language, text in article.texts.items()]
    return LanguageDetector.fit((part, lang) for lang, text in texts for part in (*text.questions, text.answer))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("my laptop does not start", "en"),
        ("mein Laptop startet nicht", "de"),
        ("Passwort vergessen", "de"),
        ("password", "en"),
        ("drucker geht nicht", "de"),
        ("vpn", None),
        ("0x80070005", None),
        ("", None),
    ],
)
def test_language_is_told_from_few_words(detector: LanguageDetector, text: str, language: str | None) -> None:
    """A visitor is answered in the language of the message; what tells nothing changes nothing."""
    assert detector.detect(text) == language


def test_a_word_that_both_languages_use_alike_tells_nothing() -> None:
    """It is known, so it is not judged by its letters either."""
    texts: list[tuple[str, Language]] = [
        ("android band hand sand droid avoid", "en"),
        ("android bund hund mund fuchs tief", "de"),
    ]
    detector = LanguageDetector.fit(texts)
    assert abs(detector.leaning("android")) < 0.2
    assert abs(detector.leaning("androidand")) > 1


def test_a_list_is_split_where_it_turns_german(detector: LanguageDetector) -> None:
    """An example list that is English first and German then is split at the right place."""
    assert split(detector, ["the printer is broken", "help me please", "der Drucker ist kaputt", "bitte helfen"]) == 2


def test_thresholds_keep_the_promised_share_of_wrong_answers() -> None:
    """Of the answers above the threshold, no more than the promised share was wrong."""
    random = np.random.default_rng(1)
    confidences = random.random(2000).astype(np.float32)
    wrong = random.random(2000) > confidences
    threshold = _lowest(confidences, wrong, 0.03)
    assert wrong[confidences >= threshold].mean() <= 0.03
    assert (confidences >= threshold).sum() >= 20


def test_no_threshold_is_invented_from_too_few_messages() -> None:
    """Without enough messages to be sure of, nothing is answered directly."""
    assert _lowest(np.array([0.9, 0.8], np.float32), np.array([False, False]), 0.03) == 1.0


def test_out_of_scope_stays_below_its_share() -> None:
    """No more than the promised share of what is out of scope reaches the threshold."""
    values = np.linspace(0, 1, 101).astype(np.float32)
    assert (values >= _exceeded_by(values, 0.05)).mean() <= 0.05


def test_the_verdict_follows_the_thresholds() -> None:
    """Sure enough is answered, nearly sure is offered, the rest goes to a person."""
    thresholds = Thresholds(answer=0.9, suggest=0.3)
    verdicts = [decide(answer, offer, thresholds) for answer, offer in ((0.95, 0.99), (0.5, 0.6), (0.2, 0.1))]
    assert verdicts == ["answer", "suggest", "no_answer"]


def test_a_message_that_only_names_a_topic_is_offered_its_articles() -> None:
    """Somebody who writes "vpn" is shown the articles about VPN and no others."""
    scene = Scene(("vpn", "a", "b", "c"), ("vpn", "vpn", "vpn", "wifi"), ("a", "b", "c"), ("vpn", "vpn", "wifi"))
    said = Said(np.array([0.9, 0.04, 0.04, 0.02], np.float32), np.full((3, 5), 0.2, np.float32), 0.0, None, 0.0, 1)
    assert {scene.topics[place] for place in scene.weigh(said).places} == {"vpn"}


def test_candidates_come_best_first_and_never_exceed_certainty() -> None:
    """The confidences shown to an agent are in order and together at most 1."""
    labels = ("a", "b", "out_of_scope")
    scene = Scene(labels, ("vpn", "wifi", "out_of_scope"), ("a", "b"), ("vpn", "wifi"))
    said = Said(np.array([0.7, 0.2, 0.1], np.float32), np.full((2, 5), 0.5, np.float32), 0.0, "en", 0.0, 3)
    size = scene.weigh(said).numbers.shape[1]
    right = Logistic((0.0,) * size, (1.0,) * size, (1.0, *(0.0,) * (size - 1)), 3.0)
    known = Logistic((0.0,) * 5, (1.0,) * 5, (0.0,) * 5, 9.0)
    offered = Logistic((0.0,) * 10, (1.0,) * 10, (1.0, *(0.0,) * 9), 0.0)
    thresholds = {language: Thresholds(0.99, 0.1) for language in ("en", "de")}
    judged = judge(said, scene, Calibration(right, known, offered, NO_CALL, thresholds, Calls(0.5, 0.1)))
    assert [candidate.article for candidate in judged.candidates] == ["a", "b"]
    assert sum(candidate.confidence for candidate in judged.candidates) <= 1.001
    assert (judged.verdict, judged.call, judged.calm) == ("suggest", None, False)


def test_what_resembles_no_question_is_not_answered() -> None:
    """However clearly one topic leads, a message about nothing known is not answered."""
    scene = Scene(("a", "b"), ("vpn", "wifi"), ("a", "b"), ("vpn", "wifi"))
    size, thresholds = 29, {language: Thresholds(0.5, 0.9) for language in ("en", "de")}
    right = Logistic((0.0,) * size, (1.0,) * size, (1.0, *(0.0,) * (size - 1)), 0.0)
    known = Logistic((0.0,) * 5, (1.0,) * 5, (0.0, -1.0, 0.0, 0.0, 0.0), 0.0)
    offered = Logistic((0.0,) * 10, (1.0,) * 10, (0.0,) * 10, -9.0)
    calibration = Calibration(right, known, offered, NO_CALL, thresholds, Calls(0.5, 0.1))
    likely, found = np.array([0.98, 0.02], np.float32), np.full((2, 5), 0.5, np.float32)
    heard = [Said(likely, found, strange, "en", 0.0, 3) for strange in (-9.0, 9.0)]
    verdicts = [judge(said, scene, calibration).verdict for said in heard]
    assert verdicts == ["answer", "no_answer"]


def test_a_call_for_a_person_needs_to_be_likely_enough() -> None:
    """From which probability on anger or a wish brings a person is part of what was learnt."""
    scene = Scene(("a", "frustrated", "human_request"), ("vpn", "frustrated", "human_request"), ("a",), ("vpn",))
    size, thresholds = 29, {language: Thresholds(0.9, 0.9) for language in ("en", "de")}
    flat = Logistic((0.0,) * size, (1.0,) * size, (0.0,) * size, 0.0)
    known = Logistic((0.0,) * 5, (1.0,) * 5, (0.0,) * 5, 0.0)
    offered = Logistic((0.0,) * 10, (1.0,) * 10, (0.0,) * 10, -9.0)
    called = Logistic((0.0,) * 7, (1.0,) * 7, (1.0, *(0.0,) * 6), 0.0)
    calibration = Calibration(flat, known, offered, called, thresholds, Calls(0.7, 0.1))

    def call(angry: float, wishing: float) -> str | None:
        likely = np.array([1 - angry - wishing, angry, wishing], np.float32)
        return judge(Said(likely, np.full((1, 5), 0.5, np.float32), 0.0, "en", 0.0, 3), scene, calibration).call

    assert [call(0.5, 0.3), call(0.3, 0.5), call(0.3, 0.3)] == ["frustrated", "human_request", None]


def test_few_trials_move_expected_weights_little_and_many_move_them_far() -> None:
    """A confidence learnt from a handful of messages stays near what both witnesses say."""
    random = np.random.default_rng(3)
    expected = np.array([1.0, 0.0], np.float32)

    def learnt(trials: int) -> Logistic:
        numbers = random.normal(size=(trials, 2)).astype(np.float32)
        return _fit_logistic(numbers, numbers[:, 1] > 0, np.ones(trials, np.float32), expected)

    few, many = learnt(6), learnt(4000)
    assert few.weights[0] > few.weights[1]
    assert many.weights[1] > 5 * many.weights[0]


def test_a_calibration_survives_being_saved() -> None:
    """The thresholds a model was trained with are the ones it decides by."""
    logistic = Logistic((0.0,), (1.0,), (2.0,), 0.5)
    calibration = Calibration(
        logistic,
        logistic,
        logistic,
        logistic,
        {"en": Thresholds(0.9, 0.2), "de": Thresholds(0.8, 0.3)},
        Calls(0.6, 0.1),
    )
    assert Calibration.from_json(calibration.to_json()) == calibration


def _examples() -> Examples:
    texts = [
        f"{word} {rest}" for word in ("printer", "monitor") for rest in ("broken", "new", "help", "now", "old", "bad")
    ]
    articles = ["p"] * 6 + ["m"] * 6
    return Examples(tuple(texts), ("printer",) * 6 + ("monitor_display",) * 6, tuple(articles), ("en",) * 12)


def test_folds_spread_every_label_evenly() -> None:
    """Each article keeps questions to learn from in every fold, the same ones every time."""
    folds = _examples().folds(3)
    assert [np.bincount(folds[rows]).tolist() for rows in (slice(6), slice(6, 12))] == [[2, 2, 2]] * 2
    assert (folds == _examples().folds(3)).all()


def test_a_held_out_article_gets_no_probability() -> None:
    """Judging questions whose article was held out gives that article no chance."""
    examples = _examples()
    vectorizer = Vectorizer.fit(examples.texts, ())
    meaning = np.zeros((12, DIMENSIONS), np.float32)
    words = vectorizer.transform(examples.texts)
    workbench = Workbench.set_up(examples, words, meaning)
    likely = workbench.probabilities_without(np.arange(6))
    assert workbench.labels == ("m", "p")
    assert likely[:, 1].max() == 0.0


def test_the_classifier_tells_what_it_was_taught() -> None:
    """A classifier carried back from its projection still knows its own examples."""
    examples = _examples()
    vectorizer = Vectorizer.fit(examples.texts, ())
    words, meaning = vectorizer.transform(examples.texts), np.zeros((12, DIMENSIONS), np.float32)
    classifier = Workbench.set_up(examples, words, meaning).classifier(words, meaning)
    likely = classifier.probabilities(words, meaning)
    assert [classifier.labels[place] for place in likely.argmax(axis=1)] == list(examples.labels)
    assert np.allclose(likely.sum(axis=1), 1, atol=1e-5)
