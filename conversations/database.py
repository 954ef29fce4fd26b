"""Opens the database and runs transactions on it: SQLite beside the program, or PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

Transaction = AsyncSession
_READERS = 4
_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000", "temp_store=MEMORY")


class DatabaseUnavailable(Exception):
    """The database does not answer or cannot be written; the message says which and what to do."""


class Database:
    """Transactions on one database.

    On SQLite a process has one writer connection whose transactions begin IMMEDIATE (a deferred one that reads first
    and writes later loses updates), in WAL mode with synchronous=FULL: a commit survives a power cut. Errors name no
    parameters: they would be what people wrote.
    """

    def __init__(self, url: str) -> None:
        self.url = driver_url(url)
        self.sqlite = self.url.startswith("sqlite")
        if self.sqlite:
            self._writer = _sqlite(self.url, 1, "BEGIN IMMEDIATE")
            self._reader = _sqlite(self.url, _READERS, "BEGIN")
            self._turn: AbstractAsyncContextManager[Any] = asyncio.Lock()
        else:
            self._writer = self._reader = create_async_engine(
                self.url, pool_size=8, max_overflow=8, pool_pre_ping=True, pool_timeout=10, hide_parameters=True
            )
            self._turn = nullcontext()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """Run one write transaction; it commits when the block ends and is undone when the block raises."""
        async with self._turn, AsyncSession(self._writer, expire_on_commit=False) as transaction, transaction.begin():
            yield transaction

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """Read one consistent picture."""
        async with AsyncSession(self._reader, expire_on_commit=False) as transaction:
            yield transaction

    async def check(self) -> None:
        """Ask the database for a sign of life; raises DatabaseUnavailable with a sentence for the operator."""
        try:
            async with self.read() as transaction:
                await transaction.execute(text("SELECT 1"))
        except (DBAPIError, OSError) as error:
            raise DatabaseUnavailable(unavailable_sentence(self.url, error)) from error

    async def close(self) -> None:
        """Give all connections back."""
        await self._writer.dispose()
        await self._reader.dispose()


def driver_url(url: str) -> str:
    """Name the driver in a database URL that an operator wrote without one."""
    scheme, separator, rest = url.partition("://")
    return f"{_DRIVERS.get(scheme, scheme)}{separator}{rest}"


def unavailable_sentence(url: str, error: Exception) -> str:
    """Say which database does not answer and why, without its password."""
    reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    return f"The database {make_url(url).render_as_string(hide_password=True)} cannot be used: {reason}"


def _sqlite(url: str, size: int, begin: str) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=size, max_overflow=0, pool_timeout=30, hide_parameters=True)

    @event.listens_for(engine.sync_engine, "connect")
    def set_pragmas(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin_transaction(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine
