"""Says whether the server lives, whether it can work, and how much it has to do."""

import asyncio
from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse

from conversations.database import DatabaseUnavailable
from firstline.migrations.running import layout_of, serves
from handoff.floor import waiting_count

if TYPE_CHECKING:
    from firstline.app import Firstline


def health_routes(firstline: "Firstline") -> APIRouter:
    """Give /healthz, /readyz and /metrics."""
    routes = APIRouter(tags=["operators"])

    @routes.get("/healthz")
    async def alive() -> dict[str, str]:
        return {"status": "alive"}

    @routes.get("/readyz")
    async def ready() -> JSONResponse:
        database = await database_state(firstline)
        state = {"database": database, "bot": firstline.bot.status, "telegram": firstline.telegram.status}
        return JSONResponse(state, 200 if database == "ok" else 503)

    @routes.get("/metrics")
    async def metrics() -> PlainTextResponse:
        async with firstline.database.read() as transaction:
            waiting = await waiting_count(transaction)
        lines = [
            "# HELP firstline_waiting Conversations that wait for a person.",
            "# TYPE firstline_waiting gauge",
            f"firstline_waiting {waiting}",
            "# HELP firstline_bot_ready Whether the bot can be asked.",
            "# TYPE firstline_bot_ready gauge",
            f"firstline_bot_ready {int(firstline.bot.status == 'ready')}",
        ]
        return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")

    return routes


async def database_state(firstline: "Firstline") -> str:
    """Tell whether the database answers and is migrated."""
    try:
        layout = await asyncio.to_thread(layout_of, firstline.settings.database)
    except DatabaseUnavailable:
        return "unreachable"
    return "ok" if serves(layout) else "not migrated"
