"""Opens consoles and widgets on a desk that runs in the test's own process, and lets its time pass."""

import re
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from handoff.agents import saw
from tests.conftest import PASSWORD, Server, SignedInAgent, Visitor

SHOTS = Path(__file__).parents[2] / ".cache" / "screenshots"


async def console(browser: Browser, desk: Server, agent: SignedInAgent, locale: str, scheme: str = "light") -> Page:
    """Open the console of an agent."""
    context = await browser.new_context(
        locale=locale,
        viewport={"width": 1280, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = await context.new_page()
    page.set_default_timeout(15_000)
    await page.goto(f"{desk.client.base_url}/console")
    await page.locator("#email").fill(agent.email)
    await page.locator("#password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator(".connection")).to_have_attribute("data-connection", "live")
    return page


async def widget(browser: Browser, desk: Server, locale: str, text: str) -> Page:
    """Open the chat and write."""
    context = await browser.new_context(locale=locale, viewport={"width": 1280, "height": 800})
    page = await context.new_page()
    page.set_default_timeout(15_000)
    await page.goto(str(desk.client.base_url))
    await page.get_by_role("button", name=re.compile("Open the IT help chat|Chat der IT-Hilfe öffnen")).click()
    await page.get_by_role("textbox", name=re.compile("Your message|Ihre Nachricht")).fill(text)
    await page.keyboard.press("Enter")
    return page


async def later(desk: Server, seconds: float, *here: SignedInAgent) -> None:
    """Let time pass for the desk, with the consoles of these agents open, and go round."""
    desk.firstline.clock.move(seconds=seconds)  # type: ignore[attr-defined]
    for agent in here:
        number = (await agent.get("session")).json()["id"]
        async with desk.firstline.database.write() as transaction:
            await saw(transaction, number, desk.firstline.clock())
    await desk.firstline.rounds.once()


async def shot(page: Page, name: str) -> None:
    """Keep a picture to look at."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SHOTS / f"{name}.png")


async def waiting(desk: Server, text: str = "human, my vpn fails") -> Visitor:
    """Let somebody else ask for a person."""
    visitor = await desk.conversation()
    await visitor.say(text)
    await visitor.until("bot")
    return visitor
