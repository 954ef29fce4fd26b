"""Sets the headers that every answer carries: what a page may load, who may frame it, what it tells others."""

from collections.abc import Sequence
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "font-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors"
)
_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
_TLS = (b"strict-transport-security", b"max-age=31536000")
_SHARED = ("/widget.js", "/widget-more.js", "/api/v1/conversations")  # what pages of other sites load
_PRIVATE = ("/api/v1/agent", "/api/v1/tickets")


class Headers:
    """Adds to pages a Content-Security-Policy without inline script or style, and to every answer what is usual.

    Only the start page, which carries the chat, may be framed: by this server's pages and by the listed sites.
    """

    def __init__(self, app: ASGIApp, *, sites: Sequence[str]) -> None:
        self._app, self._framing = app, " ".join(["'self'", *sites])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request (ASGI)."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._merged(message["headers"], scope)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)

    def _merged(self, headers: Any, scope: Scope) -> list[tuple[bytes, bytes]]:
        present = {name.lower(): value for name, value in headers}
        is_page = present.get(b"content-type", b"").startswith(b"text/html")
        wanted = [*_ALWAYS, *self._by_path(scope["path"], is_page=is_page)]
        if scope.get("scheme") == "https":
            wanted.append(_TLS)
        return [*headers, *((name, value) for name, value in wanted if name not in present)]

    def _by_path(self, path: str, *, is_page: bool) -> list[tuple[bytes, bytes]]:
        framing = self._framing if path == "/" else "'none'"
        policy = f"{_PAGE} {framing}" if is_page else "default-src 'none'; frame-ancestors 'none'"
        resources = b"cross-origin" if path.startswith(_SHARED) else b"same-origin"
        found = [(b"content-security-policy", policy.encode()), (b"cross-origin-resource-policy", resources)]
        if path.startswith(_PRIVATE):
            found.append((b"cache-control", b"no-store"))
        if path != "/":
            found.append((b"x-frame-options", b"DENY"))
        return found
