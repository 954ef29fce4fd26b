"""Brings the articles' questions to Rasa as examples of their topic, so that an editor touches one place."""

from collections import defaultdict
from collections.abc import Iterable
from math import ceil

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.examples import ARTICLE, FINEST, LANGUAGE
from knowledge_base.articles import LANGUAGES, Article
from knowledge_base.loading import load

_TELL_APART = 300  # examples of a topic in a language


class KnowledgeBaseImporter(RasaFileImporter):
    """Rasa's own files, and every article's titles and questions in both languages."""

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """Give the examples of `data/` and of the knowledge base.

        Raises KnowledgeBaseBroken with everything that is wrong with the articles.
        """
        return super().get_nlu_data(language).merge(TrainingData(examples(load().articles.values())))


def examples(articles: Iterable[Article]) -> list[Message]:
    """Give what articles are asked; of very many, so many of each topic and language as tell topics apart."""
    asked = [_examples(article) for article in articles]
    messages = [message for of_one in asked for message in of_one]
    if len(asked) <= FINEST:
        return messages
    groups: dict[tuple[str, str], list[Message]] = defaultdict(list)
    for message in messages:
        groups[message.get(INTENT), message.get(LANGUAGE)].append(message)
    return [message for group in groups.values() for message in group[:: ceil(len(group) / _TELL_APART)]]


def _examples(article: Article) -> list[Message]:
    asked = (
        (language, question)
        for language in LANGUAGES
        for question in dict.fromkeys((article.texts[language].title, *article.texts[language].questions))
    )
    return [
        Message({TEXT: question, INTENT: article.topic, ARTICLE: article.id, LANGUAGE: language})
        for language, question in asked
    ]
