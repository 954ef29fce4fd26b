"""What the console's tests stand on: a desk of one agent, and a console on it."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.console_page import open_console, sign_in
from tests.browser.console_stub import Stub, running


@pytest.fixture
def stub() -> Iterator[Stub]:
    """Give a desk of one agent."""
    with running() as stub:
        yield stub


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, stub: Stub) -> AsyncIterator[Page]:
    """Give a console whose agent is signed in."""
    page = await open_console(browser, stub)
    await sign_in(page)
    await expect(page.locator(".connection")).to_have_attribute("data-connection", "live")
    yield page
    await page.context.close()
