"""Decides from its bytes what a file is, and refuses what is not taken."""

import re
import uuid
from datetime import datetime

from conversations.errors import FileNotAccepted, FileTooLarge
from conversations.rows import Attachment

LARGEST = 10 * 1024 * 1024
IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LONGEST_NAME = 120


def attachment_of(conversation_id: str, name: str, content: bytes, now: datetime) -> Attachment:
    """Make an attachment of what somebody sent.

    Raises FileTooLarge above 10 MiB and FileNotAccepted for anything but raster images, PDF and plain text.
    """
    if len(content) > LARGEST:
        raise FileTooLarge
    return Attachment(
        id=str(uuid.uuid4()),
        conversation_id=conversation_id,
        name=safe_name(name),
        type=sniffed(content),
        size=len(content),
        content=content,
        created_at=now,
    )


def sniffed(content: bytes) -> str:
    """Tell a file's type from its first bytes; raises FileNotAccepted."""
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content and b"\x00" not in content and _is_text(content):
        return "text/plain"
    raise FileNotAccepted


def safe_name(name: str) -> str:
    """Give a file name without folders, control and direction characters, and not longer than 120 characters."""
    clean = _UNSAFE.sub("", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(" .")
    return clean[-_LONGEST_NAME:] or "file"


def _is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
