"""Goes round every few seconds: answers what was left unanswered, and lets no handoff end in silence."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from conversations import deliveries
from conversations.database import Database, DatabaseUnavailable
from firstline.answering import Answering
from handoff.desk_clock import DeskClock
from handoff.watch import forget_leases, unanswered

_EVERY = 5.0
log = structlog.get_logger()


class Rounds:
    """The desk's timers, each a question to the record, so that they hold over restarts."""

    def __init__(
        self, database: Database, desk_clock: DeskClock, answering: Answering, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._desk_clock, self._answering, self._clock = database, desk_clock, answering, clock

    async def run(self) -> None:
        """Go round until cancelled."""
        while True:
            try:
                await self.once()
            except DatabaseUnavailable as error:
                log.warning("round_waits", reason=str(error))
                self._desk_clock.look_away()
            except Exception:
                log.exception("round_failed")
            await asyncio.sleep(_EVERY)

    async def start(self) -> None:
        """Forget the leases of a process that is gone; only SQLite has one process and can know."""
        self._desk_clock.look_away()
        if self._database.sqlite:
            async with self._database.write() as transaction:
                await forget_leases(transaction)
                await deliveries.forget_leases(transaction)

    async def once(self) -> None:
        """Do everything that is due now."""
        async with self._database.read() as transaction:
            waiting_for_answer = await unanswered(transaction, self._clock())
        for conversation in waiting_for_answer:
            await self._answering.recover(conversation)
        await self._desk_clock.once()
