"""Serves the widget, the demo page, the page of a ticket and the description of the HTTP interface."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse
from starlette.staticfiles import StaticFiles

STATIC = Path(__file__).parent / "static"
_NOT_KEPT = {"Cache-Control": "no-cache"}


def web_pages() -> APIRouter:
    """Give `/`, `/widget.js` and what it loads, `/t/{secret}`, `/docs` and `/static`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    async def demo() -> FileResponse:
        return FileResponse(STATIC / "demo.html", headers=_NOT_KEPT)

    @routes.get("/widget.js")
    async def widget() -> FileResponse:
        return _module("widget.js")

    @routes.get("/widget-more.js")
    async def more_of_the_widget() -> FileResponse:
        return _module("widget-more.js")

    @routes.get("/t/{secret}")
    async def ticket() -> FileResponse:
        return FileResponse(STATIC / "ticket.html", headers={"Cache-Control": "no-store"})

    @routes.get("/docs")
    async def docs() -> FileResponse:
        return FileResponse(STATIC / "docs.html", headers=_NOT_KEPT)

    routes.mount("/static", StaticFiles(directory=STATIC))
    return routes


def _module(name: str) -> FileResponse:
    return FileResponse(STATIC / name, media_type="text/javascript", headers=_NOT_KEPT)
