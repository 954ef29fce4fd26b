"""Knows from which site a request comes: agents write from the console alone, visitors from the sites that may."""

from collections.abc import Sequence
from typing import Any

from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from firstline.problems import Problem, response
from firstline.settings import origin_of

_READING = ("GET", "HEAD", "OPTIONS")
_AGENTS = ("/api/v1/agent", "/api/v1/tickets")
_VISITORS = ("/widget.js", "/widget-more.js", "/api/v1/conversations")
_OURS = ("same-origin", "none")  # what a browser says of a request of our own page, or of nobody's


class Origins:
    """Refuses what another site has a browser send, and answers CORS where other sites may ask.

    An agent's write, signing in included, comes from a page of this server or from no browser at all. The widget and
    the visitors' interface are open to every site, or to those the operator lists and this server's own pages.
    """

    def __init__(self, app: ASGIApp, *, sites: Sequence[str], public_url: str, secure: bool) -> None:
        self._plain, self._secure = app, secure
        self._sites = frozenset(sites)
        self._public = origin_of(public_url)
        self._open: Any = CORSMiddleware(
            app,
            allow_origins=sorted(self._sites) or ["*"],
            allow_methods=["GET", "POST", "PATCH"],
            allow_headers=["Authorization", "Content-Type", "Last-Event-ID", "Accept-Language"],
            expose_headers=["Retry-After"],
            max_age=3600,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request (ASGI)."""
        if scope["type"] != "http":
            await self._plain(scope, receive, send)
            return
        request, path = Request(scope), scope["path"]
        if path.startswith(_VISITORS):
            refused = "not_on_this_site" if self._is_strange(request) else ""
            app = self._open
        else:
            refused = "wrong_origin" if path.startswith(_AGENTS) and self._is_forged(request) else ""
            app = self._plain
        await (response(request, Problem(403, refused)) if refused else app)(scope, receive, send)

    def _is_strange(self, request: Request) -> bool:
        """Tell whether a page of a site that is not listed asks, where sites are listed."""
        origin = request.headers.get("origin")
        if not self._sites or origin is None or request.method == "OPTIONS":
            return False
        return origin not in self._sites and not self._is_ours(request, origin)

    def _is_forged(self, request: Request) -> bool:
        """Tell whether a write comes from a page that is not ours; programs that are no browsers name no page."""
        if request.method in _READING:
            return False
        origin = request.headers.get("origin")
        if origin is not None:
            return not self._is_ours(request, origin)
        return request.headers.get("sec-fetch-site", "none") not in _OURS

    def _is_ours(self, request: Request, origin: str) -> bool:
        """Tell whether an origin is this server, under the name it was asked by or the one it is known by.

        A proxy that ends TLS may not say so: https is as good as what it passes on, http is not good enough for TLS.
        """
        if self._public and origin == self._public:
            return True
        scheme, _, host = origin.partition("://")
        if host != request.headers.get("host"):
            return False
        return scheme == "https" or (scheme == request.url.scheme and not self._secure)
