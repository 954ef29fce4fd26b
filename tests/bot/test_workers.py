"""The promise of the workers: a turn is answered, or refused in time; nothing is left behind."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from bot.crew import Terms
from bot.reply import Utterance
from bot.workers import BotUnavailable, Workers

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
STUB = Path(__file__).with_name("stub_worker.py")
TERMS = Terms(pause=0.05, command=lambda model: (sys.executable, str(STUB), str(model)))


@asynccontextmanager
async def running(
    model: str = "one", count: int = 1, limit: float = 5.0, terms: Terms = TERMS
) -> AsyncIterator[Workers]:
    """Start workers around the stub and end them afterwards."""
    workers = Workers(Path(model), count=count, limit=limit, terms=terms)
    await workers.start()
    try:
        yield workers
    finally:
        await workers.close()


async def said(workers: Workers, text: str) -> str:
    """Ask for one turn and give its text."""
    return (await workers.reply({}, [Utterance(text)], NOW)).messages[0].text


async def until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until something holds, or fail."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110  other processes give no event
            await asyncio.sleep(0.02)


async def test_a_turn_is_answered_whatever_libraries_print():
    """Visitors get the assistant's reply, and what libraries print never reaches it."""
    async with running() as workers:
        reply = await workers.reply({"turns": 4}, [Utterance("héllo"), Utterance("wörld", "helped")], NOW)
        assert reply.messages[0].text == "one: wörld"
        assert reply.state["turns"] == 5


async def test_starting_returns_at_once_and_says_so():
    """The web process can serve people while the bot is still loading."""
    workers = Workers(Path("loads-for-ever"), terms=TERMS)
    started = time.monotonic()
    await workers.start()
    assert time.monotonic() - started < 0.5
    assert workers.status == "starting"
    await workers.close()


async def test_becomes_ready_once_loaded():
    """Whoever waits for the bot is told when it can be asked."""
    told: list[str] = []
    workers = Workers(Path("one"), on_progress=told.append, terms=TERMS)
    await workers.start()
    await workers.ready()
    assert workers.status == "ready"
    assert "is ready" in told[0]
    await workers.close()
    assert workers.status == "down"


async def test_a_turn_that_takes_too_long_is_refused_and_its_worker_replaced():
    """A visitor whose message hangs the bot is told in time, and the next message is answered."""
    async with running(limit=1.0) as workers:
        await workers.ready()
        with pytest.raises(BotUnavailable, match="said nothing"):
            await said(workers, "hang")
        await until(lambda: workers.status == "ready")
        assert await said(workers, "again") == "one: again"


async def test_a_worker_that_eats_memory_is_replaced_alone():
    """A worker that holds more than it may is ended, the other goes on, and the operator's figures say why."""
    told: list[str] = []
    terms = replace(TERMS, memory=300, ended=told.append)
    async with running(count=2, limit=60.0, terms=terms) as workers:
        await until(lambda: len(children()) == 2)
        await workers.ready()
        with suppress(BotUnavailable):  # it is ended before or after it has answered
            await said(workers, "eat")
        await until(lambda: told == ["memory"])
        assert await said(workers, "hello") == "one: hello"
        await until(lambda: len(children()) == 2)


async def test_a_worker_that_dies_fails_its_own_turn_alone():
    """When one worker dies, other visitors' turns go on."""
    async with running(count=2) as workers:
        await until(lambda: len(children()) == 2)
        await workers.ready()
        slow = asyncio.create_task(said(workers, "slow"))
        await asyncio.sleep(0.1)
        with pytest.raises(BotUnavailable):
            await said(workers, "die")
        assert await slow == "one: slow"
        await until(lambda: len(children()) == 2)


async def test_a_failing_turn_does_not_cost_the_worker():
    """An error in one turn is told to that turn by its name, without anybody's words, and the loaded model stays."""
    async with running() as workers:
        first = (await workers.reply({}, [Utterance("hello")], NOW)).state["pid"]
        with pytest.raises(BotUnavailable, match=r"^ValueError in stub_worker.py:\d+ reply$"):
            await said(workers, "fail")
        assert (await workers.reply({}, [Utterance("hello")], NOW)).state["pid"] == first


async def test_a_killed_idle_worker_is_replaced():
    """A worker that the machine kills between two turns is there again for the next but one."""
    async with running() as workers:
        pid = (await workers.reply({}, [Utterance("hello")], NOW)).state["pid"]
        os.kill(pid, signal.SIGKILL)
        await until(lambda: workers.status != "ready")
        await workers.ready()
        assert (await workers.reply({}, [Utterance("hello")], NOW)).state["pid"] != pid


