"""Speaks the agents' side of the HTTP contract, and misbehaves when a test asks for it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.browser.stub_thread import Threaded, on_a_thread

Json = dict[str, Any]

STATIC = Path(__file__).parents[2] / "console" / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
AGENTS = [
    {"name": "Mara Lindt", "email": "mara@example.org", "presence": "online", "groups": []},
    {"name": "Jonas Weber", "email": "jonas@example.org", "presence": "away", "groups": ["network"]},
    {"name": "Olga Arns", "email": "olga@example.org", "presence": "offline", "groups": []},
    {"name": "Sam Okoro", "email": "sam@example.org", "presence": "online", "groups": []},
]
ME: Json = {"id": 1, "name": "Mara Lindt", "email": "mara@example.org", "roles": ["agent"], "csrf": "token-of-mara"}
PASSWORD = "right horse"


def ago(minutes: float) -> str:
    """Give a moment in the past as the contract writes it."""
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()


@dataclass
class Conversation:
    """One conversation as the record has it."""

    id: str
    name: str | None = None
    status: str = "waiting"
    agent: str | None = None
    language: str = "en"
    channel: str = "web"
    email: str | None = None
    called: str | None = None
    ringing: Json | None = None
    waiting_since: str = field(default_factory=lambda: ago(3))
    ticket: Json = field(default_factory=dict)
    facts: Json = field(default_factory=dict)
    tried: list[Json] = field(default_factory=list)
    messages: list[Json] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    resolution: str | None = None
    rating: Json | None = None

    def __post_init__(self) -> None:
        """Open the ticket every handoff has."""
        known = {"number": f"IT-{1000 + len(self.id)}", "kind": "incident", "category": "vpn", "priority": "normal"}
        self.ticket = {**known, "status": "new", "reason": "human_request", "created_at": ago(4), **self.ticket}

    @property
    def seq(self) -> int:
        """The place of the newest message."""
        return len(self.messages)

    def card(self) -> Json:
        """Give what the lists show."""
        said = [message for message in self.messages if message["author"] == "visitor"]
        text = said[-1]["text"] if said else ""
        files = [file["name"] for file in said[-1]["attachments"]] if said else []
        return {
            "id": self.id,
            "status": self.status,
            "reason": self.ticket["reason"],
            "topic": self.ticket["category"],
            "language": self.language,
            "visitor": self.name,
            "preview": text[:120],
            "file": files[0] if files and not text else None,
            "seq": self.seq,
            "waiting_since": self.waiting_since,
            "agent": self.agent,
            "called": self.called,
            "ringing": self.ringing,
            "ticket": self.ticket["number"],
            "channel": self.channel,
            "priority": self.ticket["priority"],
        }

    def detail(self, after: int) -> Json:
        """Give the whole conversation, or what came behind a place."""
        return {
            "id": self.id,
            "status": self.status,
            "channel": self.channel,
            "language": self.language,
            "visitor": {"name": self.name, "email": self.email},
            "agent": self.agent,
            "called": self.called,
            "seq": self.seq,
            "ticket": {**self.ticket, "resolution": self.resolution},
            "rating": self.rating,
            "facts": self.facts,
            "tried": self.tried,
            "messages": [message for message in self.messages if message["seq"] > after],
        }


@dataclass
class Stub(Threaded):
    """The server's memory and its bad habits."""

    conversations: dict[str, Conversation] = field(default_factory=dict)
    signed_in: bool = False
    presence: str = "online"
    taken_by: str | None = None
    """Who is quicker at the next claim."""
    down: bool = False
    """Every connection is cut."""
    repeat_changes: bool = False
    """Every change is told twice."""
    posted: list[Json] = field(default_factory=list)
    changed_tickets: list[Json] = field(default_factory=list)
    transfers: list[Json] = field(default_factory=list)
    canned: list[Json] = field(default_factory=list)
    articles: list[Json] = field(default_factory=list)
    without_token: int = 0
    """How many writes came without the CSRF token."""
    listeners: list[asyncio.Queue[tuple[str, Json] | None]] = field(default_factory=list)

    def add(self, conversation: Conversation, *texts: str) -> Conversation:
        """Let a visitor wait, who has said this already."""
        self.conversations[conversation.id] = conversation
        for text in texts:
            self.say(conversation, "visitor", text)
        self.publish(conversation)
        return conversation

    def say(self, conversation: Conversation, author: str, text: str, **more: Any) -> int:
        """Write one message into the record; returns its place."""
        seq = conversation.seq + 1
        message = {"seq": seq, "author": author, "name": None, "text": text, "choices": [], "article": None}
        message |= {"attachments": [], "created_at": ago(0), "private": False} | more
        conversation.messages.append(message)
        self.publish(conversation)
        return seq

    def publish(self, conversation: Conversation) -> None:
        """Tell every console that a conversation changed."""
        change = {"conversation": conversation.id, "seq": conversation.seq, "status": conversation.status}
        for queue in self.listeners:
            for _ in range(2 if self.repeat_changes else 1):
                queue.put_nowait(("changed", change))

    def end(self, conversation: Conversation) -> None:
        """Let the visitor end the conversation."""
        conversation.status = "closed"
        self.publish(conversation)

    def type(self, conversation: Conversation, *, on: bool) -> None:
        """Let the visitor begin or stop typing."""
        for queue in self.listeners:
            queue.put_nowait(("typing", {"conversation": conversation.id, "author": "visitor", "on": on}))

    def go_down(self) -> None:
        """Cut every line and refuse new ones."""
        self.down = True
        for queue in self.listeners:
            queue.put_nowait(None)

    def lists(self) -> Json:
        """Give the queue, oldest first."""
        everyone = sorted(self.conversations.values(), key=lambda one: one.waiting_since)
        waiting = [one.card() for one in everyone if one.status == "waiting"]
        away = [one.card() for one in everyone if one.status == "with_bot" and one.ticket["status"] == "new"]
        return {"waiting": waiting, "away": away}

    def mine(self) -> list[Json]:
        """Give the chats of the agent who is signed in, and those whose visitor left them."""
        return [
            one.card()
            for one in self.conversations.values()
            if one.status in ("with_agent", "closed") and one.agent == ME["name"]
        ]


