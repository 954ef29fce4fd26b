"""The whole product in real browsers: the server as people start it, the real bot, a visitor and an agent."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from tests.product import Product, started

VPN_TITLE = "Set up and connect to the VPN"
SHOTS = Path(__file__).parents[2] / ".cache" / "screenshots"


@pytest_asyncio.fixture(loop_scope="session")
async def product(tmp_path: Path, model: Path) -> AsyncIterator[Product]:
    """Start the product on an empty data folder, as `make run` does, and wait until the bot is ready."""
    async with started(tmp_path) as running:
        await running.until_ready()
        yield running


async def say(page: Page, text: str) -> None:
    """Write to the help desk and send."""
    await page.get_by_role("textbox", name=re.compile("Your message|Ihre Nachricht")).fill(text)
    await page.keyboard.press("Enter")


def log(page: Page) -> Locator:
    """Give what the visitor sees of the chat."""
    return page.get_by_role("log")


async def shot(page: Page, name: str) -> None:
    """Keep a picture to look at."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SHOTS / f"{name}.png")


async def opened_widget(browser: Browser, product: Product, locale: str) -> Page:
    """Open the demo page and the chat on it."""
    context = await browser.new_context(locale=locale, viewport={"width": 1280, "height": 860})
    page = await context.new_page()
    page.set_default_timeout(15_000)
    await page.goto(product.address)
    await page.get_by_role("button", name=re.compile("Open the IT help chat|Chat der IT-Hilfe öffnen")).click()
    return page


async def signed_in_console(browser: Browser, product: Product) -> Page:
    """Open the console and sign in."""
    context = await browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 860})
    page = await context.new_page()
    page.set_default_timeout(15_000)
    await page.goto(f"{product.address}/console")
    await page.locator("#email").fill(product.email)
    await page.locator("#password").fill(product.password)
    await page.keyboard.press("Enter")
    await expect(page.locator(".connection")).to_have_attribute("data-connection", "live")
    return page


@pytest.mark.timeout(400)
async def test_from_a_question_to_a_person_and_back(browser: Browser, product: Product) -> None:
    """Answered in German and in English, handed over, answered by a person without a reload, back to the bot."""
    agent = await signed_in_console(browser, product)
    visitor = await opened_widget(browser, product, "de-DE")

    await say(visitor, "ich hab mein passwort vergessen")
    await expect(log(visitor)).to_contain_text("Vergessenes Passwort zurücksetzen")
    await shot(visitor, "1-german-answer")
    await say(visitor, "how do I connect to the vpn")
    await expect(log(visitor)).to_contain_text(VPN_TITLE)
    await shot(visitor, "2-english-answer")

    await say(visitor, "which trees grow best on a roof garden in Lisbon?")
    await expect(log(visitor)).to_contain_text("IT-1001")
    await shot(visitor, "3-handed-over")

    card = agent.locator('[data-list="waiting"] .card')
    await expect(card).to_have_count(1)
    await shot(agent, "4-console-waiting")
    await card.click()
    await expect(agent.locator(".message", has_text="roof garden").first).to_be_visible()
    await agent.get_by_role("button", name="Take", exact=True).click()
    await expect(agent.get_by_role("button", name="Return to bot")).to_be_visible()
    await agent.locator(".composer textarea").fill("Hello, Ann here. Olive trees do well.")
    await agent.keyboard.press("Enter")
    await expect(log(visitor)).to_contain_text("Olive trees do well.")
    await shot(visitor, "5-a-person")

    await say(visitor, "how do I connect to the vpn")
    await expect(agent.locator(".message", has_text="connect to the vpn").last).to_be_visible()
    await asyncio.sleep(1.5)
    assert await log(visitor).get_by_text(VPN_TITLE).count() == 1
    await shot(agent, "6-console-chat")

    await agent.get_by_role("button", name="Return to bot").click()
    await agent.get_by_role("dialog").get_by_role("button", name="Return to bot").click()
    await expect(log(visitor)).to_contain_text(re.compile("handed the chat back|zurückgegeben"))
    await say(visitor, "how do I connect to the vpn")
    await expect(log(visitor).get_by_text(VPN_TITLE)).to_have_count(2)
    await shot(visitor, "7-the-bot-again")
