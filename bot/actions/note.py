"""Takes note of each message before anything is decided, so that the answer has its language."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.heard import Heard
from bot.actions.manners import remember
from bot.actions.memory import Memory


class Note(Action):
    """Runs as part of Rasa's slot extraction (see the slot `language` in domain.yml); says nothing."""

    def name(self) -> str:
        """Give the action's name in the domain."""
        return "action_note"

    def run(self, _dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Give the events that remember what was heard."""
        before = Memory.from_slots(tracker.slots).to_slots()
        after = remember(Heard.from_message(tracker.latest_message), Memory.from_slots(tracker.slots)).to_slots()
        return [SlotSet(name, value) for name, value in after.items() if value != before[name]]
