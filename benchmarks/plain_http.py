"""A bare HTTP/1.1 client on asyncio streams: the load generator must cost little beside what it measures."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

HOST = "127.0.0.1"
_LARGEST = 1 << 20
_IDLE = 3.0  # seconds; servers hang up after five


class Connection:
    """One kept-alive connection; one request at a time. `headers` go with every request; a cookie is kept there."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.headers: dict[str, str] = {}

    @classmethod
    async def open(cls, port: int) -> "Connection":
        """Connect to a port of this machine."""
        return cls(*await asyncio.open_connection(HOST, port, limit=_LARGEST))

    async def post(self, path: str, body: Any, token: str = "") -> tuple[int, Any]:
        """Send JSON; give status and JSON body of the answer."""
        return await self.request("POST", path, body, token)

    async def request(self, method: str, path: str, body: Any = None, token: str = "") -> tuple[int, Any]:
        """Send any request, with JSON if there is a body; give status and JSON body of the answer."""
        content = b"" if body is None else json.dumps(body).encode()
        extra = f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n" if content else ""
        self._send(method, path, token, extra, content)
        status, headers = await self._head()
        return status, json.loads(await self._body(headers))

    async def events(self, path: str, token: str = "", after: int = 0) -> AsyncIterator[tuple[str, Any]]:
        """Follow a stream of server-sent events behind the last one seen: name and JSON data of each."""
        last = f"Last-Event-ID: {after}\r\n" if after else ""
        self._send("GET", path, token, f"Accept: text/event-stream\r\n{last}", b"")
        status, _ = await self._head()
        if status != 200:  # noqa: PLR2004
            raise ConnectionError(f"{path} answered {status}.")
        buffer = b""
        while chunk := await self._chunk():
            *blocks, buffer = (buffer + chunk).replace(b"\r\n", b"\n").split(b"\n\n")
            for block in blocks:
                fields = dict(line.split(": ", 1) for line in block.decode().splitlines() if line[:1] not in (":", ""))
                if "data" in fields:
                    yield fields["event"], json.loads(fields["data"])

    async def close(self) -> None:
        """Hang up."""
        self._writer.close()
        await self._writer.wait_closed()

    def _send(self, method: str, path: str, token: str, extra: str, content: bytes) -> None:
        fields = {**self.headers, **({"Authorization": f"Bearer {token}"} if token else {})}
        own = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        self._writer.write(f"{method} {path} HTTP/1.1\r\nHost: {HOST}\r\n{own}{extra}\r\n".encode() + content)

    async def _head(self) -> tuple[int, dict[str, str]]:
        lines = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = dict(line.split(":", 1) for line in lines[1:] if line)
        answer = {name.lower(): value.strip() for name, value in headers.items()}
        if "set-cookie" in answer:
            self.headers["Cookie"] = answer["set-cookie"].partition(";")[0]
        return int(lines[0].split()[1]), answer

    async def _body(self, headers: dict[str, str]) -> bytes:
        if "content-length" in headers:
            return await self._reader.readexactly(int(headers["content-length"]))
        parts = []
        while chunk := await self._chunk():
            parts.append(chunk)
        return b"".join(parts)

    async def _chunk(self) -> bytes:
        size = int(await self._reader.readline(), 16)
        return (await self._reader.readexactly(size + 2))[:-2]


class Line:
    """Requests as a browser makes them: the connection is kept for a while, and opened anew after a silence."""

    def __init__(self, port: int) -> None:
        self._port, self._used = port, 0.0
        self._connection: Connection | None = None
        self._one = asyncio.Lock()
        self.headers: dict[str, str] = {}

    async def request(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Send a request, one at a time; give status and JSON body of the answer."""
        async with self._one:
            if self._connection is None or time.monotonic() - self._used > _IDLE:
                await self.close()
                self._connection = await self.stream()
            answer = await self._connection.request(method, path, body)
            self._used = time.monotonic()
            return answer

    async def stream(self) -> Connection:
        """Give a connection of its own, with the same headers."""
        connection = await Connection.open(self._port)
        connection.headers = self.headers
        return connection

    async def close(self) -> None:
        """Hang up."""
        if self._connection:
            await self._connection.close()
            self._connection = None
