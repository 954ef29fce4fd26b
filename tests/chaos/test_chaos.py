"""Nothing said is lost, nothing is doubled, and the bot never talks over a person, whatever breaks."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.chaos.engine import Plan, run
from tests.chaos.server import STUB
from tests.chaos.visitor import Manner

SEED = int(os.environ.get("FIRSTLINE_CHAOS_SEED", "4"))


@pytest.mark.parametrize(("database_url", "servers"), [("sqlite", 1), ("postgresql", 2)], indirect=["database_url"])
async def test_what_is_acknowledged_is_kept_once_in_order_whatever_breaks(
    database_url: str, servers: int, tmp_path: Path
):
    """While servers are killed and lines cut, every message is kept, answered once and seen in order by everybody."""
    folder = tmp_path / "run"
    manner = Manner(messages=6, pause=0.3)
    small = Plan("short", SEED, database_url, folder, folder / STUB, messages=150, visitors=8, chats=4, manner=manner)
    outcome = await run(replace(small, servers=servers))
    assert outcome.flaws == []
    assert outcome.left == []
    assert sum(outcome.kills.values()) >= outcome.plan.kills


pytestmark = pytest.mark.timeout(600)
