"""Answers turns in worker processes: a pure function that may hang or die without taking anything with it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.crew import Crew, Status, Terms
from bot.reply import Reply, Utterance
from bot.worker_link import BotUnavailable

__all__ = ["BotUnavailable", "Workers"]


class Workers:
    """The bot as the rest of the house knows it. Imports no Rasa; a worker takes about 20 s to load and 1.7 GB."""

    def __init__(
        self,
        model: Path,
        count: int = 1,
        limit: float = 10.0,
        on_progress: Callable[[str], None] = lambda _: None,
        terms: Terms = Terms(),  # noqa: B008  a frozen value
    ) -> None:
        """Take `limit` seconds as the longest turn; `on_progress` is told one sentence when workers come and go."""
        self._terms = replace(terms, count=count, turn=limit)
        self._say = on_progress
        self._crew = Crew(model, self._terms, on_progress)
        self._turns: set[asyncio.Task[Reply]] = set()

    @property
    def status(self) -> Status:
        """Whether turns can be asked: starting, ready, or down when workers keep failing."""
        return self._crew.status

    async def start(self) -> None:
        """Start loading in the background and return at once."""
        self._crew.start()

    async def ready(self) -> None:
        """Wait until a turn can be asked; raises BotUnavailable if workers keep failing."""
        await self._crew.ready()

    async def reply(self, state: Mapping[str, Any], utterances: Sequence[Utterance], now: datetime) -> Reply:
        """Answer one turn, waiting for a free worker at most as long as for the answer; raises BotUnavailable.

        A caller who stops waiting costs nothing: the worker finishes the turn and is free again.
        """
        turn = asyncio.create_task(self._turn(self._crew, state, utterances, now))
        self._turns.add(turn)
        turn.add_done_callback(self._forget)
        return await asyncio.shield(turn)

    async def replace(self, model: Path) -> bool:
        """Load another model beside the one in use and let it answer from the moment it is ready.

        Gives False, and leaves everything as it is, if the other model does not load.
        """
        newer = Crew(model, self._terms, self._say)
        newer.start()
        try:
            await newer.ready()
        except BotUnavailable:
            await newer.close()
            return False
        except asyncio.CancelledError:
            await newer.close()
            raise
        older, self._crew = self._crew, newer
        await older.close(patience=2 * self._terms.turn)
        return True

    async def close(self) -> None:
        """End the workers; running turns fail."""
        await self._crew.close()
        await asyncio.gather(*self._turns, return_exceptions=True)

    async def _turn(
        self, crew: Crew, state: Mapping[str, Any], utterances: Sequence[Utterance], now: datetime
    ) -> Reply:
        async with crew.worker() as worker:
            return await worker.ask(state, utterances, now, self._terms.turn)

    def _forget(self, turn: "asyncio.Task[Reply]") -> None:
        self._turns.discard(turn)
        if not turn.cancelled():
            turn.exception()  # seen, even if nobody waits any more
