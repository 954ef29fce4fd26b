"""Says where a conversation stands in the queue: by priority, then by how long ago a person was asked for."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.rows import Conversation
from conversations.status import Status
from handoff.rows import Ticket
from handoff.triage import PRIORITIES, rank


def rank_in_queue() -> ColumnElement[int]:
    """Give the priority of a row of the queue as a number; the higher comes first."""
    ranks = {priority: rank(priority) for priority in PRIORITIES}
    return case(ranks, value=Ticket.priority, else_=rank("normal"))


async def ahead_of(transaction: AsyncSession, conversation: Conversation, priority: str, asked_at: datetime) -> int:
    """Count who comes before: a higher priority, the same one for longer, and whoever an agent is called for."""
    own, others = rank(priority), rank_in_queue()
    before = or_(
        Conversation.ringing_id.is_not(None),
        others > own,
        and_(others == own, Conversation.asked_at < asked_at),
    )
    query = (
        select(func.count())
        .select_from(Conversation)
        .outerjoin(Ticket, Ticket.number == Conversation.ticket)
        .where(Conversation.status == Status.WAITING, Conversation.id != conversation.id, before)
    )
    return await transaction.scalar(query) or 0


async def place_of(transaction: AsyncSession, conversation: Conversation) -> int | None:
    """Give a waiting conversation's place in the queue, from 1; None if it does not wait."""
    if conversation.status != Status.WAITING or conversation.asked_at is None:
        return None
    if conversation.ringing_id is not None:
        return 1
    priority = await transaction.scalar(select(Ticket.priority).where(Ticket.number == conversation.ticket))
    return await ahead_of(transaction, conversation, priority or "normal", conversation.asked_at) + 1
