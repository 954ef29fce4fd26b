"""The outbox of push channels: what is due, and what became of it."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.rows import Conversation, Delivery, Message

_FIRST_WAIT = timedelta(seconds=1)
_LONGEST_WAIT = timedelta(minutes=15)
_MOST_ATTEMPTS = 40  # with the waits above more than eight hours


async def due(
    transaction: AsyncSession, channel: str, now: datetime, most: int = 50
) -> list[tuple[Delivery, Message, Conversation]]:
    """Give the oldest unsent delivery of each conversation, where it is due: later ones wait for it."""
    query = (
        select(Delivery, Message, Conversation)
        .join(Message, (Message.conversation_id == Delivery.conversation_id) & (Message.seq == Delivery.seq))
        .join(Conversation, Conversation.id == Delivery.conversation_id)
        .where(Delivery.channel == channel, Delivery.due_at.is_not(None))
        .order_by(Delivery.conversation_id, Delivery.seq)
    )
    first: dict[str, tuple[Delivery, Message, Conversation]] = {}
    for delivery, message, conversation in await transaction.execute(query.limit(most * 20)):
        first.setdefault(delivery.conversation_id, (delivery, message, conversation))
    return [item for item in first.values() if item[0].due_at and item[0].due_at <= now][:most]


async def arrived(transaction: AsyncSession, delivery_id: int, now: datetime) -> None:
    """Note that the channel took it."""
    delivery = await transaction.get_one(Delivery, delivery_id)
    delivery.sent_at, delivery.due_at, delivery.error = now, None, None
    delivery.attempts += 1


async def failed(
    transaction: AsyncSession, delivery_id: int, reason: str, now: datetime, *, final: bool, wait: float | None
) -> None:
    """Note a refusal: due again after `wait` seconds or with doubling waits, or given up."""
    delivery = await transaction.get_one(Delivery, delivery_id)
    delivery.attempts += 1
    delivery.error = reason[:500]
    back_off = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(delivery.attempts - 1, 20))
    pause = timedelta(seconds=wait) if wait is not None else back_off
    delivery.due_at = None if final or delivery.attempts >= _MOST_ATTEMPTS else now + pause
