"""Gives a message the shape everyone outside sees."""

from datetime import UTC, datetime
from typing import Any

from conversations.rows import Message


def iso(moment: datetime | None) -> str | None:
    """Write a moment as ISO 8601 in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if moment else None


def as_json(message: Message) -> dict[str, Any]:
    """Give a message as the HTTP contract words it."""
    return {
        "seq": message.seq,
        "author": message.author,
        "name": message.name,
        "text": message.text,
        "choices": message.choices,
        "article": message.article,
        "attachments": message.attachments,
        "created_at": iso(message.created_at),
    }
