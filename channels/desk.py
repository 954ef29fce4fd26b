"""What a channel is handed: the few things a visitor can do, and the values that cross that border."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

Address = tuple[str, str]
"""A push channel and where somebody is reached there."""


@dataclass(frozen=True)
class Inbound:
    """One thing a visitor sends: a text or the value of a choice, under an id of the sender's making.

    `update` is the push channel's own (source, update id), so that a repeated update is taken once.
    """

    external_id: str | None
    text: str = ""
    choice: str | None = None
    update: tuple[str, str] | None = None


@dataclass(frozen=True)
class Upload:
    """A file a visitor or an agent sends, with its bytes as they came."""

    external_id: str
    name: str
    content: bytes


@dataclass(frozen=True)
class Receipt:
    """What was said is in the record at `seq`; `repeated` if it was there before."""

    seq: int
    repeated: bool = False


@dataclass(frozen=True)
class Standing:
    """Who has the floor, as the visitor is told: the agent, who is being called, the place in the queue, the ticket."""

    status: str
    language: str
    agent: str | None = None
    place: int | None = None
    ticket: str | None = None
    ticket_url: str | None = None
    calling: str | None = None
    rated: bool = False

    def as_json(self) -> dict[str, Any]:
        """Give the standing as the HTTP contract words it."""
        fields = ("status", "agent", "calling", "place", "ticket", "ticket_url", "rated")
        return {name: getattr(self, name) for name in fields}


@dataclass(frozen=True)
class Reading:
    """Messages behind a place, in order, and who has the floor."""

    standing: Standing
    messages: Sequence[Mapping[str, Any]]


class Following(Protocol):
    """Signals of one conversation."""

    async def next(self, seconds: float) -> Sequence[Any]:
        """Wait for signals (`kind` "changed" or "typing", `author`, `on`) at most so long."""
        ...


class Desk(Protocol):
    """What visitors can do; every method raises `conversations.errors.Refused` when it is refused."""

    async def open(self, channel: str, language: str, address: str | None = None) -> tuple[str, str]:
        """Begin a conversation; gives its id and the visitor's token."""
        ...

    async def of_address(self, channel: str, address: str, language: str) -> str:
        """Give the open conversation of a push channel's address, or begin one linked to the last."""
        ...

    async def authorise(self, conversation: str, token: str) -> None:
        """Check that the token opens the conversation."""
        ...

    async def introduce(self, conversation: str, fields: Mapping[str, str | None]) -> Mapping[str, Any]:
        """Change the visitor's name, e-mail or language."""
        ...

    async def take(self, conversation: str, inbound: Inbound) -> Receipt:
        """Record what the visitor said and see that it is answered."""
        ...

    async def read(self, conversation: str, after: int) -> Reading:
        """Give the messages behind a place and who has the floor."""
        ...

    async def attach(self, conversation: str, upload: Upload) -> Receipt:
        """Record a file the visitor sends."""
        ...

    async def file(self, conversation: str, attachment: str) -> tuple[str, str, bytes]:
        """Give a file's name, type and bytes."""
        ...

    async def typing(self, conversation: str, *, on: bool) -> None:
        """Say that the visitor types; recorded nowhere."""
        ...

    async def close(self, conversation: str) -> Standing:
        """End the conversation."""
        ...

    async def rate(
        self, conversation: str, score: int, comment: str | None = None, *, by: Address | None = None
    ) -> None:
        """Keep the visitor's rating, once; `by` says whose conversation it must be."""
        ...

    async def await_comment(self, conversation: str, prompt: str) -> None:
        """Take what is said in reply to a message of a push channel, named by it, as the rating's comment."""
        ...

    async def comment(self, by: Address, prompt: str, said: Inbound) -> bool:
        """Keep a reply to such a message as the comment, once; False if that message awaits none."""
        ...

    async def newest(self, of: Address) -> str | None:
        """Give the newest conversation of a push channel's address, also one that is closed."""
        ...

    async def transcript(self, conversation: str) -> tuple[str, bytes]:
        """Give what was said as a file: its name, and an HTML page without anything that runs."""
        ...

    def follow(self, conversation: str) -> AbstractContextManager[Following]:
        """Follow a conversation's signals."""
        ...


class Post(Protocol):
    """The outgoing mail of a push channel: what is due, and what became of it."""

    async def claim(self, channel: str) -> "Parcel | None":
        """Take one delivery that is due, oldest first within a conversation; no other server sends it meanwhile."""
        ...

    def follow(self) -> AbstractContextManager[Following]:
        """Follow what may have made a delivery due."""
        ...

    def is_held(self, parcel: "Parcel") -> bool:
        """Tell whether the delivery is still ours to send."""
        ...

    async def arrived(self, parcel: "Parcel") -> None:
        """Note that the channel took it."""
        ...

    async def arrived_in_part(self, parcel: "Parcel", parts: int) -> None:
        """Note that the channel took the first parts of it."""
        ...

    async def failed(self, parcel: "Parcel", reason: str, *, final: bool, wait: float | None = None) -> None:
        """Note that it was refused: try again after `wait` seconds or with back-off, or give it up."""
        ...

    async def alone(self, channel: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do what only one server may do for a channel, whenever it is this server's turn."""
        ...


@dataclass(frozen=True)
class Parcel:
    """One message on its way to an address of a push channel, ours to send until `lease`; `parts` of it arrived."""

    id: int
    conversation: str
    address: str
    message: Mapping[str, Any]
    standing: Standing
    lease: datetime
    parts: int = 0
