"""One worker process: holds a loaded assistant and answers JSON lines on its pipes (`python -m bot.worker MODEL`).

In: {"id", "state", "utterances": [{"text", "choice"}], "now"}. Out, first of all: {"ready": true}; then for every line
{"id", "reply"} or {"id", "error"}. Standard output is the protocol's alone; what libraries
print goes to standard error. The process ends when its input closes, even in the middle of loading or of a turn.
"""

import ctypes
import gc
import json
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Protocol

from bot.reply import Reply, Utterance

_SET_DEATH_SIGNAL = 1  # prctl(2), PR_SET_PDEATHSIG


class Answers(Protocol):
    """What a worker holds: the assistant."""

    def reply(self, state: Mapping[str, Any], utterances: Sequence[Utterance], now: datetime) -> Reply:
        """Answer one turn."""
        ...


def work(load: Callable[[], Answers]) -> None:
    """Load, then answer until the input closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which closes the pipe when it is done
    _end_with_the_parent()
    lines, pipe = _read_lines(), _take_standard_output()
    assistant = load()
    gc.collect()
    gc.freeze()  # the model stays: looking through it for garbage would take longer than many turns
    _write(pipe, {"ready": True})
    while True:
        _write(pipe, _answer(assistant, json.loads(lines.get())))


def _answer(assistant: Answers, asked: dict[str, Any]) -> dict[str, Any]:
    """Give the reply, or the error's name and place: one bad turn is no reason to load the model again.

    The error's message stays here: it may be what somebody wrote.
    """
    utterances = [Utterance(**utterance) for utterance in asked["utterances"]]
    try:
        reply = assistant.reply(asked["state"], utterances, datetime.fromisoformat(asked["now"]))
    except Exception as error:  # noqa: BLE001  the outermost loop of the process
        place = traceback.extract_tb(error.__traceback__)[-1]
        named = f"{type(error).__name__} in {Path(place.filename).name}:{place.lineno} {place.name}"
        return {"id": asked["id"], "error": named}
    return {"id": asked["id"], "reply": reply.to_json()}


def _end_with_the_parent() -> None:
    """Let the kernel end this process with its parent, even while a library lets no other thread run."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)


def _read_lines() -> "queue.SimpleQueue[bytes]":
    """Read standard input on a thread of its own, which ends the process when the input does."""
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    source = os.fdopen(os.dup(0), "rb")
    _point_at(0, os.devnull)

    def read() -> None:
        for line in source:
            lines.put(line)
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    return lines


def _take_standard_output() -> IO[bytes]:
    """Keep the pipe for the protocol and let everything else that prints go to standard error."""
    pipe = os.fdopen(os.dup(1), "wb")
    sys.stdout.flush()
    os.dup2(2, 1)
    return pipe


def _point_at(descriptor: int, path: str) -> None:
    opened = os.open(path, os.O_RDONLY)
    os.dup2(opened, descriptor)
    os.close(opened)


def _write(pipe: IO[bytes], answer: dict[str, Any]) -> None:
    try:
        pipe.write(json.dumps(answer).encode() + b"\n")
        pipe.flush()
    except BrokenPipeError:
        os._exit(0)


def _load() -> Answers:
    from bot.assistant import Assistant

    return Assistant.load(Path(sys.argv[1]))


if __name__ == "__main__":
    work(_load)
