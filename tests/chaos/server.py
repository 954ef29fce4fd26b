"""A server of the product, put together as `firstline serve` does it, that dies where it is told to."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import uvicorn

from bot.crew import Terms
from bot.workers import Workers
from firstline.app import Firstline, create_app
from firstline.logs import configure_logs
from firstline.migrations.running import migrate
from firstline.settings import Settings
from knowledge_base.loading import read_organisation_of
from knowledge_base.organisation import DeskHours, Span
from tests.chaos.points import MortalBot, Points

STUB = "stub"
ALWAYS = DeskHours("UTC", ((Span(0, 24 * 60),),) * 7)  # no run depends on the time of day


def serve(port: int, folder: Path, model: Path) -> None:
    """Serve until killed; `folder` holds the files that arm its points, a model named "stub" is the stub."""
    configure_logs()
    points = Points(folder)
    points.listen()
    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    migrate(settings.database)
    organisation = replace(read_organisation_of(), desk=ALWAYS)
    app = create_app(Firstline(settings, organisation, MortalBot(_workers(settings, model), points)))
    uvicorn.run(app, host="127.0.0.1", port=port, access_log=False, log_level="warning", timeout_graceful_shutdown=5)


def _workers(settings: Settings, model: Path) -> Workers:
    terms = Terms(pause=0.1, command=_stub) if model.name == STUB else Terms()
    return Workers(model, count=settings.workers, limit=settings.turn_seconds, terms=terms)


def _stub(model: Path) -> Sequence[str]:
    return (sys.executable, "-m", "tests.chaos.stub_worker", str(model))
