"""The bot of a server under test: workers that start and end with it, without a model to train or to look for."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from bot.reply import Reply, Utterance
from bot.workers import Workers


class WorkersBot:
    """The workers' life, as `firstline.app.RunningBot` wants it."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers

    @property
    def status(self) -> Literal["starting", "ready", "down"]:
        """Whether it can be asked."""
        return self._workers.status

    async def ready(self) -> None:
        """Wait until it can be asked."""
        await self._workers.ready()

    async def reply(self, state: Mapping[str, Any], utterances: Sequence[Utterance], now: datetime) -> Reply:
        """Ask for one turn."""
        return await self._workers.reply(state, utterances, now)

    async def run(self) -> None:
        """Start the workers and live until cancelled."""
        await self._workers.start()
        await asyncio.Event().wait()

    async def close(self) -> None:
        """End the workers."""
        await self._workers.close()
