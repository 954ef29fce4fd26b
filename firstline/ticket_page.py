"""Shows a visitor how their ticket stands, to whoever holds its secret link, and nothing else of it."""

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Header

from handoff import tickets

if TYPE_CHECKING:
    from firstline.app import Firstline

_SHOWN = ("number", "kind", "status", "created_at", "updated_at")


def ticket_routes(firstline: "Firstline") -> APIRouter:
    """Give `/api/v1/tickets/by-secret`; the secret comes as a bearer token, so no log has it."""
    routes = APIRouter(prefix="/api/v1/tickets", tags=["visitors"])

    @routes.get("/by-secret")
    async def ticket(authorization: Annotated[str, Header()] = "") -> dict[str, Any]:
        secret = authorization.removeprefix("Bearer ").strip()
        async with firstline.database.read() as transaction:
            found = await tickets.ticket_by_secret(transaction, secret)
        texts = firstline.floor.texts
        hours = {f"desk_hours_{language}": texts.fact("desk_hours", language) for language in ("en", "de")}
        shown = {name: value for name, value in tickets.summary(found).items() if name in _SHOWN}
        return {**shown, **hours}

    return routes
