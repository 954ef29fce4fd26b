"""What the browser tests stand on: Chromium, and a server that misbehaves when asked."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright, expect

from firstline.app import Firstline
from firstline.migrations.running import migrate
from firstline.settings import Settings
from knowledge_base.loading import read_organisation_of
from tests.browser import chromium
from tests.browser.stub_server import Stub, running
from tests.conftest import HandClock, Server, serving
from tests.scripted_bot import ScriptedBot


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Give a running Chromium; skip where there is none."""
    path = chromium.find()
    if not path:
        pytest.skip("no Chromium here: install one or name it in FIRSTLINE_TEST_CHROMIUM")
    expect.set_options(timeout=20_000)  # a loaded machine is slow, not wrong
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=path, args=list(chromium.ARGUMENTS))
        yield opened
        await opened.close()


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


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Server]:
    """Serve the desk with a scripted bot and a clock that is moved by hand."""
    settings = Settings(data=tmp_path, _env_file=None)  # type: ignore[call-arg]
    migrate(settings.database)
    async with serving(Firstline(settings, read_organisation_of(), ScriptedBot(), HandClock())) as running:
        yield running
