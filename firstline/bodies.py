"""Refuses request bodies that are too large before anything reads them."""

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from conversations.files import LARGEST
from firstline.problems import Problem, response

LARGEST_JSON = 64 * 1024
_FORM_EXTRA = 64 * 1024


class BodyLimit:
    """Answers 413 to a body over its limit: 10 MiB for files, 64 KiB for everything else."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request (ASGI)."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
            return
        is_file = scope["path"].endswith("/attachments")
        limit = LARGEST + _FORM_EXTRA if is_file else LARGEST_JSON
        request = Request(scope)
        problem = response(request, Problem(413, "too_large", limit="10 MB" if is_file else "64 kB"))
        declared = request.headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > limit:
            await problem(scope, receive, send)
            return
        try:
            await self._app(scope, _counted(receive, limit), send)
        except _TooLarge:
            await problem(scope, receive, send)


class _TooLarge(Exception):
    pass


def _counted(receive: Receive, limit: int) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise _TooLarge
        return message

    return counted
