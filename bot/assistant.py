"""The bot as a pure function: what was said so far and now, in; the reply, out."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.choices import meaning_of, value_of
from bot.quiet import quieten
from bot.reply import BotMessage, Candidate, Choice, Language, Reply, Utterance
from bot.utterances import Breath, one_breath

if TYPE_CHECKING:
    from bot.engine import Engine, Spoken

_OFFERED = "offered"
_MOODS = ("none", "mild", "strong")
_FORGOTTEN = ("outcome", "session_started_metadata")  # slots that last one turn


class NoReply(Exception):
    """Rasa came to the end of a turn without a word: an action failed, or the model does not fit the code."""


class Assistant:
    """A loaded model. Nothing is kept between turns but what `Reply.state` carries.

    Not for several threads at once; `reply` blocks for a few milliseconds.
    """

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        self._runner = asyncio.Runner()

    @classmethod
    def load(cls, model: Path) -> "Assistant":
        """Load a trained model: about 20 s and 600 MB, most of it Rasa's imports."""
        quieten()
        from bot.engine import Engine

        return cls(Engine(model))

    def reply(self, state: Mapping[str, Any], utterances: Sequence[Utterance], now: datetime) -> Reply:
        """Answer what the visitor said in one breath.

        `state` is `{}`, `{"language": "de"}` or the last reply's. Raises NoReply.
        """
        offered = [Choice(*pair) for pair in state.get(_OFFERED, ())]
        message = self._understand(one_breath(utterances, offered))
        slots = {name: value for name, value in state.items() if name != _OFFERED}
        return self._written(self._runner.run(self._engine.turn(slots, message, now)))

    def close(self) -> None:
        """Let go of the event loop."""
        self._runner.close()

    def _understand(self, breath: Breath) -> dict[str, Any]:
        """Give the message as Rasa's actions read it; a choice means what it means, whatever is said beside it."""
        understood = self._heard(breath.text)
        if len(breath.texts) > 1:
            understood["signals"] = _strongest([understood, *(self._heard(text) for text in breath.texts)])
        if breath.choice:
            understood |= {"text": breath.choice.title, **meaning_of(breath.choice.value), "verdict": None}
        return {**understood, "clicked": list(breath.clicked)}

    def _heard(self, text: str) -> dict[str, Any]:
        return self._engine.understand(text) if text.strip() else _nothing(text)

    def _written(self, spoken: "Spoken") -> Reply:
        outcome = spoken.slots.get("outcome")
        messages = tuple(m for m in spoken.messages if m["text"])
        if not messages or not outcome:
            raise NoReply("Rasa ended the turn without a reply; its log says why.")
        language: Language = "de" if spoken.slots.get("language") == "de" else "en"
        written = tuple(_bot_message(message, outcome["article"]) for message in messages)
        return Reply(
            messages=written,
            state=_state(spoken.slots, written),
            language=language,
            candidates=() if outcome["decision"] == "dialogue" else self._candidates(spoken.slots, language),
            facts=dict(spoken.slots.get("facts") or {}),
            **outcome,
        )

    def _candidates(self, slots: Mapping[str, Any], language: Language) -> tuple[Candidate, ...]:
        articles = self._engine.knowledge.articles
        return tuple(
            Candidate(**ranked, title=articles[ranked["article"]].texts[language].title)
            for ranked in slots.get("candidates") or ()
            if ranked["article"] in articles
        )


def _nothing(text: str) -> dict[str, Any]:
    """Give a message without a text: about nothing we know."""
    return {"text": text, "intent": {"name": "out_of_scope", "confidence": 1.0}, "entities": []}


def _strongest(parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Give the strongest signals of several messages, so that a wish for a person does not drown in other words."""
    signals = [part.get("signals") or {} for part in parts]
    wishes = [part["intent"]["name"] == "human_request" for part in parts]
    return {
        "human_request": any(wishes) or any(signal.get("human_request") for signal in signals),
        "frustration": max((signal.get("frustration", "none") for signal in signals), key=_MOODS.index),
    }


def _bot_message(message: Mapping[str, Any], article: str | None) -> BotMessage:
    choices = tuple(Choice(button["title"], value_of(button["payload"])) for button in message["buttons"])
    return BotMessage(message["text"], choices, article)


def _state(slots: Mapping[str, Any], messages: Sequence[BotMessage]) -> dict[str, Any]:
    """Give what the next turn needs: slots that say something, and the choices it may be typed from."""
    state = {name: value for name, value in slots.items() if name not in _FORGOTTEN and value}
    offered = [[choice.title, choice.value] for message in messages for choice in message.choices]
    return {**state, _OFFERED: offered} if offered else state
