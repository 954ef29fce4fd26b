"""Counts every request by its route and outcome, and says in the log which request failed."""

import time

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from firstline.figures import REQUEST_SECONDS, REQUESTS

_NO_ROUTE = "none"


class Observed:
    """Sees every request from outside: its route's template, never its address, which may hold a secret."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.monotonic(), 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception:
            conversation = scope.get("path_params", {}).get("conversation_id")
            structlog.contextvars.bind_contextvars(route=_route(scope), conversation=str(conversation or ""))
            raise
        finally:
            route = _route(scope)
            REQUESTS.labels(scope["method"], route, status).inc()
            if not route.endswith("/stream"):
                REQUEST_SECONDS.observe(time.monotonic() - began)


def _route(scope: Scope) -> str:
    return str(getattr(scope.get("route"), "path", _NO_ROUTE))
