"""The one custom action of the baseline: gives the article of the topic that was understood."""

import json
from pathlib import Path
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

ARTICLES: dict[str, str] = json.loads((Path(__file__).parent / "articles.json").read_text())


class ActionAnswer(Action):  # type: ignore[misc]  # rasa_sdk is untyped
    """Answers a topic."""

    def name(self) -> str:
        """Give the action's name in the domain."""
        return "action_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: dict[str, Any]) -> list[dict[str, Any]]:
        """Say the article of the topic."""
        dispatcher.utter_message(text=ARTICLES[tracker.latest_message["intent"]["name"]])
        return []
