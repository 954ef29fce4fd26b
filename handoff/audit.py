"""Keeps who did what, when and to what: written beside the deed in one transaction, read and never changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.messages import iso
from conversations.rows import Conversation
from conversations.sqlite import APART
from handoff.rows import Agent, Deed

SERVER = "Firstline"  # who did what was done at the server: by command, or by the desk's own clock
ACTIONS = (
    "sign_in",
    "sign_out",
    "presence",
    "claim",
    "take_over",
    "decline",
    "message",
    "note",
    "file",
    "transfer",
    "return",
    "close",
    "ticket",
    "takes",
    "invite",
    "withdraw_invitation",
    "join",
    "add",
    "name",
    "roles",
    "password",
    "password_link",
    "end_logins",
    "deactivate",
    "reactivate",
)
MOST = 200  # deeds given at once


@dataclass(frozen=True)
class Wanted:
    """Which deeds are asked for; what is None is not asked about. `before` is the id they come before."""

    agent_id: int | None = None
    action: str | None = None
    conversation: str | None = None
    ticket: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


def note(
    transaction: AsyncSession,
    agent: Agent | None,
    action: str,
    now: datetime,
    *,
    on: Conversation | Agent | None = None,
    ticket: str | None = None,
    **details: Any,
) -> None:
    """Add a deed of an agent, or of the server, on a conversation or an agent; details are values, nobody's words.

    Without `ticket` it is about the conversation's newest one.
    """
    conversation = on if isinstance(on, Conversation) else None
    subject = on if isinstance(on, Agent) else None
    transaction.add(
        Deed(
            at=now,
            agent_id=agent.id if agent else None,
            agent=agent.name if agent else SERVER,
            action=action,
            conversation_id=conversation.id if conversation else None,
            ticket=ticket or (conversation.ticket if conversation else None),
            subject_id=subject.id if subject else None,
            subject=subject.name if subject else None,
            details=details,
        )
    )


async def deeds(transaction: AsyncSession, wanted: Wanted, limit: int = MOST) -> Sequence[Deed]:
    """Give the newest deeds that are asked for; those of an agent are the ones they did and the ones done to them."""
    query = select(Deed).order_by(Deed.id.desc()).limit(min(limit, MOST))
    if wanted.agent_id is not None:
        query = query.where(or_(Deed.agent_id == wanted.agent_id, Deed.subject_id == wanted.agent_id))
    for column, value in ((Deed.action, wanted.action), (Deed.conversation_id, wanted.conversation)):
        query = query.where(column == value) if value else query
    if wanted.ticket:
        query = query.where(Deed.ticket == wanted.ticket.strip().upper())
    if wanted.since:
        query = query.where(Deed.at >= wanted.since)
    if wanted.until:
        query = query.where(Deed.at < wanted.until)
    if wanted.before:
        query = query.where(Deed.id < wanted.before)
    return (await transaction.scalars(query, execution_options=APART)).all()


def as_json(deed: Deed) -> Mapping[str, Any]:
    """Give a deed as pages and programs read it."""
    return {
        "id": deed.id,
        "at": iso(deed.at),
        "agent": deed.agent,
        "by_agent": deed.agent_id is not None,
        "action": deed.action,
        "conversation": deed.conversation_id,
        "ticket": deed.ticket,
        "subject": deed.subject,
        "details": deed.details,
    }
