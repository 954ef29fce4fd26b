"""The workers of one model: keeps so many alive, lends a free one for a turn."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.worker_link import BotUnavailable, Command, Ending, WorkerLink, worker_command

Status = Literal["starting", "ready", "down"]
_DOWN_AFTER = 3  # failed starts or turns in a row, without an answer between them
_LONGEST_PAUSE = 30.0
_REASONS = {
    "died": "it died",
    "time": "it took too long for a turn",
    "memory": "it held more memory than it may",
}


@dataclass(frozen=True)
class _Life:
    """How many turns a worker answered, and why it ended."""

    answered: int
    ending: Ending
    reason: str = ""


@dataclass(frozen=True)
class Terms:
    """How many workers, how many MB each may hold (0: any), and how long things may take, in seconds.

    `pause` doubles with every failure in a row; `ended` is told of every worker that has to be replaced, and why.
    """

    count: int = 1
    memory: int = 0
    turn: float = 10.0
    loading: float = 180.0
    pause: float = 0.5
    command: Command = worker_command
    ended: Callable[[Ending], None] = lambda _: None


class Crew:
    """Worker processes that hold the same model. One that dies is replaced alone, ever more slowly."""

    def __init__(self, model: Path, terms: Terms, say: Callable[[str], None]) -> None:
        self._model, self._terms, self._say = model, terms, say
        self._links: set[WorkerLink] = set()  # loaded
        self._idle: list[WorkerLink] = []
        self._changed = asyncio.Condition()
        self._keepers: list[asyncio.Task[None]] = []
        self._turns = 0
        self._failures = 0
        self._closed = False

    @property
    def status(self) -> Status:
        """Ready with one worker loaded; down if none would load or live for long."""
        if self._links:
            return "ready"
        return "down" if self._closed or self._failures >= _DOWN_AFTER else "starting"

    def start(self) -> None:
        """Start loading and return at once."""
        self._keepers = [asyncio.create_task(self._keep()) for _ in range(self._terms.count)]

    async def ready(self) -> None:
        """Wait until a turn can be asked; raises BotUnavailable when that is not going to be soon."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.status != "starting")
        if self.status == "down":
            raise BotUnavailable(self._why_down())

    @contextlib.asynccontextmanager
    async def worker(self) -> AsyncIterator[WorkerLink]:
        """Lend a free worker for one turn; raises BotUnavailable if none gets free within a turn's time."""
        self._turns += 1
        try:
            link = await self._free()
            try:
                yield link
            finally:
                await self._give_back(link)
        finally:
            self._turns -= 1
            await self._tell()

    async def close(self, patience: float = 0.0) -> None:
        """End all workers, after running turns have finished or `patience` seconds have passed."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience), self._changed:
                await self._changed.wait_for(lambda: self._turns == 0)
        self._closed = True
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        await self._tell()

    async def _free(self) -> WorkerLink:
        try:
            async with asyncio.timeout(self._terms.turn), self._changed:
                await self._changed.wait_for(lambda: self._idle or self.status == "down")
                if self._idle:
                    return self._idle.pop(0)
        except TimeoutError:
            raise BotUnavailable("no worker got free in time") from None
        raise BotUnavailable(self._why_down())

    async def _give_back(self, link: WorkerLink) -> None:
        if link.is_alive and link in self._links:
            self._idle.append(link)
        if link.answered:
            self._failures = 0

    async def _keep(self) -> None:
        """Have one worker alive, again and again, until cancelled."""
        while True:
            life = await self._one_life()
            self._failures = 0 if life.answered else self._failures + 1
            await self._tell()
            pause = min(_LONGEST_PAUSE, self._terms.pause * 2 ** (self._failures - 1)) if self._failures else 0.0
            self._say(
                f"A bot worker ended ({life.reason or _REASONS[life.ending]}); the next one starts in {pause:g} s."
            )
            self._terms.ended(life.ending)
            await asyncio.sleep(pause)

    async def _one_life(self) -> "_Life":
        """Start a worker and offer it while it lives."""
        try:
            link = await WorkerLink.start(self._terms.command(self._model))
        except OSError as error:
            return _Life(0, "start", str(error))
        try:
            await link.ready(self._terms.loading)
            self._links.add(link)
            self._idle.append(link)
            self._say(f"A bot worker has loaded {self._model.name} and is ready.")
            await self._tell()
            ending = await link.gone(self._terms.memory)
        except BotUnavailable as error:
            return _Life(0, "start", str(error))
        finally:
            self._links.discard(link)
            self._idle[:] = [idle for idle in self._idle if idle is not link]
            await link.kill()
        return _Life(link.answered, ending)

    def _why_down(self) -> str:
        return "the bot has been closed" if self._closed else "the bot's workers keep failing"

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()
