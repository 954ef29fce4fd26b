"""Measures the pages in a real browser: the console with 200 open conversations and a busy desk, and the widget.

Tasks are those of the page's main thread, from Chromium's own trace, by the processor time they took: what else the
machine does counts as little as can be. See benchmarks/README.md.
"""

import argparse
import asyncio
import gzip
import json
import sys
import tempfile
import uuid
from bisect import bisect_left
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, CDPSession, Page, Route, async_playwright

from channels.desk import Inbound
from conversations import record
from firstline.app import Firstline
from firstline.migrations.running import migrate
from firstline.settings import Settings
from handoff.tickets import Why
from knowledge_base.loading import read_organisation_of
from tests.browser import chromium
from tests.conftest import PASSWORD, Server, serving
from tests.scripted_bot import ScriptedBot

_OPEN, _MINE, _MESSAGES = 200, 20, 30
_A_SECOND, _SLOWDOWN = 5, 4
_LONGEST_MS, _WIDGET_BYTES = 50.0, 15_360
_WORK = frozenset({"FunctionCall", "EvaluateScript", "v8.evaluateModule", "Layout", "UpdateLayoutTree"})
_LAUNCHER = (1200, 752)  # a place in the window: looking for elements would be a task of the page itself
_PAUSE = 1.5  # seconds
_STATIC = Path(__file__).parents[1] / "channels" / "web" / "static"
_SHIFTS = """window.shifts = []; new PerformanceObserver((list) => {
  for (const entry of list.getEntries())
    if (entry.sources.some(({ node }) => node?.getRootNode() === document && node.localName !== 'firstline-chat'))
      window.shifts.push(entry.value);
}).observe({ type: 'layout-shift', buffered: true });"""
_BARE = "<!doctype html><title>x</title><h1>A page</h1><p>words</p>"
_HOST = f"{_BARE}<script type=module src=/widget.js></script>"


@dataclass
class Found:
    """A figure, and whether it is as good as it is meant to be; None if there is no mark."""

    what: str
    value: str
    kept: bool | None = None


@dataclass(frozen=True)
class Task:
    """How long a task took, and how much of it scripts, styles and layout of the page, in milliseconds."""

    whole: float
    own: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=20, help="how long messages arrive")
    found = asyncio.run(_measure(parser.parse_args().seconds))
    for one in found:
        print(f"{one.what:<62} {one.value:>12}  {'' if one.kept is None else 'kept' if one.kept else 'MISSED'}")
    sys.exit(any(one.kept is False for one in found))


async def _measure(seconds: int) -> list[Found]:
    async with _desk() as desk, async_playwright() as playwright:
        path = chromium.find()
        browser = await playwright.chromium.launch(executable_path=path, args=list(chromium.ARGUMENTS))
        found = [*await _console(browser, desk, seconds), *await _widget(browser, desk)]
        await browser.close()
    return found


@asynccontextmanager
async def _desk() -> AsyncIterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder), message_burst=10_000, _env_file=None)  # type: ignore[call-arg]
        migrate(settings.database)
        async with serving(Firstline(settings, read_organisation_of(), ScriptedBot())) as running:
            yield running


