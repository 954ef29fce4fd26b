"""A server of the product in a process of its own, over worker processes without Rasa; settings are the usual ones."""

import asyncio
import os
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from bot.crew import Terms
from bot.reply import Reply, Utterance
from bot.workers import Workers
from firstline.app import Firstline
from firstline.figures import WORKER_ENDINGS
from firstline.logs import configure_logs
from firstline.migrations.running import migrate
from firstline.server import listen, run
from firstline.settings import Settings
from knowledge_base.loading import read_organisation_of

STUB = Path(__file__).parents[1] / "bot" / "stub_worker.py"


class StubBot:
    """The workers' life without a model to train or to look for."""

    def __init__(self, settings: Settings) -> None:
        terms = Terms(
            memory=settings.worker_memory_mb,
            ended=lambda ending: WORKER_ENDINGS.labels(ending).inc(),
            pause=0.1,
            command=lambda model: (sys.executable, str(STUB), str(model)),
        )
        self._workers = Workers(Path("stub"), count=settings.workers, limit=settings.turn_seconds, terms=terms)

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
        """Live until cancelled."""
        await self._workers.start()
        await asyncio.Event().wait()

    async def close(self) -> None:
        """End the workers; with the variable STUCK set, get stuck instead, and everything else with it."""
        if os.environ.get("STUCK"):
            time.sleep(60)  # noqa: ASYNC251  that is what the test is about
        await self._workers.close()


def main() -> None:
    """Serve until asked to end."""
    configure_logs()
    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    migrate(settings.database)
    listening = listen("127.0.0.1", 0)
    assert not isinstance(listening, str)
    print(f"Firstline answers on http://127.0.0.1:{listening.getsockname()[1]}/", flush=True)  # noqa: T201
    run(Firstline(settings, read_organisation_of(), StubBot(settings)), listening)


if __name__ == "__main__":
    main()
