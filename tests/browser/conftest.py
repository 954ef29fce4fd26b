"""What the browser tests stand on: Chromium, and a server that misbehaves when asked."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from inspect import iscoroutinefunction
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from firstline.migrations.running import migrate
from firstline.settings import Settings
from tests.browser import chromium
from tests.browser.stub_server import Stub, running
from tests.conftest import HandClock, Server, put_together, serving
from tests.scripted_bot import ScriptedBot


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run all that share a Chromium on the event loop it was started on."""
    for item in items:
        if Path(__file__).parent in item.path.parents and iscoroutinefunction(getattr(item, "function", None)):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """Run a Chromium; skip where there is none."""
    path = chromium.find()
    if not path:
        pytest.skip("no Chromium here: install one or name it in FIRSTLINE_TEST_CHROMIUM")
    expect.set_options(timeout=20_000)  # a loaded machine is slow, not wrong
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=path, args=list(chromium.ARGUMENTS))
        yield opened
        await opened.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium_for_all() -> AsyncIterator[Browser]:
    """Give one Chromium to all tests of this process: starting one takes as long as most of them."""
    async with launched() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def browser(chromium_for_all: Browser) -> AsyncIterator[Browser]:
    """Give a Chromium in which nothing is open, and leave nothing open."""
    yield chromium_for_all
    for context in chromium_for_all.contexts:
        await context.close()


@pytest.fixture
def stub() -> Iterator[Stub]:
    """Give a server that speaks the visitors' contract."""
    with running() as serving:
        yield serving


@pytest.fixture
def other_site() -> Iterator[Stub]:
    """Give a server of another origin."""
    with running() as serving:
        yield serving


@pytest_asyncio.fixture(loop_scope="session")
async def desk(settings: Settings, bot: ScriptedBot, clock: HandClock) -> AsyncIterator[Server]:
    """Serve the desk on an embedded database, as what a browser shows is the same on both kinds."""
    migrate(settings.database)
    async with put_together(settings, bot, clock) as firstline, serving(firstline) as server:
        yield server
