"""Hands a push channel what is due and keeps what became of it."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from datetime import datetime

from channels.desk import Parcel
from conversations import deliveries
from conversations.alone import run_alone
from conversations.database import Database
from conversations.messages import as_json
from conversations.signals import Following, Signals
from firstline.visitors import Visitors


class Outgoing:
    """The outbox of the push channels; implements `channels.desk.Post`."""

    def __init__(self, database: Database, signals: Signals, visitors: Visitors, clock: Callable[[], datetime]) -> None:
        self._database, self._signals, self._visitors, self._clock = database, signals, visitors, clock

    async def claim(self, channel: str) -> Parcel | None:
        """Take one delivery that is due, in order within a conversation; None if there is none."""
        now = self._clock()
        async with self._database.write() as transaction:
            claimed = await deliveries.claim(transaction, channel, now)
        if claimed is None:
            return None
        delivery, message, conversation = claimed
        reading = await self._visitors.read(conversation.id, conversation.last_seq)
        return Parcel(
            delivery.id,
            conversation.id,
            delivery.address,
            as_json(message),
            reading.standing,
            now + deliveries.LEASE,
            delivery.parts,
        )

    def follow(self) -> AbstractContextManager[Following]:
        """Follow what may have made a delivery due."""
        return self._signals.follow(None)

    def is_held(self, parcel: Parcel) -> bool:
        """Tell whether the lease of a delivery still lasts."""
        return self._clock() < parcel.lease

    async def arrived(self, parcel: Parcel) -> None:
        """Note that the channel took it."""
        async with self._database.write() as transaction:
            await deliveries.arrived(transaction, parcel.id, self._clock())

    async def arrived_in_part(self, parcel: Parcel, parts: int) -> None:
        """Note that the channel took the first parts of it."""
        async with self._database.write() as transaction:
            await deliveries.arrived_in_part(transaction, parcel.id, parts)

    async def failed(self, parcel: Parcel, reason: str, *, final: bool, wait: float | None = None) -> None:
        """Note that it was refused."""
        claimed = parcel.id, parcel.lease
        async with self._database.write() as transaction:
            if final:
                await deliveries.given_up(transaction, claimed, reason)
            else:
                await deliveries.failed(transaction, claimed, reason, self._clock(), wait=wait)

    async def alone(self, channel: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do what only one server may do for a channel, when it is this server's turn."""
        await run_alone(self._database, f"channel {channel}", work)
