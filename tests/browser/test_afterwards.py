"""After a chat, in a real browser: asked once how it was, the transcript to keep, and the agent reads the rating."""

import asyncio
from collections.abc import Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser import console_page, console_stub
from tests.browser.stub_server import Conversation, Stub
from tests.browser.test_widget_on_pages import new_page

OFFERED = [{"title": "That helped", "value": "helped"}, {"title": "No", "value": "not_helped"}]


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(browser: Browser) -> BrowserContext:
    """Give a visitor's browser."""
    context = await browser.new_context(locale="en-US")
    context.set_default_timeout(10_000)
    return context


async def opened(visitor: BrowserContext, stub: Stub) -> Page:
    """Open the page in a tab, with the panel open."""
    page = await visitor.new_page()
    await page.goto(stub.address)
    await page.get_by_role("button", name="Open the IT help chat").click()
    return page


async def say(page: Page, text: str) -> None:
    """Write and send."""
    await page.get_by_role("textbox", name="Your message").fill(text)
    await page.keyboard.press("Enter")


async def rate(page: Page, score: int) -> None:
    """Choose a score and send it."""
    await page.get_by_role("radio", name=str(score)).check()
    await page.locator("form").get_by_role("button", name="Send").click()


def answered(conversation: Conversation, text: str) -> None:
    """Answer with an article, and be glad when it helped."""
    if text == "That helped":
        conversation.say("bot", "I am glad that helped!")
    else:
        conversation.say("bot", f"Steps for {text}", article="vpn-connect", choices=OFFERED)


def met(conversation: Conversation, _text: str) -> None:
    """Let Ann answer at once."""
    conversation.turn(status="with_agent", agent="Ann")
    conversation.say("agent", "Done.", name="Ann")


async def helped(page: Page) -> None:
    """Ask for help and get it."""
    await say(page, "help")
    await expect(page.get_by_text("Done.")).to_be_visible()


async def content(page: Page, button: str) -> tuple[str, str]:
    """Press a button that saves a file; gives its name and what is in it."""
    async with page.expect_download() as download:
        await page.get_by_role("button", name=button).click()
    file = await download.value
    path = await file.path()
    return file.suggested_filename, await asyncio.to_thread(path.read_text, "utf-8")


async def test_the_bots_help_is_rated_where_it_helped(visitor: BrowserContext, stub: Stub) -> None:
    """Who says that an answer helped is asked once how well, and not again when the conversation ends."""
    stub.reply = answered
    page = await opened(visitor, stub)
    await say(page, "vpn")
    await expect(page.get_by_text("Steps for vpn")).to_be_visible()
    await expect(page.get_by_role("radio")).to_have_count(0)
    await page.get_by_role("button", name="That helped").click()
    await rate(page, 5)
    await expect(page.get_by_text("Thank you, this is noted.")).to_be_visible()
    await expect(page.get_by_role("textbox", name="Your message")).to_be_focused()
    stub.do(lambda: stub.conversation.turn(status="closed"))
    await expect(page.get_by_role("button", name="Start a new conversation")).to_be_visible()
    await expect(page.get_by_role("radio")).to_have_count(0)
    assert stub.conversation.ratings == [{"score": 5}]


async def test_nobody_is_asked_about_help_they_did_not_get(visitor: BrowserContext, stub: Stub) -> None:
    """Who ends a conversation in which neither an article nor a person came is not asked."""
    page = await opened(visitor, stub)
    await say(page, "hm")
    await expect(page.get_by_text("You wrote: hm")).to_be_visible()
    stub.do(lambda: stub.conversation.turn(status="closed"))
    await expect(page.get_by_role("button", name="Start a new conversation")).to_be_visible()
    await expect(page.get_by_role("radio")).to_have_count(0)


async def test_not_now_is_an_answer(visitor: BrowserContext, stub: Stub) -> None:
    """Who would rather not say is asked again neither after a reload nor in another tab."""
    stub.reply = answered
    page = await opened(visitor, stub)
    await say(page, "vpn")
    await page.get_by_role("button", name="That helped").click()
    await page.reload()
    await expect(page.get_by_role("radio")).to_have_count(5)
    await page.get_by_role("button", name="Not now").click()
    await expect(page.get_by_role("radio")).to_have_count(0)
    await page.reload()
    another = await opened(visitor, stub)
    for tab in (page, another):
        await expect(tab.get_by_text("I am glad that helped!")).to_be_visible()
        await expect(tab.get_by_role("radio")).to_have_count(0)
    assert stub.conversation.ratings == []


