"""The real bot, asked turn by turn: one worker process for the whole run, so that Rasa stays out of the tests' own."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.reply import Reply, Utterance


class AssistantElsewhere:
    """`bot.assistant.Assistant` in a process of its own; an error there is an AssertionError here."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.lines()

    def reply(self, state: Mapping[str, Any], utterances: Sequence[Utterance], now: datetime) -> Reply:
        """Ask for one turn."""
        assert self._process.stdin is not None
        asked = {"id": 1, "state": state, "utterances": [asdict(u) for u in utterances], "now": now.isoformat()}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answer = self.lines()
        assert "reply" in answer, answer.get("error")
        return Reply.from_json(answer["reply"])

    def lines(self) -> dict[str, Any]:
        """Read the next line of the protocol."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the worker ended; its standard error says why"
        answer: dict[str, Any] = json.loads(line)
        return answer


@pytest.fixture(scope="session")
def assistant(model: Path) -> Iterator[AssistantElsewhere]:
    """Give the bot with the trained model."""
    command = [sys.executable, "-m", "bot.worker", str(model)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield AssistantElsewhere(process)
        assert process.stdin is not None
        process.stdin.close()
