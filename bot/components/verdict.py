"""Searches the knowledge base, weighs both witnesses and sets candidates and verdict; keeps the articles it knows."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.calibration import Material, Targets, calibrate
from bot.classifier import Workbench
from bot.components.classifier import LABELS
from bot.components.component import TrainedComponent
from bot.components.rows import feature_rows
from bot.components.signals import CALL, CALM
from bot.evidence import Said, Scene
from bot.examples import LANGUAGE, Examples
from bot.report import report
from bot.verdict import Calibration, judge
from knowledge_base.articles import LANGUAGES, Language
from knowledge_base.embedding import embedding, stored_vectors
from knowledge_base.loading import KnowledgeBase, from_json, load, to_json
from knowledge_base.search import Search


@dataclass(frozen=True)
class Judge:
    """What a verdict is found with: the articles, the search over them, and the calibration."""

    knowledge_base: KnowledgeBase
    search: Search
    scene: Scene
    calibration: Calibration

    def said(self, text: str, likely: Mapping[str, float], language: Any) -> Said:
        """Give a message as both witnesses see it."""
        vector = embedding().embed([text])
        strange = float(self.search.familiar.strangeness(vector)[0])
        found = self.search.evidence([text], vector)[0]
        shares = np.array([likely[label] for label in self.scene.labels], np.float32)
        return Said(shares, found, strange, language, self.search.vectorizer.unknown_share(text), len(text.split()))

    def save(self, folder: Path) -> None:
        """Write it into a folder."""
        self.search.save(folder)
        parts = {
            "knowledge_base": to_json(self.knowledge_base),
            "scene": asdict(self.scene),
            "calibration": self.calibration.to_json(),
        }
        (folder / "judge.json").write_text(json.dumps(parts, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Judge":
        """Read what `save` wrote."""
        parts = json.loads((folder / "judge.json").read_text(encoding="utf-8"))
        scene = Scene(**{name: tuple(value) for name, value in parts["scene"].items()})
        calibration = Calibration.from_json(parts["calibration"])
        return cls(from_json(parts["knowledge_base"]), Search.load(folder), scene, calibration)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ArticleVerdict(TrainedComponent):
    """The last word on a message: which articles, how sure, and whether to answer."""

    _judge: Judge | None = None

    def read(self, folder: Path) -> None:
        """Take over what training left in `folder`."""
        self._judge = Judge.load(folder)

    @property
    def knowledge_base(self) -> KnowledgeBase | None:
        """Give the articles this model was trained with."""
        return self._judge.knowledge_base if self._judge else None

    def train(self, training_data: TrainingData) -> Resource:
        """Build the search, and calibrate on folds of the examples."""
        messages = training_data.intent_examples
        examples = Examples.read(messages)
        words, meaning = feature_rows(messages)
        articles = load()
        search = Search.build(articles)
        workbench = Workbench.set_up(examples, words, meaning)
        intents = tuple(examples.intent_of[label] for label in workbench.labels)
        scene = Scene(workbench.labels, intents, search.articles, search.topics)
        targets = self._targets()
        vectors, questions = stored_vectors(examples.texts), stored_vectors(search.questions)
        material = Material(workbench, search, scene, vectors, questions, targets)
        calibration, outcomes = calibrate(material)
        with self._storage.write_to(self._resource) as folder:
            Judge(articles, search, scene, calibration).save(folder)
            found = report(outcomes, calibration, scene, articles, targets)
            (folder / "report.json").write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
        return self._resource

    def _targets(self) -> dict[Language, Targets]:
        """Give what the component's config in config.yml sets, for each language."""
        return {language: Targets(**self._config.get("targets", {}).get(language, {})) for language in LANGUAGES}

    def process(self, messages: list[Message]) -> list[Message]:
        """Set `candidates`, `verdict`, and for the signals `call` and `calm`."""
        if self._judge is None:
            raise RuntimeError("ArticleVerdict is not trained.")
        for message in messages:
            said = self._judge.said(message.get("text") or "", message.get(LABELS), message.get(LANGUAGE))
            judged = judge(said, self._judge.scene, self._judge.calibration)
            candidates = [asdict(candidate) for candidate in judged.candidates]
            message.set("candidates", candidates, add_to_output=True)
            message.set("verdict", judged.verdict, add_to_output=True)
            message.set(CALL, judged.call)
            message.set(CALM, judged.calm)
        return messages
