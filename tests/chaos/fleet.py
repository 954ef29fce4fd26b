"""The servers: real processes that are killed at their points, at random and asked to end, and started again."""

import asyncio
import json
import os
import random
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import aiohttp
import psutil

from firstline.settings import ROOT
from tests.chaos.points import Points

ANYWHERE = "anywhere"
_STARTING = 300.0


class Killed(Exception):
    """A server ended though nobody killed it."""


class Server:
    """One server of the fleet on a port of its own, with one life after the other."""

    def __init__(self, folder: Path, model: Path, environment: Mapping[str, str]) -> None:
        self.port = free_port()
        folder.mkdir(parents=True)
        self._folder, self._model, self._environment = folder, model, {**os.environ, **environment}
        self._points = Points(folder)
        self._nursery: asyncio.subprocess.Process | None = None
        self._life = 0
        self._code: asyncio.Task[int] | None = None
        self.deaths: list[float] = []  # when it was killed

    async def open(self) -> None:
        """Make ready for lives."""
        command = (sys.executable, "-m", "tests.chaos.nursery", str(self._folder))
        pipe = asyncio.subprocess.PIPE
        self._nursery = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env=self._environment, stdin=pipe, stdout=pipe
        )

    async def close(self) -> None:
        """End what is left."""
        if self._nursery and self._nursery.stdin:
            if self._code and not self._code.done():
                os.kill(self._life, signal.SIGKILL)
            self._nursery.stdin.close()
            await self._nursery.wait()

    async def add_agents(self, names: Sequence[str]) -> None:
        """Add agents as the command line does."""
        await self._begin({"agents": names})
        await self._dead(0)

    async def start(self) -> None:
        """Start it and wait until it answers."""
        await self._begin({"serve": [self.port, str(self._model)]})
        await self._answers()

    async def _begin(self, wanted: Mapping[str, object]) -> None:
        assert self._nursery
        assert self._nursery.stdin
        self._nursery.stdin.write(json.dumps(wanted).encode() + b"\n")
        self._life = await self._number()
        self._code = asyncio.create_task(self._number())

    async def _number(self) -> int:
        assert self._nursery
        assert self._nursery.stdout
        return int(await self._nursery.stdout.readline())

    async def awake(self) -> None:
        """Wait until its bot can be asked."""
        async with aiohttp.ClientSession() as client:
            for _ in range(int(_STARTING / 0.2)):
                async with client.get(f"http://127.0.0.1:{self.port}/readyz") as response:
                    if (await response.json())["bot"] == "ready":
                        return
                await asyncio.sleep(0.2)
        raise Killed(f"the bot of {self._folder.name} does not get ready")

    async def die_at(self, point: str, patience: float) -> bool:
        """Let it die at its next passing of a point; False if it did not pass."""
        assert self._code
        if point == ANYWHERE:
            os.kill(self._life, signal.SIGKILL)
        else:
            self._points.arm(point)
            try:
                await asyncio.wait_for(asyncio.shield(self._code), patience)
            except TimeoutError:
                if self._points.disarm(point):
                    return False
        await self._dead(-signal.SIGKILL)
        self.deaths.append(time.monotonic())
        return True

    async def end(self) -> None:
        """Ask it to end, as a restart does."""
        os.kill(self._life, signal.SIGTERM)
        await self._dead(0, -signal.SIGTERM)

    async def _dead(self, *expected: int) -> None:
        assert self._code
        code = await asyncio.wait_for(self._code, 60)
        if code not in expected:
            raise Killed(f"{self._folder.name} ended with status {code}: {self.last_words()}")

    def last_words(self) -> str:
        """Give the end of what it logged."""
        return (self._folder / "log").read_text(errors="replace")[-2000:]

    async def _answers(self) -> None:
        async with aiohttp.ClientSession() as client:
            for _ in range(int(_STARTING / 0.1)):
                if self._code and self._code.done():
                    raise Killed(f"{self._folder.name} did not start: {self.last_words()}")
                try:
                    async with client.get(f"http://127.0.0.1:{self.port}/healthz") as response:
                        if response.status == 200:
                            return
                except (aiohttp.ClientError, OSError):
                    await asyncio.sleep(0.1)
        raise Killed(f"{self._folder.name} does not answer")


class Fleet:
    """All servers of a run; they are killed in turn."""

    def __init__(self, servers: list[Server], chance: random.Random) -> None:
        self.servers = servers
        self.kills: Counter[str] = Counter()
        self._chance, self._turn = chance, 0

    @property
    def deaths(self) -> list[float]:
        """When servers died."""
        return sorted(moment for server in self.servers for moment in server.deaths)

    async def start(self, agents: Sequence[str]) -> None:
        """Start one after the other: the first brings the database to its layout and adds the agents."""
        await asyncio.gather(*(server.open() for server in self.servers))
        await self.servers[0].add_agents(agents)
        for server in self.servers:
            await server.start()
        await self.awake()

    async def awake(self) -> None:
        """Wait until every bot can be asked."""
        await asyncio.gather(*(server.awake() for server in self.servers))

    async def kill(self, point: str, patience: float) -> bool:
        """Kill the next server in turn at a point and start it again; False if it never came there."""
        self._turn = (self._turn + 1) % len(self.servers)
        server = self.servers[self._turn]
        died = await server.die_at(point, patience)
        if died:
            self.kills[point] += 1
            await server.start()
        return died

    async def restart(self) -> None:
        """Ask the next server in turn to end and start it again."""
        self._turn = (self._turn + 1) % len(self.servers)
        await self.servers[self._turn].end()
        await self.servers[self._turn].start()

    async def end(self) -> None:
        """Ask all to end."""
        await asyncio.gather(*(server.end() for server in self.servers))

    async def close(self) -> None:
        """End what is left."""
        await asyncio.gather(*(server.close() for server in self.servers))


def free_port() -> int:
    """Give a port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def left_behind(folder: Path, seconds: float = 15.0) -> list[int]:
    """Give the processes that still name the run's folder in their command when so many seconds have passed."""
    deadline = time.monotonic() + seconds
    while (left := _of(folder)) and time.monotonic() < deadline:
        time.sleep(0.2)
    return left


def _of(folder: Path) -> list[int]:
    others = (one for one in psutil.process_iter(["cmdline"]) if one.pid != os.getpid())
    return [one.pid for one in others if any(str(folder) in word for word in one.info["cmdline"] or ())]
