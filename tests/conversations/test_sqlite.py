"""The embedded database is asked from the event loop, and never halts it for others' sake."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from conversations.database import Database, DatabaseUnavailable, opened
from conversations.sqlite import APART

LONG = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT count(*) FROM n")
ENDLESS = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """Give a file with one table."""
    async with opened(f"sqlite:///{tmp_path / 'one.db'}") as database:
        async with database.write() as transaction:
            await transaction.execute(text("CREATE TABLE said (words TEXT)"))
        yield database


@contextmanager
def another(database: Database) -> Iterator[sqlite3.Connection]:
    """Give what another process has of the same file."""
    connection = sqlite3.connect(database.url.removeprefix("sqlite:///"), timeout=0, isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


async def say(database: Database, words: str) -> None:
    """Write something."""
    async with database.write() as transaction:
        await transaction.execute(text("INSERT INTO said VALUES (:words)"), {"words": words})


async def said(database: Database) -> list[str]:
    """Read what was written."""
    async with database.read() as transaction:
        return list(await transaction.scalars(text("SELECT words FROM said ORDER BY words")))


async def rounds_during(work: Awaitable[object]) -> int:
    """Give how often the event loop came round while something was done."""
    task, rounds = asyncio.ensure_future(work), 0
    while not task.done():
        rounds += 1
        await asyncio.sleep(0.001)
    await task
    return rounds


async def test_whoever_waits_for_another_process_halts_nobody(database: Database):
    """While another process writes, the event loop goes on, readers read, and the writer comes after it."""
    with another(database) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO said VALUES ('first')")
        waiting = asyncio.create_task(rounds_during(say(database, "second")))
        await asyncio.sleep(0.1)
        assert not waiting.done()
        assert await said(database) == []
        other.execute("COMMIT")
        assert await waiting > 10
    assert await said(database) == ["first", "second"]


async def test_a_writer_who_gives_up_leaves_nothing_begun(database: Database):
    """A beginning that nobody waits for any more is undone when it comes, and the next writer can begin."""
    with another(database) as other:
        other.execute("BEGIN IMMEDIATE")
        given_up = asyncio.create_task(say(database, "never"))
        await asyncio.sleep(0.05)
        given_up.cancel()
        assert await rounds_during(asyncio.sleep(0.3)) > 5
        other.execute("ROLLBACK")
        with pytest.raises(asyncio.CancelledError):
            await given_up
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
    await say(database, "next")
    assert await said(database) == ["next"]


async def test_what_looks_through_much_runs_beside_the_loop(database: Database):
    """A statement that says so gives what it gives here, and the event loop goes on meanwhile."""

    async def look(database: Database, **options: object) -> None:
        async with database.read() as transaction:
            found = await transaction.execute(LONG, execution_options=options)
            assert found.all() == [(300_000,)]

    assert await rounds_during(look(database)) <= 2
    assert await rounds_during(look(database, **APART)) > 2


async def test_what_nobody_waits_for_is_broken_off(database: Database):
    """A search that would never end ends with who asked for it, and the next one gets its answer."""

    async def look() -> None:
        async with database.read() as transaction:
            await transaction.execute(ENDLESS, execution_options=APART)

    looking = asyncio.create_task(look())
    await asyncio.sleep(0.1)
    looking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await looking
    assert await said(database) == []


async def test_what_is_written_wrong_is_undone(database: Database):
    """A transaction that fails in the middle leaves nothing, and the next one holds."""

    async def fail() -> None:
        async with database.write() as transaction:
            await transaction.execute(text("INSERT INTO said VALUES ('lost')"))
            raise ValueError("in the middle")

    with pytest.raises(ValueError, match="in the middle"):
        await fail()
    await say(database, "kept")
    assert await said(database) == ["kept"]


async def test_a_reader_sees_one_picture(database: Database):
    """What is written while somebody reads is not seen by that reader."""
    await say(database, "before")
    async with database.read() as transaction:
        query = text("SELECT count(*) FROM said")
        assert await transaction.scalar(query) == 1
        await say(database, "meanwhile")
        assert await transaction.scalar(query) == 1
    assert await said(database) == ["before", "meanwhile"]


async def test_a_file_that_cannot_be_used_is_named(tmp_path: Path):
    """The sentence says which file, not what was written."""
    async with opened(f"sqlite:///{tmp_path / 'nowhere' / 'one.db'}") as database:
        with pytest.raises(DatabaseUnavailable, match="nowhere"):
            await say(database, "secret")
