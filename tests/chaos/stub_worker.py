"""A worker without Rasa: the real protocol around an assistant that names what it answers.

"human" asks for a person, "stumble" fails; everything else is echoed after a moment of thinking.
"""

import random
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.reply import BotMessage, Reply, Utterance
from bot.worker import work

_THINKING = (0.002, 0.03)  # seconds; the real one takes about 10 ms
_PONDERING = (0.2, 0.6)  # one turn in ten: there is time to write on, and for an agent to claim


class Echo:
    """Answers a turn with the texts it was asked, so that every answer names its questions."""

    def reply(self, state: Mapping[str, Any], utterances: Sequence[Utterance], now: datetime) -> Reply:
        """Answer one turn."""
        time.sleep(random.uniform(*random.choices((_THINKING, _PONDERING), (9, 1))[0]))  # noqa: S311
        text = " / ".join(utterance.text for utterance in utterances)
        if "stumble" in text:
            raise ValueError("told to stumble")
        following = {"turns": state.get("turns", 0) + 1}
        if "human" in text:
            said = BotMessage(f"A person for: {text}")
            return Reply((said,), following, "handoff", "en", "human_request")
        return Reply((BotMessage(f"echo: {text}"),), following, "dialogue", "en")


if __name__ == "__main__":
    work(Echo)
