"""Ends a server in order: streams close with a hint when to come back, and nothing new is taken."""

import asyncio
import random

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from firstline.problems import Problem, response

_BACK_AFTER = 3  # seconds
_HINT_MS = (500, 3000)  # spread, so that not every page of this server comes back at the same moment


class Draining:
    """Whether the server is about to end, and the streams that end with it."""

    def __init__(self) -> None:
        self.begun = False
        self.streams: dict[asyncio.Timeout, Send] = {}
        self._endings: set[asyncio.Task[None]] = set()

    def begin(self) -> None:
        """Close every stream now and take nothing new."""
        self.begun = True
        for limit, send in self.streams.items():
            self._close(limit, send)

    def follow(self, limit: asyncio.Timeout, send: Send) -> None:
        """Remember a stream that has opened, or close it if it is too late for it."""
        self.streams[limit] = send
        if self.begun:
            self._close(limit, send)

    def _close(self, limit: asyncio.Timeout, send: Send) -> None:
        ending = asyncio.create_task(self._end(limit, send))
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)

    async def _end(self, limit: asyncio.Timeout, send: Send) -> None:
        """Send the last words first: to stop what makes a stream takes a hundred times as long."""
        await send({"type": "http.response.body", "body": _hint(), "more_body": False})
        limit.reschedule(asyncio.get_running_loop().time())


class Drain:
    """Closes streams when the server is about to end, and answers 503 to what still comes then."""

    def __init__(self, app: ASGIApp, draining: Draining) -> None:
        self._app, self._draining = app, draining

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif self._draining.begun:
            problem = response(Request(scope), Problem(503, "restarting", seconds=_BACK_AFTER))
            await problem(scope, receive, send)
        else:
            await self._follow(scope, receive, send)

    async def _follow(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def watched(message: Message) -> None:
            if self._draining.begun and limit in self._draining.streams:
                return  # the last words were said
            await send(message)
            if message["type"] == "http.response.start" and _is_stream(message):
                self._draining.follow(limit, send)

        try:
            async with asyncio.timeout(None) as limit:
                await self._app(scope, receive, watched)
        except TimeoutError:
            if not limit.expired():
                raise
        finally:
            self._draining.streams.pop(limit, None)


def _is_stream(message: Message) -> bool:
    return any(
        name.lower() == b"content-type" and value.startswith(b"text/event-stream") for name, value in message["headers"]
    )


def _hint() -> bytes:
    """Give the last words of a stream: after how long to connect again (WHATWG HTML, section 9.2.6)."""
    return f"retry: {random.randint(*_HINT_MS)}\n\n".encode()  # noqa: S311  no secret
