"""Keeps what is read from files at hand, and reads it anew when a file has changed."""

import asyncio
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Generic, TypeVar

import structlog

from knowledge_base.problems import KnowledgeBaseBroken

_LOOK_AGAIN = 5.0  # seconds between two looks at the files
_T = TypeVar("_T")
log = structlog.get_logger()


class Kept(Generic[_T]):
    """What `read` makes of files, read beside the event loop; files that are broken leave what was read before."""

    def __init__(
        self, files: Callable[[], Iterable[Path]], read: Callable[[], _T], empty: _T, again: float = _LOOK_AGAIN
    ) -> None:
        self._files, self._read, self._value, self._again = files, read, empty, again
        self._looked = -again
        self._stamp: object = None
        self._looking = asyncio.Lock()

    async def current(self) -> _T:
        """Give what the files say now."""
        async with self._looking:
            if time.monotonic() - self._looked >= self._again:
                await asyncio.to_thread(self._look)
                self._looked = time.monotonic()
        return self._value

    def _look(self) -> None:
        stamp = frozenset((path, _changed_at(path)) for path in self._files())
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._value = self._read()
        except KnowledgeBaseBroken as broken:
            log.warning("files_broken", problems=len(broken.problems), first=str(broken.problems[0]))


def _changed_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:  # removed at this moment
        return 0
