"""A call in real browsers: it rings at one agent, is accepted, declined or missed, and the visitor sees it."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from firstline.app import Firstline
from firstline.migrations.running import migrate
from firstline.settings import Settings
from handoff.agents import saw
from knowledge_base.loading import read_organisation_of
from tests.conftest import PASSWORD, HandClock, Server, SignedInAgent, Visitor, serving
from tests.scripted_bot import ScriptedBot

SHOTS = Path(__file__).parents[2] / ".cache" / "screenshots"
WORDS = {
    "en-GB": {
        "accept": "Accept",
        "decline": "Not now",
        "missed": "You missed a chat",
        "away": "3 chats in a row",
        "back": "I am back",
        "calling": "Ann is being called",
        "place": "place 2 in the queue",
        "next": "place 1 in the queue",
        "with": "You are writing with Ann",
        "told": "Ann cannot come right now",
    },
    "de-DE": {
        "accept": "Annehmen",
        "decline": "Jetzt nicht",
        "missed": "Sie haben einen Chat verpasst",
        "away": "3 Chats nacheinander",
        "back": "Ich bin wieder da",
        "calling": "Ann wird gerufen",
        "place": "Platz 2 in der Warteschlange",
        "next": "Platz 1 in der Warteschlange",
        "with": "Sie schreiben mit Ann",
        "told": "Ann kann gerade nicht kommen",
    },
}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Server]:
    """Serve the desk with a scripted bot and a clock that is moved by hand."""
    settings = Settings(data=tmp_path, _env_file=None)  # type: ignore[call-arg]
    migrate(settings.database)
    async with serving(Firstline(settings, read_organisation_of(), ScriptedBot(), HandClock())) as running:
        yield running


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


@pytest.mark.parametrize("locale", ["en-GB", "de-DE"])
async def test_a_call_rings_and_is_accepted(browser: Browser, desk: Server, locale: str) -> None:
    """The agent sees who calls and for how long yet, and accepts with one key; the visitor sees who comes and is there.

    A second visitor sees the place in the queue move.
    """
    words = WORDS[locale]
    ann = await desk.agent("Ann")
    page = await console(browser, desk, ann, locale)
    visitor = await widget(browser, desk, locale, "human, my vpn fails" + (" hilfe" if locale == "de-DE" else ""))
    await expect(visitor.locator(".status")).to_contain_text(words["calling"])
    call = page.locator(".call")
    await expect(call.get_by_role("button", name=words["accept"])).to_be_visible()
    await expect(call.locator(".call-left")).to_have_text(re.compile(r"^(30|2\d) s$"))
    first = await call.locator(".call-left").inner_text()
    await expect(call.locator(".call-left")).not_to_have_text(first)
    assert (await page.title()).startswith("☎")
    await shot(page, f"call-rings-{locale[:2]}")
    await shot(visitor, f"call-visitor-{locale[:2]}")
    second = await widget(browser, desk, locale, "human" + (" hilfe" if locale == "de-DE" else ""))
    await expect(second.locator(".status")).to_contain_text(words["place"])
    await shot(second, f"call-queue-{locale[:2]}")
    await page.keyboard.press("a")
    await expect(visitor.locator(".status")).to_contain_text(words["with"])
    await expect(page.locator('[data-list="mine"] .card')).to_have_count(1)
    await expect(page.locator(".composer textarea")).to_be_focused()
    await expect(second.locator(".status")).to_contain_text(words["calling"])
    await call.get_by_role("button", name=words["decline"]).click()
    await expect(second.locator(".status")).to_contain_text(words["next"])
    await expect(call).to_have_count(0)


@pytest.mark.parametrize(("locale", "scheme"), [("en-GB", "dark"), ("de-DE", "light")])
async def test_a_missed_call_is_told_on_both_sides(browser: Browser, desk: Server, locale: str, scheme: str) -> None:
    """Who misses a call reads so; after three they are away and one click brings them back; visitors read it once."""
    words = WORDS[locale]
    ann = await desk.agent("Ann")
    page = await console(browser, desk, ann, locale, scheme)
    visitor = await widget(browser, desk, locale, "human" + (" hilfe" if locale == "de-DE" else ""))
    await expect(page.locator(".call")).to_be_visible()
    await later(desk, 31, ann)
    await expect(page.locator("#alerts")).to_contain_text(words["missed"])
    await shot(page, f"call-missed-{locale[:2]}")
    await expect(page.locator(".call")).to_have_count(0)
    await expect(visitor.get_by_role("log")).to_contain_text(words["told"])
    await later(desk, 61, ann)
    for _ in range(2):
        await expect(page.locator(".call .call-left")).to_be_visible()
        await later(desk, 31, ann)
        await later(desk, 61, ann)
    await expect(page.locator(".call-missed")).to_contain_text(words["away"])
    await expect(page.locator('.presence input[value="away"]')).to_be_checked()
    await shot(page, f"call-away-{locale[:2]}")
    await page.get_by_role("button", name=words["back"]).click()
    await expect(page.locator('.presence input[value="online"]')).to_be_checked()
    await expect(page.locator(".call .call-left")).to_be_visible()
    assert await visitor.get_by_role("log").get_by_text(words["told"]).count() == 1


async def test_a_supervisor_sees_every_chat_and_takes_one_over(browser: Browser, desk: Server) -> None:
    """The supervisor finds colleagues' chats, takes one over, and the colleague reads who has it now."""
    ann, sue = await desk.agent("Ann"), await desk.agent("Sue", "supervisor")
    visitor = await waiting(desk)
    await ann.claim(visitor)
    agent, lead = await console(browser, desk, ann, "en-GB"), await console(browser, desk, sue, "en-GB")
    await expect(agent.locator('[data-list="others"]')).to_have_count(0)
    await lead.locator('[data-list="others"] .card').click()
    await lead.get_by_role("button", name="Take over").click()
    await shot(lead, "call-take-over")
    await lead.get_by_role("dialog").get_by_role("button", name="Take over").click()
    await expect(agent.locator("#alerts")).to_contain_text("Sue has taken over your chat")
    await expect(lead.locator(".composer textarea")).to_be_focused()
    assert (await visitor.read())["agent"] == "Sue"
