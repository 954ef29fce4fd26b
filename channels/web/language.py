"""Chooses English or German for a browser."""

from starlette.requests import Request


def language_of(request: Request, *, otherwise: str = "en") -> str:
    """Give the first of English and German that the browser asks for."""
    for part in request.headers.get("accept-language", "").split(","):
        language = part.split(";")[0].strip().lower()[:2]
        if language in ("en", "de"):
            return language
    return otherwise
