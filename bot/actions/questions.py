"""Questions: answered, narrowed down, or given to a person, as the verdict says."""

from bot.actions.answering import answer, choose
from bot.actions.heard import Heard
from bot.actions.manners import ask
from bot.actions.memory import Memory, Ranked
from bot.actions.said import Said
from bot.actions.turn import TurnAction


class Answer(TurnAction):
    """Answers whatever topic a message is about."""

    _name = "action_answer"

    def act(self, heard: Heard, memory: Memory) -> Said:
        """Answer, suggest or get a person."""
        return answer(heard, memory)


class Fallback(Answer):
    """Does the same where no rule applies."""

    _name = "action_default_fallback"


class ChooseArticle(TurnAction):
    """Gives the article whose title was clicked."""

    _name = "action_choose_article"

    def act(self, heard: Heard, memory: Memory) -> Said:
        """Answer with the clicked article, if the knowledge base still has it."""
        article = self.knowledge.articles.get(heard.article or "")
        if article is None:
            return ask("utter_rephrase", "low_confidence", heard, memory.missed())
        ranked = next((ranked for ranked in memory.candidates if ranked.article == article.id), None)
        return choose(ranked or Ranked(article.id, article.topic), heard, memory)
