"""Shows a visitor how their ticket stands and what was said, to whoever holds its secret link, and nothing else."""

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Header, Response

from conversations.wire import page_response
from handoff import tickets

if TYPE_CHECKING:
    from firstline.app import Firstline

_SHOWN = ("number", "kind", "status", "created_at", "updated_at")


def ticket_routes(firstline: "Firstline") -> APIRouter:
    """Give `/api/v1/tickets/by-secret`; the secret comes as a bearer token, so no log has it."""
    routes = APIRouter(prefix="/api/v1/tickets", tags=["visitors"])

    @routes.get("/by-secret")
    async def ticket(authorization: Annotated[str, Header()] = "") -> dict[str, Any]:
        secret = _secret(authorization)
        async with firstline.database.read() as transaction:
            found = await tickets.ticket_by_secret(transaction, secret)
        texts = firstline.floor.texts
        hours = {f"desk_hours_{language}": texts.fact("desk_hours", language) for language in ("en", "de")}
        shown = {name: value for name, value in tickets.summary(found).items() if name in _SHOWN}
        return {**shown, **hours}

    @routes.get("/by-secret/transcript")
    async def transcript(authorization: Annotated[str, Header()] = "") -> Response:
        return page_response(*await firstline.visitors.transcript_of_ticket(_secret(authorization)))

    return routes


def _secret(authorization: str) -> str:
    return authorization.removeprefix("Bearer ").strip()
