"""The people of a busy desk: visitors who ask and follow, agents who answer and look as their consoles do."""

import asyncio
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from benchmarks.plain_http import Line

PASSWORD = "a password for the load"  # noqa: S105  no secret
_OPENED = (200, 201)
_ROOT = "/api/v1/agent"
_BREATH = 0.3  # seconds; as in console/static/desk.js
_AT_LEISURE = 3.0
_READS = 1.0  # seconds an agent takes before accepting a chat


def email(number: int) -> str:
    """Give an agent's address."""
    return f"agent{number}@example.org"


@dataclass
class Tally:
    """What came of it: seconds of every answer, delivery and acknowledgement, and what was refused."""

    answers: list[float] = field(default_factory=list)
    deliveries: list[float] = field(default_factory=list)
    acknowledgements: list[float] = field(default_factory=list)
    refusals: Counter[str] = field(default_factory=Counter)
    sent: int = 0
    unanswered: list[int] = field(default_factory=list)  # once a second
    handed_over: int = 0
    looks: int = 0  # of consoles
    seconds: float = 0.0
    own_cpu: float = 0.0


class Room:
    """Whom the people meet: visitors with nothing to wait for, visitors who wait for a person, and the tally."""

    def __init__(self, port: int) -> None:
        self.port, self.tally = port, Tally()
        self.free: dict[Visitor, None] = {}
        self.called: asyncio.Queue[Visitor] = asyncio.Queue()
        self.asked: set[Visitor] = set()
        self.said: dict[str, float] = {}  # by agents, and not read yet

    def took(self, what: str, status: int) -> bool:
        """Tell whether a request was granted; count it if not."""
        if status not in _OPENED:
            self.tally.refusals[f"{what} {status}"] += 1
        return status in _OPENED


class Visitor:
    """One visitor with an open stream."""

    def __init__(self, room: Room, texts: Sequence[str]) -> None:
        self._room, self._texts, self._next = room, texts, count()
        self.id, self._path = "", ""
        self._status = "with_bot"
        self._asked = 0.0
        self._heard = False
        self.line = Line(room.port)

    async def arrive(self, language: str) -> None:
        """Open a conversation."""
        status, opened = await self.line.request("POST", "/api/v1/conversations", {"language": language})
        if status not in _OPENED:
            raise ConnectionError(f"No conversation was opened: {status} {opened!r}.")
        self.id, self._path = opened["id"], f"/api/v1/conversations/{opened['id']}"
        self.line.headers["Authorization"] = f"Bearer {opened['token']}"

    async def follow(self) -> None:
        """Read the stream until cancelled."""
        async for name, content in (await self.line.stream()).events(f"{self._path}/stream"):
            if name == "status":
                self._stand(content["status"])
            elif name == "message":
                self._read(content)
        self._room.tally.refusals["stream ended"] += 1

    async def ask(self, due: float) -> None:
        """Send the next question, which should have been sent at `due`."""
        self._asked, self._heard = due, False
        self._room.asked.add(self)
        text = self._texts[next(self._next) % len(self._texts)]
        try:
            status, _ = await self.line.request(
                "POST", f"{self._path}/messages", {"id": str(uuid.uuid4()), "text": text}
            )
        except (OSError, asyncio.IncompleteReadError) as error:
            self._room.tally.refusals[type(error).__name__] += 1
            return
        if self._room.took("message", status):
            self._room.tally.acknowledgements.append(time.perf_counter() - due)
        else:
            self._done()

    async def come_back(self, seen: int, last: int) -> float:
        """Follow again behind the message seen; gives the seconds until the last one has arrived, all in order."""
        began, expected = time.perf_counter(), seen
        connection = await self.line.stream()
        async for name, content in connection.events(f"{self._path}/stream", after=seen):
            if name == "message":
                expected += 1
                if content["seq"] != expected:
                    raise ConnectionError(f"Message {content['seq']} came instead of {expected}.")
                if expected == last:
                    break
        taken = time.perf_counter() - began
        await connection.close()
        return taken

    def _stand(self, status: str) -> None:
        before, self._status = self._status, status
        if status == "waiting" and before != status:
            self._room.tally.handed_over += 1
            self._room.called.put_nowait(self)
        elif status == "with_bot" and before != status and self not in self._room.asked:
            self._room.free[self] = None

    def _read(self, message: dict[str, Any]) -> None:
        if message["author"] == "visitor":
            self._heard = True
        elif message["author"] == "agent":
            if began := self._room.said.pop(message["text"], None):
                self._room.tally.deliveries.append(time.perf_counter() - began)
        elif message["author"] == "bot" and self._heard and self in self._room.asked:
            self._room.tally.answers.append(time.perf_counter() - self._asked)
            self._done()

    def _done(self) -> None:
        self._room.asked.discard(self)
        if self._status == "with_bot":
            self._room.free[self] = None


