"""One worker process as its parent sees it: started, asked, ended."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args

import psutil

from bot.reply import Reply, Utterance

Command = Callable[[Path], Sequence[str]]
Ending = Literal["start", "died", "time", "memory"]  # of a worker: it did not start, or what became of it
ENDINGS = get_args(Ending)
ENVIRONMENT = {  # of a worker: one thread, and large pages of memory, by which a turn takes a tenth less
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}
_LOOK_AFTER = 1.0  # seconds between two looks at a worker's memory
_LONGEST_LINE = 2**22  # bytes; a reply is a few KiB


class BotUnavailable(Exception):
    """The bot did not answer this turn: it hung, died, failed, or could not be started."""


def worker_command(model: Path) -> Sequence[str]:
    """Give the command that starts a worker for `model`."""
    return (sys.executable, "-m", "bot.worker", str(model))


class WorkerLink:
    """A child process and the two pipes to it. It is asked one turn at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._asked = 0
        self._ending: Ending | None = None
        self.answered = 0

    @classmethod
    async def start(cls, command: Sequence[str]) -> "WorkerLink":
        """Start the process, in a process group of its own so that Ctrl-C does not reach it."""
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_LONGEST_LINE,
            start_new_session=True,
            env={**ENVIRONMENT, **os.environ},
        )
        return cls(process)

    @property
    def pid(self) -> int:
        """The process's number, for people who look at the machine."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.returncode is None

    async def ready(self, limit: float) -> None:
        """Wait until it has loaded its model; raises BotUnavailable and ends it after `limit` seconds."""
        if not (await self._line(limit)).get("ready"):
            await self.kill()
            raise BotUnavailable("a worker said something else than that it is ready")

    async def ask(
        self, state: Mapping[str, Any], utterances: Sequence[Utterance], now: datetime, limit: float
    ) -> Reply:
        """Ask for one turn; raises BotUnavailable. A worker that takes longer than `limit` seconds is ended."""
        self._asked += 1
        said = [asdict(utterance) for utterance in utterances]
        await self._send({"id": self._asked, "state": dict(state), "utterances": said, "now": now.isoformat()})
        answer = await self._line(limit)
        if answer.get("id") != self._asked:
            await self.kill()
            raise BotUnavailable("a worker answered another question than it was asked")
        self.answered += 1
        if "error" in answer:
            raise BotUnavailable(answer["error"])
        return Reply.from_json(answer["reply"])

    async def gone(self, most_memory: int = 0) -> Ending:
        """Wait until the process has ended and say why; one that holds more than `most_memory` MB (0: any) is ended."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_AFTER):
                    await self._process.wait()
                    return self._ending or "died"
            if most_memory and self._memory() > most_memory:
                await self.kill("memory")

    async def kill(self, why: Ending = "died") -> None:
        """End the process now; of several reasons the first counts, for a turn's end of the line follows from it."""
        if self.is_alive:
            self._ending = self._ending or why
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    def _memory(self) -> int:
        try:
            return int(psutil.Process(self.pid).memory_info().rss) // 2**20
        except psutil.Error:
            return 0

    async def _send(self, asked: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None  # noqa: S101  it was started with pipes
        try:
            self._process.stdin.write(json.dumps(asked).encode() + b"\n")
            await self._process.stdin.drain()
        except ConnectionError as error:
            await self.kill()
            raise BotUnavailable("the worker has died") from error

    async def _line(self, limit: float) -> dict[str, Any]:
        assert self._process.stdout is not None  # noqa: S101
        try:
            async with asyncio.timeout(limit):
                line = await self._process.stdout.readline()
        except TimeoutError:
            await self.kill("time")
            raise BotUnavailable(f"a worker said nothing for {limit:g} s and was ended") from None
        if not line.endswith(b"\n"):
            await self.kill()
            raise BotUnavailable("the worker died in the middle of a turn")
        answer: dict[str, Any] = json.loads(line)
        return answer
