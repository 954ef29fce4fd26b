"""An upgrade keeps what the previous release wrote, and goes on where it stopped."""

import asyncio

import pytest
from alembic import command
from sqlalchemy import create_engine, text

from conversations.database import Database, DatabaseUnavailable, driver_url
from firstline.app import Firstline
from firstline.migrations import running
from firstline.migrations.running import layout_of, migrate, newest, serves
from firstline.settings import Settings
from handoff.invariants import broken
from knowledge_base.loading import read_organisation_of
from tests.conftest import HandClock, Visitor, serving
from tests.scripted_bot import ScriptedBot
from tests.upgrade.release_0001 import TOKEN, fill

TABLES = ("agents", "conversations", "attachments", "deliveries", "logins", "messages", "tickets", "updates")


def rows(url: str) -> dict[str, int]:
    """Count the rows of every table of the first layout."""
    engine = create_engine(driver_url(url))
    with engine.connect() as connection:
        counts = {table: connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in TABLES}  # noqa: S608
    engine.dispose()
    return counts


async def complaints(url: str) -> list[str]:
    """Give what is wrong with a record."""
    database = Database(url)
    async with database.read() as transaction:
        found = await broken(transaction)
    await database.close()
    return found


async def test_an_upgrade_keeps_everything(empty_url: str):
    """What the release before wrote is there after the upgrade, row for row, and holds together."""
    await asyncio.to_thread(fill, empty_url)
    before = rows(empty_url)
    assert min(before.values()) > 0
    await asyncio.to_thread(migrate, empty_url)
    assert layout_of(empty_url) == newest()
    assert rows(empty_url) == before
    assert await complaints(empty_url) == []


async def test_people_go_on_where_the_release_before_stopped(empty_url: str, settings: Settings, clock: HandClock):
    """After an upgrade a page left open goes on with its old token, and what was unanswered is answered."""
    ids = await asyncio.to_thread(fill, empty_url)
    await asyncio.to_thread(migrate, empty_url)
    settings.database_url = empty_url
    firstline = Firstline(settings, read_organisation_of(), ScriptedBot(), clock)
    async with serving(firstline) as server:
        visitor = Visitor(server.client, ids["unanswered on web"], f"{TOKEN} 25")
        reading = await visitor.until("bot")
        assert [message["seq"] for message in reading["messages"]] == [1, 2]
        assert (await visitor.say("und jetzt?")).json() == {"seq": 3}
        reading = await visitor.until("bot", 2)
        assert reading["messages"][-1]["text"] == "echo: und jetzt?"
    assert await complaints(empty_url) == []


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ("DELETE FROM messages WHERE seq = 2 AND author = 'bot'", "gaps"),
        ("UPDATE conversations SET answered_seq = 99", "beyond"),
        ("UPDATE conversations SET waiting_since = NULL", "since no moment"),
        ("DELETE FROM tickets", "without a ticket"),
        ("UPDATE conversations SET agent_id = 77 WHERE status = 'with_agent'", "nobody knows"),
        ("UPDATE deliveries SET seq = 70 + seq", "delivery of no message"),
    ],
)
async def test_what_does_not_hold_together_is_named(empty_url: str, wrong: str, complaint: str):
    """An operator is told what is broken in a record, and in which conversations."""
    await asyncio.to_thread(fill, empty_url)
    await asyncio.to_thread(migrate, empty_url)
    database = Database(empty_url)
    async with database.write() as transaction:
        await transaction.execute(text(wrong))
    await database.close()
    assert any(complaint in found for found in await complaints(empty_url))


async def test_a_server_waits_for_another_that_upgrades(empty_url: str):
    """Of two servers that start at the same moment one upgrades the database, and the other waits and then starts."""
    with running._connected(empty_url, alone=True) as connection:
        second = asyncio.create_task(asyncio.to_thread(migrate, empty_url))
        await asyncio.sleep(1)
        assert not second.done()
        command.upgrade(running._config(connection), "head")
    assert await second is False
    assert layout_of(empty_url) == newest()


async def test_an_upgrade_that_fails_changes_nothing(empty_url: str):
    """A database in which an upgrade cannot be finished is as it was before, and the next one can be."""
    engine = create_engine(driver_url(empty_url))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE updates (mine INTEGER)"))  # the last table that layout 0001 makes
    with pytest.raises(DatabaseUnavailable):
        await asyncio.to_thread(migrate, empty_url)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE updates"))
    engine.dispose()
    assert await asyncio.to_thread(migrate, empty_url)
    assert layout_of(empty_url) == newest()


def test_a_newer_layout_is_left_alone(empty_url: str):
    """A release that finds the layout of a newer one serves on beside it, and does not start on it."""
    migrate(empty_url)
    engine = create_engine(driver_url(empty_url))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(DatabaseUnavailable, match="newer release"):
        migrate(empty_url)
    assert serves(layout_of(empty_url))
    assert not serves(None)
