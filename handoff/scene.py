"""Reads the desk as routing and timers see it: agents, who waits, and what is due."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.rows import Conversation, Message
from conversations.status import ASKED, Status
from handoff.agents import presence_of
from handoff.routing import Person, Waiting
from handoff.rows import Agent, Ticket
from handoff.tickets import DUE
from handoff.timers import Duty, View

_SEEN = (
    Conversation.id,
    Conversation.status,
    Conversation.visitor_seq,
    Conversation.answered_seq,
    Conversation.answering_until,
    Conversation.waiting_since,
    Conversation.ringing_id,
    Conversation.ringing_until,
    Conversation.agent_id,
    Conversation.ticket,
)


async def people(transaction: AsyncSession, now: datetime, *only: int) -> list[Person]:
    """Give the agents, or some of them, with their chats and calls."""
    query = select(Agent).order_by(Agent.id)
    found = list(await transaction.scalars(query.where(Agent.id.in_(only)) if only else query))
    chats = await _counted(transaction, Conversation.agent_id, Status.WITH_AGENT)
    calls = await _counted(transaction, Conversation.ringing_id, Status.WAITING)
    return [
        Person(
            agent.id,
            agent.capacity,
            presence_of(agent, now),
            chats.get(agent.id, 0),
            calls.get(agent.id, 0),
            frozenset(agent.languages),
            frozenset(agent.groups),
            agent.given_at,
        )
        for agent in found
    ]


async def _counted(transaction: AsyncSession, whose: Any, status: Status) -> Mapping[int, int]:
    query = select(whose, func.count()).where(Conversation.status == status, whose.is_not(None)).group_by(whose)
    return {row[0]: row[1] for row in await transaction.execute(query)}


async def waiting(transaction: AsyncSession) -> list[Waiting]:
    """Give who waits and for whom nobody is being called."""
    query = (
        select(Conversation, Ticket.priority)
        .outerjoin(Ticket, Ticket.number == Conversation.ticket)
        .where(Conversation.status == Status.WAITING, Conversation.ringing_id.is_(None))
    )
    return [
        Waiting(
            conversation.id,
            conversation.asked_at or conversation.updated_at,
            priority or "normal",
            conversation.language,
            conversation.called_id,
            conversation.called if conversation.called_id is None else None,
            conversation.called_at,
            {int(agent): datetime.fromisoformat(when) for agent, when in conversation.missed.items()},
        )
        for conversation, priority in await transaction.execute(query)
    ]


async def duties(transaction: AsyncSession) -> dict[int, Duty]:
    """Give each agent's presence and last sign of life."""
    columns = (Agent.id, Agent.presence, Agent.presence_at, Agent.created_at, Agent.seen_at)
    return {row.id: duty_of(row) for row in await transaction.execute(select(*columns))}


def duty_of(agent: Any) -> Duty:
    """Give one agent's presence and last sign of life."""
    return Duty(agent.presence, agent.presence_at or agent.created_at, agent.seen_at)


async def waiting_views(transaction: AsyncSession, desk: Mapping[int, Duty], now: datetime) -> list[tuple[str, View]]:
    """Give every conversation in which the desk may have to act: who waits, and chats whose agent is not there."""
    absent = [agent for agent, duty in desk.items() if duty.presence != "online" or duty.gone_at <= now]
    wanted = or_(
        Conversation.status == Status.WAITING,
        and_(Conversation.status == Status.WITH_AGENT, Conversation.agent_id.in_(absent)),
        and_(Conversation.status.not_in(ASKED), Conversation.id.in_(_reminders(now))),
    )
    rows = (await transaction.execute(select(*_SEEN).where(wanted))).all()
    return await _views(transaction, rows, desk)


async def view_of(transaction: AsyncSession, conversation: Conversation) -> View:
    """Give one conversation as timers see it."""
    ((_, view),) = await _views(transaction, [conversation], await duties(transaction))
    return view


def _reminders(now: datetime) -> Any:
    return select(Ticket.conversation_id).where(Ticket.status.in_(DUE), Ticket.remind_at <= now)


async def _views(transaction: AsyncSession, rows: Sequence[Any], desk: Mapping[int, Duty]) -> list[tuple[str, View]]:
    promised = [row.ticket for row in rows if row.status not in ASKED and row.ticket]
    reminders = await _remind_at(transaction, promised)
    spoken = await _spoke_at(transaction, {row.agent_id for row in rows if _is_away(row, desk)})
    return [(row.id, _view(row, desk, reminders, spoken)) for row in rows]


def _is_away(row: Any, desk: Mapping[int, Duty]) -> bool:
    duty = desk.get(row.agent_id) if row.agent_id else None
    return duty is not None and duty.presence == "away"


def _view(
    row: Any, desk: Mapping[int, Duty], reminders: Mapping[str, datetime], spoken: Mapping[int, datetime]
) -> View:
    return View(
        Status(row.status),
        row.visitor_seq > row.answered_seq,
        row.answering_until,
        row.waiting_since,
        row.ringing_until,
        desk.get(row.ringing_id or row.agent_id),
        spoken.get(row.agent_id),
        reminders.get(row.ticket),
    )


async def _remind_at(transaction: AsyncSession, numbers: Sequence[str]) -> Mapping[str, datetime]:
    query = select(Ticket.number, Ticket.remind_at).where(Ticket.number.in_(numbers), Ticket.status.in_(DUE))
    return {row[0]: row[1] for row in await transaction.execute(query) if row[1]} if numbers else {}


async def _spoke_at(transaction: AsyncSession, agents: set[int]) -> Mapping[int, datetime]:
    """Give when each of these agents last said something to a visitor, or took a chat, among those they have."""
    theirs = and_(Conversation.status == Status.WITH_AGENT, Conversation.agent_id.in_(agents))
    said = and_(Message.author.in_(("agent", "system")), Message.private.is_(False))
    query = (
        select(Conversation.agent_id, func.max(Message.created_at))
        .join(Message, Message.conversation_id == Conversation.id)
        .where(theirs, said)
        .group_by(Conversation.agent_id)
    )
    found = await transaction.execute(query) if agents else ()
    return {agent: spoke_at for agent, spoke_at in found if agent is not None}
