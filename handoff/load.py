"""Says how much there is to do, at the cost of a few looks into indexes however large the record is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.record import PUSH_CHANNELS
from conversations.rows import Conversation, Delivery, Message
from conversations.status import ASKED, Status
from handoff.agents import all_agents, presence_of
from handoff.rows import Ticket
from handoff.tickets import LIVE


@dataclass(frozen=True)
class Load:
    """What waits and since how many seconds; `deliveries` holds count and age of the oldest by channel."""

    waiting: int
    oldest_waiting: float
    with_agent: int
    agents_online: int
    tickets: Mapping[str, int]
    deliveries: Mapping[str, tuple[int, float]]


async def load(transaction: AsyncSession, now: datetime) -> Load:
    """Look at the record."""
    query = select(Conversation.status, func.count(), func.min(Conversation.waiting_since))
    floor = {
        status: (count, since)
        for status, count, since in await transaction.execute(
            query.where(Conversation.status.in_(ASKED)).group_by(Conversation.status)
        )
    }
    waiting, since = floor.get(Status.WAITING, (0, None))
    tickets = select(Ticket.status, func.count()).where(Ticket.status.in_(LIVE)).group_by(Ticket.status)
    return Load(
        waiting,
        _age(since, now),
        floor.get(Status.WITH_AGENT, (0, None))[0],
        sum(presence_of(agent, now) == "online" for agent in await all_agents(transaction)),
        {row[0]: row[1] for row in await transaction.execute(tickets)},
        {channel: await _deliveries(transaction, channel, now) for channel in PUSH_CHANNELS},
    )


async def _deliveries(transaction: AsyncSession, channel: str, now: datetime) -> tuple[int, float]:
    query = (
        select(func.count(), func.min(Message.created_at))
        .select_from(Delivery)
        .join(Message, (Message.conversation_id == Delivery.conversation_id) & (Message.seq == Delivery.seq))
        .where(Delivery.channel == channel, Delivery.due_at.is_not(None))
    )
    count, oldest = (await transaction.execute(query)).one()
    return count, _age(oldest, now)


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
