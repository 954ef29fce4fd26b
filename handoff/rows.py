"""The tables of the people's side."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from conversations.rows import Row


class Agent(Row):
    """A person who answers; `seen_at` is the last sign of life of their console.

    No `languages` means all. `presence_at` is since when they have their presence, `given_at` when they were last
    called for a visitor, `misses` how many calls in a row they did not accept.
    """

    __tablename__ = "agents"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(String(255))
    roles: Mapped[list[Any]]
    groups: Mapped[list[Any]]
    languages: Mapped[list[Any]] = mapped_column(default=list)
    capacity: Mapped[int] = mapped_column(default=4)
    presence: Mapped[str] = mapped_column(String(8), default="offline")
    presence_at: Mapped[datetime | None]
    misses: Mapped[int] = mapped_column(default=0)
    given_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Login(Row):
    """A signed-in browser; only the hash of its cookie is stored."""

    __tablename__ = "logins"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Ticket(Row):
    """Work that outlives the conversation; its transcript is the conversation's messages.

    `tried` is what the bot considered, with confidences; `facts` what the visitor said about device, system and error.
    `promised_at` is the opening a visitor was promised an answer at, `remind_at` when agents are told of it next.
    """

    __tablename__ = "tickets"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    category: Mapped[str | None] = mapped_column(String(40))
    priority: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(8), index=True)
    reason: Mapped[str] = mapped_column(String(20))
    facts: Mapped[dict[str, Any]]
    tried: Mapped[list[Any]]
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    agent_id: Mapped[int | None]
    resolution: Mapped[str | None] = mapped_column(Text)
    promised_at: Mapped[datetime | None]
    remind_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
