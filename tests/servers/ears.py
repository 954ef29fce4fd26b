"""Ears for streams: hear what a visitor's or an agent's browser hears, with the time it came."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx


@dataclass
class Ear:
    """What one open stream has brought: name, content, when."""

    events: list[tuple[str, dict[str, Any], float]] = field(default_factory=list)

    def texts(self) -> list[str]:
        """Give the messages' texts in order."""
        return [content["text"] for name, content, _ in self.events if name == "message"]

    async def hears(self, name: str, seconds: float = 20, **fields: Any) -> float:
        """Wait for an event with such content; gives when it came."""
        for _ in range(int(seconds / 0.01)):
            for heard, content, when in self.events:
                if heard == name and fields.items() <= content.items():
                    return when
            await asyncio.sleep(0.01)
        raise AssertionError(f"no {name} with {fields} among {self.events}")


@asynccontextmanager
async def listening(client: httpx.AsyncClient, path: str, headers: dict[str, str] | None = None) -> AsyncIterator[Ear]:
    """Keep a stream open while the block runs."""
    ear = Ear()
    async with client.stream("GET", path, headers=headers, timeout=None) as stream:
        assert stream.status_code == 200
        assert stream.headers["x-accel-buffering"] == "no"
        task = asyncio.create_task(_hear(ear, stream))
        try:
            yield ear
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def _hear(ear: Ear, stream: httpx.Response) -> None:
    name = ""
    async for line in stream.aiter_lines():
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            ear.events.append((name, json.loads(line[6:]), time.monotonic()))
