"""Hands a push channel what is due and keeps what became of it."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime

from channels.desk import Parcel
from conversations import deliveries
from conversations.database import Database
from conversations.messages import as_json
from conversations.signals import Signals
from firstline.visitors import Visitors

_LOOK_AGAIN = 1.0


class Outgoing:
    """The outbox of the push channels; implements `channels.desk.Post`."""

    def __init__(self, database: Database, signals: Signals, visitors: Visitors, clock: Callable[[], datetime]) -> None:
        self._database, self._signals, self._visitors, self._clock = database, signals, visitors, clock

    async def due(self, channel: str) -> AsyncIterator[Parcel]:
        """Give what is due, in order within a conversation, waiting for more when there is none."""
        with self._signals.follow(None) as following:
            while True:
                parcels = await self._due_now(channel)
                for parcel in parcels:
                    yield parcel
                if not parcels:
                    await following.next(_LOOK_AGAIN)

    async def _due_now(self, channel: str) -> list[Parcel]:
        async with self._database.read() as transaction:
            rows = await deliveries.due(transaction, channel, self._clock())
        return [
            Parcel(
                delivery.id,
                delivery.conversation_id,
                delivery.address,
                as_json(message),
                (await self._visitors.read(delivery.conversation_id, conversation.last_seq)).standing,
            )
            for delivery, message, conversation in rows
        ]

    async def arrived(self, parcel: Parcel) -> None:
        """Note that the channel took it."""
        async with self._database.write() as transaction:
            await deliveries.arrived(transaction, parcel.id, self._clock())

    async def failed(self, parcel: Parcel, reason: str, *, final: bool, wait: float | None = None) -> None:
        """Note that it was refused."""
        async with self._database.write() as transaction:
            await deliveries.failed(transaction, parcel.id, reason, self._clock(), final=final, wait=wait)
