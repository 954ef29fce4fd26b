"""A server of the product in a process of its own, over worker processes without Rasa; settings are the usual ones."""

import os
import sys
import time
from pathlib import Path

from bot.crew import Terms
from bot.workers import Workers
from firstline.app import Firstline
from firstline.figures import WORKER_ENDINGS
from firstline.logs import configure_logs
from firstline.migrations.running import migrate
from firstline.server import listen, run
from firstline.settings import Settings
from knowledge_base.loading import read_organisation_of
from tests.workers_bot import WorkersBot

STUB = Path(__file__).parents[1] / "bot" / "stub_worker.py"


class StubBot(WorkersBot):
    """The workers' life without a model to train or to look for."""

    def __init__(self, settings: Settings) -> None:
        terms = Terms(
            memory=settings.worker_memory_mb,
            ended=lambda ending: WORKER_ENDINGS.labels(ending).inc(),
            pause=0.1,
            command=lambda model: (sys.executable, str(STUB), str(model)),
        )
        workers = Workers(Path("stub"), count=settings.workers, limit=settings.turn_seconds, terms=terms)
        super().__init__(workers)

    async def close(self) -> None:
        """End the workers; with the variable STUCK set, get stuck instead, and everything else with it."""
        if os.environ.get("STUCK"):
            time.sleep(60)  # noqa: ASYNC251  that is what the test is about
        await super().close()


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
