"""Invitations: a link with which one person joins once, or sets a new password if they are here already."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.record import token_hash
from handoff import agents, audit, logins
from handoff.refusals import Deactivated
from handoff.rows import Agent, Invitation

LASTS = timedelta(days=7)
PAGE = "/console/invitation#"  # what follows # is never sent to a server, so no log has it


class UnknownInvitation(Exception):
    """The link was used, withdrawn or replaced, has expired, or never was one."""


@dataclass(frozen=True)
class Invited:
    """An invitation and the token of its link, of which only the hash is stored."""

    invitation: Invitation
    token: str


@dataclass(frozen=True)
class Guest:
    """Whom an operator invites: where they are reached, what they will be, and the name they may change."""

    email: str
    roles: Sequence[str] = ("agent",)
    name: str = ""


async def invite(
    transaction: AsyncSession, by: Agent | None, guest: Guest, now: datetime, lasts: timedelta = LASTS
) -> Invited:
    """Make a link for somebody; an earlier one for the same address works no more.

    For an agent it sets a new password and leaves name and roles. Raises AgentProblem.
    """
    email = agents.address_of(guest.email)
    agent = await agents.agent_by_email(transaction, email)
    if agent and agent.deactivated_at:
        raise Deactivated(agent.name)
    roles = agent.roles if agent else agents.roles_of(guest.roles)
    name = agent.name if agent else agents.name_of(guest.name) if guest.name.strip() else ""
    await _close(transaction, email, now)
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        token_hash=token_hash(token),
        email=email,
        name=name,
        roles=roles,
        agent_id=agent.id if agent else None,
        invited_by=by.name if by else audit.SERVER,
        created_at=now,
        expires_at=now + lasts,
    )
    transaction.add(invitation)
    action = "password_link" if agent else "invite"
    audit.note(transaction, by, action, now, on=agent, email=email, roles=list(roles))
    return Invited(invitation, token)


async def open_invitations(transaction: AsyncSession, now: datetime) -> Sequence[Invitation]:
    """Give the links that still work, newest first."""
    query = select(Invitation).where(Invitation.closed_at.is_(None), Invitation.expires_at > now)
    return (await transaction.scalars(query.order_by(Invitation.id.desc()))).all()


async def withdraw(transaction: AsyncSession, by: Agent | None, invitation_id: int, now: datetime) -> None:
    """Make a link work no more; raises UnknownInvitation."""
    query = select(Invitation).where(Invitation.id == invitation_id, Invitation.closed_at.is_(None))
    invitation = await transaction.scalar(query.with_for_update())
    if invitation is None:
        raise UnknownInvitation
    invitation.closed_at = now
    audit.note(transaction, by, "withdraw_invitation", now, email=invitation.email)


async def invitation_of(transaction: AsyncSession, token: str, now: datetime, *, take: bool = False) -> Invitation:
    """Give the invitation a link opens, and `take` it for this transaction; raises UnknownInvitation."""
    query = select(Invitation).where(Invitation.token_hash == token_hash(token))
    invitation = await transaction.scalar(query.with_for_update() if take else query)
    if invitation is None or invitation.closed_at is not None or invitation.expires_at <= now:
        raise UnknownInvitation
    return invitation


async def accept(transaction: AsyncSession, token: str, name: str, password_hash: str, now: datetime) -> Agent:
    """Let somebody join with a name and a password, or set an agent's new password, which ends all their logins.

    Raises UnknownInvitation and AgentProblem.
    """
    invitation = await invitation_of(transaction, token, now, take=True)
    invitation.closed_at = now
    if invitation.agent_id is None:
        who = (invitation.email, name, password_hash)
        agent = await agents.add_hashed(transaction, who, now, roles=invitation.roles)
        invitation.agent_id = agent.id
        audit.note(transaction, agent, "join", now, on=agent, roles=agent.roles, invited_by=invitation.invited_by)
        return agent
    agent = await agents.working(transaction, invitation.agent_id)
    agent.password_hash = password_hash
    audit.note(transaction, agent, "password", now, on=agent, link_from=invitation.invited_by)
    await logins.end(transaction, agent, agent.id, now)
    return agent


async def _close(transaction: AsyncSession, email: str, now: datetime) -> None:
    query = update(Invitation).where(Invitation.email == email, Invitation.closed_at.is_(None))
    await transaction.execute(query.values(closed_at=now))
