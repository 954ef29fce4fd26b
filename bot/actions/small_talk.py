"""Greetings, thanks and the like: the response is named after the intent."""

from typing import Literal

from bot.actions.heard import Heard
from bot.actions.manners import ask
from bot.actions.memory import Memory
from bot.actions.said import Said
from bot.actions.turn import TurnAction

_INFORMATIVE = ("help", "opening_hours", "ticket_status")  # worth an answer in any mood


class SmallTalk(TurnAction):
    """Says something kind, or asks the turn for what only it knows."""

    _name = "action_small_talk"

    def act(self, heard: Heard, memory: Memory) -> Said:
        """Answer in kind; to somebody annoyed, with sympathy."""
        if heard.is_annoyed and heard.intent not in _INFORMATIVE:
            return ask("utter_ask_with_sympathy", "frustrated", heard, memory.missed())
        asks: Literal["ticket_status"] | None = "ticket_status" if heard.intent == "ticket_status" else None
        remembered = memory.relieved() if heard.intent == "thank" else memory
        return Said(f"utter_{heard.intent}", "dialogue", remembered, asks=asks)
