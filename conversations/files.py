"""Decides from its bytes what a file is, and refuses what is not taken."""

import re
import uuid
from datetime import datetime

from conversations.errors import FileNotAccepted, FileTooLarge
from conversations.rows import Attachment
from conversations.texts import one_line

LARGEST = 10 * 1024 * 1024
IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)
_UNSAFE = re.compile(r'[/\\:*?"<>|]')
_LONGEST_NAME = 120
_ENDINGS = {  # what a file of a type may be called: opened by its name elsewhere, it is no program and no page
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "application/pdf": ("pdf",),
    "text/plain": ("txt", "log", "csv", "tsv", "md", "json", "yml", "yaml", "ini", "conf", "cfg", "err", "out"),
}


def attachment_of(conversation_id: str, name: str, content: bytes, now: datetime) -> Attachment:
    """Make an attachment of what somebody sent.

    Raises FileTooLarge above 10 MiB and FileNotAccepted for anything but raster images, PDF and plain text.
    """
    if len(content) > LARGEST:
        raise FileTooLarge
    kind = sniffed(content)
    return Attachment(
        id=str(uuid.uuid4()),
        conversation_id=conversation_id,
        name=safe_name(name, kind),
        type=kind,
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


def safe_name(name: str, kind: str) -> str:
    """Give a file name that misleads nobody: no folders, nothing invisible, 120 characters, the type's ending."""
    line = one_line(name.replace("\\", "/").rsplit("/", 1)[-1]) or ""
    stem, dot, ending = _UNSAFE.sub("", line).strip(" .").rpartition(".")
    if not (dot and stem.strip(" .") and ending.lower() in _ENDINGS[kind]):
        stem, ending = f"{stem}{dot}{ending}" or "file", _ENDINGS[kind][0]
    return f"{stem[-(_LONGEST_NAME - 5) :]}.{ending}"


def _is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
