"""The tables of the people's side."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from conversations.rows import Row


class Agent(Row):
    """A person who answers; `seen_at` is the last sign of life of their console.

    No `languages` means all. `presence_at` is since when they have their presence, `given_at` when they were last
    called for a visitor, `misses` how many calls in a row they did not accept. Whoever was deactivated keeps their row,
    as the record names them; an empty `password_hash` fits no password.
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
    deactivated_at: Mapped[datetime | None]


class Login(Row):
    """A signed-in browser; only the hash of its cookie is stored.

    `how` is the way it was opened, `browser` and `address` what it said of itself then, for its owner to know it by.
    """

    __tablename__ = "logins"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    how: Mapped[str] = mapped_column(String(12), default="password", server_default="password")
    browser: Mapped[str] = mapped_column(String(200), default="", server_default="")
    address: Mapped[str] = mapped_column(String(64), default="", server_default="")


class Invitation(Row):
    """A link with which one person joins, or sets a new password if they are here already; only its hash is stored."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(320), index=True)
    name: Mapped[str] = mapped_column(String(200))
    roles: Mapped[list[Any]]
    agent_id: Mapped[int | None]
    invited_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Attempts(Row):
    """How often signing in was tried since a moment; the key is a hash of an account, or of it and a place."""

    __tablename__ = "sign_in_attempts"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    since: Mapped[datetime] = mapped_column(index=True)


class Deed(Row):
    """What somebody did, when, and to what; written once and never changed, which the database itself sees to.

    Without `agent_id` it was done at the server, by a command. `subject` is the agent it was done to. `details` hold
    values such as a status or roles, never anybody's words.
    """

    __tablename__ = "deeds"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    agent_id: Mapped[int | None] = mapped_column(index=True)
    agent: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(24))
    conversation_id: Mapped[str | None] = mapped_column(String(36), index=True)
    ticket: Mapped[str | None] = mapped_column(String(16), index=True)
    subject_id: Mapped[int | None] = mapped_column(index=True)
    subject: Mapped[str | None] = mapped_column(String(200))
    details: Mapped[dict[str, Any]]


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
