"""Runs the server: checks what it needs, says in one sentence what is missing, serves at once."""

import asyncio
import gc
import os
import socket
import threading

import structlog
import uvicorn
from sse_starlette.sse import AppStatus

from bot.worker_link import Ending
from conversations.database import DatabaseUnavailable
from firstline.app import Firstline, create_app
from firstline.figures import WORKER_ENDINGS
from firstline.logs import configure_logs
from firstline.migrations.running import migrate
from firstline.people import add_first
from firstline.settings import Settings
from firstline.supply import Supply
from knowledge_base.loading import read_organisation_of
from knowledge_base.problems import KnowledgeBaseBroken

_BACKLOG = 512
_REQUESTS = 3  # seconds that requests may still take when the server is asked to end
_LONGEST = 9.5  # seconds after which it ends whatever still hangs; what is in the record is safe at any moment
_GARBAGE = (20_000, 20, 50)  # how seldom Python looks for it: 0.7 instead of 4.7 s of 150 with 500 open streams
log = structlog.get_logger()


def serve(settings: Settings, host: str, port: int) -> str | None:
    """Serve until stopped; gives the sentence to fail with, or None."""
    configure_logs()
    listening = listen(host, port)
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
        run(Firstline(settings, organisation, Supply(settings, _say, _count)), listening)
    return None


def run(firstline: Firstline, listening: socket.socket) -> None:
    """Serve on a socket until SIGTERM or SIGINT, then end in order, within 10 s whatever hangs."""
    config = uvicorn.Config(
        create_app(firstline),
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=_REQUESTS,
        server_header=False,
    )
    AppStatus.enable_automatic_graceful_drain = False  # it would close streams without a hint
    _Server(config, firstline).run(sockets=[listening])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, firstline: Firstline) -> None:
        super().__init__(config)
        self._draining = firstline.draining

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        gc.collect()
        gc.freeze()  # what is loaded stays; looking through all of it for garbage would halt everybody for 0.3 s
        gc.set_threshold(*_GARBAGE)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        cut = threading.Timer(_LONGEST, _cut_short)
        cut.daemon = True
        cut.start()
        self._draining.begin()
        await super().shutdown(sockets)


def _cut_short() -> None:
    log.error("ended_while_something_hung", seconds=_LONGEST)
    os._exit(1)


def listen(host: str, port: int) -> socket.socket | str:
    """Open the server's socket, or give the sentence to fail with."""
    try:
        return socket.create_server((host, port), family=_family(host), backlog=_BACKLOG)
    except OSError as error:
        return f"The address {host}:{port} cannot be used: {error.strerror or error}. Choose another with --port."


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _count(ending: Ending) -> None:
    WORKER_ENDINGS.labels(ending).inc()


def _say(sentence: str) -> None:
    print(sentence, flush=True)  # noqa: T201  the command's output
