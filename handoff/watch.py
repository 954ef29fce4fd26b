"""Finds the conversations in which somebody waits for something that will not come by itself."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.rows import Conversation
from conversations.status import Status
from handoff.agents import all_agents, presence_of


async def unanswered(transaction: AsyncSession, now: datetime) -> Sequence[str]:
    """Give conversations in which the bot owes an answer and nobody is at it."""
    query = select(Conversation.id).where(
        Conversation.status == Status.WITH_BOT,
        Conversation.visitor_seq > Conversation.answered_seq,
        or_(Conversation.answering_until.is_(None), Conversation.answering_until <= now),
    )
    return (await transaction.scalars(query.order_by(Conversation.updated_at))).all()


async def left_alone(transaction: AsyncSession, now: datetime) -> Sequence[str]:
    """Give conversations whose agent is gone: went offline, or sent no sign of life for too long."""
    gone = [agent.id for agent in await all_agents(transaction) if presence_of(agent, now) == "offline"]
    query = select(Conversation.id).where(Conversation.status == Status.WITH_AGENT, Conversation.agent_id.in_(gone))
    return (await transaction.scalars(query)).all()


async def waiting_for_nobody(transaction: AsyncSession, now: datetime) -> Sequence[str]:
    """Give waiting conversations, oldest first, if no agent is there."""
    if any(presence_of(agent, now) != "offline" for agent in await all_agents(transaction)):
        return []
    query = select(Conversation.id).where(Conversation.status == Status.WAITING)
    return (await transaction.scalars(query.order_by(Conversation.waiting_since))).all()


async def forget_leases(transaction: AsyncSession) -> None:
    """Free every conversation whose answer was being made by a process that is gone."""
    await transaction.execute(update(Conversation).values(answering_until=None))
