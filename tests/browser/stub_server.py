"""Speaks the visitor's side of the HTTP contract, and misbehaves when a test asks for it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.browser.stub_thread import Threaded, on_a_thread

Json = dict[str, Any]
Reply = Callable[["Conversation", str], object]

STATIC = Path(__file__).parents[2] / "channels" / "web" / "static"
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, PATCH",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Last-Event-ID",
    "Access-Control-Expose-Headers": "Retry-After",
}
DEMO_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'"


@dataclass
class Conversation:
    """One conversation as the record has it."""

    token: str
    state: Json = field(default_factory=lambda: {"status": "with_bot", "agent": None, "place": None, "ticket": None})
    messages: list[Json] = field(default_factory=list)
    seen: dict[str, tuple[Json, int]] = field(default_factory=dict)
    known: Json = field(default_factory=dict)
    ratings: list[Json] = field(default_factory=list)
    typing: list[bool] = field(default_factory=list)
    listeners: list[asyncio.Queue[tuple[str, Json] | None]] = field(default_factory=list)

    def say(self, author: str, text: str, **more: Any) -> int:
        """Write one message into the record; returns its place."""
        seq = len(self.messages) + 1
        message = {"seq": seq, "author": author, "name": None, "text": text, "choices": [], "article": None}
        message |= {"attachments": [], "created_at": datetime.now(UTC).isoformat()} | more
        self.messages.append(message)
        self.publish("message", message)
        return seq

    def turn(self, **state: Any) -> None:
        """Change who has the floor."""
        self.state |= state
        self.publish("status", self.state)

    def publish(self, event: str, data: Json) -> None:
        """Tell every open stream."""
        for queue in self.listeners:
            queue.put_nowait((event, data))

    def cut_streams(self) -> None:
        """End every open stream."""
        for queue in self.listeners:
            queue.put_nowait(None)


def echo(conversation: Conversation, text: str) -> None:
    """Answer as a bot that understands nothing."""
    conversation.say("bot", f"You wrote: {text}")


@dataclass
class Stub(Threaded):
    """The server's memory and its bad habits."""

    conversations: dict[str, Conversation] = field(default_factory=dict)
    reply: Reply = echo
    refusals: list[web.Response] = field(default_factory=list)
    """Answers to the next messages, instead of taking them."""
    lost_acknowledgements: int = 0
    """How many of the next messages are recorded and then the connection is dropped."""
    lost_messages: int = 0
    """How many of the next messages are dropped before they are recorded."""
    acknowledge_after: float = 0
    streams: str = "open"
    """`open`; `refused`: the connection is dropped; `silent`: it opens and brings nothing."""
    opened_streams: list[str] = field(default_factory=list)
    """The Last-Event-ID of each stream asked for."""
    repeat_on_resume: bool = False
    posted: list[Json] = field(default_factory=list)
    polls: int = 0
    uploads: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    host_page: str = ""
    host_policy: str = ""
    tickets: dict[str, Json] = field(default_factory=dict)

    @property
    def conversation(self) -> Conversation:
        """The newest conversation."""
        return list(self.conversations.values())[-1]


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """Give a refusal with a sentence for the visitor."""
    body = json.dumps({"type": "about:blank", "title": "Refused", "status": status, "detail": detail})
    return web.Response(
        status=status, text=body, content_type="application/problem+json", headers={**CORS, **(headers or {})}
    )


def answer(body: Json, status: int = 200) -> web.Response:
    """Give a JSON answer that any origin may read."""
    return web.json_response(body, status=status, headers=CORS)


def drop(request: web.Request) -> web.Response:
    """Cut the connection without an answer."""
    if request.transport:
        request.transport.abort()
    return web.Response()


