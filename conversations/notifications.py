"""Carries short texts between the servers on one PostgreSQL (LISTEN and NOTIFY).

https://www.postgresql.org/docs/15/sql-notify.html: a notification is sent when its transaction commits, to whoever
listens then, and has less than 8,000 bytes.
"""

import asyncio
import random
import secrets
from collections.abc import Callable, Iterable
from typing import Any

import structlog
from psycopg import AsyncConnection
from sqlalchemy import text

from conversations.database import Database, DatabaseUnavailable, Transaction

CHANNEL = "firstline"
_SIGN_OF_LIFE = 15.0  # seconds of silence after which the connection is asked whether it still holds
_ANSWER_WITHIN = 10.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 5.0
_MOST_WAITING = 1000
_NOTIFY = text("SELECT pg_notify(:channel, :payload)")
log = structlog.get_logger()


class Notifications:
    """Texts to and from the other servers; a server does not hear itself."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._name = secrets.token_hex(4)
        self._waiting: asyncio.Queue[str] = asyncio.Queue(_MOST_WAITING)

    async def within(self, transaction: Transaction, payloads: Iterable[str]) -> None:
        """Send when the transaction commits, and only then."""
        for payload in payloads:
            await transaction.execute(_NOTIFY, {"channel": CHANNEL, "payload": f"{self._name} {payload}"})

    def soon(self, payload: str) -> None:
        """Send what may be lost."""
        if not self._waiting.full():
            self._waiting.put_nowait(payload)

    async def run(self, heard: Callable[[str], None], missed: Callable[[], None]) -> None:
        """Send and listen until cancelled; `missed` is called whenever something may have been missed."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._send())
            tasks.create_task(self._stay_connected(heard, missed))

    async def _send(self) -> None:
        while True:
            payloads = {await self._waiting.get()}
            while not self._waiting.empty():
                payloads.add(self._waiting.get_nowait())
            try:
                async with self._database.write() as transaction:
                    await transaction.execute(text("SET LOCAL synchronous_commit = off"))
                    await self.within(transaction, payloads)
            except DatabaseUnavailable:
                await asyncio.sleep(_LONGEST_PAUSE)

    async def _stay_connected(self, heard: Callable[[str], None], missed: Callable[[], None]) -> None:
        pause = _FIRST_PAUSE
        while True:
            try:
                async with self._database.connection() as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    log.info("listening")
                    pause = _FIRST_PAUSE
                    missed()
                    await self._listen(connection, heard)
            except (DatabaseUnavailable, TimeoutError) as error:
                log.warning("not_listening", reason=str(error) or "no answer", again_in=pause)
            await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311  no secret: so that servers do not return all at once
            pause = min(_LONGEST_PAUSE, pause * 2)

    async def _listen(self, connection: AsyncConnection[Any], heard: Callable[[str], None]) -> None:
        while True:
            async for notification in connection.notifies(timeout=_SIGN_OF_LIFE):
                name, _, payload = notification.payload.partition(" ")
                if name != self._name:
                    heard(payload)
            async with asyncio.timeout(_ANSWER_WITHIN):
                await connection.execute("SELECT 1")
