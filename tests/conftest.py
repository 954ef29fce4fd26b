"""What most tests stand on: a database of each kind, a clock that is moved by hand, and a running server."""

import asyncio
import os
import socket
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import psycopg
import pytest
import uvicorn
from argon2 import PasswordHasher
from hypothesis import settings as hypothesis_settings

from firstline.app import Firstline, create_app
from firstline.migrations.running import migrate
from firstline.settings import Settings
from handoff.agents import add_agent
from knowledge_base.loading import read_organisation_of
from tests.scripted_bot import ScriptedBot

POSTGRES = os.environ.get("FIRSTLINE_TEST_POSTGRES", "postgresql://127.0.0.1:5432/test")
PASSWORD = "correct horse battery"
MONDAY_NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)

hypothesis_settings.register_profile("house", deadline=None)  # no test is timed: machines are shared
hypothesis_settings.load_profile("house")


def pytest_xdist_auto_num_workers() -> int:
    """Give how many tests run at once: one more than there are processors, for many of them wait."""
    return min((os.cpu_count() or 1) + 1, 6)


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Hash passwords in a moment: hundreds of agents sign in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("handoff.passwords.PasswordHasher", lambda: PasswordHasher(1, 8, 1))
        yield


class HandClock:
    """A clock that stands still until it is moved; each look is a microsecond later, so that order is kept."""

    def __init__(self) -> None:
        self.now = MONDAY_NOON

    def __call__(self) -> datetime:
        """Give the time."""
        self.now += timedelta(microseconds=1)
        return self.now

    def move(self, **by: float) -> None:
        """Let time pass."""
        self.now += timedelta(**by)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Give the URL of a database made for this run on the PostgreSQL server; skip, or fail if that is asked for."""
    try:
        psycopg.connect(POSTGRES, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        if os.environ.get("FIRSTLINE_TEST_REQUIRE_POSTGRES"):
            pytest.fail(f"PostgreSQL is required here and does not answer: {error}")
        pytest.skip("no PostgreSQL server answers: set FIRSTLINE_TEST_POSTGRES to a database of one")
    with new_database() as url:
        yield url


@contextmanager
def new_database() -> Iterator[str]:
    """Give the URL of a database made on the PostgreSQL server while the block runs."""
    name = f"firstline_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(POSTGRES, connect_timeout=3, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield POSTGRES.rsplit("/", 1)[0] + f"/{name}"
    finally:
        with psycopg.connect(POSTGRES, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def model() -> Path:
    """Give the model made from what is here now; trains it if there is none (minutes)."""
    from bot.training import MODELS, current_model, is_current

    if not is_current(MODELS):
        subprocess.run([sys.executable, "-m", "bot.training"], check=True)  # apart: here warnings are errors
    found = current_model(MODELS)
    assert found
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give an empty, migrated database of each kind."""
    if request.param == "sqlite":
        return embedded(tmp_path)
    url: str = request.getfixturevalue("postgres")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    migrate(url)
    return url


