"""The agents' HTTP interface: translates requests into an agent's work and its outcome back."""

import functools
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Cookie, Depends, File, Form, Query, Request, Response, UploadFile
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sse_starlette import EventSourceResponse

from console.doors import Doors, whence, who
from console.logins import Login, Logins
from console.stream import events
from console.work import Work
from conversations.files import LARGEST
from conversations.wire import HEARTBEAT, file_response
from handoff.rights import Right
from handoff.rows import Agent


class Body(BaseModel):
    """A JSON body; a field nobody knows is an error."""

    model_config = ConfigDict(extra="forbid")


class Credentials(Body):
    """What an agent signs in with."""

    email: str = Field(max_length=320)
    password: str = Field(max_length=1024)


class Presence(Body):
    """Whether an agent takes chats."""

    presence: Literal["online", "away", "offline"]


class AgentMessage(Body):
    """What an agent says, under an id of the console's making."""

    id: UUID
    text: str


class Note(Body):
    """What an agent writes for colleagues."""

    id: UUID | None = None
    text: str


class Claim(Body):
    """Whether a chat that a colleague has is taken over."""

    take_over: bool = False


class Abilities(Body):
    """What a colleague takes; what is left out stays as it is."""

    capacity: int | None = None
    languages: list[str] | None = None
    groups: list[str] | None = None


class Transfer(Body):
    """To whom a chat goes."""

    agent: str | None = None
    group: str | None = None

    @model_validator(mode="after")
    def one_of_both(self) -> "Transfer":
        """Refuse both at once and neither."""
        if (self.agent is None) == (self.group is None):
            raise ValueError("name either an agent or a group")
        return self


class Resolution(Body):
    """How a chat ended."""

    resolution: str = Field(min_length=1, max_length=4000)


class Typing(Body):
    """Whether somebody types."""

    on: bool = True


class TicketChanges(Body):
    """What an agent changes about a ticket."""

    status: str | None = None
    priority: str | None = None
    kind: str | None = None
    category: str | None = Field(None, max_length=40)


def login_routes(logins: Logins, doors: Doors) -> APIRouter:
    """Give `/api/v1/agent/session`."""
    routes = APIRouter(prefix="/api/v1/agent/session", tags=["agents"])

    @routes.post("")
    async def sign_in(request: Request, response: Response, body: Credentials) -> dict[str, Any]:
        return doors.open(request, response, await logins.sign_in(body.email, body.password, whence(request)))

    @routes.get("")
    async def session(login: Annotated[Login, Depends(doors.login)]) -> dict[str, Any]:
        return who(login)

    @routes.delete("", status_code=204)
    async def sign_out(request: Request, response: Response, login: Annotated[Login, Depends(doors.writing)]) -> None:
        await logins.sign_out(login.token)
        doors.shut(request, response)

    return routes


def desk_routes(work: Work, logins: Logins, doors: Doors) -> APIRouter:  # noqa: C901  a list of routes
    """Give the lists an agent lives with, the stream and tickets."""
    routes = APIRouter(prefix="/api/v1", tags=["agents"])
    Reader = Annotated[Agent, Depends(doors.reader(Right.READ))]  # noqa: N806  a type
    Writer = Annotated[Agent, Depends(doors.writer(Right.ANSWER))]  # noqa: N806  a type
    Leader = Annotated[Agent, Depends(doors.writer(Right.LEAD))]  # noqa: N806  a type

    @routes.put("/agent/presence")
    async def set_presence(agent: Writer, body: Presence) -> dict[str, str]:
        await work.set_presence(agent, body.presence)
        return {"presence": body.presence}

    @routes.get("/agent/presence")
    async def presence(agent: Reader) -> dict[str, str]:
        return {"presence": await work.presence(agent)}

    @routes.get("/agent/agents")
    async def colleagues(_: Reader) -> JSONResponse:
        return JSONResponse({"agents": await work.colleagues()})

    @routes.patch("/agent/agents/{email}")
    async def change_colleague(agent: Leader, email: str, body: Abilities) -> JSONResponse:
        return JSONResponse(await work.change_colleague(agent, email, body.model_dump(exclude_none=True)))

    @routes.get("/agent/queue")
    async def queue(_: Reader) -> JSONResponse:
        return JSONResponse(await work.queue())

    @routes.get("/agent/conversations")
    async def conversations(agent: Reader, all: bool = False) -> JSONResponse:  # noqa: A002  the contract's name
        return JSONResponse({"conversations": await work.conversations(agent, everyone=all)})

    @routes.get("/agent/stream")
    async def stream(agent: Reader, firstline_agent: Annotated[str, Cookie()] = "") -> EventSourceResponse:
        alive = functools.partial(logins.saw, firstline_agent)
        return EventSourceResponse(events(work, agent, alive), ping=HEARTBEAT)

    @routes.get("/tickets/{number}")
    async def ticket(_: Reader, number: str) -> JSONResponse:
        return JSONResponse(await work.ticket(number))

    @routes.patch("/tickets/{number}")
    async def change_ticket(agent: Writer, number: str, body: TicketChanges) -> JSONResponse:
        return JSONResponse(await work.change_ticket(agent, number, body.model_dump(exclude_none=True)))

    return routes


