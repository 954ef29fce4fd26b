"""The HTTP interface about people: one's own account, everybody else for operators, invitations, the audit trail."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, Field

from console.api import Body
from console.doors import Doors, whence
from console.logins import Login, Logins
from console.people import People
from handoff import audit
from handoff.agents import LONGEST_EMAIL, LONGEST_NAME
from handoff.invitations import Guest, UnknownInvitation
from handoff.passwords import LONGEST_PASSWORD
from handoff.rights import Right
from handoff.rows import Agent

Password = Annotated[str, Field(max_length=LONGEST_PASSWORD)]
Name = Annotated[str, Field(max_length=LONGEST_NAME)]


class NewPassword(Body):
    """The password somebody has, and the one they want."""

    current: Password
    new: Password


class Invite(Body):
    """Whom an operator invites."""

    email: str = Field(max_length=LONGEST_EMAIL)
    name: Name = ""
    roles: list[str] = Field(["agent"])


class Joining(Body):
    """What somebody who was invited calls themselves, and the password they want."""

    name: Name = ""
    password: Password


class PersonChanges(Body):
    """What an operator changes about somebody; what is left out stays as it is."""

    name: Name | None = None
    roles: list[str] | None = None
    capacity: int | None = None
    languages: list[str] | None = None
    groups: list[str] | None = None


class Wanted(Body):
    """Which deeds are asked for."""

    agent: int | None = None
    action: str | None = Field(None, max_length=24)
    conversation: str | None = Field(None, max_length=36)
    ticket: str | None = Field(None, max_length=16)
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    before: int | None = None
    limit: int = Field(50, ge=1, le=audit.MOST)

    def as_question(self) -> audit.Wanted:
        """Give the question to the trail."""
        named: dict[str, int | str | datetime | None] = self.model_dump(exclude={"agent", "limit"})
        return audit.Wanted(agent_id=self.agent, **named)  # type: ignore[arg-type]


def account_routes(logins: Logins, people: People, doors: Doors) -> APIRouter:
    """Give what everybody may do about themselves, `/api/v1/agent/account…`."""
    routes = APIRouter(prefix="/api/v1/agent/account", tags=["account"])
    Mine = Annotated[Login, Depends(doors.login)]  # noqa: N806  a type
    Writing = Annotated[Login, Depends(doors.writing)]  # noqa: N806  a type

    @routes.get("")
    async def account(login: Mine) -> JSONResponse:
        return JSONResponse(await people.person(login.agent.id, login.token))

    @routes.put("/password")
    async def change_password(request: Request, login: Writing, body: NewPassword) -> dict[str, int]:
        ended = await logins.change_password(login, body.current, body.new, whence(request))
        return {"ended": ended}

    @routes.delete("/logins")
    async def end_others(login: Writing) -> dict[str, int]:
        return {"ended": await people.end_logins(login.agent, login.agent.id, but=login.token)}

    @routes.delete("/logins/{name}", status_code=204)
    async def end_login(login: Writing, name: str) -> None:
        await people.end_logins(login.agent, login.agent.id, only=name)

    return routes


def people_routes(people: People, doors: Doors) -> APIRouter:
    """Give what operators do about people, `/api/v1/agent/people…`."""
    routes = APIRouter(prefix="/api/v1/agent/people", tags=["agents"])
    Reader = Annotated[Agent, Depends(doors.reader(Right.PEOPLE))]  # noqa: N806  a type
    Writer = Annotated[Agent, Depends(doors.writer(Right.PEOPLE))]  # noqa: N806  a type

    @routes.get("")
    async def everybody(_: Reader) -> JSONResponse:
        return JSONResponse({"people": await people.everybody()})

    @routes.get("/{agent_id}")
    async def person(_: Reader, agent_id: int) -> JSONResponse:
        return JSONResponse(await people.person(agent_id))

    @routes.patch("/{agent_id}")
    async def change(operator: Writer, agent_id: int, body: PersonChanges) -> JSONResponse:
        return JSONResponse(await people.change(operator, agent_id, body.model_dump(exclude_none=True)))

    @routes.post("/{agent_id}/deactivate")
    async def deactivate(operator: Writer, agent_id: int) -> JSONResponse:
        return JSONResponse(await people.deactivate(operator, agent_id))

    @routes.post("/{agent_id}/reactivate")
    async def reactivate(operator: Writer, agent_id: int) -> JSONResponse:
        return JSONResponse(await people.reactivate(operator, agent_id))

    @routes.delete("/{agent_id}/logins")
    async def end_logins(operator: Writer, agent_id: int) -> dict[str, int]:
        return {"ended": await people.end_logins(operator, agent_id)}

    @routes.delete("/{agent_id}/logins/{name}", status_code=204)
    async def end_login(operator: Writer, agent_id: int, name: str) -> None:
        await people.end_logins(operator, agent_id, only=name)

    return routes


def invitation_routes(people: People, doors: Doors, public_url: str) -> APIRouter:
    """Give `/api/v1/agent/invitations…` for operators."""
    routes = APIRouter(prefix="/api/v1/agent/invitations", tags=["agents"])
    Reader = Annotated[Agent, Depends(doors.reader(Right.PEOPLE))]  # noqa: N806  a type
    Writer = Annotated[Agent, Depends(doors.writer(Right.PEOPLE))]  # noqa: N806  a type

    @routes.get("")
    async def invitations(_: Reader) -> JSONResponse:
        return JSONResponse({"invitations": await people.invitations()})

    @routes.post("", status_code=201)
    async def invite(request: Request, operator: Writer, body: Invite) -> JSONResponse:
        made, path = await people.invite(operator, Guest(body.email, body.roles, body.name))
        base = (public_url or str(request.base_url)).rstrip("/")
        return JSONResponse({**made, "link": f"{base}{path}"}, 201)

    @routes.delete("/{invitation_id}", status_code=204)
    async def withdraw(operator: Writer, invitation_id: int) -> None:
        await people.withdraw(operator, invitation_id)

    return routes


def joining_routes(people: People, doors: Doors) -> APIRouter:
    """Give `/api/v1/agent/invitation` for who holds a link; its secret comes as a bearer token, so no log has it."""
    routes = APIRouter(prefix="/api/v1/agent/invitation", tags=["account"])

    @routes.get("")
    async def invitation(authorization: Annotated[str, Header()] = "") -> JSONResponse:
        return JSONResponse(await people.invitation(_token(authorization)))

    @routes.post("")
    async def join(
        request: Request, response: Response, body: Joining, authorization: Annotated[str, Header()] = ""
    ) -> dict[str, Any]:
        came = whence(request, "invitation")
        login = await people.accept(_token(authorization), body.name, body.password, came)
        return doors.open(request, response, login)

    return routes


def _token(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise UnknownInvitation
    return token.strip()


def audit_routes(people: People, doors: Doors) -> APIRouter:
    """Give `/api/v1/agent/audit` for operators and supervisors."""
    routes = APIRouter(prefix="/api/v1/agent/audit", tags=["agents"])

    @routes.get("")
    async def deeds(
        _: Annotated[Agent, Depends(doors.reader(Right.AUDIT))], wanted: Annotated[Wanted, Query()]
    ) -> JSONResponse:
        found = await people.deeds(wanted.as_question(), wanted.limit)
        answer = {"deeds": found, "more": len(found) == wanted.limit, "actions": audit.ACTIONS}
        return JSONResponse({**answer, "people": await people.names()})

    return routes


def routes_about_people(logins: Logins, people: People, doors: Doors, public_url: str) -> list[APIRouter]:
    """Give every route about people."""
    return [
        account_routes(logins, people, doors),
        people_routes(people, doors),
        invitation_routes(people, doors, public_url),
        joining_routes(people, doors),
        audit_routes(people, doors),
    ]
