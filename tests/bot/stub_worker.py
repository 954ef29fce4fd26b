"""A worker without Rasa: the real protocol around an assistant that does what its model's name and the text say."""

import os
import re
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.reply import BotMessage, Reply, Utterance
from bot.worker import work


class Stub:
    """Repeats what it is told, with its model's name and process id, but for a few words which it obeys."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._eaten: list[bytes] = []

    def reply(self, state: Mapping[str, Any], utterances: Sequence[Utterance], now: datetime) -> Reply:
        """Answer one turn."""
        text = utterances[-1].text
        match text:
            case "hang":
                threading.Event().wait()
            case "seize":
                re.match(r"(a+)+$", "a" * 64 + "b")  # for longer than anybody lives, without letting another thread run
            case "eat":
                self._eaten.append(b"x" * 400_000_000)
            case "die":
                os._exit(3)
            case "fail":
                raise ValueError(text)
            case "slow":
                time.sleep(0.5)
        print("a library prints something")  # noqa: T201  it must not reach the protocol
        os.write(1, b"and so does one written in C\n")
        said = BotMessage(f"{self._model}: {text}")
        return Reply((said,), {"turns": state.get("turns", 0) + 1, "pid": os.getpid()}, "dialogue", "en")


def _load() -> Stub:
    model = Path(sys.argv[1]).name
    if model == "broken":
        raise SystemExit(1)
    if model == "loads-for-ever":
        threading.Event().wait()
    return Stub(model)


if __name__ == "__main__":
    work(_load)
