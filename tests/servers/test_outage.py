"""When the database goes away people are told in one sentence, and everything goes on by itself when it is back."""

import asyncio
import math
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from firstline.app import Firstline
from firstline.settings import Settings
from knowledge_base.loading import read_organisation_of
from tests.conftest import HandClock, Server, serving
from tests.http.test_visitors import problem
from tests.running.test_figures import figures
from tests.scripted_bot import ScriptedBot
from tests.servers.conftest import Pair
from tests.servers.ears import listening


async def until_ready(client: httpx.AsyncClient, status: int = 200) -> None:
    """Wait until the server says that it is, or is not, ready."""
    for _ in range(300):
        if (await client.get("/readyz")).status_code == status:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"/readyz never said {status}")


async def test_people_are_told_and_nothing_acknowledged_is_lost(pair: Pair):
    """While the database is away I read one sentence in my language; sent again, my message is answered once."""
    server, cable = pair.a.server, pair.a.cable
    visitor = await server.conversation()
    ann = await server.agent()
    await visitor.say("before")
    await visitor.until("bot")
    async with listening(server.client, f"{visitor.path}/stream", visitor.headers) as ear:
        await ear.hears("message", text="echo: before")
        cable.cut()
        name = str(uuid.uuid4())
        began = time.monotonic()
        refused = await visitor.say("during", name)
        assert "technical problem" in problem(refused, 503)
        assert int(refused.headers["Retry-After"]) > 0
        assert time.monotonic() - began < 10
        german = {"Accept-Language": "de", **visitor.headers}
        body = {"id": name, "text": "during"}
        refused = await server.client.post(f"{visitor.path}/messages", json=body, headers=german)
        assert "technische" in problem(refused, 503)
        problem(await ann.get("queue"), 503)
        state = await server.client.get("/readyz")
        assert (state.status_code, state.json()["database"]) == (503, "unreachable")
        assert (await server.client.get("/healthz")).status_code == 200
        await asyncio.sleep(2)
        await cable.mend()
        await until_ready(server.client)
        assert (await visitor.say("during", name)).status_code in (200, 201)
        await ear.hears("message", text="echo: during")
        assert ear.texts() == ["before", "echo: before", "during", "echo: during"]


async def test_an_answer_under_way_is_said_when_the_database_is_back(pair: Pair):
    """If the database goes away while the bot thinks, its answer comes when the database is back."""
    visitor = await pair.a.server.conversation()
    pair.a.bot.gate.clear()
    await visitor.say("vpn")
    await asyncio.sleep(0.2)
    pair.a.cable.cut()
    pair.a.bot.gate.set()
    await asyncio.sleep(1.5)
    await pair.a.cable.mend()
    reading = await pair.b.visits(visitor).until("bot")
    assert [message["text"] for message in reading["messages"]] == ["vpn", "echo: vpn"]
    assert len(pair.a.bot.asked) == 1


async def test_connections_that_break_are_replaced(pair: Pair):
    """A database that restarts in an instant costs at most one refused request, and signals cross again."""
    visitor = await pair.a.server.conversation()
    async with listening(pair.b.server.client, f"{visitor.path}/stream", visitor.headers) as ear:
        await ear.hears("status")
        pair.a.cable.disturb()
        pair.b.cable.disturb()
        name = str(uuid.uuid4())
        if (await visitor.say("vpn", name)).status_code == 503:
            assert (await visitor.say("vpn", name)).status_code in (200, 201)
        await ear.hears("message", text="echo: vpn")


@pytest.fixture
async def small_disk(tmp_path: Path, clock: HandClock) -> AsyncIterator[Server]:
    """Give a server with an embedded database that may not grow."""
    from firstline.migrations.running import migrate

    settings = Settings(data=tmp_path, message_burst=1000, _env_file=None)  # type: ignore[call-arg]
    migrate(settings.database)
    firstline = Firstline(settings, read_organisation_of(), ScriptedBot(), clock)
    async with serving(firstline) as server:
        yield server


async def may_grow_by(firstline: Firstline, pages: int) -> None:
    """Say by how many pages the database may grow, as a disk would."""
    async with firstline.database.write() as transaction:
        size = await transaction.scalar(text("PRAGMA page_count"))
        await transaction.execute(text(f"PRAGMA max_page_count = {size + pages}"))


async def test_a_full_disk_is_told_and_loses_nothing(small_disk: Server):
    """On a full disk I am told so in one sentence; what was acknowledged is there, and with room it goes on."""
    visitor = await small_disk.conversation()
    await may_grow_by(small_disk.firstline, 10)
    acknowledged, refused = [], ""
    while not refused:
        name = str(uuid.uuid4())
        response = await visitor.say(f"{name} {'x' * 3000}", name)
        if response.status_code == 201:
            acknowledged.append(name)
        else:
            assert "technical problem" in problem(response, 503)
            refused = name
    await may_grow_by(small_disk.firstline, 10_000)
    assert (await visitor.say(f"{refused} {'x' * 3000}", refused)).status_code == 201
    reading = await visitor.read()
    said = [message["text"].split()[0] for message in reading["messages"] if message["author"] == "visitor"]
    assert said == [*acknowledged, refused]
    assert acknowledged


async def test_a_database_that_is_away_is_seen(pair: Pair):
    """While the database does not answer the figures of the record are unknown, not zero, and errors are counted."""
    server, cable = pair.a.server, pair.a.cable
    before = await figures(server)
    cable.cut()
    seen = await figures(server)
    assert seen["firstline_database_up"] == 0
    assert math.isnan(seen["firstline_waiting"])
    assert seen["firstline_database_errors_total"] > before["firstline_database_errors_total"]
    reasons = (await server.client.get("/readyz")).json()["reasons"]
    assert "nothing sent before is lost" in reasons["database"]
    await cable.mend()
    assert (await figures(server))["firstline_database_up"] == 1
