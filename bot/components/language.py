"""Sets the language of every message: English, German, or none of them."""

import json
from pathlib import Path

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.component import TrainedComponent
from bot.examples import LANGUAGE
from bot.language import LanguageDetector, split
from knowledge_base.articles import LANGUAGES, Article, Language
from knowledge_base.loading import load

_FILE = "odds.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class MessageLanguage(TrainedComponent):
    """Learns both languages from the articles, then from the examples of each intent: English first, then German."""

    _detector = LanguageDetector({})

    def read(self, folder: Path) -> None:
        """Take over what training left in `folder`."""
        self._detector = LanguageDetector(json.loads((folder / _FILE).read_text(encoding="utf-8")))

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from articles and examples."""
        sentences = [pair for article in load().articles.values() for pair in _sentences(article)]
        first = LanguageDetector.fit(sentences)
        self._detector = LanguageDetector.fit([*sentences, *_sorted_out(first, training_data.intent_examples)])
        with self._storage.write_to(self._resource) as folder:
            (folder / _FILE).write_text(json.dumps(self._detector.odds, ensure_ascii=False), encoding="utf-8")
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Set the language of examples that do not say theirs."""
        self.process([m for m in training_data.training_examples if m.get("text") and not m.get(LANGUAGE)])
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Set `language`."""
        for message in messages:
            message.set(LANGUAGE, self._detector.detect(message.get("text") or ""), add_to_output=True)
        return messages


def _sentences(article: Article) -> list[tuple[str, Language]]:
    return [
        (sentence, language)
        for language in LANGUAGES
        for text in (article.texts[language],)
        for sentence in (text.title, *text.questions, text.answer, *text.steps, text.next)
    ]


def _sorted_out(detector: LanguageDetector, examples: list[Message]) -> list[tuple[str, Language]]:
    """Give the examples without a language, split where each intent's list turns from English to German."""
    lists: dict[str, list[str]] = {}
    for message in examples:
        if not message.get(LANGUAGE):
            lists.setdefault(message.get("intent"), []).append(message.get("text"))
    sorted_out: list[tuple[str, Language]] = []
    for texts in lists.values():
        turn = split(detector, texts)
        sorted_out += [(text, "en" if place < turn else "de") for place, text in enumerate(texts)]
    return sorted_out
