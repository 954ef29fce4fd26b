"""The tables of the record; its rows are the entities."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC, the same on databases that keep a time zone and on those that do not."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Store UTC."""
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Read UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Row(DeclarativeBase):
    """The base of every table."""

    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012


_UNANSWERED = text("visitor_seq > answered_seq")


class Conversation(Row):
    """One thread with one visitor; `last_seq` is the place of its newest message.

    `answered_seq` is the last visitor message that was answered or handed off, `answering_until` the lease of whoever
    asks the bot right now. `asked_at` is when a person was first asked for, `waiting_since` when it came to wait
    this time. `called` names the agent (`called_id`) or group a transfer went to, at `called_at`; `ringing_*` is
    the agent who is being called now and until when; `missed` is who did not accept, and when. `ticket` is the number
    of the newest ticket. `rating_prompt` is the push channel's name of the message that asks for a rating's comment,
    until there is one.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        Index("ix_conversations_floor", "status", "waiting_since"),
        Index("ix_conversations_address", "channel", "address"),
        Index("ix_conversations_email", text("lower(email)")),
        Index("ix_conversations_unanswered", "updated_at", postgresql_where=_UNANSWERED, sqlite_where=_UNANSWERED),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    token_hash: Mapped[str | None] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(16))
    address: Mapped[str | None] = mapped_column(String(255))
    previous: Mapped[str | None] = mapped_column(String(36))
    language: Mapped[str] = mapped_column(String(2))
    name: Mapped[str | None] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(320))
    status: Mapped[str] = mapped_column(String(16))
    state: Mapped[dict[str, Any]]
    last_seq: Mapped[int] = mapped_column(default=0)
    visitor_seq: Mapped[int] = mapped_column(default=0)
    answered_seq: Mapped[int] = mapped_column(default=0)
    answering_until: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    notices: Mapped[list[Any]]
    agent_id: Mapped[int | None]
    agent_name: Mapped[str | None] = mapped_column(String(200))
    called: Mapped[str | None] = mapped_column(String(320))
    called_id: Mapped[int | None]
    called_at: Mapped[datetime | None]
    ringing_id: Mapped[int | None]
    ringing_name: Mapped[str | None] = mapped_column(String(200))
    ringing_until: Mapped[datetime | None]
    missed: Mapped[dict[str, Any]] = mapped_column(default=dict)
    asked_at: Mapped[datetime | None]
    waiting_since: Mapped[datetime | None]
    ticket: Mapped[str | None] = mapped_column(String(16))
    rating: Mapped[int | None]
    rating_comment: Mapped[str | None] = mapped_column(Text)
    rating_prompt: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Message(Row):
    """One utterance at its place; `external_id` is the sender's name for it, `choice` the value of a pressed button."""

    __tablename__ = "messages"
    __table_args__ = (UniqueConstraint("conversation_id", "external_id"),)

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    external_id: Mapped[str | None] = mapped_column(String(80))
    author: Mapped[str] = mapped_column(String(8))
    name: Mapped[str | None] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    choice: Mapped[str | None] = mapped_column(String(64))
    choices: Mapped[list[Any]]
    article: Mapped[str | None] = mapped_column(String(80))
    attachments: Mapped[list[Any]]
    private: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class Attachment(Row):
    """A file somebody sent; `type` is what its bytes say it is."""

    __tablename__ = "attachments"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    name: Mapped[str] = mapped_column(String(255))
    type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


_UNSENT = text("due_at IS NOT NULL")


class Delivery(Row):
    """One message on its way to a push channel; `due_at` is empty once it arrived or was given up.

    `leased_until` is the lease of the server that sends it right now, `parts` how many parts of it arrived.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        Index("ix_deliveries_due", "channel", "due_at"),
        Index("ix_deliveries_waiting", "channel", "address", "id", postgresql_where=_UNSENT, sqlite_where=_UNSENT),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    seq: Mapped[int]
    channel: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(255))
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    parts: Mapped[int] = mapped_column(default=0, server_default="0")
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)


class Update(Row):
    """An update of a push channel that was taken, so that its repeat is not."""

    __tablename__ = "updates"

    source: Mapped[str] = mapped_column(String(80), primary_key=True)
    update_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    seq: Mapped[int]
