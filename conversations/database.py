"""Opens the database and runs transactions on it: SQLite beside the program, or PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, Protocol

from psycopg import AsyncConnection
from psycopg import Error as PostgresError
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from conversations import sqlite

Transaction = AsyncSession
_READERS = 4
_LAST_TRANSACTIONS = 2.0  # seconds that transactions under way may take when the database is closed
_TAKEN = "conversations taken"
_OURS = (DataError, IntegrityError, ProgrammingError)  # what the database refuses because we asked wrongly
_DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000", "temp_store=MEMORY")


# libpq's own names: a peer that says nothing is given up within 25 seconds, a new connection within 5.
_LINE = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15000,
}
# A server that hangs inside a transaction holds the rows it took no longer than this; whoever waits is told sooner.
_PATIENCE = "-c idle_in_transaction_session_timeout=10s -c lock_timeout=5s -c statement_timeout=30s"


class DatabaseUnavailable(Exception):
    """The database does not answer or cannot be written; the message says which and what to do."""


class Taken(Protocol):
    """A conversation that a write transaction took, as it will be when that commits."""

    id: Any
    last_seq: Any
    status: Any


class Witness(Protocol):
    """Is told which conversations a write transaction took."""

    async def before_commit(self, transaction: AsyncSession, conversations: Collection[Taken]) -> None:
        """Learn of them inside the transaction."""
        ...

    def after_commit(self, conversations: Collection[Taken]) -> None:
        """Learn of them when what was written holds."""
        ...


class Database:
    """Transactions on one database.

    On SQLite a process has one writer connection, in WAL mode with synchronous=FULL: a commit survives a power cut.
    Errors name no parameters: they would be what people wrote.
    """

    def __init__(self, url: str) -> None:
        self.url = driver_url(url)
        self.witness: Witness | None = None
        self.failed: Callable[[], None] = lambda: None  # told of every time the database was away or full
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.sqlite = self.url.startswith("sqlite")
        if self.sqlite:
            self._writer = _sqlite(self.url, 1, writes=True)
            self._reader = _sqlite(self.url, _READERS, writes=False)
            self._turn: AbstractAsyncContextManager[Any] = asyncio.Lock()
        else:
            self._writer = create_async_engine(
                self.url,
                pool_size=8,
                max_overflow=8,
                pool_pre_ping=True,
                pool_timeout=10,
                hide_parameters=True,
                connect_args=line_options(make_url(self.url)),
            )
            self._reader = self._writer.execution_options(isolation_level="REPEATABLE READ")
            self._turn = nullcontext()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """Run one write transaction; it commits when the block ends and is undone when the block raises.

        Raises DatabaseUnavailable if the database is away or full; then nothing was acknowledged, but a commit whose
        answer was lost may hold.
        """
        async with self._available(), self._turn, self._session(self._writer) as transaction, transaction.begin():
            yield transaction
            taken: Collection[Taken] = transaction.info.get(_TAKEN, {}).values()
            if taken and self.witness:
                await self.witness.before_commit(transaction, taken)
        if taken and self.witness:
            self.witness.after_commit(taken)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """Read one consistent picture; raises DatabaseUnavailable."""
        async with self._available(), self._session(self._reader) as transaction:
            yield transaction

    @asynccontextmanager
    async def _session(self, engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
        """Give a session; its connection is given back even if whoever waits for that is cancelled."""
        session = AsyncSession(engine, expire_on_commit=False)
        self._under_way += 1
        self._idle.clear()
        try:
            yield session
        finally:
            closing = asyncio.create_task(session.close())
            closing.add_done_callback(self._ended)
            await asyncio.shield(closing)

    def _ended(self, _: asyncio.Task[None]) -> None:
        self._under_way -= 1
        if not self._under_way:
            self._idle.set()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection[Any]]:
        """Give a PostgreSQL connection of its own, outside the pool and without transactions, for a long time."""
        url = make_url(self.url)
        _, address = self._writer.dialect.create_connect_args(url)
        async with self._available():
            connection = await AsyncConnection.connect(autocommit=True, **address, **line_options(url))
            try:
                yield connection
            finally:
                await connection.close()

    @asynccontextmanager
    async def _available(self) -> AsyncIterator[None]:
        try:
            yield
        except _OURS:
            raise
        except (DBAPIError, NoneFree, PostgresError) as error:
            self.failed()
            raise DatabaseUnavailable(unavailable_sentence(self.url, error)) from error

    async def close(self) -> None:
        """Close all connections, when the transactions under way have ended, or after two seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_TRANSACTIONS):
                await self._idle.wait()
        await self._writer.dispose()
        await self._reader.dispose()


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """Open a database for the block and give its connections back afterwards."""
    database = Database(url)
    try:
        yield database
    finally:
        await database.close()


def take(transaction: AsyncSession, conversation: Taken) -> None:
    """Note that a transaction has taken a conversation, so that whoever follows it is told when it commits."""
    transaction.info.setdefault(_TAKEN, {})[conversation.id] = conversation


def line_options(url: URL) -> dict[str, Any]:
    """Give how long a connection may be silent and a statement may take, where the operator's URL does not say it."""
    options = {**_LINE, "options": _PATIENCE}
    return {name: value for name, value in options.items() if name not in url.query}


def sqlite_file(url: str) -> Path | None:
    """Give the file of an SQLite database, None if the URL is of another kind."""
    parsed = make_url(driver_url(url))
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None


def address_without_password(url: str) -> tuple[str, str]:
    """Give a PostgreSQL URL as its own programs read it, and apart from it the password, which others could see."""
    parsed = make_url(driver_url(url))
    return parsed._replace(drivername="postgresql", password=None).render_as_string(), str(parsed.password or "")


def driver_url(url: str) -> str:
    """Name the driver in a database URL that an operator wrote without one."""
    scheme, separator, rest = url.partition("://")
    return f"{_DRIVERS.get(scheme, scheme)}{separator}{rest}"


def unavailable_sentence(url: str, error: Exception) -> str:
    """Say which database does not answer and why, without its password."""
    reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    return f"The database {make_url(url).render_as_string(hide_password=True)} cannot be used: {reason}"


def _sqlite(url: str, size: int, *, writes: bool) -> AsyncEngine:
    inline = make_url(url).set(drivername=sqlite.DRIVER)
    engine = create_async_engine(
        inline, writes=writes, pool_size=size, max_overflow=0, pool_timeout=30, hide_parameters=True
    )

    @event.listens_for(engine.sync_engine, "connect")
    def set_pragmas(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine
