"""What an agent takes: how many chats at once, in which languages, for which groups."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from handoff.refusals import AgentProblem
from handoff.rows import Agent
from handoff.texts import LANGUAGES

MOST_CHATS = 50
LONGEST_GROUP = 60


async def change_agent(transaction: AsyncSession, email: str, changes: Mapping[str, Any]) -> Agent | None:
    """Set an agent's `capacity`, `languages` or `groups`; None if there is no such agent.

    Raises AgentProblem for what cannot be: the message says what may be.
    """
    query = select(Agent).where(Agent.email == email.strip().lower()).with_for_update()
    agent = await transaction.scalar(query)
    if agent is None:
        return None
    set_abilities(agent, changes)
    return agent


def set_abilities(agent: Agent, changes: Mapping[str, Any]) -> None:
    """Set what an agent takes; raises AgentProblem for what cannot be."""
    for name, value in changes.items():
        setattr(agent, name, _RULES[name](value))


def takes(agent: Agent) -> dict[str, Any]:
    """Give what an agent takes: how many chats at once, in which languages (none: all), for which groups."""
    return {"capacity": agent.capacity, "languages": agent.languages, "groups": agent.groups}


def _capacity(chats: int) -> int:
    if not 0 <= chats <= MOST_CHATS:
        raise AgentProblem(f"A person takes between 0 and {MOST_CHATS} chats at once.")
    return chats


def _languages(names: Iterable[str]) -> list[str]:
    found = sorted({name.strip().lower() for name in names if name.strip()})
    if unknown := set(found) - set(LANGUAGES):
        raise AgentProblem(f"There is no language '{min(unknown)}': use {', '.join(LANGUAGES)}.")
    return found


def _groups(names: Iterable[str]) -> list[str]:
    found = sorted({name.strip() for name in names if name.strip()})
    if any(len(name) > LONGEST_GROUP for name in found):
        raise AgentProblem(f"The name of a group has at most {LONGEST_GROUP} characters.")
    return found


_RULES: Mapping[str, Callable[[Any], Any]] = {"capacity": _capacity, "languages": _languages, "groups": _groups}
