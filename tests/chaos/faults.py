"""A bad line: a TCP proxy that deals connections out to servers in turn, and cuts, drops and stalls them."""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

HOST = "127.0.0.1"
_CHUNK = 1 << 16


@dataclass(frozen=True)
class Faults:
    """Chances for each chunk that goes through; `stall` keeps the connection open and silent."""

    cut_before: float = 0.004
    cut_after: float = 0.008  # the request was forwarded, the reply never comes
    drop_reply: float = 0.012  # the reply came as far as the proxy
    stall: float = 0.001


NONE = Faults(0, 0, 0, 0)


class BadLine:
    """The proxy: `faults` can be changed while it runs; what it did is in `counts`."""

    def __init__(self, ports: Sequence[int], faults: Faults, chance: random.Random) -> None:
        self.faults, self.counts = faults, Counter[str]()
        self._ports, self._chance = list(ports), chance
        self._turn = 0

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection until one side or fate ends it."""
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            upstream = await self._upstream()
            if upstream:
                try:
                    await self._both_ways(reader, writer, *upstream)
                finally:
                    upstream[1].transport.abort()
        writer.transport.abort()

    async def _upstream(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        for _ in self._ports:
            self._turn = (self._turn + 1) % len(self._ports)
            with contextlib.suppress(OSError):
                return await asyncio.open_connection(HOST, self._ports[self._turn])
        self.counts["nobody there"] += 1
        return None

    async def _both_ways(
        self,
        visitor: asyncio.StreamReader,
        to_visitor: asyncio.StreamWriter,
        server: asyncio.StreamReader,
        to_server: asyncio.StreamWriter,
    ) -> None:
        ways = [
            asyncio.create_task(self._requests(visitor, to_server)),
            asyncio.create_task(self._replies(server, to_visitor)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _requests(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while chunk := await source.read(_CHUNK):
            if self._happens("cut_before"):
                return
            sink.write(chunk)
            await sink.drain()
            if self._happens("cut_after"):
                return

    async def _replies(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while chunk := await source.read(_CHUNK):
            if self._happens("drop_reply"):
                return
            if self._happens("stall"):
                await asyncio.Event().wait()
            sink.write(chunk)
            await sink.drain()

    def _happens(self, name: str) -> bool:
        happens = self._chance.random() < getattr(self.faults, name)
        self.counts[name] += happens
        return happens


@contextlib.asynccontextmanager
async def bad_line(ports: Sequence[int], faults: Faults, chance: random.Random) -> AsyncIterator[tuple[BadLine, int]]:
    """Run a proxy before some ports while the block runs; gives it and its own port."""
    line = BadLine(ports, faults, chance)
    server = await asyncio.start_server(line.carry, HOST, 0, limit=_CHUNK)
    try:
        yield line, int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
