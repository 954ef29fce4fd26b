"""Signs agents in and out, and knows who sends a request."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from console.errors import TooManyAttempts
from conversations.database import Database
from handoff import agents
from handoff.rows import Agent

_ATTEMPTS = 8
_WITHIN = 300.0


@dataclass(frozen=True)
class Login:
    """An agent and their login's tokens; `token` is empty unless it was made just now."""

    agent: Agent
    csrf: str
    token: str = ""


class Logins:
    """Sign-in by e-mail and password, throttled by account, never by address alone.

    `wake` is told whenever somebody comes or goes.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime], wake: Callable[[], None]) -> None:
        self._database, self._clock, self._wake = database, clock, wake
        self._failures: dict[str, list[float]] = {}

    async def sign_in(self, email: str, password: str) -> Login:
        """Open a login; raises WrongPassword, and TooManyAttempts after eight failures within five minutes."""
        account = email.strip().lower()
        self._require_patience(account)
        async with self._database.read() as transaction:
            found = await agents.password_hash_of(transaction, account)
        fits = await asyncio.to_thread(agents.password_fits, found[1] if found else None, password)
        if not (found and fits):
            self._failures.setdefault(account, []).append(time.monotonic())
            raise agents.WrongPassword
        self._failures.pop(account, None)
        async with self._database.write() as transaction:
            signed_in = await agents.sign_in(transaction, found[0], self._clock())
        self._wake()
        return Login(signed_in.agent, signed_in.csrf, signed_in.token)

    def _require_patience(self, account: str) -> None:
        now = time.monotonic()
        self._failures = {
            name: kept for name, times in self._failures.items() if (kept := [t for t in times if now - t < _WITHIN])
        }
        times = self._failures.get(account, [])
        if len(times) >= _ATTEMPTS:
            raise TooManyAttempts(max(1, int(_WITHIN - (now - times[0]))))

    async def of_token(self, token: str) -> Login:
        """Give the login a cookie belongs to; raises NotSignedIn."""
        async with self._database.read() as transaction:
            agent, csrf = await agents.signed_in(transaction, token, self._clock())
        return Login(agent, csrf)

    async def sign_out(self, token: str) -> None:
        """End a login."""
        async with self._database.write() as transaction:
            await agents.sign_out(transaction, token, self._clock())
        self._wake()