async def _console(browser: Browser, desk: Server, seconds: int) -> list[Found]:
    ann = await desk.agent("Ann")
    mine = await _conversations(desk, ann.email)
    page = await (await browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 800})).new_page()
    await page.goto(f"{desk.client.base_url}/console")
    await page.locator("#email").fill(ann.email)
    await page.locator("#password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.locator(".card").nth(_OPEN - 1).wait_for(state="attached")
    weight, files, ready = await _loading(page)
    await page.locator('[data-list="mine"] .card').first.click()
    await page.locator(".message").nth(_MESSAGES - 1).wait_for(state="attached")

    async def busy() -> None:
        await page.locator('[data-list="mine"] .card').first.click()
        await _chatter(desk, mine, seconds)
        await asyncio.sleep(1)

    longest = await _traced(browser, page, busy)
    last_in_it = seconds * _A_SECOND // 2 * 2 - 1
    await page.locator(".message", has_text=f"number {last_in_it}:").wait_for()  # makes garbage of its own
    await page.context.close()
    return [
        Found(f"console: weight, {files} files", f"{weight / 1024:.0f} kB"),
        Found(f"console: until {_OPEN} conversations are listed and it is idle", f"{ready:.0f} ms"),
        Found(
            f"console: longest task, {_A_SECOND} messages/s for {seconds} s",
            f"{longest.whole:.0f} ms",
            longest.whole <= _LONGEST_MS,
        ),
    ]


async def _conversations(desk: Server, email: str) -> list[str]:
    """Let 200 conversations be open, 20 of them the agent's; gives these."""
    floor, clock = desk.firstline.floor, desk.firstline.clock
    from handoff import agents

    mine = []
    for number in range(_OPEN):
        async with desk.firstline.database.write() as transaction:
            agent = next(one for one in await agents.all_agents(transaction) if one.email == email)
            row = record.open_conversation(transaction, "web", "en", clock()).conversation
            await transaction.flush()
            for _ in range(_MESSAGES):
                record.append(transaction, row, record.Said("visitor", "The VPN says 809 again. " * 4), clock())
            told = await floor.request(transaction, row, Why("human_request", "vpn"), clock())
            record.append(transaction, row, record.Said("bot", told.text), clock())
            row.answered_seq = row.visitor_seq
            if number < _MINE:
                await floor.claim(transaction, row, agent, clock())
                mine.append(row.id)
    return mine


async def _loading(page: Page) -> tuple[int, int, float]:
    """Load the console anew; gives the bytes that came, in how many files, and when it could be used."""
    line = await page.context.new_cdp_session(page)
    sizes: list[int] = []
    line.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    await line.send("Network.enable")
    await line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    await page.reload()
    await page.locator(".card").nth(_OPEN - 1).wait_for(state="attached")
    ready: float = await page.evaluate("new Promise((done) => requestIdleCallback(() => done(performance.now())))")
    return sum(sizes), len(sizes), ready


async def _chatter(desk: Server, mine: Sequence[str], seconds: int) -> None:
    """Let visitors write: every second message in the conversation that is open, the others everywhere."""
    for number in range(seconds * _A_SECOND):
        conversation = mine[0] if number % 2 else mine[number % len(mine)]
        said = Inbound(str(uuid.uuid4()), f"And one more thing, number {number}: it still does not work.")
        await desk.firstline.visitors.take(conversation, said)
        await asyncio.sleep(1 / _A_SECOND)


async def _widget(browser: Browser, desk: Server) -> list[Found]:
    page = await (await browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 800})).new_page()
    await page.add_init_script(_SHIFTS)
    home = str(desk.client.base_url)
    for name, body in (("host", _HOST), ("bare", f"{_BARE}<script type=module>1</script>")):
        await page.route(f"**/{name}", partial(_fulfil, body))
    line: CDPSession = await page.context.new_cdp_session(page)
    await line.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWDOWN})

    async def only_load() -> None:
        await page.goto(f"{home}/bare")
        await asyncio.sleep(_PAUSE)
        await page.reload()
        await asyncio.sleep(_PAUSE)

    async def use() -> None:
        await page.goto(f"{home}/host")
        await asyncio.sleep(_PAUSE)
        await page.mouse.click(*_LAUNCHER)
        for number in range(10):
            await asyncio.sleep(_PAUSE)
            await page.keyboard.type(f"question {number}")
            await page.keyboard.press("Enter")
        await asyncio.sleep(_PAUSE)
        await page.reload()
        await asyncio.sleep(_PAUSE)

    bare = await _traced(browser, page, only_load)
    longest = await _traced(browser, page, use)
    await page.get_by_text("echo: question 9", exact=True).wait_for()
    shift = sum(await page.evaluate("window.shifts"))
    size = len(gzip.compress((_STATIC / "widget.js").read_bytes(), 9))
    more = len(gzip.compress((_STATIC / "widget-more.js").read_bytes(), 9))
    return [
        Found("widget: gzipped", f"{size} B", size <= _WIDGET_BYTES),
        Found("widget: loaded when needed, gzipped", f"{more} B"),
        Found(
            f"widget: longest task, processor slowed down {_SLOWDOWN} times",
            f"{longest.whole:.0f} ms",
            longest.whole <= _LONGEST_MS,
        ),
        Found("widget: the same, only scripts, styles and layout", f"{longest.own:.0f} ms"),
        Found("widget: longest task on a page without the widget", f"{bare.whole:.0f} ms"),
        Found("widget: layout shift of the host page", f"{shift:.3f}", shift == 0),
    ]


async def _fulfil(body: str, route: Route) -> None:
    await route.fulfill(body=body, content_type="text/html")


async def _traced(browser: Browser, page: Page, work: Callable[[], Any]) -> Task:
    """Do work and give the longest task of the page's main thread meanwhile, and the most of one that is the page's.

    A task counts if a script ran or something was laid out in it: to make a new document is the browser's own affair.
    """
    await browser.start_tracing(page=page, categories=["toplevel", "devtools.timeline"])
    await work()
    events = json.loads(await browser.stop_tracing())["traceEvents"]
    names = [one for one in events if one["name"] == "thread_name" and one["args"]["name"] == "CrRendererMain"]
    threads = [[one for one in events if (one["pid"], one["tid"]) == (of["pid"], of["tid"])] for of in names]
    # Which of them is the page's: the one that worked most.
    tasks = max((_tasks(thread) for thread in threads), key=lambda tasks: sum(task.whole for task in tasks))
    return Task(max(task.whole for task in tasks), max(task.own for task in tasks))


def _tasks(thread: Sequence[dict[str, Any]]) -> list[Task]:
    """Give a thread's tasks in which something of the page ran."""
    works, end = [], 0.0
    for one in sorted((one for one in thread if one["name"] in _WORK), key=lambda one: one["ts"]):
        if one["ts"] >= end:  # what runs within another is part of that
            works.append(one)
            end = one["ts"] + one.get("dur", 0)
    starts = [one["ts"] for one in works]
    tasks = [Task(0.0, 0.0)]
    for one in thread:
        if one["name"].endswith("RunTask"):
            within = works[bisect_left(starts, one["ts"]) : bisect_left(starts, one["ts"] + one.get("dur", 0))]
            tasks += [Task(_milliseconds(one), sum(map(_milliseconds, within)))] if within else []
    return tasks


def _milliseconds(event: dict[str, Any]) -> float:
    return float(event.get("tdur", event.get("dur", 0))) / 1000


if __name__ == "__main__":
    main()
