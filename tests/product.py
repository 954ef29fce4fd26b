"""Starts the product as people do: `firstline serve` in a process of its own, with the real bot."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from tests.conftest import Visitor

_STARTING = 240


@dataclass
class Product:
    """A running server and what it printed at its first start."""

    address: str
    email: str
    password: str
    process: asyncio.subprocess.Process

    async def until_ready(self) -> None:
        """Wait until the bot is awake."""
        async with httpx.AsyncClient(base_url=self.address, timeout=60) as client:
            for _ in range(_STARTING):
                if (await client.get("/readyz")).json()["bot"] == "ready":
                    return
                await asyncio.sleep(1)
        raise AssertionError("the bot did not get ready")

    def children(self) -> list[psutil.Process]:
        """Give the processes it has started."""
        return psutil.Process(self.process.pid).children(recursive=True)


SERVE = ("firstline", "serve", "--port", "0")
STUB = ("tests.running.stub_server",)


@asynccontextmanager
async def started(data: Path, *, command: Sequence[str] = SERVE, **settings: str) -> AsyncIterator[Product]:
    """Serve on a free port with the data in a folder, while the block runs; what it logs is in the file `log` there."""
    set_ = {f"FIRSTLINE_{name.upper()}": value for name, value in settings.items()}
    environment = {**os.environ, "FIRSTLINE_DATA": str(data), "PYTHONUNBUFFERED": "1", **set_}
    with (data / "log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *command, stdout=asyncio.subprocess.PIPE, stderr=log, env=environment
        )
    assert process.stdout
    printed = await _printed(process.stdout)
    reading = asyncio.create_task(process.stdout.read())
    product = Product(
        _found(r"(http://[\d.:]+)/", printed), _found(r"<(\S+@\S+)>", printed), _found(r"once: (\S+)", printed), process
    )
    try:
        yield product
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.wait(), 30)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


def reaching(product: Product) -> httpx.AsyncClient:
    """Give a client that opens as many connections as it is asked for."""
    return httpx.AsyncClient(base_url=product.address, timeout=60, limits=httpx.Limits(max_connections=None))


async def opened(client: httpx.AsyncClient) -> Visitor:
    """Begin a conversation."""
    begun = (await client.post("/api/v1/conversations", json={"language": "en"})).json()
    return Visitor(client, begun["id"], begun["token"])


async def _printed(output: asyncio.StreamReader) -> str:
    printed = ""
    while "Firstline answers on" not in printed:
        line = (await asyncio.wait_for(output.readline(), 60)).decode()
        assert line, printed
        printed += line
    return printed


def _found(pattern: str, printed: str) -> str:
    match = re.search(pattern, printed)
    return match[1] if match else ""
