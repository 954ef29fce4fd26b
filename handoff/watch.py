"""Finds the conversations in which the bot owes an answer, and frees those whose bot is gone."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.rows import Conversation
from conversations.status import Status


async def unanswered(transaction: AsyncSession, now: datetime) -> Sequence[str]:
    """Give conversations in which the bot owes an answer and nobody is at it."""
    query = select(Conversation.id).where(
        Conversation.visitor_seq > Conversation.answered_seq,  # first, as there is an index of these alone
        Conversation.status.not_in([status for status in Status if status != Status.WITH_BOT]),
        or_(Conversation.answering_until.is_(None), Conversation.answering_until <= now),
    )
    return (await transaction.scalars(query.order_by(Conversation.updated_at))).all()


async def forget_leases(transaction: AsyncSession) -> None:
    """Free every conversation whose answer was being made by a process that is gone."""
    await transaction.execute(
        update(Conversation).where(Conversation.answering_until.is_not(None)).values(answering_until=None)
    )