def problem(status: int, detail: str, **more: Any) -> web.Response:
    """Refuse with a sentence."""
    body = json.dumps({"type": "about:blank", "title": "Refused", "status": status, "detail": detail, **more})
    return web.Response(status=status, text=body, content_type="application/problem+json")


class Routes:
    """The contract's agent side on one `Stub`."""

    def __init__(self, stub: Stub) -> None:
        self.stub = stub

    @web.middleware
    async def guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Be down, ask for the login, ask for the token."""
        if self.stub.down:
            return self.drop(request)
        path = request.path
        if path.startswith("/api/") and not (path.endswith("/session") and request.method == "POST"):
            if not self.stub.signed_in:
                return problem(401, "Please sign in.")
            if request.method != "GET" and request.headers.get("X-CSRF-Token") != ME["csrf"]:
                self.stub.without_token += 1
                return problem(403, "Your page is out of date.")
        response: web.StreamResponse = await handler(request)
        return response

    def drop(self, request: web.Request) -> web.Response:
        """Cut the connection without an answer."""
        if request.transport:
            request.transport.abort()
        return web.Response()

    def conversation(self, request: web.Request) -> Conversation:
        """Give the conversation of a path."""
        found = self.stub.conversations.get(request.match_info["id"])
        if not found:
            raise web.HTTPNotFound
        return found

    async def page(self, _request: web.Request) -> web.StreamResponse:
        """Serve the page under the strict policy."""
        return web.FileResponse(STATIC / "console.html", headers={"Content-Security-Policy": POLICY})

    async def sign_in(self, request: web.Request) -> web.Response:
        """Let the one agent in."""
        body = await request.json()
        if body != {"email": ME["email"], "password": PASSWORD}:
            return problem(401, "E-mail address or password is wrong.")
        self.stub.signed_in = True
        return web.json_response(ME)

    async def who(self, _request: web.Request) -> web.Response:
        """Say who is signed in."""
        return web.json_response(ME)

    async def sign_out(self, _request: web.Request) -> web.Response:
        """End the login."""
        self.stub.signed_in = False
        return web.Response(status=204)

    async def presence(self, request: web.Request) -> web.Response:
        """Note the presence."""
        self.stub.presence = (await request.json())["presence"]
        return web.json_response({"presence": self.stub.presence})

    async def agents(self, _request: web.Request) -> web.Response:
        """List the colleagues."""
        return web.json_response({"agents": AGENTS})

    async def queue(self, _request: web.Request) -> web.Response:
        """List who waits."""
        return web.json_response(self.stub.lists())

    async def mine(self, _request: web.Request) -> web.Response:
        """List the agent's chats."""
        return web.json_response({"conversations": self.stub.mine()})

    async def detail(self, request: web.Request) -> web.Response:
        """Give one conversation."""
        return web.json_response(self.conversation(request).detail(int(request.query.get("after", 0))))

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Send the lists, then every change."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        queue: asyncio.Queue[tuple[str, Json] | None] = asyncio.Queue()
        self.stub.listeners.append(queue)
        snapshot = {**self.stub.lists(), "mine": self.stub.mine(), "presence": self.stub.presence}
        queue.put_nowait(("snapshot", snapshot))
        with contextlib.suppress(ConnectionError):
            while event := await queue.get():
                await response.write(f"event: {event[0]}\r\ndata: {json.dumps(event[1])}\r\n\r\n".encode())
        self.stub.listeners.remove(queue)
        return response

    async def claim(self, request: web.Request) -> web.Response:
        """Give the conversation to who is first."""
        conversation = self.conversation(request)
        agent, self.stub.taken_by = self.stub.taken_by or ME["name"], None
        conversation.status, conversation.agent = "with_agent", agent
        conversation.ticket["status"] = "open"
        self.stub.publish(conversation)
        if agent != ME["name"]:
            return problem(409, f"{agent} has this chat already.", agent=agent)
        return web.json_response({"status": "with_agent", "agent": agent})

    async def say(self, request: web.Request) -> web.Response:
        """Record an answer."""
        return await self.record(request, private=False)

    async def note(self, request: web.Request) -> web.Response:
        """Record a private note."""
        return await self.record(request, private=True)

    async def record(self, request: web.Request, *, private: bool) -> web.Response:
        """Record a text once, however often it comes."""
        stub, conversation, body = self.stub, self.conversation(request), await request.json()
        stub.posted.append({**body, "private": private})
        repeated = body["id"] in conversation.seen
        if not repeated and not private and conversation.agent != ME["name"]:
            return problem(409, "You do not have this chat. Take it first.")
        if not repeated:
            seq = stub.say(conversation, "agent", body["text"], name=ME["name"], private=private)
            conversation.seen[body["id"]] = seq
        return web.json_response({"seq": conversation.seen[body["id"]]}, status=200 if repeated else 201)

    async def transfer(self, request: web.Request) -> web.Response:
        """Put the conversation back for somebody else."""
        body = await request.json()
        self.stub.transfers.append(body)
        meant = next((one for one in AGENTS if one["email"] == body.get("agent")), None)
        self.conversation(request).called = str(meant["name"]) if meant else body["group"]
        return self.hand_over(
            request, "waiting", called=meant["name"] if meant and meant["presence"] == "online" else None
        )

    async def give_back(self, request: web.Request) -> web.Response:
        """Give the floor to the bot."""
        return self.hand_over(request, "with_bot")

    async def close(self, request: web.Request) -> web.Response:
        """End the conversation."""
        self.conversation(request).resolution = (await request.json())["resolution"]
        return self.hand_over(request, "closed")

    def hand_over(self, request: web.Request, status: str, **more: Any) -> web.Response:
        """Change who has the floor."""
        conversation = self.conversation(request)
        conversation.status, conversation.agent = status, None
        becomes = {"closed": "resolved", "with_bot": "pending"}
        conversation.ticket = {**conversation.ticket, "status": becomes.get(status, "open")}
        self.stub.publish(conversation)
        return web.json_response({"status": status, **more})

    async def typing(self, _request: web.Request) -> web.Response:
        """Take note of nothing."""
        return web.Response(status=204)

    async def nothing(self, _request: web.Request) -> web.Response:
        """Know of nothing that would help: no canned answer, no article, no earlier chat."""
        return web.json_response({"answers": [], "bot": "ready", "articles": [], "conversations": []})

    async def canned(self, _request: web.Request) -> web.Response:
        """List the canned answers."""
        return web.json_response({"answers": self.stub.canned})

    async def articles(self, _request: web.Request) -> web.Response:
        """Find the articles there are, whatever is asked."""
        return web.json_response({"bot": "ready", "articles": self.stub.articles})

    async def change_ticket(self, request: web.Request) -> web.Response:
        """Change the ticket."""
        body, number = await request.json(), request.match_info["number"]
        self.stub.changed_tickets.append(body)
        for conversation in self.stub.conversations.values():
            if conversation.ticket["number"] == number:
                conversation.ticket = {**conversation.ticket, **body}
                self.stub.publish(conversation)
        return web.json_response({"number": number, **body})