class Agent:
    """One agent with a console open and a few chats of their own."""

    def __init__(self, room: Room, number: int) -> None:
        self._room, self._number, self._said = room, number, count()
        self._chats: set[str] = set()
        self._listed: set[str] = set()
        self._told: dict[str, str] = {}
        self._changed: set[str] = set()
        self._stirred = asyncio.Event()
        self._writing, self._looking = Line(room.port), Line(room.port)

    async def sign_in(self) -> None:
        """Sign in and say that chats may come."""
        body = {"email": email(self._number), "password": PASSWORD}
        status, who = await self._writing.request("POST", f"{_ROOT}/session", body)
        if status not in _OPENED:
            raise ConnectionError(f"An agent could not sign in: {status} {who!r}.")
        self._writing.headers["X-CSRF-Token"] = who["csrf"]
        await self._writing.request("PUT", f"{_ROOT}/presence", {"presence": "online"})
        self._looking.headers = self._writing.headers

    async def take(self, visitor: Visitor) -> bool:
        """Take a chat, to keep it."""
        if not await self._do(visitor.id, "claim"):
            return False
        self._chats.add(visitor.id)
        return True

    async def follow(self) -> None:
        """Read the console's stream until cancelled."""
        stream = await self._writing.stream()
        async for name, content in stream.events(f"{_ROOT}/stream"):
            if name == "changed":
                conversation = content["conversation"]
                if conversation in self._chats:
                    self._changed.add(conversation)
                before, self._told[conversation] = self._told.get(conversation, "with_bot"), content["status"]
                if content["status"] != before or conversation in self._listed:
                    self._stirred.set()
        self._room.tally.refusals["console's stream ended"] += 1

    async def look(self) -> None:
        """Fetch what the console fetches when something changed."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stirred.wait(), _AT_LEISURE)
            await asyncio.sleep(_BREATH)
            self._stirred.clear()
            waiting = (await self._fetch("queue")).get("waiting", [])
            mine = (await self._fetch("conversations")).get("conversations", [])
            self._listed = {card["id"] for card in (*waiting, *mine)}
            changed, self._changed = self._changed, set()
            for conversation in changed:
                await self._fetch(f"conversations/{conversation}?after=1000000")

    async def _fetch(self, what: str) -> dict[str, Any]:
        status, body = await self._looking.request("GET", f"{_ROOT}/{what}")
        self._room.tally.looks += 1
        return dict(body) if self._room.took("console", status) else {}

    async def chat(self, pause: float) -> None:
        """Say something to one of the own visitors every so many seconds."""
        await asyncio.sleep(pause * (self._number % 10) / 10)
        while True:
            for conversation in tuple(self._chats):
                if conversation in self._chats:  # not given back meanwhile
                    await self.say(conversation)
                await asyncio.sleep(pause)

    async def serve(self) -> None:
        """Accept whoever is called for, answer once, and give the chat back to the bot."""
        while True:
            visitor = await self._room.called.get()
            await asyncio.sleep(_READS)
            if await self.take(visitor):
                await self.say(visitor.id)
                await asyncio.sleep(_READS)
                self._chats.discard(visitor.id)
                await self._do(visitor.id, "return")

    async def say(self, conversation: str) -> int:
        """Answer a visitor; gives the message's place, 0 if it was refused."""
        text = f"Agent {self._number} says {next(self._said)}."
        self._room.said[text] = time.perf_counter()
        receipt = await self._do(conversation, "messages", {"id": str(uuid.uuid4()), "text": text})
        if not receipt:
            del self._room.said[text]
        return int(receipt.get("seq", 0))

    async def _do(self, conversation: str, what: str, body: Any = None) -> dict[str, Any]:
        status, answer = await self._writing.request("POST", f"{_ROOT}/conversations/{conversation}/{what}", body)
        return dict(answer) if self._room.took(what, status) else {}