async def test_two_tabs_and_one_rating(visitor: BrowserContext, stub: Stub) -> None:
    """A rating given in one tab takes the question away in the other; one on its way there is told that it is late."""
    stub.reply = met
    first, second = await opened(visitor, stub), await opened(visitor, stub)
    await helped(first)
    await second.reload()
    await expect(second.get_by_text("Done.")).to_be_visible()
    stub.do(lambda: stub.conversation.turn(status="closed"))
    await expect(second.get_by_role("radio")).to_have_count(5)
    await rate(first, 2)
    await expect(first.get_by_text("Thank you, this is noted.")).to_be_visible()
    await expect(second.get_by_role("radio")).to_have_count(0)
    stub.do(lambda: stub.conversation.turn(rated=False))  # the news of it got lost
    await rate(second, 5)
    await expect(second.get_by_text("Rated already.")).to_be_visible()
    assert stub.conversation.ratings == [{"score": 2}]


async def test_a_rating_survives_a_bad_line(visitor: BrowserContext, stub: Stub) -> None:
    """When it cannot be sent the form stays as it was filled in, and can be sent again."""
    stub.reply = met
    page = await opened(visitor, stub)
    await helped(page)
    stub.do(lambda: stub.conversation.turn(status="closed"))
    await page.route("**/rating", lambda route: route.abort(), times=1)
    await rate(page, 3)
    await expect(page.get_by_role("alert")).to_have_text("That did not work. Please try again.")
    await page.locator("form").get_by_role("button", name="Send").click()
    await expect(page.get_by_text("Thank you, this is noted.")).to_be_visible()
    assert stub.conversation.ratings == [{"score": 3}]


async def test_the_form_comes_when_it_can_be_loaded(visitor: BrowserContext, stub: Stub) -> None:
    """The part with the forms is fetched when it is needed; where that fails it is tried again."""
    stub.reply = met
    page = await opened(visitor, stub)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.route("**/widget-more.js", lambda route: route.abort(), times=1)
    await helped(page)
    assert not [url for url in asked if "widget-more" in url]
    stub.do(lambda: stub.conversation.turn(status="closed"))
    await expect(page.get_by_role("radio")).to_have_count(5)
    assert len([url for url in asked if "widget-more" in url]) == 2


async def test_the_transcript_is_saved(visitor: BrowserContext, stub: Stub) -> None:
    """A button in the chat's head saves the conversation as a file, also when it is over."""
    stub.reply = met
    page = await opened(visitor, stub)
    save = page.get_by_role("button", name="Save the conversation as a file")
    await expect(save).to_be_hidden()
    await helped(page)
    stub.do(lambda: stub.conversation.turn(status="closed", ticket="IT-1001"))
    await expect(page.get_by_role("button", name="Start a new conversation")).to_be_visible()
    assert await content(page, "Save the conversation as a file") == ("Conversation IT-1001.html", "helpDone.")


async def test_the_tickets_page_saves_it_too(browser: Browser, stub: Stub) -> None:
    """On the page of a ticket the same file can be had by its link, in German where German is read."""
    at = "2026-11-23T18:12:00+00:00"
    stub.tickets["secret"] = {
        "number": "IT-7",
        "kind": "incident",
        "status": "open",
        "created_at": at,
        "updated_at": at,
    }
    page = await new_page(browser, f"{stub.address}/t/secret", locale="de-DE")
    assert await content(page, "Gesprächsverlauf speichern") == ("Gespräch IT-7.html", "transcript of IT-7")
    await page.route("**/transcript", lambda route: route.abort())
    await page.get_by_role("button", name="Gesprächsverlauf speichern").click()
    await expect(page.get_by_role("status")).to_have_text(
        "Das hat nicht geklappt. Bitte versuchen Sie es gleich noch einmal."
    )


@pytest.fixture
def desk() -> Iterator[console_stub.Stub]:
    """Give the agents' side."""
    with console_stub.running() as serving:
        yield serving


async def test_agents_read_the_rating(browser: Browser, desk: console_stub.Stub) -> None:
    """Agents see in the conversation's details how the visitor found it, as soon as they have said so."""
    page = await console_page.open_console(browser, desk)
    await console_page.sign_in(page)
    conversation = console_page.mine(desk)
    await console_page.card(page, "Jana").click()
    await expect(page.locator("#details")).to_contain_text("Visitor")
    await expect(page.locator(".rating")).to_have_count(0)
    conversation.rating = {"score": 4, "comment": "<b>kind</b>"}
    desk.do(lambda: desk.publish(conversation))
    await expect(page.locator(".rating")).to_contain_text("4 of 5")
    await expect(page.locator(".rating blockquote")).to_have_text("<b>kind</b>")
    await page.context.close()
