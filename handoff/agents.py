"""Who answers: adding people, signing in, presence, and how many chats each has."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.record import token_hash
from conversations.rows import Conversation
from conversations.status import Status
from handoff.outcome import free
from handoff.rows import Agent, Login
from handoff.timers import SIGN_OF_LIFE

ROLES = ("agent", "editor", "supervisor", "operator")
PRESENCES = ("online", "away", "offline")
LOGIN_LASTS = timedelta(hours=12)
SHORTEST_PASSWORD = 10


class AgentProblem(Exception):
    """An agent cannot be added as asked; the message says why."""


class WrongPassword(Exception):
    """E-mail and password belong to no agent."""


class NotSignedIn(Exception):
    """The cookie belongs to no login that still holds."""


@dataclass(frozen=True)
class SignedIn:
    """A fresh login: `token` goes into the cookie, `csrf` into every write."""

    agent: Agent
    token: str
    csrf: str


async def add_agent(
    transaction: AsyncSession,
    email: str,
    name: str,
    password: str,
    now: datetime,
    *,
    roles: tuple[str, ...] = ("agent",),
) -> Agent:
    """Add an agent; raises AgentProblem for an e-mail taken, an unknown role or a short password."""
    email = email.strip().lower()
    if "@" not in email or not name.strip():
        raise AgentProblem("An agent needs an e-mail address and a name.")
    if unknown := set(roles) - set(ROLES):
        raise AgentProblem(f"There is no role '{min(unknown)}': use {', '.join(ROLES)}.")
    if len(password) < SHORTEST_PASSWORD:
        raise AgentProblem(f"The password needs at least {SHORTEST_PASSWORD} characters.")
    if await transaction.scalar(select(Agent.id).where(Agent.email == email)):
        raise AgentProblem(f"There is an agent with the address {email} already.")
    agent = Agent(
        email=email,
        name=name.strip(),
        password_hash=PasswordHasher().hash(password),
        roles=list(roles),
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
        raise AgentProblem(f"There is an agent with the address {email} already.") from error
    return agent


async def all_agents(transaction: AsyncSession) -> list[Agent]:
    """Give every agent by name."""
    return list(await transaction.scalars(select(Agent).order_by(Agent.name, Agent.id)))


async def agent_of(transaction: AsyncSession, agent_id: int) -> Agent:
    """Give one agent."""
    return await transaction.get_one(Agent, agent_id)


async def password_hash_of(transaction: AsyncSession, email: str) -> tuple[int, str] | None:
    """Give an agent's id and password hash, or None."""
    query = select(Agent.id, Agent.password_hash).where(Agent.email == email.strip().lower())
    row = (await transaction.execute(query)).one_or_none()
    return (row[0], row[1]) if row else None


def password_fits(password_hash: str | None, password: str) -> bool:
    """Check a password; takes as long (about 50 ms of one core) for an agent that does not exist."""
    hasher = PasswordHasher()
    try:
        hasher.verify(password_hash or _NOBODY, password)
    except VerificationError:
        return False
    return password_hash is not None


_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$c29tZSBzYWx0IGZvciBub2JvZHk$KCBdFW8JcKg3cnDm7Kk1EfeKpiB+vTPRWMPYDxw6eEg"


async def sign_in(transaction: AsyncSession, agent_id: int, now: datetime) -> SignedIn:
    """Open a login for an agent whose password was checked, and put them online."""
    agent = await transaction.get_one(Agent, agent_id)
    signed_in = SignedIn(agent, secrets.token_urlsafe(32), secrets.token_urlsafe(24))
    await transaction.execute(delete(Login).where(Login.expires_at < now))
    transaction.add(
        Login(
            token_hash=token_hash(signed_in.token),
            agent_id=agent.id,
            csrf=signed_in.csrf,
            created_at=now,
            expires_at=now + LOGIN_LASTS,
        )
    )
    _be(agent, "online", now)
    agent.seen_at = now
    return signed_in


async def signed_in(transaction: AsyncSession, token: str, now: datetime) -> tuple[Agent, str]:
    """Give the agent a cookie belongs to and its CSRF token; raises NotSignedIn."""
    query = select(Agent, Login.csrf).join(Login, Login.agent_id == Agent.id)
    row = (
        await transaction.execute(query.where(Login.token_hash == token_hash(token), Login.expires_at > now))
    ).one_or_none()
    if row is None:
        raise NotSignedIn
    return row[0], row[1]


async def sign_out(transaction: AsyncSession, token: str, now: datetime) -> None:
    """End a login; the agent is offline when it was the last one."""
    login = await transaction.get(Login, token_hash(token))
    if login is None:
        return
    await transaction.delete(login)
    await transaction.flush()
    if not await transaction.scalar(select(Login.token_hash).where(Login.agent_id == login.agent_id).limit(1)):
        _be(await lock(transaction, login.agent_id), "offline", now)


async def set_presence(transaction: AsyncSession, agent_id: int, presence: str, now: datetime) -> None:
    """Say whether an agent takes chats."""
    agent = await lock(transaction, agent_id)
    _be(agent, presence, now)
    agent.seen_at = now


def _be(agent: Agent, presence: str, now: datetime) -> None:
    """Note a presence the agent chose; whoever is back has missed nothing."""
    if agent.presence != presence:
        agent.presence, agent.presence_at = presence, now
    if presence == "online":
        agent.misses = 0


async def lock(transaction: AsyncSession, agent_id: int) -> Agent:
    """Take an agent's row for this transaction; a conversation's row is taken before it, never after."""
    query = select(Agent).where(Agent.id == agent_id).with_for_update()
    return (await transaction.scalars(query, execution_options={"populate_existing": True})).one()


async def accepted(transaction: AsyncSession, agent_id: int, now: datetime) -> None:
    """Note that an agent took a chat."""
    agent = await lock(transaction, agent_id)
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
