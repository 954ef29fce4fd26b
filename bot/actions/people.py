"""Wishes for a person, and anger."""

from bot.actions.answering import answer, did_not_help
from bot.actions.heard import Heard
from bot.actions.manners import ask, hand_over
from bot.actions.memory import Memory
from bot.actions.said import Said
from bot.actions.turn import TurnAction


class HumanRequest(TurnAction):
    """Gets a person at once, where the wish is more than likely or there is nothing else to say."""

    _name = "action_human_request"

    def act(self, heard: Heard, memory: Memory) -> Said:
        """Hand over; a question that only sounds like the wish ("could you set up …") is answered or narrowed down."""
        if heard.verdict in ("answer", "suggest"):
            return answer(heard, memory)
        return hand_over("human_request", heard, memory)


class Frustrated(TurnAction):
    """Makes one better attempt for somebody who is annoyed."""

    _name = "action_frustrated"

    def act(self, heard: Heard, memory: Memory) -> Said:
        """Try another article, answer or offer what fits, or ask with sympathy what is wrong."""
        if memory.last_article:
            return did_not_help(heard, memory)
        if heard.verdict in ("answer", "suggest"):
            return answer(heard, memory)
        return ask("utter_ask_with_sympathy", "frustrated", heard, memory.missed())
