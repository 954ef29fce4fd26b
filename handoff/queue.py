"""What agents see of conversations: the queue, their own, and one in full."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.messages import as_json, iso
from conversations.rows import Conversation, Message
from conversations.status import ASKED, Status
from handoff import tickets
from handoff.places import rank_in_queue
from handoff.preview import Preview, previews
from handoff.rows import Ticket

_MOST = 500


_Cards = Select[Conversation, Ticket]


def _query(wanted: ColumnElement[bool], *order: Any, most: int | None = _MOST) -> _Cards:
    cards = select(Conversation, Ticket).outerjoin(Ticket, Ticket.number == Conversation.ticket)
    return cards.where(wanted).order_by(*order, Conversation.id).limit(most)


def _over(*statuses: str) -> ColumnElement[bool]:
    """Find by their tickets, of which few are unresolved, conversations that go on without a person."""
    unresolved = select(Ticket.conversation_id).where(Ticket.status.in_(statuses))
    return and_(Conversation.id.in_(unresolved), Conversation.status.not_in(ASKED), Ticket.status.in_(statuses))


# Written down once: consoles ask them many times a second.
_WAITING = _query(Conversation.status == Status.WAITING, rank_in_queue().desc(), Conversation.asked_at)
_NOBODYS = or_(Ticket.status == "new", Conversation.agent_id.is_(None))
_AWAY = _query(and_(_over(*tickets.DUE), _NOBODYS), Ticket.created_at)
_WITH_AGENT = _query(Conversation.status == Status.WITH_AGENT, Conversation.created_at, most=None)
_LEFT = _query(and_(_over("open"), Conversation.agent_id.is_not(None)), Conversation.created_at, most=None)
_EVERYBODYS = _query(Conversation.status.in_(ASKED), Conversation.created_at)


async def queue(transaction: AsyncSession, now: datetime) -> dict[str, list[dict[str, Any]]]:
    """Give who waits, in the order they are served, and whose ticket was left for later and is nobody's."""
    return {"waiting": await _cards(transaction, now, _WAITING), "away": await _cards(transaction, now, _AWAY)}


async def held(transaction: AsyncSession, now: datetime) -> list[dict[str, Any]]:
    """Give the conversations that agents have, or whose visitor left an open ticket; `agent_id` of a card says who."""
    return [card for kind in (_WITH_AGENT, _LEFT) for card in await _cards(transaction, now, kind)]


async def everybodys(transaction: AsyncSession, now: datetime) -> list[dict[str, Any]]:
    """Give every conversation a person is asked for or has, or whose visitor left an open ticket."""
    return [card for kind in (_EVERYBODYS, _LEFT) for card in await _cards(transaction, now, kind)]


async def detail(
    transaction: AsyncSession, conversation: Conversation, messages: Sequence[Message], now: datetime
) -> dict[str, Any]:
    """Give a conversation with its ticket, what is known, and those of its messages."""
    ticket = await tickets.newest_ticket(transaction, conversation.id)
    return {
        "id": conversation.id,
        "status": conversation.status,
        "channel": conversation.channel,
        "language": conversation.language,
        "visitor": {"name": conversation.name, "email": conversation.email},
        "agent": conversation.agent_name,
        "called": conversation.called,
        "ringing": ringing(conversation, now),
        "seq": conversation.last_seq,
        "ticket": tickets.summary(ticket) if ticket else None,
        "rating": rating(conversation),
        "facts": ticket.facts if ticket else {},
        "tried": ticket.tried if ticket else [],
        "messages": transcript(messages),
    }


def transcript(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """Give messages as agents see them: private notes too, and marked."""
    return [{**as_json(message), "private": message.private} for message in messages]


def rating(conversation: Conversation) -> dict[str, Any] | None:
    """Give how the visitor found it, None if they have not said."""
    if conversation.rating is None:
        return None
    return {"score": conversation.rating, "comment": conversation.rating_comment}


def ringing(conversation: Conversation, now: datetime) -> dict[str, Any] | None:
    """Give who is being called for a conversation, and for how many more seconds."""
    if conversation.ringing_id is None or conversation.ringing_until is None:
        return None
    left = (conversation.ringing_until - now).total_seconds()
    return {"id": conversation.ringing_id, "agent": conversation.ringing_name, "seconds": max(0, round(left, 1))}


async def _cards(transaction: AsyncSession, now: datetime, query: _Cards) -> list[dict[str, Any]]:
    found = (await transaction.execute(query)).all()
    said = await previews(transaction, [conversation for conversation, _ in found])
    return [_card(one, ticket, said.get(one.id, Preview()), now) for one, ticket in found]


def _card(conversation: Conversation, ticket: Ticket | None, preview: Preview, now: datetime) -> dict[str, Any]:
    return {
        "id": conversation.id,
        "status": conversation.status,
        "reason": ticket.reason if ticket else None,
        "topic": ticket.category if ticket else None,
        "language": conversation.language,
        "visitor": conversation.name,
        "preview": preview.text,
        "file": preview.file,
        "seq": conversation.last_seq,
        "waiting_since": iso(conversation.waiting_since or (ticket.created_at if ticket else None)),
        "agent": conversation.agent_name,
        "agent_id": conversation.agent_id,
        "called": conversation.called,
        "ringing": ringing(conversation, now),
        "missed": conversation.missed,
        "due": bool(ticket and ticket.promised_at and ticket.promised_at <= now),
        "ticket": ticket.number if ticket else None,
        "channel": conversation.channel,
        "priority": ticket.priority if ticket else None,
    }
