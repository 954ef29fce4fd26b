"""Signs agents in and out, and knows who sends a request."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from console.errors import TooManyAttempts, WrongCurrentPassword
from conversations.database import Database
from handoff import agents, attempts, audit, logins
from handoff.logins import SignedIn, Whence, WrongPassword
from handoff.passwords import hash_of, password_fits
from handoff.refusals import Deactivated
from handoff.rows import Agent

_AT_ONCE = 2  # passwords looked at in one moment: each takes 64 MiB and some 50 ms of a core
log = structlog.get_logger()


@dataclass(frozen=True)
class Login:
    """An agent and their login's tokens; `token` opens it and goes into the cookie alone."""

    agent: Agent
    csrf: str
    token: str = ""


class Logins:
    """Sign-in by e-mail and password, throttled by account and by account and place, never by place alone.

    `wake` is told whenever somebody comes or goes.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime], wake: Callable[[], None]) -> None:
        self._database, self._clock, self._wake = database, clock, wake
        self._hashing = asyncio.Semaphore(_AT_ONCE)

    async def sign_in(self, email: str, password: str, whence: Whence = Whence()) -> Login:  # noqa: B008  frozen
        """Open a login; raises WrongPassword, and TooManyAttempts, as it does for an account that nobody has."""
        tried = attempts.Try(email, whence.address)
        agent_id = await self._proven(tried, password)
        if agent_id is None:
            log.info("sign_in_refused")
            raise WrongPassword
        try:
            return await self.open(agent_id, whence, tried)
        except Deactivated as error:
            raise WrongPassword from error

    async def open(self, agent_id: int, whence: Whence, tried: attempts.Try | None = None) -> Login:
        """Open a login for somebody whose identity was checked; raises Deactivated."""
        async with self._database.write() as transaction:
            if tried:
                await attempts.succeeded(transaction, tried, self._clock())
            opened = await logins.sign_in(transaction, agent_id, self._clock(), whence)
        return self.opened(opened)

    def opened(self, opened: SignedIn) -> Login:
        """Let the desk see who came."""
        self._wake()
        return Login(opened.agent, opened.csrf, opened.token)

    async def _proven(self, tried: attempts.Try, password: str) -> int | None:
        """Give whose the account is if the password fits; raises TooManyAttempts."""
        async with self._database.write() as transaction:
            seconds = await attempts.count(transaction, tried, self._clock())
        if seconds:
            log.warning("sign_in_throttled")
            raise TooManyAttempts(seconds)
        async with self._database.read() as transaction:
            agent = await agents.agent_by_email(transaction, tried.account)
        kept = agent.password_hash if agent and agent.deactivated_at is None else None
        async with self._hashing:
            fits = await asyncio.to_thread(password_fits, kept, password)
        return agent.id if agent and fits else None

    async def hashed(self, password: str, *names: str) -> str:
        """Give what is kept of the password of who has these names; raises ShortPassword and GuessablePassword."""
        async with self._hashing:
            return await asyncio.to_thread(hash_of, password, names)

    async def change_password(self, login: Login, current: str, new: str, whence: Whence) -> int:
        """Set one's own password and end one's other logins; gives how many these were.

        Raises WrongCurrentPassword, TooManyAttempts, ShortPassword and GuessablePassword.
        """
        tried = attempts.Try(login.agent.email, whence.address)
        if await self._proven(tried, current) is None:
            raise WrongCurrentPassword
        hashed = await self.hashed(new, login.agent.email, login.agent.name)
        async with self._database.write() as transaction:
            agent, now = await agents.working(transaction, login.agent.id), self._clock()
            await attempts.succeeded(transaction, tried, now)
            agent.password_hash = hashed
            audit.note(transaction, agent, "password", now, on=agent)
            return await logins.end(transaction, agent, agent.id, now, but=login.token)

    async def of_token(self, token: str) -> Login:
        """Give the login a cookie belongs to; raises NotSignedIn."""
        async with self._database.read() as transaction:
            agent, csrf = await logins.signed_in(transaction, token, self._clock())
        return Login(agent, csrf, token)

    async def saw(self, token: str) -> None:
        """Note a sign of life of a login's console; raises NotSignedIn if it was ended."""
        async with self._database.write() as transaction:
            await logins.saw(transaction, token, self._clock())

    async def sign_out(self, token: str) -> None:
        """End a login."""
        async with self._database.write() as transaction:
            await logins.sign_out(transaction, token, self._clock())
        self._wake()
