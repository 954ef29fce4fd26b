"""Says what is wrong with a record: what must hold in every database, after every crash, upgrade and restore."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.rows import Attachment, Conversation, Delivery, Message
from conversations.status import Status
from handoff.rows import Agent, Ticket

_MOST = 20  # named of each kind; more of the same say nothing new
_HERE = Message.conversation_id == Conversation.id


async def broken(transaction: AsyncSession) -> list[str]:
    """Give one sentence for everything that is not as it must be, with the conversation's id and nobody's words."""
    return [
        f"{sentence}: {', '.join(str(name) for name in names)}"
        for sentence, query in _queries()
        if (names := (await transaction.scalars(query.limit(_MOST))).all())
    ]


def _queries() -> Iterable[tuple[str, Select[Any]]]:
    for sentence, wrong in (*_places(), *_floor()):
        yield sentence, select(Conversation.id).where(wrong).order_by(Conversation.id)
    yield "A delivery of no message", _lost(Delivery, Delivery.id, Delivery.seq)
    yield "A delivery that goes nowhere", select(Delivery.id).where(Delivery.address == "")
    yield "A ticket of no conversation", _of_no_conversation(Ticket, Ticket.number)
    yield "A file of no conversation", _of_no_conversation(Attachment, Attachment.id)
    yield "A ticket without its number", select(Ticket.id).where(Ticket.number.not_like("IT-%"))


def _places() -> Sequence[tuple[str, ColumnElement[bool]]]:
    """Give what must not hold of the places of a conversation's messages."""
    count = select(func.count()).where(_HERE).scalar_subquery()
    first = select(func.coalesce(func.min(Message.seq), 1)).where(_HERE).scalar_subquery()
    last = select(func.coalesce(func.max(Message.seq), 0)).where(_HERE).scalar_subquery()
    visitors = select(func.coalesce(func.max(Message.seq), 0)).where(_HERE, Message.author == "visitor")
    return (
        ("A conversation whose messages have gaps", or_(count != last, first != 1)),
        ("A conversation that does not know its last message", Conversation.last_seq != last),
        (
            "A conversation that does not know its visitor's last message",
            Conversation.visitor_seq != visitors.scalar_subquery(),
        ),
        ("A conversation answered beyond what was said", Conversation.answered_seq > Conversation.visitor_seq),
    )


def _floor() -> Sequence[tuple[str, ColumnElement[bool]]]:
    """Give what must not hold of who has the floor."""
    status, agent = Conversation.status, Conversation.agent_id
    waits = status == Status.WAITING
    ticket = exists().where(Ticket.conversation_id == Conversation.id)
    known = exists().where(Agent.id == agent)
    named = exists().where(Ticket.conversation_id == Conversation.id, Ticket.number == Conversation.ticket)
    return (
        ("A conversation of no status", status.not_in(list(Status))),
        ("A conversation that waits since no moment", and_(waits, Conversation.waiting_since.is_(None))),
        ("A conversation that waits no more and has its moment", and_(~waits, Conversation.waiting_since.is_not(None))),
        ("A conversation that waits without a ticket", and_(waits, ~ticket)),
        ("A conversation with an agent nobody knows", and_(status == Status.WITH_AGENT, or_(agent.is_(None), ~known))),
        (
            "A conversation that keeps an agent who has left",
            and_(or_(waits, status == Status.WITH_BOT), agent.is_not(None)),
        ),
        ("A conversation whose ticket does not exist", and_(Conversation.ticket.is_not(None), ~named)),
        ("A ticket that its conversation does not know", and_(Conversation.ticket.is_(None), ticket)),
    )


def _lost(table: Any, name: Any, seq: Any) -> Select[Any]:
    message = exists().where(Message.conversation_id == table.conversation_id, Message.seq == seq)
    return select(name).where(~message).order_by(name)


def _of_no_conversation(table: Any, name: Any) -> Select[Any]:
    return select(name).where(~exists().where(Conversation.id == table.conversation_id)).order_by(name)
