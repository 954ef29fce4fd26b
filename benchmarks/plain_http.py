"""A bare HTTP/1.1 client on asyncio streams: the load generator must cost little beside what it measures."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

HOST = "127.0.0.1"
_LARGEST = 1 << 20


class Connection:
    """One kept-alive connection; one request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, port: int) -> "Connection":
        """Connect to a port of this machine."""
        return cls(*await asyncio.open_connection(HOST, port, limit=_LARGEST))

    async def post(self, path: str, body: Any, token: str = "") -> tuple[int, Any]:
        """Send JSON; give status and JSON body of the answer."""
        content = json.dumps(body).encode()
        extra = f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        self._send("POST", path, token, extra, content)
        status, headers = await self._head()
        return status, json.loads(await self._body(headers))

    async def events(self, path: str, token: str) -> AsyncIterator[tuple[str, Any]]:
        """Follow a stream of server-sent events: name and JSON data of each."""
        self._send("GET", path, token, "Accept: text/event-stream\r\n", b"")
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
        authorised = f"Authorization: Bearer {token}\r\n" if token else ""
        self._writer.write(f"{method} {path} HTTP/1.1\r\nHost: {HOST}\r\n{authorised}{extra}\r\n".encode() + content)

    async def _head(self) -> tuple[int, dict[str, str]]:
        lines = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = dict(line.split(":", 1) for line in lines[1:] if line)
        return int(lines[0].split()[1]), {name.lower(): value.strip() for name, value in headers.items()}

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
