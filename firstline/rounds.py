"""Goes round every few seconds: answers what was left unanswered, and lets no handoff end in silence."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from conversations import record
from conversations.database import Database, DatabaseUnavailable
from conversations.status import Status
from firstline.answering import Answering
from handoff.floor import Floor
from handoff.watch import forget_leases, left_alone, unanswered, waiting_for_nobody

_EVERY = 5.0
log = structlog.get_logger()


class Rounds:
    """The desk's timers, each a question to the record, so that they hold over restarts."""

    def __init__(self, database: Database, floor: Floor, answering: Answering, clock: Callable[[], datetime]) -> None:
        self._database, self._floor = database, floor
        self._answering, self._clock = answering, clock

    async def run(self) -> None:
        """Go round until cancelled."""
        while True:
            try:
                await self.once()
            except DatabaseUnavailable as error:
                log.warning("round_waits", reason=str(error))
            except Exception:
                log.exception("round_failed")
            await asyncio.sleep(_EVERY)

    async def start(self) -> None:
        """Forget the leases of a process that is gone; only SQLite has one process and can know."""
        if self._database.sqlite:
            async with self._database.write() as transaction:
                await forget_leases(transaction)

    async def once(self) -> None:
        """Do everything that is due now."""
        now = self._clock()
        async with self._database.read() as transaction:
            waiting_for_answer = await unanswered(transaction, now)
            alone = await left_alone(transaction, now)
            for_nobody = [] if self._floor.open_at(now) else await waiting_for_nobody(transaction, now)
        for conversation in waiting_for_answer:
            await self._answering.recover(conversation)
        for conversation in alone:
            await self._leave(conversation, now)
        for conversation in for_nobody:
            await self._close_desk(conversation, now)

    async def _leave(self, conversation_id: str, now: datetime) -> None:
        async with self._database.write() as transaction:
            conversation = await record.lock(transaction, conversation_id)
            if conversation.status != Status.WITH_AGENT or conversation_id not in await left_alone(transaction, now):
                return
            await self._floor.leave(transaction, conversation, now)

    async def _close_desk(self, conversation_id: str, now: datetime) -> None:
        async with self._database.write() as transaction:
            conversation = await record.lock(transaction, conversation_id)
            if conversation.status != Status.WAITING:
                return
            await self._floor.close_desk(transaction, conversation, now)
