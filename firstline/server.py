"""Runs the server: checks what it needs, says in one sentence what is missing, serves at once."""

import asyncio
import socket

import uvicorn

from conversations.database import DatabaseUnavailable
from firstline.app import Firstline, create_app
from firstline.logs import configure_logs
from firstline.migrations.running import migrate
from firstline.people import add_first
from firstline.settings import Settings
from firstline.supply import Supply
from knowledge_base.loading import read_organisation_of
from knowledge_base.problems import KnowledgeBaseBroken

_BACKLOG = 512


def serve(settings: Settings, host: str, port: int) -> str | None:
    """Serve until stopped; gives the sentence to fail with, or None."""
    configure_logs()
    listening = _listen(host, port)
    if isinstance(listening, str):
        return listening
    with listening:
        try:
            migrate(settings.database)
            settings.secret_key()
            organisation = read_organisation_of()
        except (DatabaseUnavailable, KnowledgeBaseBroken) as problem:
            return str(problem)
        except OSError as error:
            return f"The folder {settings.data} cannot be written: {error.strerror}. Set FIRSTLINE_DATA to another one."
        asyncio.run(add_first(settings))
        host, port = listening.getsockname()[:2]
        _say(f"Firstline answers on http://{host}:{port}/ and http://{host}:{port}/console")
        app = create_app(Firstline(settings, organisation, Supply(settings, _say)))
        config = uvicorn.Config(
            app, access_log=False, log_level="warning", timeout_graceful_shutdown=5, server_header=False
        )
        uvicorn.Server(config).run(sockets=[listening])
    return None


def _listen(host: str, port: int) -> socket.socket | str:
    try:
        return socket.create_server((host, port), family=_family(host), backlog=_BACKLOG)
    except OSError as error:
        return f"The address {host}:{port} cannot be used: {error.strerror or error}. Choose another with --port."


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _say(sentence: str) -> None:
    print(sentence, flush=True)  # noqa: T201  the command's output
