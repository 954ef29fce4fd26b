"""How the record goes over HTTP: server-sent events, and files no browser will run."""

import json
from typing import Any
from urllib.parse import quote

from sse_starlette import ServerSentEvent
from starlette.responses import Response

from conversations.files import IMAGES

HEARTBEAT = 15  # seconds between signs of life on a silent stream
RETRY_MS = 2000
LOOK_AGAIN = 3.0  # seconds a stream waits while the record cannot be read


def event(name: str, content: Any, **fields: Any) -> ServerSentEvent:
    """Give a named event with JSON content."""
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return ServerSentEvent(data=data, event=name, sep="\n", **fields)


def page_response(name: str, content: bytes) -> Response:
    """Give a page that we have written as a file to keep."""
    response = file_response(name, "text/html; charset=utf-8", content)
    response.headers["Cache-Control"] = "no-store"
    return response


def file_response(name: str, kind: str, content: bytes) -> Response:
    """Give a file so that no browser runs it: raster images inline, everything else as a download."""
    how = "inline" if kind in IMAGES else "attachment"
    headers = {
        "Content-Disposition": f"{how}; filename*=UTF-8''{quote(name)}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, max-age=3600",
    }
    return Response(content, media_type=kind, headers=headers)