async def test_workers_that_keep_failing_are_down():
    """Operators see that the bot is down, and turns are refused at once instead of waiting."""
    async with running("broken") as workers:
        with pytest.raises(BotUnavailable):
            await workers.ready()
        assert workers.status == "down"
        started = time.monotonic()
        with pytest.raises(BotUnavailable):
            await said(workers, "hello")
        assert time.monotonic() - started < 0.5


async def test_a_turn_does_not_wait_for_ever_for_a_free_worker():
    """A visitor is not kept waiting behind a bot that does not come."""
    async with running("loads-for-ever", limit=0.3) as workers:
        with pytest.raises(BotUnavailable, match="in time"):
            await said(workers, "hello")


async def test_a_caller_who_leaves_costs_nothing():
    """A turn nobody waits for any more does not disturb the next one."""
    async with running() as workers:
        await workers.ready()
        impatient = asyncio.create_task(said(workers, "slow"))
        await asyncio.sleep(0.1)
        impatient.cancel()
        assert await said(workers, "next") == "one: next"


async def test_another_model_goes_live_without_a_gap():
    """While a new model is taken over every turn is answered, by the old one or the new one."""
    async with running() as workers:
        await workers.ready()
        taking_over = asyncio.create_task(workers.replace(Path("two")))
        heard = []
        while not taking_over.done():
            heard.append(await said(workers, "hello"))
            assert workers.status == "ready"
            await asyncio.sleep(0)
        assert await taking_over
        assert heard[0] == "one: hello"
        assert await said(workers, "hello") == "two: hello"
        assert len(children()) == 1


async def test_a_turn_under_way_is_finished_by_the_old_model():
    """A visitor who is being answered while the model changes gets that answer."""
    async with running() as workers:
        await workers.ready()
        slow = asyncio.create_task(said(workers, "slow"))
        await asyncio.sleep(0)
        assert await workers.replace(Path("two"))
        assert await slow == "one: slow"


async def test_a_model_that_does_not_load_is_not_taken():
    """A broken model never replaces one that works."""
    async with running() as workers:
        await workers.ready()
        assert not await workers.replace(Path("broken"))
        assert await said(workers, "hello") == "one: hello"


async def test_closing_leaves_no_worker():
    """When the help desk ends, no process of it is left, not even one that hangs."""
    async with running(count=2) as workers:
        await workers.ready()
        hanging = asyncio.create_task(said(workers, "hang"))
        await asyncio.sleep(0.1)
    with pytest.raises(BotUnavailable):
        await hanging
    assert children() == []


PARENT = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from bot.crew import Terms
from bot.reply import Utterance
from bot.workers import Workers
async def main():
    terms = Terms(command=lambda model: (sys.executable, sys.argv[1], str(model)))
    workers = Workers(Path(sys.argv[2]), terms=terms, limit=60)
    await workers.start()
    if sys.argv[2] == "one":
        await workers.ready()
        asyncio.create_task(workers.reply({}, [Utterance(sys.argv[3])], datetime.now(UTC)))
    await asyncio.sleep(0.5)
    print("underway", flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


@pytest.mark.parametrize(("model", "text"), [("one", "hang"), ("one", "seize"), ("loads-for-ever", "")])
def test_no_worker_outlives_a_killed_parent(model: str, text: str):
    """Even after `kill -9` no worker stays behind, be it in the middle of a turn, of a computation or of loading."""
    command = [sys.executable, "-c", PARENT, str(STUB), model, text]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"underway\n"
        left = psutil.Process(parent.pid).children(recursive=True)
        assert left
        parent.kill()
    _, alive = psutil.wait_procs(left, timeout=5)
    assert alive == []


async def test_ctrl_c_does_not_reach_a_worker():
    """Ctrl-C ends the help desk in its own order: running turns are answered first."""
    async with running() as workers:
        pid = (await workers.reply({}, [Utterance("hello")], NOW)).state["pid"]
        os.kill(pid, signal.SIGINT)
        assert (await workers.reply({}, [Utterance("hello")], NOW)).state["pid"] == pid


async def test_the_real_model_answers_in_a_worker(model: Path):
    """What is tested with a stand-in holds for the trained bot."""
    workers = Workers(model)
    await workers.start()
    try:
        await workers.ready()
        reply = await workers.reply({"language": "de"}, [Utterance("Hallo")], NOW)
        assert (reply.decision, reply.language) == ("dialogue", "de")
        assert reply.messages
    finally:
        await workers.close()


def children() -> list[psutil.Process]:
    """Give the stub processes of this one that still run."""
    mine = psutil.Process().children(recursive=True)
    return [child for child in mine if child.is_running() and STUB.name in " ".join(child.cmdline())]