class Routes:
    """The contract's visitor side on one `Stub`."""

    def __init__(self, stub: Stub) -> None:
        self.stub = stub

    def own(self, request: web.Request) -> Conversation | None:
        """Find the conversation if the token is the right one."""
        conversation = self.stub.conversations.get(request.match_info["id"])
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return conversation if conversation and conversation.token == token else None

    async def open(self, _request: web.Request) -> web.Response:
        """Begin a conversation."""
        number = len(self.stub.conversations) + 1
        self.stub.conversations[f"c{number}"] = Conversation(f"t{number}")
        return answer({"id": f"c{number}", "token": f"t{number}"}, 201)

    async def know(self, request: web.Request) -> web.Response:
        """Note a name and an address."""
        conversation = self.own(request)
        if not conversation:
            return problem(404, "Unknown conversation.")
        body = await request.json()
        if "." not in body["email"]:
            german = request.headers["Accept-Language"] == "de"
            return problem(422, "Das ist keine Adresse." if german else "This is no address.")
        conversation.known |= body
        return answer(conversation.known)

    async def take(self, request: web.Request) -> web.Response:
        """Take a message, or misbehave as asked."""
        stub = self.stub
        conversation = self.own(request)
        if not conversation:
            return problem(404, "Unknown conversation.")
        body = await request.json()
        stub.posted.append(body)
        if stub.refusals:
            return stub.refusals.pop(0)
        if stub.lost_messages:
            stub.lost_messages -= 1
            return drop(request)
        if conversation.state["status"] == "closed":
            return problem(409, "This conversation is closed.")
        response = self.record(conversation, body)
        await asyncio.sleep(stub.acknowledge_after)
        if stub.lost_acknowledgements:
            stub.lost_acknowledgements -= 1
            return drop(request)
        return response

    def record(self, conversation: Conversation, body: Json) -> web.Response:
        """Record a message once, whatever is repeated."""
        if body["id"] in conversation.seen:
            content, seq = conversation.seen[body["id"]]
            return answer({"seq": seq}) if content == body else problem(409, "Another text has this id.")
        titles = {c["value"]: c["title"] for m in conversation.messages for c in m["choices"]}
        text = body.get("text") or titles.get(body.get("choice"))
        if not text:
            return problem(422, "This was not offered.")
        seq = conversation.say("visitor", text)
        conversation.seen[body["id"]] = (body, seq)
        if conversation.state["status"] == "with_bot":
            self.stub.reply(conversation, text)
        return answer({"seq": seq}, 201)

    async def read(self, request: web.Request) -> web.Response:
        """Give what came after a place."""
        conversation = self.own(request)
        if not conversation:
            return problem(404, "Unknown conversation.")
        self.stub.polls += 1
        after = int(request.query.get("after", 0))
        return answer({**conversation.state, "messages": [m for m in conversation.messages if m["seq"] > after]})

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Stream the record, or misbehave as asked."""
        stub = self.stub
        conversation = self.own(request)
        if not conversation:
            return problem(404, "Unknown conversation.")
        stub.opened_streams.append(request.headers.get("Last-Event-ID", ""))
        if stub.streams == "refused":
            return drop(request)
        response = web.StreamResponse(headers={**CORS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        if stub.streams == "silent":
            await asyncio.sleep(60)
            return response
        last = int(request.headers.get("Last-Event-ID") or 0) - (2 if stub.repeat_on_resume else 0)
        with contextlib.suppress(ConnectionError):
            async for event, data in self.follow(conversation, last):
                number = f"id: {data['seq']}\r\n" if event == "message" else ""
                await response.write(f"event: {event}\r\n{number}data: {json.dumps(data)}\r\n\r\n".encode())
        return response

    async def follow(self, conversation: Conversation, last: int) -> AsyncIterator[tuple[str, Json]]:
        """Give the status, what was missed, then what happens."""
        queue: asyncio.Queue[tuple[str, Json] | None] = asyncio.Queue()
        conversation.listeners.append(queue)
        try:
            yield "status", conversation.state
            for message in [m for m in conversation.messages if m["seq"] > last]:
                yield "message", message
            while event := await queue.get():
                yield event
        finally:
            conversation.listeners.remove(queue)

    async def typing(self, request: web.Request) -> web.Response:
        """Note that the visitor types."""
        if conversation := self.own(request):
            conversation.typing.append((await request.json())["on"])
        return web.Response(status=204, headers=CORS)

    async def close(self, request: web.Request) -> web.Response:
        """Close the conversation."""
        conversation = self.own(request)
        if not conversation:
            return problem(404, "Unknown conversation.")
        conversation.turn(status="closed")
        return answer({"status": "closed"})

    async def rate(self, request: web.Request) -> web.Response:
        """Note a rating, once."""
        conversation = self.own(request)
        if not conversation or conversation.ratings:
            return problem(409, "Rated already.")
        conversation.ratings.append(await request.json())
        conversation.turn(rated=True)
        return answer({}, 201)

    async def transcript(self, request: web.Request) -> web.Response:
        """Give the transcript."""
        conversation = self.own(request)
        if not conversation:
            return problem(404, "Unknown conversation.")
        text = "".join(message["text"] for message in conversation.messages)
        return web.Response(text=text, content_type="text/html", headers=CORS)

    async def attach(self, request: web.Request) -> web.Response:
        """Take a file."""
        conversation = self.own(request)
        form = await request.post()
        file = form["file"]
        if not conversation or not isinstance(file, web.FileField):
            return problem(422, "A file is missing.")
        content = file.file.read()
        number = f"a{len(self.stub.uploads) + 1}"
        self.stub.uploads[number] = (file.content_type, content)
        described = {"id": number, "name": file.filename, "type": file.content_type, "size": len(content)}
        return answer({"seq": conversation.say("visitor", "", attachments=[described])}, 201)

    async def attachment(self, request: web.Request) -> web.Response:
        """Give a file back."""
        kind, content = self.stub.uploads[request.match_info["attachment"]]
        return web.Response(body=content, content_type=kind, headers=CORS)

    async def ticket(self, request: web.Request) -> web.Response:
        """Give a ticket to whoever has its secret."""
        ticket = self.stub.tickets.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        return answer(ticket) if ticket else problem(404, "Unknown ticket.")

    async def ticket_transcript(self, request: web.Request) -> web.Response:
        """Give a ticket's transcript to whoever has its secret."""
        ticket = self.stub.tickets.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        if not ticket:
            return problem(404, "Unknown ticket.")
        return web.Response(text=f"transcript of {ticket['number']}", content_type="text/html", headers=CORS)

    async def preflight(self, _request: web.Request) -> web.Response:
        """Answer what browsers ask before a call to another origin."""
        return web.Response(headers=CORS)

    async def page(self, request: web.Request) -> web.StreamResponse:
        """Give the demo page, the widget or a file of theirs."""
        name = {"": "demo.html"}.get(request.match_info["name"], request.match_info["name"])
        return web.FileResponse(STATIC / name, headers={**CORS, "Content-Security-Policy": DEMO_POLICY})

    async def ticket_page(self, _request: web.Request) -> web.StreamResponse:
        """Give the page of a ticket."""
        return web.FileResponse(STATIC / "ticket.html", headers={"Content-Security-Policy": DEMO_POLICY})

    async def host(self, _request: web.Request) -> web.Response:
        """Give a page of somebody else."""
        headers = {"Content-Security-Policy": self.stub.host_policy} if self.stub.host_policy else {}
        return web.Response(text=self.stub.host_page, content_type="text/html", headers=headers)


