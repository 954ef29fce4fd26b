"""Lets everybody who asks for the same at the same time share one reading of the record."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Found = TypeVar("Found")


class Shared(Generic[Found]):
    """A reading that twenty consoles ask for when something changes, done once or twice for all of them.

    Whoever asks gets a reading that began after they asked, so that nobody misses what they did themselves.
    """

    def __init__(self, read: Callable[[], Awaitable[Found]]) -> None:
        self._read = read
        self._running: asyncio.Task[Found] | None = None
        self._next: asyncio.Task[Found] | None = None

    async def __call__(self) -> Found:
        """Give what is read next; raises what that raises."""
        if self._next is None:
            self._next = asyncio.create_task(self._after(self._running))
            self._next.add_done_callback(_noticed)
        return await asyncio.shield(self._next)

    async def _after(self, earlier: asyncio.Task[Found] | None) -> Found:
        if earlier:
            await asyncio.wait([earlier])
        self._running, self._next = self._next, None
        return await self._read()


def _noticed(reading: asyncio.Task[Found]) -> None:
    """Look at an error that nobody waits for any more: whoever asked has left."""
    if not reading.cancelled():
        reading.exception()
