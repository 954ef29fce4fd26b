"""Sets `signals` and `facts` of every message by rules and by what the verdict heard."""

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message

from bot.components.component import Component
from bot.signals import Rules

CALL = "call"  # what brings a person as was learnt, or None
CALM = "calm"  # whether it was learnt to be no such thing


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class MessageSignals(Component):
    """Frustration, the wish for a person, and what is said about device, system and error code."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, storage, resource)
        self._rules = Rules.read()

    def process(self, messages: list[Message]) -> list[Message]:
        """Set `signals` and `facts`."""
        for message in messages:
            text = message.get("text") or ""
            call = message.get(CALL)
            signals = {
                "frustration": self._rules.frustration_in(text, call, calm=bool(message.get(CALM))),
                "human_request": self._rules.wants_human(text, call),
            }
            message.set("signals", signals, add_to_output=True)
            message.set("facts", self._rules.facts_in(text), add_to_output=True)
        return messages
