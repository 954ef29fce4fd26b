"""One engine for the short test and the long run: traffic, faults and kills, then the comparison."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import aiohttp

from tests.channels.telegram_peer import TOKEN, telegram_peer
from tests.chaos.agent import Agent
from tests.chaos.chats import Chats, ForgetfulPeer
from tests.chaos.faults import NONE, BadLine, Faults, bad_line
from tests.chaos.fleet import ANYWHERE, Fleet, Server, left_behind
from tests.chaos.ledger import Ledger
from tests.chaos.line import Line
from tests.chaos.points import POINTS
from tests.chaos.referee import Referee
from tests.chaos.transcript import Flaw
from tests.chaos.visitor import Manner, Visitor

_AGENTS = ("Ann", "Bob", "Cid")


@dataclass(frozen=True)
class Plan:
    """What to do: traffic until so many messages were sent and so many kills were made.

    `model` is the stub or a real model; `kills` counts every point, those at no point included.
    """

    name: str
    seed: int
    database: str
    folder: Path
    model: Path
    servers: int = 1
    messages: int = 200
    kills: int = 8
    points: tuple[str, ...] = (*POINTS, ANYWHERE)
    restarts: int = 0
    visitors: int = 12
    chats: int = 6
    patience: float = 20.0  # seconds until a server that does not pass its point is left alone
    loaded: bool = False  # whether a server's bot is loaded before another is killed
    manner: Manner = field(default_factory=Manner)
    faults: Faults = field(default_factory=Faults)


@dataclass
class Outcome:
    """What came of it."""

    plan: Plan
    counts: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    flaws: list[Flaw] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def flaws_by_kind(self) -> Counter[str]:
        """How many of each kind of flaw were found."""
        return Counter(flaw.kind for flaw in self.flaws)


class Run:
    """One run of a plan."""

    def __init__(self, plan: Plan, fleet: Fleet, client: aiohttp.ClientSession, peer: ForgetfulPeer) -> None:
        self._plan, self._fleet, self._client = plan, fleet, client
        self._chance = random.Random(plan.seed)  # noqa: S311
        self.ledger = Ledger()
        self.visitors: list[Visitor] = []
        self.agents = [Agent(name, self._line(), self.ledger, self._fork()) for name in _AGENTS]
        self.chats = Chats(peer, self.ledger, self._fork(), plan.chats)
        self._killed, self._over = asyncio.Event(), asyncio.Event()

    async def traffic(self) -> None:
        """Let everybody talk while servers die, until all is said."""
        for agent in self.agents:
            await agent.sign_in()
        numbers = count()
        async with asyncio.TaskGroup() as everybody:
            working = [everybody.create_task(agent.work(self._over)) for agent in self.agents]
            writing = everybody.create_task(self.chats.write(self._killed, self._plan.manner.pause * 3))
            dying = everybody.create_task(self._kill())
            seats = [everybody.create_task(self._seat(numbers)) for _ in range(self._plan.visitors)]
            await asyncio.gather(dying, writing, *seats)
            self._over.set()
            await asyncio.gather(*working)

    async def _seat(self, numbers: Iterator[int]) -> None:
        """Let one visitor come after the other."""
        while not self._said_enough():
            visitor = Visitor(f"v{next(numbers)}", self._line(), self.ledger, self._fork(), self._plan.manner)
            self.visitors.append(visitor)
            await visitor.visit(self._said_enough)

    def _said_enough(self) -> bool:
        return self._killed.is_set() and self.ledger.sent >= self._plan.messages

    async def _kill(self) -> None:
        """Kill at every point by turns, spread over the messages; a point not passed in time is tried again later."""
        points, restarts, done = self._schedule(), self._plan.restarts, 0
        while points:
            await self._until_sent((done + self._chance.random()) * self._plan.messages / self._plan.kills)
            point = points.pop(0)
            if not await self._fleet.kill(point, self._plan.patience):
                points.append(point)
                self.ledger.counts["points not passed in time"] += 1
                continue
            done += 1
            if self._plan.loaded:
                await self._fleet.awake()
            if restarts:
                restarts -= 1
                self.ledger.counts["restarts by SIGTERM"] += 1
                await self._fleet.restart()
        self._killed.set()

    async def _until_sent(self, messages: float) -> None:
        while self.ledger.sent < messages:  # noqa: ASYNC110  everybody sends
            await asyncio.sleep(0.05)

    def _schedule(self) -> list[str]:
        points = [self._plan.points[number % len(self._plan.points)] for number in range(self._plan.kills)]
        self._chance.shuffle(points)
        return points

    def _line(self) -> Line:
        return Line(self._client, self.ledger.counts)

    def _fork(self) -> random.Random:
        return random.Random(self._chance.random())  # noqa: S311


async def run(plan: Plan) -> Outcome:
    """Carry a plan out and judge it."""
    began = time.monotonic()
    plan.folder.mkdir(parents=True, exist_ok=True)
    outcome = Outcome(plan)
    chance = random.Random(plan.seed + 1)  # noqa: S311
    async with telegram_peer(ForgetfulPeer(chance)) as peer, _fleet(plan, peer.url) as fleet:
        ports = [server.port for server in fleet.servers]
        async with bad_line(ports, plan.faults, chance) as (line, port), _client(port) as client:
            this = Run(plan, fleet, client, peer)
            await this.traffic()
            _heal(line, peer)
            referee = Referee(this.ledger, this.agents[0], this.chats, fleet.deaths)
            await referee.judge(this.visitors, echoes=not plan.manner.questions)
            outcome.flaws = this.ledger.flaws
            outcome.counts = this.ledger.counts + Counter(
                {f"line: {name}": times for name, times in line.counts.items()}
            )
        outcome.kills = fleet.kills
    outcome.left = await asyncio.to_thread(left_behind, plan.folder)
    outcome.seconds = time.monotonic() - began
    return outcome


def _heal(line: BadLine, peer: ForgetfulPeer) -> None:
    line.faults, peer.losses = NONE, 0.0


@asynccontextmanager
async def _client(port: int) -> AsyncIterator[aiohttp.ClientSession]:
    jar, connector = aiohttp.DummyCookieJar(), aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", cookie_jar=jar, connector=connector) as client:
        yield client


@asynccontextmanager
async def _fleet(plan: Plan, telegram: str) -> AsyncIterator[Fleet]:
    """Run the servers of a plan, with their agents added by the command line."""
    environment = {
        "FIRSTLINE_DATA": str(plan.folder / "data"),
        "FIRSTLINE_DATABASE_URL": plan.database,
        "FIRSTLINE_TELEGRAM_TOKEN": TOKEN,
        "FIRSTLINE_TELEGRAM_URL": telegram,
        "FIRSTLINE_MESSAGE_BURST": "1000000",
        "FIRSTLINE_MESSAGES_PER_SECOND": "1000000",
    }
    servers = [Server(plan.folder / f"server{number}", plan.model, environment) for number in range(plan.servers)]
    fleet = Fleet(servers, random.Random(plan.seed))  # noqa: S311
    try:
        await fleet.start(_AGENTS)
        yield fleet
        await fleet.end()
    finally:
        await fleet.close()
