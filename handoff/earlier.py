"""Finds what else a visitor has talked about: conversations of the same address, or with the same e-mail given."""

from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from conversations import record
from conversations.messages import iso
from conversations.rows import Conversation, Message
from handoff.rows import Ticket

_MOST = 20
_PREVIEW = 120


async def earlier(transaction: AsyncSession, conversation_id: str) -> list[dict[str, Any]]:
    """Give a visitor's other conversations, newest first; raises UnknownConversation.

    `by` says what they have in common: an `address` is known for certain, an `email` is only what somebody typed.
    """
    here = await record.get(transaction, conversation_id)
    same_address = _same_address(here)
    first = (
        select(Message.text)
        .where(Message.conversation_id == Conversation.id, Message.author == "visitor", Message.text != "")
        .order_by(Message.seq)
        .limit(1)
        .correlate(Conversation)
        .scalar_subquery()
    )
    query = (
        select(Conversation, Ticket, first, same_address)
        .outerjoin(Ticket, Ticket.number == Conversation.ticket)
        .where(Conversation.id != here.id, or_(same_address, _same_email(here)), Conversation.last_seq > 0)
        .order_by(Conversation.created_at.desc(), Conversation.id)
        .limit(_MOST)
    )
    return [_card(*found) for found in await transaction.execute(query)]


def _same_address(here: Conversation) -> ColumnElement[bool]:
    if not here.address:
        return false()
    return and_(Conversation.channel == here.channel, Conversation.address == here.address)


def _same_email(here: Conversation) -> ColumnElement[bool]:
    return func.lower(Conversation.email) == here.email.strip().lower() if here.email else false()


def _card(conversation: Conversation, ticket: Ticket | None, first: str | None, by_address: bool) -> dict[str, Any]:
    return {
        "id": conversation.id,
        "by": "address" if by_address else "email",
        "status": conversation.status,
        "channel": conversation.channel,
        "created_at": iso(conversation.created_at),
        "preview": (first or "")[:_PREVIEW],
        "topic": ticket.category if ticket else None,
        "ticket": ticket.number if ticket else None,
        "ticket_status": ticket.status if ticket else None,
        "resolution": ticket.resolution if ticket else None,
        "rating": conversation.rating,
    }
