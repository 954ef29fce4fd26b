"""Two servers on one PostgreSQL, each behind a cable of its own."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from firstline.app import Firstline
from firstline.settings import Settings
from knowledge_base.loading import read_organisation_of
from tests.channels.conftest import peer
from tests.conftest import HandClock, Server, SignedInAgent, Visitor, serving
from tests.scripted_bot import ScriptedBot
from tests.servers.cable import Cable, cable

__all__ = ["peer"]


@pytest.fixture(params=["postgresql"])
def database_url(request: pytest.FixtureRequest, database_url: str) -> str:
    """Give an empty, migrated PostgreSQL: several servers share no SQLite."""
    return database_url


@dataclass
class Peer:
    """One of several servers, its bot and its cable to the database."""

    server: Server
    bot: ScriptedBot
    cable: Cable

    def visits(self, visitor: Visitor) -> Visitor:
        """Give the same visitor, whose browser was led to this server."""
        return Visitor(self.server.client, visitor.id, visitor.token)

    def works(self, agent: SignedInAgent) -> SignedInAgent:
        """Give the same agent, whose browser was led to this server."""
        client = type(agent.client)(
            base_url=self.server.client.base_url, cookies=agent.client.cookies, headers=agent.client.headers, timeout=20
        )
        self.server.browsers.append(client)
        return SignedInAgent(client, agent.name, agent.email)


@dataclass
class Pair:
    """Two servers that share one database and one key."""

    a: Peer
    b: Peer


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Give what both servers have in common: one folder, with the key."""
    return Settings(data=tmp_path, _env_file=None)  # type: ignore[call-arg]


@pytest.fixture
def ahead() -> timedelta:
    """Give by how much the clock of the second server is ahead."""
    return timedelta(0)


@pytest.fixture
async def pair(settings: Settings, database_url: str, clock: HandClock, ahead: timedelta) -> AsyncIterator[Pair]:
    """Give two running servers on one database."""
    async with AsyncExitStack() as stack:
        peers = []
        for its_clock in (clock, lambda: clock() + ahead):
            line = await stack.enter_async_context(cable(database_url))
            bot = ScriptedBot()
            mine = settings.model_copy(update={"database_url": line.url})
            firstline = Firstline(mine, read_organisation_of(), bot, its_clock)
            peers.append(Peer(await stack.enter_async_context(serving(firstline)), bot, line))
        yield Pair(*peers)
