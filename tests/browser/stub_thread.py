"""Serves a stub on a thread of its own, and leaves no connection behind."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.conftest import let_nobody_in


@dataclass
class Threaded:
    """What is served from a thread of its own."""

    address: str = ""
    loop: asyncio.AbstractEventLoop | None = None

    def do(self, action: Callable[[], Any]) -> Any:
        """Run an action on the server's own thread."""
        done: Future[Any] = Future()
        assert self.loop
        self.loop.call_soon_threadsafe(lambda: done.set_result(action()))
        return done.result(5)


@contextlib.contextmanager
def on_a_thread(stub: Threaded, application: web.Application) -> Iterator[None]:
    """Serve on a free port of this host while the block runs."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    listening = socket.create_server(("127.0.0.1", 0))
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    asyncio.run_coroutine_threadsafe(begin(runner, listening), loop).result(10)
    stub.loop, stub.address = loop, f"http://127.0.0.1:{listening.getsockname()[1]}"
    try:
        yield
    finally:
        asyncio.run_coroutine_threadsafe(end(runner, listening), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def begin(runner: web.AppRunner, listening: socket.socket) -> None:
    """Start serving."""
    await runner.setup()
    await web.SockSite(runner, listening).start()


async def end(runner: web.AppRunner, listening: socket.socket) -> None:
    """End serving, and every stream and connection that is still open."""
    await let_nobody_in(listening)
    await runner.cleanup()
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
