"""Signed-in browsers: opened, found by their cookie, listed, ended."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.record import token_hash
from handoff import audit
from handoff.agents import be, lock, working
from handoff.rights import Right, may
from handoff.rows import Agent, Login

LOGIN_LASTS = timedelta(hours=12)
_NAME = 16  # hex digits of a hash that name a login; they open nothing
_BROWSER = 200

_BY_TOKEN = (  # written down once: every request of a console asks it
    select(Agent, Login.csrf)
    .join(Login, Login.agent_id == Agent.id)
    .where(Agent.deactivated_at.is_(None), Login.token_hash == bindparam("hash"), Login.expires_at > bindparam("now"))
)


class WrongPassword(Exception):
    """E-mail and password belong to no agent."""


class NotSignedIn(Exception):
    """The cookie belongs to no login that still holds."""


@dataclass(frozen=True)
class Whence:
    """Where somebody signs in: by which way, in which browser as it names itself, from which address."""

    address: str = ""
    browser: str = ""
    how: str = "password"


@dataclass(frozen=True)
class SignedIn:
    """A fresh login: `token` goes into the cookie, `csrf` into every write."""

    agent: Agent
    token: str
    csrf: str


async def sign_in(transaction: AsyncSession, agent_id: int, now: datetime, whence: Whence) -> SignedIn:
    """Open a login for an agent whose identity was checked, and put them online if they answer; raises Deactivated."""
    agent = await working(transaction, agent_id)
    signed_in = SignedIn(agent, secrets.token_urlsafe(32), secrets.token_urlsafe(24))
    await transaction.execute(delete(Login).where(Login.expires_at < now))
    transaction.add(
        Login(
            token_hash=token_hash(signed_in.token),
            agent_id=agent.id,
            csrf=signed_in.csrf,
            created_at=now,
            expires_at=now + LOGIN_LASTS,
            seen_at=now,
            how=whence.how,
            browser=whence.browser[:_BROWSER],
            address=whence.address,
        )
    )
    if may(agent.roles, Right.ANSWER):
        be(agent, "online", now)
    agent.seen_at = now
    audit.note(transaction, agent, "sign_in", now, how=whence.how)
    return signed_in


async def signed_in(transaction: AsyncSession, token: str, now: datetime) -> tuple[Agent, str]:
    """Give the agent a cookie belongs to and its CSRF token; raises NotSignedIn."""
    row = (await transaction.execute(_BY_TOKEN, {"hash": token_hash(token), "now": now})).one_or_none()
    if row is None:
        raise NotSignedIn
    return row[0], row[1]


async def saw(transaction: AsyncSession, token: str, now: datetime) -> None:
    """Note a sign of life of a login and its agent's console; raises NotSignedIn if the login was ended."""
    agent, _ = await signed_in(transaction, token, now)
    agent.seen_at = now
    if login := await transaction.get(Login, token_hash(token)):
        login.seen_at = now


async def sign_out(transaction: AsyncSession, token: str, now: datetime) -> None:
    """End a login; the agent is offline when it was the last one."""
    login = await transaction.get(Login, token_hash(token))
    if login is None:
        return
    audit.note(transaction, await _end(transaction, login.agent_id, [login], now), "sign_out", now)


async def logins_of(transaction: AsyncSession, agent_id: int, now: datetime) -> Sequence[Login]:
    """Give an agent's logins that hold, newest first."""
    query = select(Login).where(Login.agent_id == agent_id, Login.expires_at > now)
    return (await transaction.scalars(query.order_by(Login.created_at.desc(), Login.token_hash))).all()


def name_of(login: Login) -> str:
    """Give the name under which a login is shown and ended."""
    return login.token_hash[:_NAME]


def is_of(login: Login, token: str) -> bool:
    """Tell whether a login is the one of a cookie."""
    return login.token_hash == token_hash(token)


async def end(
    transaction: AsyncSession,
    by: Agent | None,
    agent_id: int,
    now: datetime,
    *,
    only: str | None = None,
    but: str | None = None,
) -> int:
    """End an agent's logins, or only the one of a name, or all but the one of a cookie; gives how many they were."""
    kept = token_hash(but) if but else None
    found = [
        login
        for login in await logins_of(transaction, agent_id, now)
        if login.token_hash != kept and only in (None, name_of(login))
    ]
    if found:
        agent = await _end(transaction, agent_id, found, now)
        audit.note(transaction, by, "end_logins", now, on=agent, count=len(found))
    return len(found)


async def _end(transaction: AsyncSession, agent_id: int, logins: Sequence[Login], now: datetime) -> Agent:
    agent = await lock(transaction, agent_id)
    await transaction.execute(delete(Login).where(Login.token_hash.in_([login.token_hash for login in logins])))
    if not await transaction.scalar(select(Login.token_hash).where(Login.agent_id == agent_id).limit(1)):
        be(agent, "offline", now)
    return agent
