"""A server that is killed loses nothing and leaves nothing behind."""

import asyncio
import time
from pathlib import Path

import httpx
import psutil
import pytest

from tests.conftest import Visitor
from tests.product import Product, started


async def test_a_killed_server_answers_after_the_next_start_once(tmp_path: Path, model: Path):
    """What was acknowledged before `kill -9` is answered after a start, once; no process of the bot stays behind."""
    began = time.monotonic()
    async with started(tmp_path) as before:
        visitor = await _acknowledged(before, "how do I connect to the vpn")
        assert time.monotonic() - began < 60
        await asyncio.sleep(3)
        left = before.children()
        before.process.kill()
        await before.process.wait()
    async with started(tmp_path) as after, httpx.AsyncClient(base_url=after.address, timeout=20) as client:
        visitor.client = client
        reading = await visitor.until("bot", seconds=240)
        await asyncio.sleep(2)
        reading = await visitor.read()
        answers = [message for message in reading["messages"] if message["author"] == "bot"]
        assert len(answers) == 1
        assert answers[0]["article"] == "vpn-connect"
    assert left
    _, alive = psutil.wait_procs(left, timeout=30)
    assert not alive


async def _acknowledged(product: Product, text: str) -> Visitor:
    async with httpx.AsyncClient(base_url=product.address, timeout=20) as client:
        opened = (await client.post("/api/v1/conversations", json={"language": "en"})).json()
        visitor = Visitor(client, opened["id"], opened["token"])
        assert (await visitor.say(text)).status_code == 201
    return visitor


pytestmark = pytest.mark.timeout(500)
