"""The outbox of push channels: what is due, who sends it, and what became of it."""

from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from conversations.rows import Conversation, Delivery, Message

LEASE = timedelta(seconds=45)
_FIRST_WAIT = timedelta(seconds=1)
_LONGEST_WAIT = timedelta(minutes=15)
_MOST_ATTEMPTS = 40  # with the waits above more than eight hours
Claimed = tuple[Delivery, Message, Conversation]


async def claim(transaction: AsyncSession, channel: str, now: datetime) -> Claimed | None:
    """Take a delivery that is due for as long as the lease lasts; None if there is none.

    It is the oldest unsent one of its address: later ones wait for it, those of the address's next conversation too,
    since there it is one chat. What another server is taking at this moment is passed over.
    """
    row = (await transaction.execute(_due(channel, now))).first()
    if row is None:
        return None
    delivery, message, conversation = row
    delivery.leased_until = now + LEASE
    return delivery, message, conversation


def _due(channel: str, now: datetime) -> Select[Delivery, Message, Conversation]:
    earlier = aliased(Delivery)
    waits = select(earlier.id).where(
        earlier.channel == Delivery.channel,
        earlier.address == Delivery.address,
        earlier.id < Delivery.id,
        earlier.due_at.is_not(None),
    )
    return (
        select(Delivery, Message, Conversation)
        .join(Message, (Message.conversation_id == Delivery.conversation_id) & (Message.seq == Delivery.seq))
        .join(Conversation, Conversation.id == Delivery.conversation_id)
        .where(Delivery.channel == channel, Delivery.due_at <= now, ~waits.exists())
        .where(or_(Delivery.leased_until.is_(None), Delivery.leased_until <= now))
        .order_by(Delivery.due_at, Delivery.id)
        .limit(1)
        .with_for_update(of=Delivery, skip_locked=True)
    )


async def arrived(transaction: AsyncSession, delivery_id: int, now: datetime) -> None:
    """Note that the channel took it."""
    delivery = await transaction.get_one(Delivery, delivery_id)
    delivery.sent_at, delivery.due_at, delivery.leased_until, delivery.error = now, None, None, None
    delivery.attempts += 1


async def arrived_in_part(transaction: AsyncSession, delivery_id: int, parts: int) -> None:
    """Note that the channel took the first parts of it."""
    (await transaction.get_one(Delivery, delivery_id)).parts = parts


async def failed(
    transaction: AsyncSession, claimed: tuple[int, datetime], reason: str, now: datetime, *, wait: float | None
) -> None:
    """Note a refusal of what was `claimed` (id, lease): due again after `wait` seconds, or with doubling waits.

    Nothing is noted if the lease ran out and another server took it over.
    """
    delivery = await _mine(transaction, claimed)
    if delivery:
        _refused(delivery, reason)
        back_off = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(delivery.attempts - 1, 20))
        pause = timedelta(seconds=wait) if wait is not None else back_off
        delivery.due_at = None if delivery.attempts >= _MOST_ATTEMPTS else now + pause


async def given_up(transaction: AsyncSession, claimed: tuple[int, datetime], reason: str) -> None:
    """Note that what was `claimed` (id, lease) will never arrive."""
    delivery = await _mine(transaction, claimed)
    if delivery:
        _refused(delivery, reason)
        delivery.due_at = None


async def forget_leases(transaction: AsyncSession) -> None:
    """Free every delivery that a process was sending that is gone."""
    await transaction.execute(update(Delivery).where(Delivery.leased_until.is_not(None)).values(leased_until=None))


async def _mine(transaction: AsyncSession, claimed: tuple[int, datetime]) -> Delivery | None:
    delivery_id, lease = claimed
    delivery = await transaction.get_one(Delivery, delivery_id, with_for_update=True)
    return delivery if delivery.leased_until == lease else None


def _refused(delivery: Delivery, reason: str) -> None:
    delivery.attempts += 1
    delivery.error, delivery.leased_until = reason[:500], None
