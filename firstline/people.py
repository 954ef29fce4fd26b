"""Adds, sets and lists agents from the command line, and makes the first one."""

import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from conversations.database import Database, DatabaseUnavailable, Transaction
from firstline.migrations.running import migrate
from firstline.settings import Settings
from handoff.abilities import change_agent
from handoff.agents import AgentProblem, add_agent, all_agents
from handoff.rows import Agent

FIRST_EMAIL = "agent@firstline.example"


async def add(settings: Settings, email: str, name: str, roles: tuple[str, ...], password: str | None) -> str | None:
    """Add an agent and say so; gives one sentence if that is not possible."""
    made = password if password is not None else secrets.token_urlsafe(12)
    try:
        async with _writing(settings) as transaction:
            await add_agent(transaction, email, name, made, datetime.now(UTC), roles=roles)
    except (AgentProblem, DatabaseUnavailable) as problem:
        return str(problem)
    print(f"{name} <{email}> can sign in on /console.")  # noqa: T201  the command's output
    if password is None:
        print(f"Password, shown this once: {made}")  # noqa: T201  the command's output
    return None


async def change(settings: Settings, email: str, changes: Mapping[str, Any]) -> str | None:
    """Set what an agent takes and say so; gives one sentence if that is not possible."""
    try:
        async with _writing(settings) as transaction:
            agent = await change_agent(transaction, email, changes)
    except (AgentProblem, DatabaseUnavailable) as problem:
        return str(problem)
    if agent is None:
        return f"There is no agent with the address {email}: `firstline agents list` names all."
    print(_line(agent))  # noqa: T201  the command's output
    return None


async def everyone(settings: Settings) -> str | None:
    """Print everybody who answers; gives one sentence if the database cannot be read."""
    try:
        migrate(settings.database)
    except DatabaseUnavailable as problem:
        return str(problem)
    for agent in await _everyone(settings):
        print(_line(agent))  # noqa: T201  the command's output
    return None


@asynccontextmanager
async def _writing(settings: Settings) -> AsyncIterator[Transaction]:
    """Run one write transaction on the database, brought to the newest layout first."""
    migrate(settings.database)
    database = Database(settings.database)
    try:
        async with database.write() as transaction:
            yield transaction
    finally:
        await database.close()


def _line(agent: Agent) -> str:
    languages, groups = ", ".join(agent.languages) or "all languages", ", ".join(agent.groups) or "no groups"
    roles = ", ".join(agent.roles)
    return f"{agent.email}\t{agent.name}\t{roles}\t{agent.capacity} chats\t{languages}\t{groups}"


async def add_first(settings: Settings) -> None:
    """Add the first agent with a random password, printed once, where there is none yet."""
    if not await _everyone(settings):
        print("The first agent is made. Sign in on /console, then add people with `firstline agents add`.")  # noqa: T201
        await add(settings, FIRST_EMAIL, "First Agent", ("agent", "editor", "supervisor", "operator"), None)


async def _everyone(settings: Settings) -> list[Agent]:
    database = Database(settings.database)
    try:
        async with database.read() as transaction:
            return await all_agents(transaction)
    finally:
        await database.close()
