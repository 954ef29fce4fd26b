"""Reactions to what the bot said: it helped or not, yes, no, none of these, in other words."""

from dataclasses import replace

from bot.actions.answering import choose, did_not_help
from bot.actions.heard import Heard
from bot.actions.manners import hand_over
from bot.actions.memory import Memory
from bot.actions.said import Said
from bot.actions.turn import TurnAction


class Helpful(TurnAction):
    """Is glad."""

    _name = "action_helpful"

    def act(self, _heard: Heard, memory: Memory) -> Said:
        """Forget the trouble and ask for more."""
        return Said("utter_helpful", "dialogue", memory.relieved())


class NotHelpful(TurnAction):
    """Tries once more, then gets a person."""

    _name = "action_not_helpful"

    def act(self, heard: Heard, memory: Memory) -> Said:
        """Give the next article or ask back."""
        return did_not_help(heard, memory)


class NoneOfThese(TurnAction):
    """Gets a person when no suggestion fits."""

    _name = "action_none_of_these"

    def act(self, heard: Heard, memory: Memory) -> Said:
        """Say so and offer to rephrase."""
        return hand_over("low_confidence", heard, memory)


class Rephrase(TurnAction):
    """Listens again."""

    _name = "action_rephrase"

    def act(self, _heard: Heard, memory: Memory) -> Said:
        """Ask for other words."""
        return Said("utter_rephrase", "dialogue", replace(memory, expecting=None))


class Affirm(TurnAction):
    """Takes a bare yes for what it answers."""

    _name = "action_affirm"

    def act(self, heard: Heard, memory: Memory) -> Said:
        """Take it as: it helped; or: the likeliest of these; or: there is more."""
        if memory.expecting == "feedback":
            return Said("utter_helpful", "dialogue", memory.relieved())
        if memory.expecting == "choice" and memory.untried:
            return choose(memory.untried[0], heard, memory)
        return Said("utter_go_ahead", "dialogue", memory)


class Deny(TurnAction):
    """Takes a bare no for what it answers."""

    _name = "action_deny"

    def act(self, heard: Heard, memory: Memory) -> Said:
        """Take it as: it did not help; or: none of these; or: nothing else."""
        if memory.expecting == "feedback":
            return did_not_help(heard, memory)
        if memory.expecting == "choice":
            return hand_over("low_confidence", heard, memory)
        return Said("utter_goodbye" if memory.expecting == "more" else "utter_go_ahead", "dialogue", memory)
