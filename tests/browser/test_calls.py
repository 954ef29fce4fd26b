"""A call in real browsers: it rings at one agent, is accepted, declined or missed, and the visitor sees it."""

import re

import pytest
from playwright.async_api import Browser, expect

from tests.browser.desk import console, later, shot, waiting, widget
from tests.conftest import Server

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
