"""Serves the console's page."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse
from starlette.staticfiles import StaticFiles

STATIC = Path(__file__).parent / "static"


def console_pages() -> APIRouter:
    """Give `/console`, the page of an invitation's link, and their files."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/console")
    async def console() -> FileResponse:
        return FileResponse(STATIC / "console.html", headers={"Cache-Control": "no-cache"})

    @routes.get("/console/invitation")
    async def invitation() -> FileResponse:
        return FileResponse(STATIC / "invitation.html", headers={"Cache-Control": "no-cache"})

    routes.mount("/console/static", StaticFiles(directory=STATIC))
    return routes
