"""Speaks to SQLite from the event loop itself; only what may wait, for another process or for the disk, has a thread.

What a conversation asks of its file takes some 20 microseconds. To a thread and back, four times a statement, takes a
hundred each, and beside a busy loop longer: Python lets a thread begin only when the other gives way.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from sqlite3 import Connection, Cursor
from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import ConnectArgsType
from sqlalchemy.pool import AsyncAdaptedQueuePool, Pool
from sqlalchemy.util.concurrency import await_

DRIVER = "sqlite+inline"
_APART = "apart"
APART = {_APART: True}  # execution options of a statement that looks through much: it runs in a thread of its own


class _Cursor(Cursor):
    """Fetches at once what a statement gives, as SQLAlchemy expects of those it awaits."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._rows: deque[Any] = deque()

    def execute(self, statement: str, parameters: Any = (), /) -> "_Cursor":
        super().execute(statement, parameters)
        self._rows = deque(super().fetchall())
        return self

    def fetchone(self) -> Any:
        return self._rows.popleft() if self._rows else None

    def fetchmany(self, size: int | None = 1) -> list[Any]:
        return [self._rows.popleft() for _ in range(min(size or self.arraysize, len(self._rows)))]

    def fetchall(self) -> list[Any]:
        return self.fetchmany(len(self._rows))

    async def _async_soft_close(self) -> None:
        """Have nothing to close: all is fetched."""


class _Connection(Connection):
    def cursor(self, factory: Any = _Cursor) -> Any:
        return super().cursor(factory)


class InlineSqlite(SQLiteDialect_pysqlite):
    """SQLAlchemy's dialect for `sqlite3`, to be used by an AsyncEngine.

    With `writes` transactions begin IMMEDIATE (a deferred one that reads first and writes later loses updates), and
    begin and end in one thread: others may hold the file for as long as `busy_timeout`, and a disk may be slow. They do
    so in order, so that no rollback overtakes a beginning that nobody waits for any more; an engine that writes
    therefore has one connection.
    """

    driver = "inline"
    is_async = True
    supports_statement_cache = True

    def __init__(self, writes: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self._begin = "BEGIN IMMEDIATE" if writes else "BEGIN"
        self._thread = ThreadPoolExecutor(1, "sqlite") if writes else None

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Pool]:  # noqa: ARG003  of a file, as all of ours are
        """Give a pool whose waiting is done by the event loop."""
        return AsyncAdaptedQueuePool

    def create_connect_args(self, url: URL) -> ConnectArgsType:
        """Let the thread have the connection too; nobody else uses it at the same time."""
        where, options = super().create_connect_args(url)
        return where, {**options, "factory": _Connection, "check_same_thread": False}

    def do_begin(self, dbapi_connection: Any) -> None:
        """Begin as the engine does."""
        self._in_order(dbapi_connection.execute, self._begin)

    def do_commit(self, dbapi_connection: Any) -> None:
        """Commit; the disk has it then."""
        self._in_order(dbapi_connection.commit)

    def do_rollback(self, dbapi_connection: Any) -> None:
        """Undo what was begun, if anything was."""
        self._in_order(dbapi_connection.rollback)

    def do_close(self, dbapi_connection: Any) -> None:
        """Close, behind what may still be going on."""
        self._in_order(dbapi_connection.close)

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        """Run a statement here, or apart if it says so; one that nobody waits for any more is broken off."""
        if not context or not context.execution_options.get(_APART):
            cursor.execute(statement, parameters)
            return
        try:
            await_(asyncio.to_thread(cursor.execute, statement, parameters))
        except asyncio.CancelledError:
            cursor.connection.interrupt()
            raise

    def _in_order(self, call: Callable[..., object], *given: str) -> None:
        if self._thread:
            await_(asyncio.get_running_loop().run_in_executor(self._thread, call, *given))
        else:
            call(*given)


registry.register(DRIVER.replace("+", "."), __name__, InlineSqlite.__name__)