def conversation_routes(work: Work, doors: Doors) -> APIRouter:
    """Give `/api/v1/agent/conversations/{id}…`."""
    routes = APIRouter(prefix="/api/v1/agent/conversations/{conversation_id}", tags=["agents"])
    Reader = Annotated[Agent, Depends(doors.reader(Right.READ))]  # noqa: N806  a type
    Writer = Annotated[Agent, Depends(doors.writer(Right.ANSWER))]  # noqa: N806  a type

    @routes.get("")
    async def detail(_: Reader, conversation_id: UUID, after: Annotated[int, Query(ge=0)] = 0) -> JSONResponse:
        return JSONResponse(await work.detail(str(conversation_id), after))

    @routes.post("/messages", status_code=201)
    async def say(agent: Writer, conversation_id: UUID, body: AgentMessage) -> JSONResponse:
        return _receipt(await work.say(agent, str(conversation_id), str(body.id), body.text))

    @routes.post("/note", status_code=201)
    async def note(agent: Writer, conversation_id: UUID, body: Note) -> JSONResponse:
        external_id = str(body.id) if body.id else None
        return _receipt(await work.note(agent, str(conversation_id), external_id, body.text))

    return routes


def floor_routes(work: Work, doors: Doors) -> APIRouter:
    """Give what moves the floor of a conversation."""
    routes = APIRouter(prefix="/api/v1/agent/conversations/{conversation_id}", tags=["agents"])
    Writer = Annotated[Agent, Depends(doors.writer(Right.ANSWER))]  # noqa: N806  a type

    @routes.post("/claim")
    async def claim(agent: Writer, conversation_id: UUID, body: Claim | None = None) -> JSONResponse:
        take_over = body is not None and body.take_over
        return JSONResponse(await work.claim(agent, str(conversation_id), take_over=take_over))

    @routes.post("/decline")
    async def decline(agent: Writer, conversation_id: UUID) -> JSONResponse:
        return JSONResponse(await work.decline(agent, str(conversation_id)))

    @routes.post("/transfer")
    async def transfer(agent: Writer, conversation_id: UUID, body: Transfer) -> JSONResponse:
        return JSONResponse(await work.transfer(agent, str(conversation_id), body.model_dump(exclude_none=True)))

    @routes.post("/return")
    async def give_back(agent: Writer, conversation_id: UUID) -> JSONResponse:
        return JSONResponse(await work.give_back(agent, str(conversation_id)))

    @routes.post("/close")
    async def close(agent: Writer, conversation_id: UUID, body: Resolution) -> JSONResponse:
        return JSONResponse(await work.close(agent, str(conversation_id), body.resolution))

    return routes


def sending_routes(work: Work, doors: Doors) -> APIRouter:
    """Give what an agent's page sends beside messages: signs of typing and files."""
    routes = APIRouter(prefix="/api/v1/agent/conversations/{conversation_id}", tags=["agents"])
    Reader = Annotated[Agent, Depends(doors.reader(Right.READ))]  # noqa: N806  a type
    Writer = Annotated[Agent, Depends(doors.writer(Right.ANSWER))]  # noqa: N806  a type

    @routes.post("/typing", status_code=204)
    async def typing(agent: Writer, conversation_id: UUID, body: Typing) -> None:
        await work.typing(agent, str(conversation_id), on=body.on)

    @routes.post("/attachments", status_code=201)
    async def attach(
        agent: Writer,
        conversation_id: UUID,
        file: Annotated[UploadFile, File()],
        id: Annotated[UUID, Form()],  # noqa: A002  the contract's name
    ) -> JSONResponse:
        content = await file.read(LARGEST + 1)
        return _receipt(await work.attach(agent, str(conversation_id), str(id), file.filename or "file", content))

    @routes.get("/attachments/{attachment_id}")
    async def file(_: Reader, conversation_id: UUID, attachment_id: UUID) -> Response:
        return file_response(*await work.file(str(conversation_id), str(attachment_id)))

    return routes


def _receipt(receipt: tuple[int, bool]) -> JSONResponse:
    seq, repeated = receipt
    return JSONResponse({"seq": seq}, 200 if repeated else 201)


def agent_routes(logins: Logins, work: Work, doors: Doors) -> list[APIRouter]:
    """Give every route of those who answer."""
    work_routes = (conversation_routes, floor_routes, sending_routes)
    desk = (login_routes(logins, doors), desk_routes(work, logins, doors))
    return [*desk, *(routes(work, doors) for routes in work_routes)]
