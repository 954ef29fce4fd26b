"""The HTTP interface to what helps an agent answer, and to who else has a chat before them."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from pydantic import StringConstraints

from console.aids import Aids
from console.api import Body
from console.doors import Doors
from console.looking import Doing, Looking
from handoff.rights import Right
from handoff.rows import Agent


class Looked(Body):
    """What an agent does in a chat."""

    doing: Doing


class Wanted(Body):
    """What an agent looks for among the articles; in the body, since addresses are logged."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    language: Literal["en", "de"] = "en"


class Words(Body):
    """What an agent looks for among their own chats; in the body, since addresses are logged."""

    words: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""


def aid_routes(doors: Doors, aids: Aids, looking: Looking) -> APIRouter:
    """Give canned answers, articles, earlier conversations, and the sign that a chat is looked at."""
    routes = APIRouter(prefix="/api/v1/agent", tags=["agents"])
    Reader = Annotated[Agent, Depends(doors.reader(Right.READ))]  # noqa: N806  a type
    Writer = Annotated[Agent, Depends(doors.writer(Right.READ))]  # noqa: N806  a type

    @routes.get("/canned")
    async def canned(_: Reader) -> JSONResponse:
        return JSONResponse({"answers": await aids.canned()})

    @routes.post("/articles")
    async def search(_: Writer, body: Wanted) -> JSONResponse:
        return JSONResponse(await aids.articles.for_text(body.text, body.language))

    @routes.get("/conversations/{conversation_id}/articles")
    async def suggested(_: Reader, conversation_id: UUID) -> JSONResponse:
        return JSONResponse(await aids.articles.for_conversation(str(conversation_id)))

    @routes.get("/conversations/{conversation_id}/earlier")
    async def earlier(_: Reader, conversation_id: UUID) -> JSONResponse:
        return JSONResponse({"conversations": await aids.earlier(str(conversation_id))})

    @routes.post("/conversations/had")
    async def had(agent: Writer, body: Words) -> JSONResponse:
        return JSONResponse({"conversations": await aids.had(agent, body.words)})

    @routes.post("/conversations/{conversation_id}/look", status_code=204)
    async def look(agent: Writer, conversation_id: UUID, body: Looked) -> None:
        await looking.look(agent, str(conversation_id), body.doing)

    return routes
