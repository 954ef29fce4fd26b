"""Gives every message its word features and its meaning as a vector."""

from pathlib import Path

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.component import TrainedComponent
from bot.components.rows import Row
from bot.examples import Examples
from knowledge_base.embedding import Meaning, embedding, stored_vectors
from knowledge_base.encoders import Vectors
from knowledge_base.features import Vectorizer
from knowledge_base.words import read_glossary

_WORDS = "vectorizer.json"
_MEANING = "meaning.npz"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class MessageFeatures(TrainedComponent):
    """Sparse features (words, base forms, concepts, letters) and a dense vector a message."""

    _vectorizer: Vectorizer | None = None
    _meaning: Meaning | None = None

    def read(self, folder: Path) -> None:
        """Take over what training left in `folder`; the encoders are loaded too, not by the first visitor's message."""
        embedding()
        self._vectorizer = Vectorizer.load(folder / _WORDS)
        self._meaning = Meaning.load(folder / _MEANING)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn which features there are."""
        texts = Examples.read(training_data.intent_examples).texts
        self._vectorizer = Vectorizer.fit(texts, read_glossary())
        self._meaning = Meaning.fit(stored_vectors(texts))
        with self._storage.write_to(self._resource) as folder:
            self._vectorizer.save(folder / _WORDS)
            self._meaning.save(folder / _MEANING)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the features to the examples; vectors computed before come from disk."""
        messages = [message for message in training_data.training_examples if message.get(TEXT)]
        self._add(messages, stored_vectors([message.get(TEXT) for message in messages]))
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the features to messages."""
        self._add(messages, embedding().embed([message.get(TEXT) or "" for message in messages]))
        return messages

    def _add(self, messages: list[Message], vectors: Vectors) -> None:
        if self._vectorizer is None or self._meaning is None:
            raise RuntimeError("MessageFeatures is not trained.")
        meaning = self._meaning.of(vectors)
        words = self._vectorizer.transform([message.get(TEXT) or "" for message in messages])
        for place, message in enumerate(messages):
            Row(words[place] if len(messages) > 1 else words, meaning[place : place + 1]).put_on(message)
