"""A network cable to PostgreSQL that can be cut and mended: a TCP proxy."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit


class Cable:
    """Carries connections to a database while it is whole."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._there = (parts.hostname or "127.0.0.1", parts.port or 5432)
        self._path = parts.path
        self._port = 0
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._carrying: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """The database's address at this end."""
        return f"postgresql://127.0.0.1:{self._port}{self._path}"

    async def mend(self) -> None:
        """Let connections through."""
        if self._server:
            await self._server.wait_closed()
        self._server = await asyncio.start_server(self._begin, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """Break every connection and refuse new ones."""
        if self._server:
            self._server.close()
        self.disturb()

    async def put_away(self) -> None:
        """Cut it for good."""
        self.cut()
        await asyncio.gather(*self._carrying)

    def disturb(self) -> None:
        """Break every connection; new ones go through."""
        for end in tuple(self._ends):
            end.transport.abort()

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._carry(reader, writer))
        self._carrying.add(task)
        task.add_done_callback(self._carrying.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            there_reader, there_writer = await asyncio.open_connection(*self._there)
            self._ends |= {writer, there_writer}
            await asyncio.gather(_pour(reader, there_writer), _pour(there_reader, writer))
            self._ends -= {writer, there_writer}


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def cable(url: str) -> AsyncIterator[Cable]:
    """Lay a cable to a database while the block runs."""
    laid = Cable(url)
    await laid.mend()
    yield laid
    await laid.put_away()