def application(stub: Stub) -> web.Application:
    """Put the routes together."""
    routes = Routes(stub)
    base = "/api/v1/conversations"
    app = web.Application(client_max_size=12 * 1024 * 1024)
    app.router.add_route("OPTIONS", "/{any:.*}", routes.preflight)
    app.router.add_post(base, routes.open)
    app.router.add_patch(base + "/{id}", routes.know)
    app.router.add_post(base + "/{id}/messages", routes.take)
    app.router.add_get(base + "/{id}/messages", routes.read)
    app.router.add_get(base + "/{id}/stream", routes.stream)
    app.router.add_post(base + "/{id}/typing", routes.typing)
    app.router.add_post(base + "/{id}/close", routes.close)
    app.router.add_post(base + "/{id}/rating", routes.rate)
    app.router.add_get(base + "/{id}/transcript", routes.transcript)
    app.router.add_post(base + "/{id}/attachments", routes.attach)
    app.router.add_get(base + "/{id}/attachments/{attachment}", routes.attachment)
    app.router.add_get("/api/v1/tickets/by-secret", routes.ticket)
    app.router.add_get("/api/v1/tickets/by-secret/transcript", routes.ticket_transcript)
    app.router.add_get("/t/{secret}", routes.ticket_page)
    app.router.add_get("/host", routes.host)
    app.router.add_get(r"/{name:(widget(-more)?\.js)?}", routes.page)
    app.router.add_get("/static/{name}", routes.page)
    return app


@contextlib.contextmanager
def running() -> Iterator[Stub]:
    """Serve a stub on a thread of its own."""
    stub = Stub()
    with on_a_thread(stub, application(stub)):
        yield stub
