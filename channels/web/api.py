"""The visitors' HTTP interface: translates requests for the desk and its answers back."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Header, Query, Request, Response, UploadFile
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, EmailStr, Field, model_validator
from sse_starlette import EventSourceResponse

from channels.desk import Desk, Inbound, Upload
from channels.web.language import language_of
from channels.web.stream import events
from conversations.errors import WrongToken
from conversations.files import LARGEST
from conversations.wire import HEARTBEAT, file_response, page_response

Language = Literal["en", "de"]


class Body(BaseModel):
    """A JSON body; a field nobody knows is an error, so that a typing mistake is noticed."""

    model_config = ConfigDict(extra="forbid")


class NewConversation(Body):
    """What a conversation begins with."""

    language: Language | None = None


class Introduction(Body):
    """What a visitor says about themselves."""

    name: str | None = Field(None, max_length=200)
    email: EmailStr | None = None
    language: Language = "en"


class NewMessage(Body):
    """A text or a choice, under an id of the sender's making."""

    id: UUID
    text: str | None = None
    choice: str | None = Field(None, max_length=64)

    @model_validator(mode="after")
    def one_of_both(self) -> "NewMessage":
        """Refuse both at once and neither."""
        if (self.text is None) == (self.choice is None):
            raise ValueError("send either text or choice")
        return self


class Typing(Body):
    """Whether somebody types."""

    on: bool = True


class Rating(Body):
    """How a visitor found it."""

    score: int = Field(ge=1, le=5)
    comment: str | None = Field(None, max_length=2000)


def visitor_routes(desk: Desk) -> list[APIRouter]:
    """Give `/api/v1/conversations…` over a desk."""
    return [talking_routes(desk), more_routes(desk)]


def _doors(desk: Desk) -> Callable[..., Awaitable[str]]:
    async def authorised(conversation_id: UUID, authorization: Annotated[str, Header()] = "") -> str:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise WrongToken
        await desk.authorise(str(conversation_id), token.strip())
        return str(conversation_id)

    return authorised


def talking_routes(desk: Desk) -> APIRouter:
    """Give what a conversation needs: opening, saying, reading, following."""
    routes = APIRouter(prefix="/api/v1/conversations", tags=["visitors"])
    Mine = Annotated[str, Depends(_doors(desk))]  # noqa: N806  a type

    @routes.post("", status_code=201)
    async def open_conversation(request: Request, body: NewConversation | None = None) -> dict[str, str]:
        language = (body and body.language) or language_of(request)
        conversation, token = await desk.open("web", language)
        return {"id": conversation, "token": token}

    @routes.patch("/{conversation_id}")
    async def introduce(conversation: Mine, body: Introduction) -> JSONResponse:
        return JSONResponse(dict(await desk.introduce(conversation, body.model_dump(exclude_unset=True))))

    @routes.post("/{conversation_id}/messages", status_code=201)
    async def say(conversation: Mine, body: NewMessage, response: Response) -> dict[str, int]:
        receipt = await desk.take(conversation, Inbound(str(body.id), body.text or "", body.choice))
        response.status_code = 200 if receipt.repeated else 201
        return {"seq": receipt.seq}

    @routes.get("/{conversation_id}/messages")
    async def read(conversation: Mine, after: Annotated[int, Query(ge=0)] = 0) -> JSONResponse:
        reading = await desk.read(conversation, after)
        return JSONResponse({**reading.standing.as_json(), "messages": list(reading.messages)})

    @routes.get("/{conversation_id}/stream")
    async def stream(
        conversation: Mine, after: Annotated[int, Query(ge=0)] = 0, last_event_id: Annotated[str, Header()] = ""
    ) -> EventSourceResponse:
        start = int(last_event_id) if last_event_id.isdecimal() else after
        return EventSourceResponse(events(desk, conversation, start), ping=HEARTBEAT)

    return routes


def more_routes(desk: Desk) -> APIRouter:
    """Give what comes beside: signs of typing, files, the transcript, the end and the rating."""
    routes = APIRouter(prefix="/api/v1/conversations", tags=["visitors"])
    Mine = Annotated[str, Depends(_doors(desk))]  # noqa: N806  a type

    @routes.post("/{conversation_id}/typing", status_code=204)
    async def typing(conversation: Mine, body: Typing) -> None:
        await desk.typing(conversation, on=body.on)

    @routes.post("/{conversation_id}/attachments", status_code=201)
    async def attach(
        conversation: Mine,
        response: Response,
        file: Annotated[UploadFile, File()],
        id: Annotated[UUID, Form()],  # noqa: A002  the contract's name
    ) -> dict[str, int]:
        content = await file.read(LARGEST + 1)
        receipt = await desk.attach(conversation, Upload(str(id), file.filename or "file", content))
        response.status_code = 200 if receipt.repeated else 201
        return {"seq": receipt.seq}

    @routes.get("/{conversation_id}/attachments/{attachment_id}")
    async def file(conversation: Mine, attachment_id: UUID) -> Response:
        return file_response(*await desk.file(conversation, str(attachment_id)))

    @routes.get("/{conversation_id}/transcript")
    async def transcript(conversation: Mine) -> Response:
        return page_response(*await desk.transcript(conversation))

    @routes.post("/{conversation_id}/close")
    async def close(conversation: Mine) -> JSONResponse:
        return JSONResponse((await desk.close(conversation)).as_json())

    @routes.post("/{conversation_id}/rating", status_code=201)
    async def rate(conversation: Mine, body: Rating) -> dict[str, int]:
        await desk.rate(conversation, body.score, body.comment)
        return {"score": body.score}

    return routes