def embedded(folder: Path) -> str:
    """Give an empty, migrated embedded database: for tests to which the kind of database makes no difference."""
    url = f"sqlite:///{folder / 'firstline.db'}"
    migrate(url)
    return url


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Give settings with an embedded database of its own."""
    return Settings(data=tmp_path, _env_file=None)  # type: ignore[call-arg]


@pytest.fixture
def clock() -> HandClock:
    """Give a clock at noon of a working day."""
    return HandClock()


@pytest.fixture
def bot() -> ScriptedBot:
    """Give a bot that answers by a few plain rules."""
    return ScriptedBot()


@pytest.fixture
async def firstline(
    settings: Settings, bot: ScriptedBot, clock: HandClock, database_url: str
) -> AsyncIterator[Firstline]:
    """Give everything put together, with nothing running by itself."""
    settings.database_url = database_url
    async with put_together(settings, bot, clock) as firstline:
        yield firstline


@asynccontextmanager
async def put_together(settings: Settings, bot: ScriptedBot, clock: HandClock) -> AsyncIterator[Firstline]:
    """Put everything together while the block runs."""
    firstline = Firstline(settings, read_organisation_of(), bot, clock)
    try:
        yield firstline
    finally:
        await firstline.answering.close(5)
        await firstline.database.close()


class Server:
    """A server on a port of this machine, and a client for it."""

    def __init__(self, firstline: Firstline, client: httpx.AsyncClient) -> None:
        self.firstline, self.client = firstline, client
        self.browsers: list[httpx.AsyncClient] = []

    async def conversation(self, language: str = "en") -> "Visitor":
        """Begin a conversation."""
        opened = (await self.client.post("/api/v1/conversations", json={"language": language})).json()
        return Visitor(self.client, opened["id"], opened["token"])

    async def agent(self, name: str = "Ann", role: str = "agent") -> "SignedInAgent":
        """Add an agent and sign them in."""
        email = f"{name.lower()}@example.org"
        async with self.firstline.database.write() as transaction:
            await add_agent(transaction, email, name, PASSWORD, self.firstline.clock(), roles=(role,))
        client = httpx.AsyncClient(base_url=self.client.base_url, timeout=20)
        self.browsers.append(client)
        session = await client.post("/api/v1/agent/session", json={"email": email, "password": PASSWORD})
        client.headers["X-CSRF-Token"] = session.json()["csrf"]
        return SignedInAgent(client, name, email)


class Visitor:
    """A visitor of one conversation, as a browser is."""

    def __init__(self, client: httpx.AsyncClient, id: str, token: str) -> None:  # noqa: A002
        self.client, self.id, self.token = client, id, token
        self.headers = {"Authorization": f"Bearer {token}"}
        self.path = f"/api/v1/conversations/{id}"

    async def say(self, text: str, id: str | None = None) -> httpx.Response:  # noqa: A002
        """Send a text."""
        return await self.post("messages", {"id": id or str(uuid.uuid4()), "text": text})

    async def choose(self, value: str) -> httpx.Response:
        """Press a button."""
        return await self.post("messages", {"id": str(uuid.uuid4()), "choice": value})

    async def post(self, what: str, body: object) -> httpx.Response:
        """Send anything."""
        return await self.client.post(f"{self.path}/{what}", json=body, headers=self.headers)

    async def read(self, after: int = 0) -> dict:
        """Read the conversation."""
        response = await self.client.get(f"{self.path}/messages", params={"after": after}, headers=self.headers)
        return response.json()

    async def until(self, author: str, count: int = 1, seconds: float = 15) -> dict:
        """Read until somebody has said so many messages."""
        for _ in range(int(seconds / 0.02)):
            reading = await self.read()
            if sum(message["author"] == author for message in reading["messages"]) >= count:
                return reading
            await asyncio.sleep(0.02)
        raise AssertionError(f"{author} did not say {count} messages: {reading}")


class SignedInAgent:
    """An agent with a signed-in browser."""

    def __init__(self, client: httpx.AsyncClient, name: str, email: str) -> None:
        self.client, self.name, self.email = client, name, email

    async def get(self, path: str) -> httpx.Response:
        """Read something of the agents' interface."""
        return await self.client.get(f"/api/v1/agent/{path}")

    async def post(self, path: str, body: object = None) -> httpx.Response:
        """Do something in the agents' interface."""
        return await self.client.post(f"/api/v1/agent/{path}", json=body)

    async def claim(self, visitor: Visitor) -> httpx.Response:
        """Take a conversation."""
        return await self.post(f"conversations/{visitor.id}/claim")

    async def say(self, visitor: Visitor, text: str) -> httpx.Response:
        """Answer a visitor."""
        return await self.post(f"conversations/{visitor.id}/messages", {"id": str(uuid.uuid4()), "text": text})


async def let_nobody_in(listening: socket.socket) -> None:
    """Take no more connections on a socket, before its server is closed.

    A connection that asyncio is just taking when its server is closed is known to nobody and never closed.
    """
    asyncio.get_running_loop().remove_reader(listening)
    await asyncio.sleep(0.01)


@asynccontextmanager
async def serving(firstline: Firstline) -> AsyncIterator[Server]:
    """Serve on a free port while the block runs."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(firstline), log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[method-assign]
    task = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:
        if task.done():
            await task
        await asyncio.sleep(0.01)
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    async with httpx.AsyncClient(base_url=url, timeout=20) as client:
        running = Server(firstline, client)
        try:
            yield running
        finally:
            for browser in running.browsers:
                await browser.aclose()
            await let_nobody_in(listening)
            server.should_exit = True
            await task


@pytest.fixture
async def server(firstline: Firstline) -> AsyncIterator[Server]:
    """Give a running server."""
    async with serving(firstline) as running:
        yield running
