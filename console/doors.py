"""Lets in who has a login and the right, and for writes its CSRF token too."""

import secrets
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Cookie, Depends, Header, Request
from starlette.responses import Response

from console.errors import NotTheirs, WrongCsrf
from console.logins import Login, Logins
from handoff.logins import LOGIN_LASTS, NotSignedIn, Whence
from handoff.rights import Right, may, rights
from handoff.rows import Agent

COOKIE = "firstline_agent"
_BROWSER = 200
Door = Callable[..., Awaitable[Agent]]


class Doors:
    """Who may come in. Behind TLS cookies are Secure, with `secure` everywhere."""

    def __init__(self, logins: Logins, *, secure: bool) -> None:
        self._logins, self._secure = logins, secure

    async def login(self, firstline_agent: Annotated[str, Cookie()] = "") -> Login:
        """Give the login of a request; raises NotSignedIn."""
        if not firstline_agent:
            raise NotSignedIn
        return await self._logins.of_token(firstline_agent)

    async def writing(
        self, firstline_agent: Annotated[str, Cookie()] = "", x_csrf_token: Annotated[str, Header()] = ""
    ) -> Login:
        """Give the login of a request that changes something of its own; raises NotSignedIn and WrongCsrf."""
        login = await self.login(firstline_agent)
        if not secrets.compare_digest(login.csrf.encode(), x_csrf_token.encode()):
            raise WrongCsrf
        return login

    def reader(self, right: Right) -> Door:
        """Give the door for who reads with a right; it raises NotTheirs."""
        return _door(self.login, right)

    def writer(self, right: Right) -> Door:
        """Give the door for who writes with a right; it raises WrongCsrf and NotTheirs."""
        return _door(self.writing, right)

    def open(self, request: Request, response: Response, login: Login) -> dict[str, object]:
        """Hand a fresh login's cookie out; gives what its page may know."""
        response.set_cookie(
            COOKIE,
            login.token,
            max_age=int(LOGIN_LASTS.total_seconds()),
            httponly=True,
            secure=self.is_secure(request),
            samesite="strict",
        )
        return who(login)

    def shut(self, request: Request, response: Response) -> None:
        """Take the cookie back."""
        response.delete_cookie(COOKIE, httponly=True, secure=self.is_secure(request), samesite="strict")

    def is_secure(self, request: Request) -> bool:
        """Tell whether cookies are for TLS only."""
        return self._secure or request.url.scheme == "https"


def _door(enter: Callable[..., Awaitable[Login]], right: Right) -> Door:
    async def door(login: Annotated[Login, Depends(enter)]) -> Agent:
        if not may(login.agent.roles, right):
            raise NotTheirs
        return login.agent

    door.right = right  # type: ignore[attr-defined]  # a test asks each route what it takes
    return door


def who(login: Login) -> dict[str, object]:
    """Give what somebody's own page may know of them."""
    agent = login.agent
    may_do = sorted(rights(agent.roles))
    named = {"id": agent.id, "name": agent.name, "email": agent.email}
    return {**named, "roles": agent.roles, "rights": may_do, "csrf": login.csrf}


def whence(request: Request, how: str = "password") -> Whence:
    """Give from where a request comes, as far as it says."""
    address = request.client.host if request.client else ""
    return Whence(address, request.headers.get("user-agent", "")[:_BROWSER], how)
