"""One person's line to the desk over HTTP: sends, repeats until there is an answer, follows streams."""

import asyncio
import contextlib
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

_REPLY = aiohttp.ClientTimeout(total=10)
_SILENCE = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=20)  # the desk gives a sign every 15 s
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.6)
_PATIENCE = 300.0  # seconds; a server is back long before


class NoAnswer(Exception):
    """The desk does not answer any more."""


@dataclass(frozen=True)
class Answer:
    """A reply that arrived whole."""

    status: int
    body: Any
    cookies: Mapping[str, str]


class Line:
    """Requests with the headers of one person; what went wrong is counted in `counts`."""

    def __init__(self, client: aiohttp.ClientSession, counts: Counter[str]) -> None:
        self._client, self._counts = client, counts
        self.headers: dict[str, str] = {}

    async def once(self, method: str, path: str, body: Any = None) -> Answer | None:
        """Send a request once; None if no whole reply arrives or the desk has trouble of its own."""
        self._counts["requests"] += 1
        try:
            async with self._client.request(method, path, json=body, headers=self.headers, timeout=_REPLY) as response:
                content = await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError):
            self._counts["requests without a reply"] += 1
            return None
        if response.status >= 500 or response.status == 429:
            self._counts[f"replies with status {response.status}"] += 1
            return None
        cookies = {name: morsel.value for name, morsel in response.cookies.items()}
        return Answer(response.status, json.loads(content) if content else None, cookies)

    async def until_answered(self, method: str, path: str, body: Any = None) -> Answer:
        """Send a request until there is an answer, the same each time; raises NoAnswer after five minutes."""
        began, pauses = time.monotonic(), iter(_PAUSES)
        while time.monotonic() - began < _PATIENCE:
            if answer := await self.once(method, path, body):
                return answer
            await asyncio.sleep(next(pauses, _PAUSES[-1]))
        raise NoAnswer(f"{method} {path} was not answered for {_PATIENCE:g} s.")

    async def events(self, path: str, after: int | None = None) -> AsyncIterator[tuple[str, Any]]:
        """Follow a stream until it ends; continues after a message if that is given."""
        headers = self.headers if after is None else {**self.headers, "Last-Event-ID": str(after)}
        with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError):
            async with self._client.get(path, headers=headers, timeout=_SILENCE) as response:
                if response.status != 200:
                    return
                name = ""
                async for raw in response.content:
                    field, _, value = raw.decode().rstrip("\r\n").partition(": ")
                    if field == "event":
                        name = value
                    elif field == "data":
                        yield name, json.loads(value)
