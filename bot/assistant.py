"""The bot as a pure function: what was said so far and now, in; the reply, out."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.choices import value_of
from bot.hearing import Hearing
from bot.quiet import quieten
from bot.reply import BotMessage, Candidate, Choice, Language, Reply, Utterance
from bot.utterances import one_breath

if TYPE_CHECKING:
    from bot.engine import Engine, Spoken

_OFFERED = "offered"
_FORGOTTEN = ("outcome", "session_started_metadata")  # slots that last one turn


class NoReply(Exception):
    """Rasa came to the end of a turn without a word: an action failed, or the model does not fit the code."""


class Assistant:
    """A loaded model. Nothing is kept between turns but what `Reply.state` carries.

    Not for several threads at once; `reply` blocks for a few milliseconds.
    """

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        self._hearing = Hearing(engine.understand)
        self._runner = asyncio.Runner()

    @classmethod
    def load(cls, model: Path) -> "Assistant":
        """Load a trained model: about 20 s and 1.7 GB, much of it Rasa's imports and the encoders."""
        quieten()
        from bot.engine import Engine

        return cls(Engine(model))

    def reply(self, state: Mapping[str, Any], utterances: Sequence[Utterance], now: datetime) -> Reply:
        """Answer what the visitor said in one breath.

        `state` is `{}`, `{"language": "de"}` or the last reply's. Raises NoReply.
        """
        offered = [Choice(*pair) for pair in state.get(_OFFERED, ())]
        slots = {name: value for name, value in state.items() if name != _OFFERED}
        message = self._hearing.of(one_breath(utterances, offered), slots)
        return self._written(self._runner.run(self._engine.turn(slots, message, now)))

    def close(self) -> None:
        """Let go of the event loop."""
        self._runner.close()

    def _written(self, spoken: "Spoken") -> Reply:
        outcome = spoken.slots.get("outcome")
        messages = tuple(m for m in spoken.messages if m["text"])
        if not messages or not outcome:
            raise NoReply("Rasa ended the turn without a reply; its log says why.")
        language: Language = "de" if spoken.slots.get("language") == "de" else "en"
        written = (_bot_message(messages, outcome["article"]),)
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


def _bot_message(messages: Sequence[Mapping[str, Any]], article: str | None) -> BotMessage:
    """Give what was uttered as one message: a question back below its answer, but its choices before the others."""
    buttons = [button for message in reversed(messages) for button in message["buttons"]]
    choices = tuple(Choice(button["title"], value_of(button["payload"])) for button in buttons)
    return BotMessage("\n\n".join(message["text"] for message in messages), choices, article)


def _state(slots: Mapping[str, Any], messages: Sequence[BotMessage]) -> dict[str, Any]:
    """Give what the next turn needs: slots that say something, and the choices it may be typed from."""
    state = {name: value for name, value in slots.items() if name not in _FORGOTTEN and value}
    offered = [[choice.title, choice.value] for message in messages for choice in message.choices]
    return {**state, _OFFERED: offered} if offered else state
