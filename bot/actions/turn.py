"""What every action does around its own part: hear, remember, mind the manners, act, speak."""

from abc import ABC, abstractmethod
from dataclasses import replace
from functools import cache
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.guiding import guide, narrow
from bot.actions.heard import Heard
from bot.actions.manners import first_of_all
from bot.actions.memory import Memory
from bot.actions.said import Said, utter
from bot.choices import STATE_FACT
from knowledge_base.loading import KnowledgeBase, load


@cache
def articles_on_disk() -> KnowledgeBase:
    """Load the articles beside the project once; `rasa run actions` has no model to take them from."""
    return load()


class TurnAction(Action, ABC):
    """An action that ends the turn; subclasses say only what they add to the manners."""

    _name: str

    def __init__(self, knowledge: KnowledgeBase | None = None) -> None:
        self._knowledge = knowledge

    def name(self) -> str:
        """Give the action's name in the domain."""
        return self._name

    @property
    def knowledge(self) -> KnowledgeBase:
        """The articles in use."""
        return self._knowledge or articles_on_disk()

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Say what is to be said and give the events that remember it."""
        heard = Heard.from_message(tracker.latest_message)
        said = self.said(heard, Memory.from_slots(tracker.slots))
        return utter(said, self.knowledge, dispatcher)

    def said(self, heard: Heard, memory: Memory) -> Said:
        """Give what a message comes to, once the manners and the last article's question have had their turn."""
        manners = first_of_all(heard, memory) or narrow(heard, memory, self.knowledge)
        said = guide(manners or self.act(heard, memory), self.knowledge)
        if said.decision not in ("answer", "suggest") or heard.follows or heard.intent == STATE_FACT:
            return said
        return replace(said, memory=said.memory.asking(heard.text)) if heard.is_asked else said

    @abstractmethod
    def act(self, heard: Heard, memory: Memory) -> Said:
        """Decide what to say to a message that the manners let pass."""
