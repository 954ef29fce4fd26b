"""Serves the widget, the demo page, the page of a ticket and the description of the HTTP interface."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse
from starlette.staticfiles import StaticFiles

STATIC = Path(__file__).parent / "static"
_NOT_KEPT = {"Cache-Control": "no-cache"}


def web_pages() -> APIRouter:
    """Give `/`, `/widget.js`, `/t/{secret}`, `/docs` and `/static`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    async def demo() -> FileResponse:
        return FileResponse(STATIC / "demo.html", headers=_NOT_KEPT)

    @routes.get("/widget.js")
    async def widget() -> FileResponse:
        return FileResponse(STATIC / "widget.js", media_type="text/javascript", headers=_NOT_KEPT)

    @routes.get("/t/{secret}")
    async def ticket() -> FileResponse:
        return FileResponse(STATIC / "ticket.html", headers={"Cache-Control": "no-store"})

    @routes.get("/docs")
    async def docs() -> FileResponse:
        return FileResponse(STATIC / "docs.html", headers=_NOT_KEPT)

    routes.mount("/static", StaticFiles(directory=STATIC))
    return routes
