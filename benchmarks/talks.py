"""How a visitor talks to each system: open a conversation, ask, wait for the bot's answer."""

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Protocol

from benchmarks.plain_http import Connection
from benchmarks.stock import RESPONSES


class NoAnswer(Exception):
    """The system did not say anything a visitor could read."""


@dataclass(frozen=True)
class Answer:
    """What was read; `over` if a person has been called, so that the visitor asks the rest elsewhere."""

    text: str
    article: bool
    over: bool = False


class Talk(Protocol):
    """One conversation."""

    async def ask(self, text: str) -> Answer:
        """Send one message and wait for the bot's answer to it; raises NoAnswer."""
        ...

    async def close(self) -> None:
        """Leave."""
        ...


class StockTalk:
    """A sender on Rasa's REST channel, which answers in the response."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._sender = connection, uuid.uuid4().hex

    @classmethod
    async def open(cls, port: int, _language: str) -> "StockTalk":
        """Begin as a new sender."""
        return cls(await Connection.open(port))

    async def ask(self, text: str) -> Answer:
        """Post the message and read the whole response."""
        body = {"sender": self._sender, "message": text}
        status, messages = await self._connection.post("/webhooks/rest/webhook", body)
        said = "\n".join(message.get("text", "") for message in messages) if status == 200 else ""  # noqa: PLR2004
        if not said.strip():
            raise NoAnswer(f"Stock Rasa answered {status} {messages!r} to {text!r}.")
        return Answer(said, article=said not in RESPONSES.values())

    async def close(self) -> None:
        """Hang up."""
        await self._connection.close()


class FirstlineTalk:
    """A conversation over the visitors' interface, with the answers read on its stream."""

    def __init__(self, path: str, token: str, connection: Connection, stream: Connection) -> None:
        self._path, self._token, self._connection, self._stream = path, token, connection, stream
        self._events: AsyncIterator[tuple[str, Any]] = stream.events(f"{path}/stream", token)
        self._over = False

    @classmethod
    async def open(cls, port: int, language: str) -> "FirstlineTalk":
        """Open a conversation and its stream."""
        connection = await Connection.open(port)
        status, opened = await connection.post("/api/v1/conversations", {"language": language})
        if status != 201:  # noqa: PLR2004
            raise NoAnswer(f"Firstline opened no conversation: {status} {opened!r}.")
        return cls(f"/api/v1/conversations/{opened['id']}", opened["token"], connection, await Connection.open(port))

    async def ask(self, text: str) -> Answer:
        """Post the message, then read the stream up to the bot's first message behind it."""
        body = {"id": str(uuid.uuid4()), "text": text}
        status, receipt = await self._connection.post(f"{self._path}/messages", body, self._token)
        if status != 201:  # noqa: PLR2004
            raise NoAnswer(f"Firstline answered {status} {receipt!r} to {text!r}.")
        async for name, content in self._events:
            if name == "status":
                self._over = content["status"] != "with_bot" or content["ticket"] is not None
            elif name == "message" and content["author"] == "bot" and content["seq"] > receipt["seq"]:
                return self._read(content)
        raise NoAnswer("Firstline ended the stream.")

    def _read(self, message: dict[str, Any]) -> Answer:
        if not message["text"].strip():
            raise NoAnswer("Firstline's answer has no text.")
        return Answer(message["text"], article=message["article"] is not None, over=self._over)

    async def close(self) -> None:
        """Hang up both connections."""
        await self._connection.close()
        await self._stream.close()


TALKS: dict[str, type[StockTalk] | type[FirstlineTalk]] = {"stock": StockTalk, "firstline": FirstlineTalk}
