"""Finds earlier conversations: a visitor's, by the same address or e-mail, and those an agent had."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, false, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from conversations import record
from conversations.messages import iso
from conversations.rows import Conversation, Message
from conversations.sqlite import APART
from conversations.status import Status
from handoff.rows import Deed, Ticket

_MOST = 20
_PREVIEW = 120
_HAD = ("claim", "take_over", "message", "file", "close")  # deeds that make a conversation one an agent had
_WORDS = 8


async def earlier(transaction: AsyncSession, conversation_id: str) -> list[dict[str, Any]]:
    """Give a visitor's other conversations, newest first; raises UnknownConversation.

    `by` says what they have in common: an `address` is known for certain, an `email` is only what somebody typed.
    """
    here = await record.get(transaction, conversation_id)
    same_address = _same_address(here)
    known = or_(same_address, _same_email(here))
    by = case((same_address, "address"), else_="email")
    return await _newest(transaction, by, Conversation.id != here.id, known, Conversation.last_seq > 0)


async def had(transaction: AsyncSession, agent_id: int, words: str) -> list[dict[str, Any]]:
    """Give the conversations an agent had and has no more, newest first, in which every one of some words is found.

    Words are looked for in the visitor's name and e-mail, the ticket's number and all that was written.
    """
    mine = select(Deed.conversation_id).where(Deed.agent_id == agent_id, Deed.action.in_(_HAD))
    over = or_(Conversation.status == Status.CLOSED, Conversation.agent_id.is_distinct_from(agent_id))
    found = (_holds(word) for word in words.split()[:_WORDS])
    return await _newest(transaction, literal("agent"), Conversation.id.in_(mine), over, *found)


async def _newest(
    transaction: AsyncSession, by: ColumnElement[str], *wanted: ColumnElement[bool]
) -> list[dict[str, Any]]:
    first = (
        select(Message.text)
        .where(Message.conversation_id == Conversation.id, Message.author == "visitor", Message.text != "")
        .order_by(Message.seq)
        .limit(1)
        .correlate(Conversation)
        .scalar_subquery()
    )
    query = (
        select(Conversation, Ticket, first, by)
        .outerjoin(Ticket, Ticket.number == Conversation.ticket)
        .where(*wanted)
        .order_by(Conversation.created_at.desc(), Conversation.id)
        .limit(_MOST)
    )
    return [_card(*found) for found in await transaction.execute(query, execution_options=APART)]


def _holds(word: str) -> ColumnElement[bool]:
    said = exists().where(Message.conversation_id == Conversation.id, Message.text.icontains(word, autoescape=True))
    named = (Conversation.name, Conversation.email, Conversation.ticket)
    return or_(said, *(column.icontains(word, autoescape=True) for column in named))


def _same_address(here: Conversation) -> ColumnElement[bool]:
    if not here.address:
        return false()
    return and_(Conversation.channel == here.channel, Conversation.address == here.address)


def _same_email(here: Conversation) -> ColumnElement[bool]:
    return func.lower(Conversation.email) == here.email.strip().lower() if here.email else false()


def _card(conversation: Conversation, ticket: Ticket | None, first: str | None, by: str) -> dict[str, Any]:
    return {
        "id": conversation.id,
        "by": by,
        "visitor": conversation.name,
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
