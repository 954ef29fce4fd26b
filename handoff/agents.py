"""Who answers: adding people, presence, and how many chats each has."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.rows import Conversation
from conversations.status import Status
from conversations.texts import clean
from handoff.outcome import free
from handoff.passwords import hash_of
from handoff.refusals import Deactivated, EmailTaken, NoName, UnknownRole
from handoff.rights import ROLES
from handoff.rows import Agent
from handoff.timers import SIGN_OF_LIFE

PRESENCES = ("online", "away", "offline")
LONGEST_NAME, LONGEST_EMAIL = 200, 320


async def add_agent(
    transaction: AsyncSession,
    email: str,
    name: str,
    password: str,
    now: datetime,
    *,
    roles: tuple[str, ...] = ("agent",),
) -> Agent:
    """Add an agent; raises AgentProblem for an e-mail taken, an unknown role or a bad password."""
    return await add_hashed(transaction, (email, name, hash_of(password, (email, name))), now, roles=roles)


async def add_hashed(
    transaction: AsyncSession, who: tuple[str, str, str], now: datetime, *, roles: Iterable[str]
) -> Agent:
    """Add an agent of whom e-mail, name and password hash are given; raises as `add_agent` does."""
    email, name, password_hash = address_of(who[0]), name_of(who[1]), who[2]
    checked = roles_of(roles)
    if await transaction.scalar(select(Agent.id).where(Agent.email == email)):
        raise EmailTaken(email)
    agent = Agent(
        email=email,
        name=name,
        password_hash=password_hash,
        roles=checked,
        groups=[],
        languages=[],
        capacity=4,
        presence="offline",
        presence_at=now,
        misses=0,
        created_at=now,
    )
    transaction.add(agent)
    try:
        await transaction.flush()
    except IntegrityError as error:  # added at another server at this moment
        raise EmailTaken(email) from error
    return agent


def address_of(email: str) -> str:
    """Give an e-mail address as it is kept; raises NoName."""
    kept = email.strip().lower()
    local, _, domain = kept.rpartition("@")
    if not (local and domain) or len(kept) > LONGEST_EMAIL or any(letter.isspace() for letter in kept):
        raise NoName
    return kept


def name_of(name: str) -> str:
    """Give a name as it is kept; raises NoName."""
    kept = " ".join(clean(name).split())
    if not kept or len(kept) > LONGEST_NAME:
        raise NoName
    return kept


def roles_of(roles: Iterable[str]) -> list[str]:
    """Give roles as they are kept, at least one; raises UnknownRole."""
    wanted = set(roles)
    if not wanted or (unknown := wanted - set(ROLES)):
        found = f"There is no role '{min(unknown)}'" if wanted else "A person needs a role"
        raise UnknownRole(f"{found}: use {', '.join(ROLES)}.")
    return [role for role in ROLES if role in wanted]


async def all_agents(transaction: AsyncSession) -> list[Agent]:
    """Give everybody who works here, by name."""
    return [agent for agent in await everybody(transaction) if agent.deactivated_at is None]


async def everybody(transaction: AsyncSession) -> list[Agent]:
    """Give everybody who works here or did, by name."""
    return list(await transaction.scalars(select(Agent).order_by(Agent.name, Agent.id)))


async def agent_by_email(transaction: AsyncSession, email: str) -> Agent | None:
    """Give who has an address, deactivated or not."""
    return await transaction.scalar(select(Agent).where(Agent.email == email.strip().lower()))


async def agent_of(transaction: AsyncSession, agent_id: int) -> Agent:
    """Give one agent."""
    return await transaction.get_one(Agent, agent_id)


async def set_presence(transaction: AsyncSession, agent_id: int, presence: str, now: datetime) -> None:
    """Say whether an agent takes chats; raises Deactivated."""
    agent = await working(transaction, agent_id)
    be(agent, presence, now)
    agent.seen_at = now


def be(agent: Agent, presence: str, now: datetime) -> None:
    """Note a presence the agent chose; whoever is back has missed nothing."""
    if agent.presence != presence:
        agent.presence, agent.presence_at = presence, now
    if presence == "online":
        agent.misses = 0


async def lock(transaction: AsyncSession, agent_id: int) -> Agent:
    """Take an agent's row for this transaction; a conversation's row is taken before it, never after."""
    query = select(Agent).where(Agent.id == agent_id).with_for_update()
    return (await transaction.scalars(query, execution_options={"populate_existing": True})).one()


async def working(transaction: AsyncSession, agent_id: int) -> Agent:
    """Take an agent's row as `lock` does; raises Deactivated."""
    agent = await lock(transaction, agent_id)
    if agent.deactivated_at is not None:
        raise Deactivated(agent.name)
    return agent


async def accepted(transaction: AsyncSession, agent_id: int, now: datetime) -> None:
    """Note that an agent took a chat; raises Deactivated."""
    agent = await working(transaction, agent_id)
    agent.given_at, agent.misses = now, 0


def missed(agent: Agent, now: datetime, most: int) -> None:
    """Note a call an agent did not accept; after so many in a row they are away."""
    agent.misses += 1
    if agent.misses >= most and agent.presence == "online":
        agent.presence, agent.presence_at = "away", now


async def saw(transaction: AsyncSession, agent_id: int, now: datetime) -> None:
    """Note a sign of life of an agent's console."""
    (await transaction.get_one(Agent, agent_id)).seen_at = now


def presence_of(agent: Agent, now: datetime) -> str:
    """Give an agent's presence as it is: what they chose, but offline without a recent sign of life."""
    alive = agent.seen_at is not None and now - agent.seen_at < SIGN_OF_LIFE
    return agent.presence if alive else "offline"


async def room(transaction: AsyncSession, now: datetime) -> tuple[int, ...]:
    """Give for each agent online how many more chats they can take."""
    query = select(Conversation.agent_id, func.count()).where(Conversation.status == Status.WITH_AGENT)
    chats = {row[0]: row[1] for row in await transaction.execute(query.group_by(Conversation.agent_id))}
    online = [agent for agent in await all_agents(transaction) if presence_of(agent, now) == "online"]
    return tuple(free(agent.capacity, chats.get(agent.id, 0)) for agent in online)
