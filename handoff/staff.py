"""Changes who somebody at the desk is: name, roles, password, and whether they still work here."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from handoff import abilities, agents, audit
from handoff.refusals import LastOperator, NoSuchAgent
from handoff.rights import Right, may
from handoff.rows import Agent, Login


async def agent_by_id(transaction: AsyncSession, agent_id: int) -> Agent:
    """Take everybody's row for this transaction, in one order for all, and give one of them; raises NoSuchAgent."""
    query = select(Agent).order_by(Agent.id).with_for_update()
    everybody = await transaction.scalars(query, execution_options={"populate_existing": True})
    found = {agent.id: agent for agent in everybody}
    if agent_id not in found:
        raise NoSuchAgent(str(agent_id))
    return found[agent_id]


async def seen(transaction: AsyncSession, agent_id: int) -> Agent:
    """Give somebody without taking them; raises NoSuchAgent."""
    agent = await transaction.get(Agent, agent_id)
    if agent is None:
        raise NoSuchAgent(str(agent_id))
    return agent


async def change(
    transaction: AsyncSession, by: Agent | None, agent_id: int, changes: Mapping[str, Any], now: datetime
) -> Agent:
    """Set somebody's name, roles, or what they take; raises AgentProblem. Who may not answer any more is offline."""
    agent = await agent_by_id(transaction, agent_id)
    if "name" in changes:
        agent.name = agents.name_of(changes["name"])
        audit.note(transaction, by, "name", now, on=agent)
    if "roles" in changes:
        await set_roles(transaction, by, agent, changes["roles"], now)
    takes = {name: value for name, value in changes.items() if name not in ("name", "roles")}
    if takes:
        abilities.set_abilities(agent, takes)
        audit.note(transaction, by, "takes", now, on=agent, **abilities.takes(agent))
    return agent


async def set_roles(
    transaction: AsyncSession,
    by: Agent | None,
    agent: Agent,
    roles: Iterable[str],
    now: datetime,
    *,
    keep_one: bool = True,
) -> None:
    """Give an agent other roles; raises UnknownRole, and LastOperator to `keep_one` who may invite people."""
    before, wanted = agent.roles, agents.roles_of(roles)
    if wanted == before:
        return
    if keep_one and not may(wanted, Right.PEOPLE):
        await _require_another(transaction, agent)
    agent.roles = wanted
    if not may(wanted, Right.ANSWER):
        agents.be(agent, "offline", now)
    audit.note(transaction, by, "roles", now, on=agent, before=before, roles=wanted)


async def deactivate(transaction: AsyncSession, by: Agent | None, agent_id: int, now: datetime) -> Agent:
    """End somebody's work here: their logins end, and the desk's clock puts their chats back into the queue.

    Raises NoSuchAgent and LastOperator.
    """
    agent = await agent_by_id(transaction, agent_id)
    if agent.deactivated_at is None:
        await _require_another(transaction, agent)
        agent.deactivated_at = now
        agents.be(agent, "offline", now)
        await transaction.execute(delete(Login).where(Login.agent_id == agent.id))
        audit.note(transaction, by, "deactivate", now, on=agent)
    return agent


async def reactivate(transaction: AsyncSession, by: Agent | None, agent_id: int, now: datetime) -> Agent:
    """Let somebody work here again, with the password and roles they had; raises NoSuchAgent."""
    agent = await agent_by_id(transaction, agent_id)
    if agent.deactivated_at is not None:
        agent.deactivated_at = None
        audit.note(transaction, by, "reactivate", now, on=agent)
    return agent


async def _require_another(transaction: AsyncSession, agent: Agent) -> None:
    """Raise LastOperator if nobody but this agent may invite people."""
    if agent.deactivated_at is not None or not may(agent.roles, Right.PEOPLE):
        return
    others = select(Agent).where(Agent.deactivated_at.is_(None), Agent.id != agent.id)
    if not any(may(other.roles, Right.PEOPLE) for other in await transaction.scalars(others)):
        raise LastOperator
