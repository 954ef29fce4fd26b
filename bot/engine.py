"""Runs Rasa for one turn inside this process: understanding, rules, actions; no server, no store, no session.

Imports Rasa (seconds, TensorFlow), so only `Assistant.load` imports this module.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from rasa.core.actions.action import Action, create_bot_utterance
from rasa.core.channels.channel import CollectingOutputChannel, OutputChannel, UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.nlu.classifiers.regex_message_handler import RegexMessageHandler
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa_sdk import Action as SdkAction
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions import note, people, questions, reactions, small_talk
from bot.actions.turn import TurnAction
from bot.graph_runner import SequentialGraphRunner
from knowledge_base.loading import KnowledgeBase

_TURN_ACTIONS: tuple[type[TurnAction], ...] = (
    questions.Answer,
    questions.Fallback,
    questions.ChooseArticle,
    reactions.Helpful,
    reactions.NotHelpful,
    reactions.NoneOfThese,
    reactions.Rephrase,
    reactions.Affirm,
    reactions.Deny,
    people.HumanRequest,
    people.Frustrated,
    small_talk.SmallTalk,
)


@dataclass(frozen=True)
class Spoken:
    """What came of a turn: the bot's messages (text, buttons) and every slot."""

    messages: tuple[Mapping[str, Any], ...]
    slots: Mapping[str, Any]


class Engine:
    """A loaded model; every turn starts from slots and leaves nothing behind."""

    def __init__(self, model: Path) -> None:
        self._processor = LocalProcessor(model)
        self.knowledge = self._processor.knowledge

    def understand(self, text: str) -> dict[str, Any]:
        """Give what the pipeline makes of a text; a leading slash is just a character."""
        return self._processor.understand(text)

    async def turn(self, slots: Mapping[str, Any], message: Mapping[str, Any], now: datetime) -> Spoken:
        """Run the rules and actions for an understood message."""
        processor, at = self._processor, now.timestamp()
        tracker = DialogueStateTracker("visitor", processor.domain.slots)
        known = [SlotSet(name, value, timestamp=at) for name, value in slots.items() if name in tracker.slots]
        heard = UserUttered(message["text"], message["intent"], message["entities"], dict(message), timestamp=at)
        tracker.update_with_events([ActionExecuted("action_listen", timestamp=at), *known, heard], processor.domain)
        await processor.act(tracker)
        uttered = [event for event in tracker.events if isinstance(event, BotUttered)]
        messages = tuple({"text": event.text or "", "buttons": event.data.get("buttons") or []} for event in uttered)
        return Spoken(messages, tracker.current_slot_values())


class LocalProcessor(MessageProcessor):  # type: ignore[misc]  # Rasa is untyped for us
    """Rasa's processor with actions called in process and visitor text kept from Rasa's command syntax."""

    graph_runner: Any

    def __init__(self, model: Path) -> None:
        super().__init__(str(model), InMemoryTrackerStore(Domain.empty()), InMemoryLockStore(), _silent())
        self.graph_runner = SequentialGraphRunner(self.graph_runner)
        self.nlg = TemplatedNaturalLanguageGenerator(self.domain.responses)
        self.knowledge: KnowledgeBase = self._knowledge_base()
        self._note = LocalAction(note.Note())
        self._channel = CollectingOutputChannel()
        actions = [LocalAction(kind(self.knowledge)) for kind in _TURN_ACTIONS]
        self._actions = {action.name(): action for action in actions}
        self._understanding = self._last_node_before_commands()
        self._chosen: dict[tuple[str | None, ...], str] = {}
        self._slots_speak = any(slot.influence_conversation for slot in self.domain.slots)

    def understand(self, text: str) -> dict[str, Any]:
        """Run the pipeline up to, but not including, the component that reads `/intent{...}` out of a text."""
        inputs = {PLACEHOLDER_MESSAGE: [UserMessage(text)], PLACEHOLDER_TRACKER: DialogueStateTracker("visitor", [])}
        results = self.graph_runner.run(inputs=inputs, targets=[self._understanding])
        parsed = results[self._understanding][0].as_dict(only_output_properties=True)
        return {"intent": {"name": None, "confidence": 0.0}, "entities": [], **parsed, "text": text}

    async def act(self, tracker: DialogueStateTracker) -> None:
        """Take note of the latest message, then do the one action the rules name for it."""
        tracker.update_with_events(await self._run_local(self._note, tracker), self.domain)
        action = self._actions.get(self._action_for(tracker))
        if action:
            tracker.update_with_events(await self._run_local(action, tracker), self.domain)

    def _action_for(self, tracker: DialogueStateTracker) -> str:
        """Give what the rules name; without slots that speak they see but the intent and what entities there are."""
        message = tracker.latest_message
        key = (message.intent_name, *sorted(entity["entity"] for entity in message.entities))
        if key not in self._chosen or self._slots_speak:
            prediction = self._predict_next_with_tracker(tracker)
            self._chosen[key] = self.domain.action_names_or_texts[prediction.max_confidence_index]
        return self._chosen[key]

    async def _run_local(self, action: "LocalAction", tracker: DialogueStateTracker) -> list[Event]:
        return await action.run(self._channel, self.nlg, tracker, self.domain)

    def _last_node_before_commands(self) -> str:
        target = self.model_metadata.nlu_target
        node = self.graph_runner.node(target)
        return str(node.needs["messages"] if node.uses is RegexMessageHandler else target)

    def _knowledge_base(self) -> KnowledgeBase:
        """Give the articles the model was trained with, whatever the files say by now."""
        snapshots = (getattr(component, "knowledge_base", None) for component in self.graph_runner.components)
        snapshot = next((snapshot for snapshot in snapshots if isinstance(snapshot, KnowledgeBase)), None)
        if snapshot is None:
            raise RuntimeError("The model holds no articles: no component of it has a knowledge_base.")
        return snapshot


class LocalAction(Action):  # type: ignore[misc]
    """An action of ours, called directly instead of through the action server."""

    def __init__(self, action: SdkAction) -> None:
        self._action = action

    def name(self) -> str:
        """Give the action's name in the domain."""
        return str(self._action.name())

    async def run(
        self, output_channel: OutputChannel, nlg: NaturalLanguageGenerator, tracker: DialogueStateTracker, _: Domain
    ) -> list[Event]:
        """Run it and turn what it dispatched into the bot's messages."""
        dispatcher = CollectingDispatcher()
        message = tracker.latest_message.parse_data
        seen = Tracker(tracker.sender_id, tracker.current_slot_values(), message, [], False, None, {}, None)  # noqa: FBT003
        events = self._action.run(dispatcher, seen, {})
        spoken = [await _utterance(m, output_channel, nlg, tracker) for m in dispatcher.messages]
        return [*spoken, *(SlotSet(event["name"], event["value"]) for event in events)]


async def _utterance(
    message: dict[str, Any], channel: OutputChannel, nlg: NaturalLanguageGenerator, tracker: DialogueStateTracker
) -> BotUttered:
    name, buttons = message.pop("response"), message.pop("buttons")
    draft = await nlg.generate(name, tracker, channel.name(), **{k: v for k, v in message.items() if v})
    draft["buttons"] = [*buttons, *draft.get("buttons", [])]
    return create_bot_utterance(draft)


def _silent() -> NaturalLanguageGenerator:
    return TemplatedNaturalLanguageGenerator({})