def application(stub: Stub) -> web.Application:
    """Give the routes of the console."""
    routes = Routes(stub)
    base, one = "/api/v1/agent", "/api/v1/agent/conversations/{id}"
    app = web.Application(middlewares=[routes.guard])
    app.router.add_get("/console", routes.page)
    app.router.add_static("/console/static", STATIC)
    app.router.add_post(base + "/session", routes.sign_in)
    app.router.add_get(base + "/session", routes.who)
    app.router.add_delete(base + "/session", routes.sign_out)
    app.router.add_put(base + "/presence", routes.presence)
    app.router.add_get(base + "/agents", routes.agents)
    app.router.add_get(base + "/queue", routes.queue)
    app.router.add_get(base + "/conversations", routes.mine)
    app.router.add_get(base + "/stream", routes.stream)
    app.router.add_get(one, routes.detail)
    app.router.add_post(one + "/claim", routes.claim)
    app.router.add_post(one + "/messages", routes.say)
    app.router.add_post(one + "/note", routes.note)
    app.router.add_post(one + "/transfer", routes.transfer)
    app.router.add_post(one + "/return", routes.give_back)
    app.router.add_post(one + "/close", routes.close)
    app.router.add_post(one + "/typing", routes.typing)
    app.router.add_post(one + "/look", routes.typing)
    app.router.add_get(base + "/canned", routes.canned)
    app.router.add_post(base + "/articles", routes.articles)
    for path in (one + "/articles", one + "/earlier"):
        app.router.add_get(path, routes.nothing)
    app.router.add_patch("/api/v1/tickets/{number}", routes.change_ticket)
    return app


@contextlib.contextmanager
def running() -> Iterator[Stub]:
    """Give a stub that serves on a thread of its own."""
    stub = Stub()
    with on_a_thread(stub, application(stub)):
        try:
            yield stub
        finally:
            stub.do(stub.go_down)
