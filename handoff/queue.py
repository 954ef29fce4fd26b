"""What agents see of conversations: the queue, their own, and one in full."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from conversations import record
from conversations.messages import as_json, iso
from conversations.rows import Conversation, Message
from conversations.status import Status
from handoff import tickets
from handoff.rows import Agent, Ticket

_PREVIEW = 120
_OPEN = (Status.WAITING, Status.WITH_AGENT)
_MOST = 500


async def queue(transaction: AsyncSession) -> dict[str, list[dict[str, Any]]]:
    """Give who waits, oldest first, and whose ticket was left outside desk hours and is still nobody's."""
    waiting = Conversation.status == Status.WAITING
    away = and_(Conversation.status == Status.WITH_BOT, Ticket.status == "new")
    return {
        "waiting": await _cards(transaction, waiting, Conversation.waiting_since),
        "away": await _cards(transaction, away, Ticket.created_at),
    }


async def own(transaction: AsyncSession, agent: Agent, *, everyone: bool = False) -> list[dict[str, Any]]:
    """Give the conversations an agent has, or every one a person is asked for or has."""
    mine = and_(Conversation.status == Status.WITH_AGENT, Conversation.agent_id == agent.id)
    wanted = Conversation.status.in_(_OPEN) if everyone else mine
    return await _cards(transaction, wanted, Conversation.created_at)


async def detail(transaction: AsyncSession, conversation_id: str, after: int = 0) -> dict[str, Any]:
    """Give a conversation with its ticket and what is known; raises UnknownConversation."""
    conversation = await record.get(transaction, conversation_id)
    ticket = await tickets.newest_ticket(transaction, conversation_id)
    messages = await record.messages(transaction, conversation_id, after, private=True)
    return {
        "id": conversation.id,
        "status": conversation.status,
        "channel": conversation.channel,
        "language": conversation.language,
        "visitor": {"name": conversation.name, "email": conversation.email},
        "agent": conversation.agent_name,
        "seq": conversation.last_seq,
        "ticket": tickets.summary(ticket) if ticket else None,
        "facts": ticket.facts if ticket else {},
        "tried": ticket.tried if ticket else [],
        "messages": transcript(messages),
    }


def transcript(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """Give messages as agents see them: private notes too, and marked."""
    return [{**as_json(message), "private": message.private} for message in messages]


async def _cards(transaction: AsyncSession, wanted: ColumnElement[bool], order: Any) -> list[dict[str, Any]]:
    preview = (
        select(Message.text)
        .where(Message.conversation_id == Conversation.id, Message.seq == Conversation.visitor_seq)
        .correlate(Conversation)
        .scalar_subquery()
    )
    query = (
        select(Conversation, Ticket, preview)
        .outerjoin(Ticket, Ticket.number == Conversation.ticket)
        .where(wanted)
        .order_by(order, Conversation.id)
        .limit(_MOST)
    )
    return [_card(*row) for row in await transaction.execute(query)]


def _card(conversation: Conversation, ticket: Ticket | None, preview: str | None) -> dict[str, Any]:
    return {
        "id": conversation.id,
        "status": conversation.status,
        "reason": ticket.reason if ticket else None,
        "topic": ticket.category if ticket else None,
        "language": conversation.language,
        "visitor": conversation.name,
        "preview": (preview or "")[:_PREVIEW],
        "seq": conversation.last_seq,
        "waiting_since": iso(conversation.waiting_since or (ticket.created_at if ticket else None)),
        "agent": conversation.agent_name,
        "called": conversation.called,
        "ticket": ticket.number if ticket else None,
        "channel": conversation.channel,
        "priority": ticket.priority if ticket else None,
    }
