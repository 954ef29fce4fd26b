"""A server that is asked to end does so in order, and soon, whatever hangs."""

import asyncio
import signal
import time
from collections.abc import Mapping
from pathlib import Path

import httpx
import psutil
import pytest

from firstline.app import Firstline
from tests.conftest import Server
from tests.product import STUB, Product, opened, reaching, started
from tests.scripted_bot import ScriptedBot

_STREAMS = 500
_LONGEST = 10.0


async def test_a_server_asked_to_end_lets_everything_go_in_time(tmp_path: Path):
    """With 500 pages open and a bot that hangs, a server ends within 10 s, leaves no process, and answers after."""
    async with started(tmp_path, command=STUB, turn_seconds="60") as product, reaching(product) as client:
        await product.until_ready()
        visitor = await opened(client)
        pages = [Page(f"{visitor.path}/stream") for _ in range(_STREAMS)]
        streams = [asyncio.create_task(page.follow(client, visitor.headers)) for page in pages]
        hung = await opened(client)
        await hung.say("hang")
        await _until_open(pages)
        left = product.children()
        took = await _end(product, signal.SIGTERM)
        assert took < _LONGEST
        await asyncio.gather(*streams)
        assert [page.last for page in pages if not page.last.startswith("retry: ")] == []
        assert len({page.last for page in pages}) > 1  # they do not all come back at the same moment
        assert left
        assert psutil.wait_procs(left, timeout=5)[1] == []
    async with started(tmp_path, command=STUB, turn_seconds="1") as product, reaching(product) as client:
        hung.client = client
        reading = await hung.until("bot", seconds=120)
        assert "technical problem" in reading["messages"][-1]["text"]


async def test_an_answer_under_way_is_finished(tmp_path: Path):
    """Who has just asked is answered before the server ends, and nobody can come in any more."""
    async with started(tmp_path, command=STUB) as product, reaching(product) as client:
        await product.until_ready()
        visitor = await opened(client)
        assert (await visitor.say("slow")).status_code == 201
        await _end(product, signal.SIGINT)
        with pytest.raises(httpx.ConnectError):
            await client.get("/healthz")
    async with started(tmp_path, command=STUB) as product, reaching(product) as client:
        visitor.client = client
        said = [message["text"] for message in (await visitor.read())["messages"]]
        assert said == ["slow", "stub: slow"]


async def test_a_server_that_is_stuck_ends_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Where something hangs that nothing can end, the server ends without it, and no worker stays behind."""
    monkeypatch.setenv("STUCK", "1")
    async with started(tmp_path, command=STUB, turn_seconds="60") as product, reaching(product) as client:
        await product.until_ready()
        await (await opened(client)).say("seize")
        await asyncio.sleep(0.5)
        left = product.children()
        assert await _end(product, signal.SIGTERM) < _LONGEST
        assert product.process.returncode == 1
        assert psutil.wait_procs(left, timeout=5)[1] == []
    assert "ended_while_something_hung" in (tmp_path / "log").read_text()


async def test_a_turn_that_was_left_is_taken_up_at_once(firstline: Firstline, server: Server, bot: ScriptedBot):
    """A question a server had no time to answer need not wait: the next server answers it, once."""
    visitor = await server.conversation()
    bot.gate.clear()
    await visitor.say("vpn")
    await firstline.answering.close(0.1)
    bot.gate.set()
    await firstline.rounds.once()
    await asyncio.sleep(0.5)
    said = [message["text"] for message in (await visitor.read())["messages"]]
    assert said == ["vpn", "echo: vpn"]


async def test_a_request_that_has_begun_is_answered(tmp_path: Path):
    """Who is in the middle of sending when the server is asked to end gets the answer."""
    async with started(tmp_path, command=STUB) as product:
        await product.until_ready()
        reader, writer = await asyncio.open_connection("127.0.0.1", int(product.address.rsplit(":", 1)[1]))
        writer.write(b"POST /api/v1/conversations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n")
        writer.write(b"Content-Length: 2\r\n\r\n")
        await asyncio.sleep(0.5)
        ending = asyncio.create_task(_end(product, signal.SIGTERM))
        await asyncio.sleep(0.5)
        writer.write(b"{}")
        assert (await asyncio.wait_for(reader.read(), 10)).startswith(b"HTTP/1.1 201")
        writer.close()
        assert await ending < _LONGEST


async def test_agents_streams_close_too_and_nothing_new_is_taken(server: Server):
    """A console learns when to come back, and what still comes is refused with the seconds to wait."""
    ann = await server.agent()
    console = Page("/api/v1/agent/stream")
    following = asyncio.create_task(console.follow(ann.client))
    await _until_open([console])
    server.firstline.draining.begin()
    await asyncio.wait_for(following, 10)
    assert console.last.startswith("retry: ")
    refused = await server.client.post("/api/v1/conversations", json={})
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    assert "again in a few seconds" in refused.json()["detail"]


class Page:
    """A page that follows a stream to its end and remembers the last line with anything in it."""

    def __init__(self, path: str) -> None:
        self.path, self.last = path, ""
        self.is_open = asyncio.Event()

    async def follow(self, client: httpx.AsyncClient, headers: Mapping[str, str] | None = None) -> None:
        """Read until the server ends it."""
        async with client.stream("GET", self.path, headers=headers) as stream:
            async for line in stream.aiter_lines():
                self.last = line or self.last
                self.is_open.set()


async def _until_open(pages: list[Page]) -> None:
    async with asyncio.timeout(120):
        for page in pages:
            await page.is_open.wait()


async def _end(product: Product, how: signal.Signals) -> float:
    began = time.monotonic()
    product.process.send_signal(how)
    await asyncio.wait_for(product.process.wait(), 30)
    return time.monotonic() - began


pytestmark = pytest.mark.timeout(400)
