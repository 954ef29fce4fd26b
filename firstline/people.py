"""Adds, invites, sets and lists people from the command line, and makes the first one."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from conversations.database import DatabaseUnavailable, Transaction, opened
from conversations.messages import iso
from firstline.migrations.running import migrate
from firstline.settings import Settings
from handoff import audit, invitations, logins, staff
from handoff.agents import add_agent, agent_by_email, everybody
from handoff.refusals import AgentProblem, NoSuchAgent
from handoff.rows import Agent

FIRST_EMAIL = "agent@firstline.example"
_HERE = "http://127.0.0.1:8000"
Deed = Callable[[Transaction, int, datetime], Awaitable[str]]


async def add(settings: Settings, email: str, name: str, roles: tuple[str, ...], password: str | None) -> str | None:
    """Add an agent and say so; gives one sentence if that is not possible."""
    made = password if password is not None else secrets.token_urlsafe(12)
    try:
        async with _writing(settings) as transaction:
            now = datetime.now(UTC)
            agent = await add_agent(transaction, email, name, made, now, roles=roles)
            audit.note(transaction, None, "add", now, on=agent, roles=agent.roles)
    except (AgentProblem, DatabaseUnavailable) as problem:
        return str(problem)
    _say(f"{name} <{email}> can sign in on /console.")
    if password is None:
        _say(f"Password, shown this once: {made}")
    return None


async def invite(settings: Settings, email: str, name: str, roles: tuple[str, ...]) -> str | None:
    """Print a link with which somebody joins; gives one sentence if that is not possible."""
    guest, lasts = invitations.Guest(email, roles, name), timedelta(days=settings.invitation_days)
    try:
        async with _writing(settings) as transaction:
            made = await invitations.invite(transaction, None, guest, datetime.now(UTC), lasts)
    except (AgentProblem, DatabaseUnavailable) as problem:
        return str(problem)
    invitation = made.invitation
    what = "set a new password" if invitation.agent_id else f"join as {', '.join(invitation.roles)}"
    until = (iso(invitation.expires_at) or "")[:16].replace("T", " at ")
    _say(f"With this link {invitation.email} can {what}, once, until {until} UTC. Pass it on as you would a password:")
    _say(f"{(settings.public_url or _HERE).rstrip('/')}{invitations.PAGE}{made.token}")
    if not settings.public_url:
        _say("Set FIRSTLINE_PUBLIC_URL to have the address people reach this server at in it.")
    return None


async def change(settings: Settings, email: str, changes: Mapping[str, Any]) -> str | None:
    """Set what is known of somebody and say so; gives one sentence if that is not possible."""

    async def do(transaction: Transaction, agent_id: int, now: datetime) -> str:
        return _line(await staff.change(transaction, None, agent_id, changes, now))

    return await _do(settings, email, do)


async def deactivate(settings: Settings, email: str) -> str | None:
    """End somebody's work here and say so; gives one sentence if that is not possible."""

    async def do(transaction: Transaction, agent_id: int, now: datetime) -> str:
        agent = await staff.deactivate(transaction, None, agent_id, now)
        return f"{agent.name} is deactivated and signed out. A running server puts their chats back into the queue."

    return await _do(settings, email, do)


async def reactivate(settings: Settings, email: str) -> str | None:
    """Let somebody work here again and say so; gives one sentence if that is not possible."""

    async def do(transaction: Transaction, agent_id: int, now: datetime) -> str:
        agent = await staff.reactivate(transaction, None, agent_id, now)
        return f"{agent.name} can sign in again, with the password they had."

    return await _do(settings, email, do)


async def sign_out(settings: Settings, email: str) -> str | None:
    """End all logins of somebody and say how many; gives one sentence if that is not possible."""

    async def do(transaction: Transaction, agent_id: int, now: datetime) -> str:
        ended = await logins.end(transaction, None, agent_id, now)
        return f"{ended} {'sign-in' if ended == 1 else 'sign-ins'} ended."

    return await _do(settings, email, do)


async def _do(settings: Settings, email: str, deed: Deed) -> str | None:
    """Do something to who has an address and say what; gives one sentence if that is not possible."""
    try:
        async with _writing(settings) as transaction:
            agent = await agent_by_email(transaction, email)
            if agent is None:
                raise NoSuchAgent(email)
            said = await deed(transaction, agent.id, datetime.now(UTC))
    except (AgentProblem, DatabaseUnavailable) as problem:
        return str(problem)
    _say(said)
    return None


async def everyone(settings: Settings) -> str | None:
    """Print everybody who answers; gives one sentence if the database cannot be read."""
    try:
        migrate(settings.database)
    except DatabaseUnavailable as problem:
        return str(problem)
    for agent in await _everyone(settings):
        _say(_line(agent))
    return None


@asynccontextmanager
async def _writing(settings: Settings) -> AsyncIterator[Transaction]:
    """Run one write transaction on the database, brought to the newest layout first."""
    migrate(settings.database)
    async with opened(settings.database) as database, database.write() as transaction:
        yield transaction


def _line(agent: Agent) -> str:
    languages, groups = ", ".join(agent.languages) or "all languages", ", ".join(agent.groups) or "no groups"
    roles = ", ".join(agent.roles)
    line = f"{agent.email}\t{agent.name}\t{roles}\t{agent.capacity} chats\t{languages}\t{groups}"
    return f"{line}\tdeactivated" if agent.deactivated_at else line


async def add_first(settings: Settings) -> None:
    """Add the first agent with a random password, printed once, where there is none yet."""
    if not await _everyone(settings):
        _say(
            "The first agent is made. Sign in on /console, then invite people there or with `firstline agents invite`."
        )
        await add(settings, FIRST_EMAIL, "First Agent", ("agent", "editor", "supervisor", "operator"), None)


async def _everyone(settings: Settings) -> list[Agent]:
    async with opened(settings.database) as database, database.read() as transaction:
        return await everybody(transaction)


def _say(sentence: str) -> None:
    print(sentence)  # noqa: T201  the command's output
