"""Ranks all intents, and every article below them, by probability."""

from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.classifier import Classifier, Workbench
from bot.components.component import TrainedComponent
from bot.components.rows import feature_rows
from bot.examples import Examples

LABELS = "label_probabilities"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(TrainedComponent):
    """Multinomial logistic regression; the ranking holds every intent (stock Rasa cuts it at ten)."""

    _classifier: Classifier | None = None

    def read(self, folder: Path) -> None:
        """Take over what training left in `folder`."""
        self._classifier = Classifier.load(folder)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on all examples."""
        messages = training_data.intent_examples
        words, meaning = feature_rows(messages)
        workbench = Workbench.set_up(Examples.read(messages), words, meaning)
        with self._storage.write_to(self._resource) as folder:
            workbench.classifier(words, meaning).save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set `intent` and the full `intent_ranking`."""
        if self._classifier is None:
            raise RuntimeError("TopicClassifier is not trained.")
        likely = self._classifier.probabilities(*feature_rows(messages))
        for message, row in zip(messages, likely, strict=True):
            message.set(LABELS, dict(zip(self._classifier.labels, row.tolist(), strict=True)))
            ranking = _ranking(self._classifier.intents, row)
            message.set("intent", ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages


def _ranking(intents: tuple[str, ...], likely: np.ndarray) -> list[dict[str, Any]]:
    totals = dict.fromkeys(intents, 0.0)
    for intent, share in zip(intents, likely.tolist(), strict=True):
        totals[intent] += share
    return [{"name": name, "confidence": share} for name, share in sorted(totals.items(), key=lambda pair: -pair[1])]
