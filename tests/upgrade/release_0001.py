"""A database as the release with layout 0001 left it in the middle of a working day: written in its own columns."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from alembic import command
from sqlalchemy import MetaData, create_engine
from sqlalchemy.engine import Connection

from conversations.database import driver_url
from conversations.record import token_hash
from firstline.migrations import running
from tests.conftest import MONDAY_NOON

TOKEN = "a visitor's token of the previous release"
_EACH = 25
_STATUSES = ("with_bot", "unanswered", "waiting", "with_agent", "returned", "closed", "away")
_TICKETS = {"waiting": "new", "with_agent": "open", "returned": "pending", "closed": "resolved", "away": "new"}
_FLOOR = {"unanswered": "with_bot", "returned": "with_bot", "away": "with_bot"}


@dataclass(frozen=True)
class Tables:
    """The tables as they are at that layout."""

    connection: Connection
    metadata: MetaData

    def add(self, table: str, /, **values: Any) -> None:
        """Insert a row."""
        self.connection.execute(self.metadata.tables[table].insert().values(values))


def fill(url: str) -> dict[str, str]:
    """Bring an empty database to layout 0001 and fill it; gives a conversation's id for each way it can stand."""
    with running._connected(url, alone=True) as connection:
        command.upgrade(running._config(connection), "0001")
    engine = create_engine(driver_url(url))
    ids: dict[str, str] = {}
    with engine.begin() as connection:
        metadata = MetaData()
        metadata.reflect(connection)
        tables = Tables(connection, metadata)
        _agents(tables)
        for number, (how, channel) in enumerate(_lives()):
            ids.setdefault(f"{how} on {channel}", _conversation(tables, number, how, channel))
    engine.dispose()
    return ids


def _lives() -> Iterator[tuple[str, str]]:
    for channel in ("web", "telegram"):
        for how in _STATUSES:
            yield from ((how, channel) for _ in range(_EACH))


def _agents(tables: Tables) -> None:
    for number, presence in enumerate(("online", "away", "offline"), 1):
        tables.add(
            "agents",
            email=f"agent{number}@example.org",
            name=f"Ägent {number}",
            password_hash="$argon2id$nobody",
            roles=["agent"],
            groups=["network"],
            capacity=4,
            presence=presence,
            seen_at=MONDAY_NOON,
            created_at=MONDAY_NOON - timedelta(days=90),
        )
    tables.add(
        "logins",
        token_hash=token_hash("a cookie"),
        agent_id=1,
        csrf="c",
        created_at=MONDAY_NOON,
        expires_at=MONDAY_NOON + timedelta(hours=12),
    )


def _conversation(tables: Tables, number: int, how: str, channel: str) -> str:
    id, began = str(uuid.uuid4()), MONDAY_NOON - timedelta(minutes=number)  # noqa: A001
    has_agent, ticket = how == "with_agent", _TICKETS.get(how)
    messages = _messages(how, number)
    said = [seq for seq, message in enumerate(messages, 1) if message["author"] == "visitor"]
    tables.add(
        "conversations",
        id=id,
        token_hash=token_hash(f"{TOKEN} {number}") if channel == "web" else None,
        channel=channel,
        address=f"7{number:06}" if channel == "telegram" else None,
        language="de" if number % 2 else "en",
        name="Zoë Müller",
        email="zoe@example.org",
        status=_FLOOR.get(how, how),
        state={"language": "en", "turns": 2},
        last_seq=len(messages),
        visitor_seq=said[-1],
        answered_seq=0 if how == "unanswered" else said[-1],
        answering_until=began if how == "unanswered" else None,
        failures=1 if how == "unanswered" else 0,
        notices=["masked"],
        agent_id=1 if has_agent else None,
        agent_name="Ägent 1" if has_agent else None,
        called="network" if how == "waiting" and number % 2 else None,
        waiting_since=began if how == "waiting" else None,
        ticket=f"IT-{1001 + number}" if ticket else None,
        rating=5 if how == "closed" else None,
        rating_comment="Schnell geholfen 👍" if how == "closed" else None,
        created_at=began,
        updated_at=began,
    )
    for seq, message in enumerate(messages, 1):
        tables.add("messages", conversation_id=id, seq=seq, created_at=began + timedelta(seconds=seq), **message)
    _beside(tables, id, number, messages, began)
    if channel == "telegram":
        _telegram(tables, id, number, messages, began)
    if ticket:
        _ticket(tables, id, number, ticket, began)
    return id


def _messages(how: str, number: int) -> list[dict[str, Any]]:
    """Give a transcript: a question, an answer with buttons, a pressed button, a file, and what people added."""
    plain = {"external_id": None, "name": None, "choice": None, "choices": [], "article": None, "attachments": []}
    plain["private"] = False
    helped = [{"title": "That helped", "value": "helped"}]
    lines = [
        {"author": "visitor", "text": "wie komme ich ins VPN? 🙈", "external_id": str(uuid.uuid4()), "name": "Zoë"},
        {"author": "bot", "text": "Open **NorthConnect**.", "choices": helped, "article": "vpn-connect"},
        {"author": "visitor", "text": "That helped", "choice": "helped", "external_id": str(uuid.uuid4())},
        {"author": "visitor", "text": "", "external_id": str(uuid.uuid4()), "attachments": [_file(number)]},
    ]
    if how == "unanswered":
        lines = [lines[0]]
    if how in _TICKETS:
        lines += [
            {"author": "system", "text": "Agent 1 has joined.", "name": None},
            {"author": "agent", "text": "Please restart it.", "name": "Ägent 1", "external_id": str(uuid.uuid4())},
            {"author": "agent", "text": "asked for the serial number", "name": "Ägent 1", "private": True},
        ]
    return [{**plain, **line} for line in lines]


def _file(number: int) -> dict[str, Any]:
    return {"id": str(uuid.UUID(int=number)), "name": "Bildschirm é.png", "type": "image/png", "size": 4}


def _beside(tables: Tables, id: str, number: int, messages: list[dict[str, Any]], began: datetime) -> None:  # noqa: A002
    for message in messages:
        for file in message["attachments"]:
            tables.add("attachments", **file, conversation_id=id, content=b"\x89PNG", created_at=began)


def _telegram(tables: Tables, id: str, number: int, messages: list[dict[str, Any]], began: datetime) -> None:  # noqa: A002
    """Add the update that came, and deliveries: one that arrived, and others that wait for another try."""
    tables.add("updates", source="bot 7", update_id=str(number), conversation_id=id, seq=1)
    for seq, message in enumerate(messages, 1):
        if message["author"] == "visitor" or message["private"]:
            continue
        state = {"sent_at": began} if seq == 2 else {"due_at": began, "error": "429"}
        fields = {"channel": "telegram", "address": f"7{number:06}", "attempts": 1}
        tables.add("deliveries", conversation_id=id, seq=seq, **fields, **state)


def _ticket(tables: Tables, id: str, number: int, status: str, began: datetime) -> None:  # noqa: A002
    tables.add(
        "tickets",
        number=f"IT-{1001 + number}",
        conversation_id=id,
        kind="incident",
        category="vpn",
        priority="medium",
        status=status,
        reason="human_request",
        facts={"device": "laptop", "error": "E-809"},
        tried=[{"article": "vpn-connect", "confidence": 0.4, "title": "VPN"}],
        secret_hash=token_hash(f"secret {number}"),
        agent_id=1 if status == "open" else None,
        resolution="Neu gestartet" if status == "resolved" else None,
        created_at=began,
        updated_at=began,
    )
