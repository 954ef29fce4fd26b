"""The outbox of push channels: what is due, and what became of it."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.rows import Conversation, Delivery, Message

_FIRST_WAIT = timedelta(seconds=1)
_LONGEST_WAIT = timedelta(minutes=15)
_MOST_ATTEMPTS = 40  # with the waits above more than eight hours


async def due(
    transaction: AsyncSession, channel: str, now: datetime, most: int = 50
) -> list[tuple[Delivery, Message, Conversation]]:
    """Give the oldest unsent delivery of each address, where it is due: later ones wait for it.

    An address sees its conversations as one chat: what a newer one says waits for the rest of the one before.
    """
    waits = (Delivery.channel == channel, Delivery.due_at.is_not(None))
    oldest = select(func.min(Delivery.id)).where(*waits).group_by(Delivery.address)
    query = (
        select(Delivery, Message, Conversation)
        .join(Message, (Message.conversation_id == Delivery.conversation_id) & (Message.seq == Delivery.seq))
        .join(Conversation, Conversation.id == Delivery.conversation_id)
        .where(Delivery.id.in_(oldest), Delivery.due_at <= now)
        .order_by(Delivery.due_at, Delivery.id)
        .limit(most)
    )
    return [(delivery, message, conversation) for delivery, message, conversation in await transaction.execute(query)]


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
