"""Lets one of several servers do what only one may do: whoever holds a lock of PostgreSQL's session.

https://www.postgresql.org/docs/15/explicit-locking.html#ADVISORY-LOCKS: the lock ends with its connection, so the
next server takes over when the one that held it dies or loses the database.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from psycopg import AsyncConnection

from conversations.database import Database, DatabaseUnavailable

_ASK_AGAIN = 2.0
_SIGN_OF_LIFE = _ANSWER_WITHIN = 5.0
# PostgreSQL ends the session of a holder it cannot reach after 25 s; the holder knows after 10 s and stops.
_KEEPALIVE = "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3"
log = structlog.get_logger()


async def run_alone(database: Database, what: str, work: Callable[[], Awaitable[None]]) -> None:
    """Run `work` when no other server on the database does, and until it ends.

    It is cancelled when the lock is lost with the connection, and run again when it is this server's turn again.
    SQLite has one server.
    """
    if database.sqlite:
        await work()
        return
    while True:
        try:
            async with database.connection() as connection:
                await connection.execute(_KEEPALIVE)
                await _turn(connection, what)
                log.info("alone", what=what)
                await _while_held(connection, work)
                return
        except (DatabaseUnavailable, TimeoutError) as error:
            log.warning("not_alone", what=what, reason=str(error) or "no answer")
        await asyncio.sleep(_ASK_AGAIN)


async def _turn(connection: AsyncConnection[Any], what: str) -> None:
    """Wait until the lock is free and take it, without a statement that stays open meanwhile."""
    key = int.from_bytes(hashlib.sha256(what.encode()).digest()[:8], signed=True)
    while True:
        async with asyncio.timeout(_ANSWER_WITHIN):
            answer = await (await connection.execute("SELECT pg_try_advisory_lock(%s)", (key,))).fetchone()
        if answer and answer[0]:
            return
        await asyncio.sleep(_ASK_AGAIN)


async def _while_held(connection: AsyncConnection[Any], work: Callable[[], Awaitable[None]]) -> None:
    working = asyncio.ensure_future(work())
    try:
        while not (await asyncio.wait([working], timeout=_SIGN_OF_LIFE))[0]:
            async with asyncio.timeout(_ANSWER_WITHIN):
                await connection.execute("SELECT 1")
        working.result()
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
