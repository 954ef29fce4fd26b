"""A bot process that hangs or grows costs its own turn and nothing else; people are answered or get a person."""

import asyncio
from pathlib import Path

import pytest

from tests.product import STUB, opened, reaching, started


async def test_a_bot_that_hangs_brings_a_person_and_comes_back(tmp_path: Path):
    """A message that hangs the bot goes to a person, and who writes next is answered by the bot again."""
    async with started(tmp_path, command=STUB, turn_seconds="1") as product, reaching(product) as client:
        await product.until_ready()
        unlucky, other = await opened(client), await opened(client)
        await unlucky.say("seize")
        reading = await unlucky.until("bot", seconds=120)
        assert "technical problem" in reading["messages"][-1]["text"]
        assert reading["ticket"]
        await other.say("hello")
        assert (await other.until("bot", seconds=120))["messages"][-1]["text"] == "stub: hello"
        figures = (await client.get("/metrics")).text
        assert 'firstline_worker_restarts_total{reason="time"} 2.0' in figures
        assert 'firstline_handoffs_total{reason="bot_unavailable"} 1.0' in figures


async def test_a_bot_that_grows_is_replaced_and_nobody_notices(tmp_path: Path):
    """A bot process that holds more memory than the operator allows is replaced; what comes next is answered."""
    async with started(tmp_path, command=STUB, worker_memory_mb="300") as product, reaching(product) as client:
        await product.until_ready()
        visitor = await opened(client)
        await visitor.say("eat")
        await visitor.until("bot", seconds=120)
        replaced = 'firstline_worker_restarts_total{reason="memory"} 1.0'
        for _ in range(300):
            if replaced in (await client.get("/metrics")).text:
                break
            await asyncio.sleep(0.2)
        await visitor.say("still there?")
        reading = await visitor.until("bot", 2, seconds=120)
        said = [message["text"] for message in reading["messages"] if message["author"] == "bot"]
        assert said == ["stub: eat", "stub: still there?"]


pytestmark = pytest.mark.timeout(400)
