"""Keeps the bot supplied with a model: trains when it is missing or out of date, loads it, takes a newer one over."""

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import structlog

from bot.crew import Terms
from bot.reply import Reply, Utterance
from bot.training import current_model
from bot.worker_link import Ending
from bot.workers import BotUnavailable, Workers
from firstline.settings import Settings

_LOOK_AGAIN = 5.0
log = structlog.get_logger()


class Supply:
    """The bot as the turn knows it, from the first second on: starting, then ready, or down."""

    def __init__(
        self, settings: Settings, say: Callable[[str], None], ended: Callable[[Ending], None] = lambda _: None
    ) -> None:
        """Tell `say` what people at the terminal should know, `ended` why a worker has to be replaced."""
        self._settings, self._say, self._ended = settings, say, ended
        self._workers: Workers | None = None
        self._model: Path | None = None
        self._failed = ""
        self._loaded = asyncio.Event()

    @property
    def status(self) -> Literal["starting", "ready", "down"]:
        """Whether the bot can be asked; while it trains or loads it is starting."""
        if self._workers:
            return self._workers.status
        return "down" if self._failed else "starting"

    async def ready(self) -> None:
        """Wait until the bot can be asked; raises BotUnavailable if it will not come."""
        await self._loaded.wait()
        if self._workers is None:
            raise BotUnavailable(self._failed)
        await self._workers.ready()

    async def reply(self, state: Mapping[str, Any], utterances: Sequence[Utterance], now: datetime) -> Reply:
        """Ask for one turn; raises BotUnavailable."""
        if self._workers is None:
            raise BotUnavailable(self._failed or "the bot is still loading")
        return await self._workers.reply(state, utterances, now)

    async def run(self) -> None:
        """Train if needed, load, and take over every model that is trained later, until cancelled."""
        trained = await self._train()
        self._model = current_model(self._settings.models)
        if self._model is None:
            self._failed = "there is no model: " + trained
            self._say("The bot cannot start: training failed, see above. People can still write and be handed over.")
            self._loaded.set()
            return
        if trained:
            self._say("Training failed, see above: the bot answers from the last good articles.")
        self._say("The bot is loading (about 20 seconds).")
        workers = Workers(
            self._model,
            count=self._settings.workers,
            limit=self._settings.turn_seconds,
            on_progress=_log,
            terms=Terms(memory=self._settings.worker_memory_mb, ended=self._ended),
        )
        await workers.start()
        self._workers = workers
        self._loaded.set()
        try:
            await workers.ready()
            self._say("The bot is ready.")
        except BotUnavailable as error:
            self._say(f"The bot does not start: {error}. People can still write and be handed over.")
        while True:
            await asyncio.sleep(_LOOK_AGAIN)
            await self._take_over(workers)

    async def _take_over(self, workers: Workers) -> None:
        newest = current_model(self._settings.models)
        if newest and newest != self._model:
            self._model = newest
            log.info("new_model", model=newest.name)
            await workers.replace(newest)

    async def _train(self) -> str:
        """Run `firstline train` in a process of its own; gives why it failed, or nothing."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "firstline", "train", "--if-needed", stdin=asyncio.subprocess.PIPE
        )
        try:
            code = await process.wait()
        except asyncio.CancelledError:
            process.kill()
            await process.wait()
            raise
        return f"training ended with status {code}" if code else ""

    async def close(self) -> None:
        """End the workers."""
        if self._workers:
            await self._workers.close()


def _log(sentence: str) -> None:
    log.info("worker", what=sentence)
