"""Says whether the server lives, whether it can work and what is in the way, and how much it has to do."""

import asyncio
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from conversations.database import DatabaseUnavailable
from firstline import figures
from firstline.migrations.running import layout_of, newest, serves
from handoff.load import load

if TYPE_CHECKING:
    from firstline.app import Firstline

_LOW = 500 * 2**20  # bytes; a day of a busy desk takes less, and a backup fits
_BOT = {
    "starting": "The bot is loading or being trained. What people write is recorded, and answered when it is ready.",
    "down": "The bot does not start, see the log. What people write goes to a person.",
}
_TELEGRAM = {
    "starting": "Telegram has not answered yet.",
    "unreachable": "Telegram does not answer. Messages wait and are sent when it does.",
    "refused": "Telegram does not know the token: check FIRSTLINE_TELEGRAM_TOKEN, then start the server again.",
}


def health_routes(firstline: "Firstline") -> APIRouter:
    """Give /healthz, /readyz and /metrics."""
    routes = APIRouter(tags=["operators"])

    @routes.get("/healthz")
    async def alive() -> dict[str, str]:
        return {"status": "alive"}

    @routes.get("/readyz")
    async def ready() -> JSONResponse:
        database, reason = await _database(firstline)
        state = {
            "database": database,
            "bot": firstline.bot.status,
            "telegram": firstline.telegram.status,
            "disk": "low" if _free(firstline) < _LOW else "ok",
        }
        reasons = dict(_reasons(state, reason))
        return JSONResponse({**state, "reasons": reasons}, 200 if database == "ok" else 503)

    @routes.get("/metrics")
    async def metrics() -> Response:
        figures.BOT_READY.set(firstline.bot.status == "ready")
        figures.OPEN_STREAMS.set(len(firstline.draining.streams))
        figures.DISK_FREE.set(_free(firstline))
        try:
            async with firstline.database.read() as transaction:
                figures.show(await load(transaction, firstline.clock()))
        except DatabaseUnavailable:
            figures.show(None)
        return Response(generate_latest(figures.REGISTRY), media_type=CONTENT_TYPE_LATEST)

    return routes


async def _database(firstline: "Firstline") -> tuple[str, str]:
    """Tell how the database is and what is wrong with it."""
    try:
        layout = await asyncio.to_thread(layout_of, firstline.settings.database)
    except DatabaseUnavailable as error:
        return "unreachable", f"{error}. What people send is refused until it answers; nothing sent before is lost."
    if serves(layout):
        return "ok", ""
    return "not migrated", f"The database has layout {layout}, this release needs {newest()}: run `firstline migrate`."


def _reasons(state: dict[str, str], database: str) -> Iterator[tuple[str, str]]:
    """Give a sentence for everything that is not as it should be."""
    known = {"bot": _BOT, "telegram": _TELEGRAM, "database": {state["database"]: database}}
    known["disk"] = {
        "low": "There is little room left where the data folder is: make some, or nothing can be recorded."
    }
    for part, value in state.items():
        if sentence := known[part].get(value):
            yield part, sentence


def _free(firstline: "Firstline") -> int:
    return shutil.disk_usage(firstline.settings.data).free
