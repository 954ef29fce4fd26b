"""Brings the articles' questions to Rasa as examples of their topic, so that an editor touches one place."""

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.examples import ARTICLE, LANGUAGE
from knowledge_base.articles import LANGUAGES, Article
from knowledge_base.loading import load


class KnowledgeBaseImporter(RasaFileImporter):
    """Rasa's own files, and every article's titles and questions in both languages."""

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """Give the examples of `data/` and of the knowledge base.

        Raises KnowledgeBaseBroken with everything that is wrong with the articles.
        """
        examples = [message for article in load().articles.values() for message in _examples(article)]
        return super().get_nlu_data(language).merge(TrainingData(examples))


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
