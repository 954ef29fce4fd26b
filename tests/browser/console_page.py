"""Opens the agents' console on its stub, and does there what most tests do."""

from typing import Any

from playwright.async_api import Browser, Locator, Page

from tests.browser.console_stub import ME, PASSWORD, Conversation, Stub


async def open_console(browser: Browser, stub: Stub, locale: str = "en-GB") -> Page:
    """Open the console in a browser of that language."""
    context = await browser.new_context(locale=locale, viewport={"width": 1280, "height": 800})
    page = await context.new_page()
    page.set_default_timeout(10_000)
    await page.goto(f"{stub.address}/console")
    return page


async def sign_in(page: Page, password: str = PASSWORD) -> None:
    """Fill in and send the form."""
    await page.locator("#email").fill(ME["email"])
    await page.locator("#password").fill(password)
    await page.keyboard.press("Enter")


def waiting(stub: Stub, name: str = "Jana", text: str = "VPN is down", **more: Any) -> Conversation:
    """Let a visitor wait."""
    found: Conversation = stub.do(lambda: stub.add(Conversation(name.lower(), name, **more), text))
    return found


def mine(stub: Stub, name: str = "Jana") -> Conversation:
    """Let the agent have a chat already."""
    return waiting(stub, name, status="with_agent", agent=ME["name"])


def card(page: Page, name: str) -> Locator:
    """Give the card of a visitor in the lists."""
    return page.locator(".card", has_text=name)


async def write(page: Page, text: str) -> None:
    """Write into the open conversation and press Enter."""
    await page.locator(".composer textarea").fill(text)
    await page.keyboard.press("Enter")


async def said(page: Page) -> list[str]:
    """Give every text of the transcript, in order."""
    return await page.locator(".message .bubble").all_inner_texts()
