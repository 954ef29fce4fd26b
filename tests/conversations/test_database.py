"""Transactions end as they should, however the server ends."""

import asyncio
import gc
from pathlib import Path

from sqlalchemy import text

from conversations.database import Database
from tests.conftest import embedded


async def test_closing_lets_transactions_under_way_end(database_url: str):
    """What is being written when a server ends is written, and no connection is left open."""
    database = Database(database_url)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def write() -> None:
        async with database.write() as transaction:
            await transaction.execute(text("CREATE TABLE written (one INTEGER)"))
            begun.set()
            await go_on.wait()

    async def begin_and_leave() -> None:
        async with database.read() as transaction:
            await transaction.execute(text("SELECT 1"))

    writing = asyncio.create_task(write())
    await begun.wait()
    closing = asyncio.create_task(database.close())
    leaving = asyncio.create_task(begin_and_leave())
    await asyncio.sleep(0.01)
    leaving.cancel()
    assert not closing.done()
    go_on.set()
    await asyncio.gather(writing, leaving, closing, return_exceptions=True)
    del writing, leaving, closing
    gc.collect()  # here a connection left open would be an error
    after = Database(database_url)
    async with after.read() as transaction:
        assert (await transaction.execute(text("SELECT count(*) FROM written"))).scalar_one() == 0
    await after.close()


async def test_closing_waits_no_longer_than_two_seconds(tmp_path: Path):
    """A transaction that never ends does not keep a server from ending."""
    database = Database(embedded(tmp_path))
    begun = asyncio.Event()

    async def hang() -> None:
        async with database.write() as transaction:
            await transaction.execute(text("SELECT 1"))
            begun.set()
            await asyncio.Event().wait()

    hanging = asyncio.create_task(hang())
    await begun.wait()
    async with asyncio.timeout(10):
        await database.close()
    hanging.cancel()
    await asyncio.gather(hanging, return_exceptions=True)
    await database.close()
