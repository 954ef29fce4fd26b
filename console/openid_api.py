"""The way to a provider of OpenID Connect and back, and what the sign-in page offers."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Cookie, Request
from fastapi.responses import RedirectResponse

from console.attempt import LASTS, Attempt, opened, sealed
from console.doors import Doors, whence
from console.openid import NotProven, OpenId
from console.people import People

COOKIE = "firstline_attempt"
_PATH = "/api/v1/agent/oidc"
log = structlog.get_logger()


class Gate:
    """What the routes stand on: the provider, the server's key, and the address the provider sends people back to."""

    def __init__(self, openid: OpenId, key: bytes, clock: Callable[[], datetime], public_url: str) -> None:
        self.openid, self.key, self.clock, self._public_url = openid, key, clock, public_url

    def redirect_uri(self, request: Request) -> str:
        """Give where the provider sends people back to, which it has to know."""
        return f"{(self._public_url or str(request.base_url)).rstrip('/')}{_PATH}/callback"


def ways_routes(gate: Gate | None) -> APIRouter:
    """Give `/api/v1/agent/ways`: what the sign-in page offers beside e-mail and password."""
    routes = APIRouter(prefix="/api/v1/agent", tags=["account"])

    @routes.get("/ways")
    async def ways() -> dict[str, Any]:
        return {"oidc": {"name": gate.openid.provider.name} if gate else None}

    return routes


def openid_routes(people: People, doors: Doors, gate: Gate) -> APIRouter:
    """Give the way to the provider and back, `/api/v1/agent/oidc…`."""
    routes = APIRouter(prefix=_PATH, tags=["account"], include_in_schema=False)

    @routes.get("")
    async def go(request: Request) -> RedirectResponse:
        attempt = Attempt()
        try:
            there = RedirectResponse(await gate.openid.address(attempt, gate.redirect_uri(request)), 303)
        except NotProven as error:
            return _back(error.reason)
        kept = sealed(attempt, gate.key, gate.clock())
        secure, lasts = doors.is_secure(request), int(LASTS.total_seconds())
        # Lax: the provider's page leads back here, and a Strict cookie would stay at home
        there.set_cookie(COOKIE, kept, lasts, path=_PATH, secure=secure, httponly=True, samesite="lax")
        return there

    @routes.get("/callback")
    async def come_back(request: Request, firstline_attempt: Annotated[str, Cookie()] = "") -> RedirectResponse:
        attempt = opened(firstline_attempt, gate.key, gate.clock())
        try:
            proven = await gate.openid.prove(attempt, request.query_params, gate.redirect_uri(request))
            login = await people.enter(proven, whence(request, "oidc"))
        except NotProven as error:
            back = _back(error.reason)
        else:
            back = RedirectResponse("/console", 303)
            doors.open(request, back, login)
        back.delete_cookie(COOKIE, _PATH)
        return back

    return routes


def _back(reason: str) -> RedirectResponse:
    log.info("oidc_sign_in_refused", reason=reason)
    return RedirectResponse(f"/console?sign_in={reason}", 303)
