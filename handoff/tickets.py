"""Opens, finds and changes tickets."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.messages import iso
from conversations.record import token_hash
from conversations.rows import Conversation
from handoff.rows import Ticket
from handoff.triage import PRIORITIES, kind_of, priority_of

STATUSES = ("new", "open", "pending", "resolved", "closed")
LIVE = ("new", "open", "pending")
DUE = ("new", "open")  # somebody is waited for: whoever has it, or if nobody has, everybody
_FIRST = 1000


class UnknownTicket(Exception):
    """There is no such ticket, or the link does not open it."""


class NoSuchValue(Exception):
    """A ticket's field was to get a value it cannot have; the message names the field and what it may be."""


@dataclass(frozen=True)
class Why:
    """Why a person is needed, and what is known already."""

    reason: str
    topic: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    tried: Sequence[Mapping[str, Any]] = ()


async def open_ticket(
    transaction: AsyncSession, conversation: Conversation, why: Why, key: bytes, now: datetime
) -> tuple[Ticket, bool]:
    """Give the conversation's live ticket with what is new added, or a new one; and whether it is new."""
    ticket = await live_ticket(transaction, conversation.id)
    if ticket:
        ticket.facts = {**ticket.facts, **why.facts}
        ticket.tried = [*ticket.tried, *(dict(tried) for tried in why.tried if dict(tried) not in ticket.tried)]
        ticket.reason, ticket.updated_at = why.reason, now
        if ticket.status == "pending":
            ticket.status = "new"
        return ticket, False
    ticket = Ticket(
        number=f"new-{secrets.token_hex(5)}",
        conversation_id=conversation.id,
        kind=kind_of(why.topic),
        category=why.topic,
        priority=priority_of(why.reason, why.topic),
        status="new",
        reason=why.reason,
        facts=dict(why.facts),
        tried=[dict(tried) for tried in why.tried],
        secret_hash=secrets.token_hex(32),
        created_at=now,
        updated_at=now,
    )
    transaction.add(ticket)
    await transaction.flush()
    ticket.number = f"IT-{_FIRST + ticket.id}"
    ticket.secret_hash = token_hash(secret_of(ticket.number, key))
    return ticket, True


def secret_of(number: str, key: bytes) -> str:
    """Give the secret of a ticket's link, made from the server's key so that it needs no storing (RFC 2104)."""
    return hmac.new(key, f"ticket {number}".encode(), hashlib.sha256).hexdigest()[:40]


async def live_ticket(transaction: AsyncSession, conversation_id: str) -> Ticket | None:
    """Give the ticket of a conversation on which work is not finished."""
    query = select(Ticket).where(Ticket.conversation_id == conversation_id, Ticket.status.in_(LIVE))
    return await transaction.scalar(query.order_by(Ticket.id.desc()).limit(1))


async def newest_ticket(transaction: AsyncSession, conversation_id: str) -> Ticket | None:
    """Give the newest ticket of a conversation, whatever became of it."""
    query = select(Ticket).where(Ticket.conversation_id == conversation_id)
    return await transaction.scalar(query.order_by(Ticket.id.desc()).limit(1))


async def ticket_by_number(transaction: AsyncSession, number: str) -> Ticket:
    """Give a ticket; raises UnknownTicket."""
    ticket = await transaction.scalar(select(Ticket).where(Ticket.number == number))
    if ticket is None:
        raise UnknownTicket(number)
    return ticket


async def ticket_by_secret(transaction: AsyncSession, secret: str) -> Ticket:
    """Give the ticket a visitor's link opens; raises UnknownTicket."""
    ticket = await transaction.scalar(select(Ticket).where(Ticket.secret_hash == token_hash(secret)))
    if ticket is None:
        raise UnknownTicket
    return ticket


def change(ticket: Ticket, changes: Mapping[str, str], now: datetime) -> None:
    """Change status, priority, kind or category; raises NoSuchValue."""
    allowed = {"status": STATUSES, "priority": PRIORITIES, "kind": ("incident", "service_request")}
    for name, value in changes.items():
        if name in allowed and value not in allowed[name]:
            raise NoSuchValue(f"{name}: {', '.join(allowed[name])}")
        setattr(ticket, name, value)
    ticket.updated_at = now


def settle(ticket: Ticket | None, status: str, resolution: str | None, now: datetime) -> None:
    """Give a ticket its new status and, if there is one, its resolution."""
    if ticket is not None:
        ticket.status, ticket.updated_at = status, now
        ticket.resolution = resolution or ticket.resolution


def summary(ticket: Ticket) -> dict[str, Any]:
    """Give what a ticket's card shows."""
    return {
        "number": ticket.number,
        "kind": ticket.kind,
        "category": ticket.category,
        "priority": ticket.priority,
        "status": ticket.status,
        "reason": ticket.reason,
        "resolution": ticket.resolution,
        "created_at": iso(ticket.created_at),
        "updated_at": iso(ticket.updated_at),
    }
