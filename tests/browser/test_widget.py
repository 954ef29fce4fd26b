"""The widget delivers what the visitor writes, and shows the record as it is, whatever the network does."""

import asyncio
import re
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Browser, Locator, Page, Route, expect

from tests.browser.stub_server import Conversation, Stub, problem

Opened = Callable[..., Awaitable[Page]]


@pytest.fixture
def opened(browser: Browser, stub: Stub) -> Opened:
    """Give a way to open the demo page with the panel open."""

    async def open_page(**context: object) -> Page:
        page = await (await browser.new_context(**{"locale": "en-US", **context})).new_page()  # type: ignore[arg-type]
        page.set_default_timeout(10_000)
        await page.goto(stub.address)
        await page.get_by_role("button", name=re.compile("Open the IT help chat|Chat der IT-Hilfe öffnen")).click()
        return page

    return open_page


def log(page: Page) -> Locator:
    """Give the messages on the screen."""
    return page.get_by_role("log")


def said(page: Page, text: str) -> Locator:
    """Give the messages with exactly this text."""
    return log(page).get_by_text(text, exact=True)


async def say(page: Page, text: str) -> None:
    """Write and send."""
    await page.get_by_role("textbox", name="Your message").fill(text)
    await page.keyboard.press("Enter")


async def texts(page: Page) -> list[str]:
    """Give what the log shows, from top to bottom, without the opening line."""
    return (await log(page).locator(".text").all_inner_texts())[1:]


async def settled(page: Page) -> None:
    """Wait until every message is acknowledged."""
    for _ in range(100):
        if not await page.evaluate("Object.keys(localStorage).some((key) => key.includes(':out:'))"):
            return
        await page.wait_for_timeout(100)
    raise AssertionError("something is still not acknowledged")


async def test_a_reload_keeps_the_conversation(opened: Opened, stub: Stub) -> None:
    """After a reload you see the conversation as it was and go on in it."""
    page = await opened()
    await say(page, "hello")
    await expect(said(page, "You wrote: hello")).to_be_visible()
    await page.reload()
    await expect(said(page, "You wrote: hello")).to_be_visible()
    await say(page, "again")
    await expect(said(page, "You wrote: again")).to_be_visible()
    assert await texts(page) == ["hello", "You wrote: hello", "again", "You wrote: again"]
    assert len(stub.conversations) == 1


async def test_no_conversation_is_begun_before_the_first_message(opened: Opened, stub: Stub) -> None:
    """Looking at the chat leaves no trace."""
    page = await opened()
    await expect(log(page)).to_contain_text("I am the IT help bot")
    assert not stub.conversations


async def test_a_lost_acknowledgement_is_asked_for_again(opened: Opened, stub: Stub) -> None:
    """When the answer to your message gets lost, the message is sent again with its id and stands there once."""
    stub.lost_acknowledgements = 2
    page = await opened()
    await say(page, "only once")
    await expect(said(page, "You wrote: only once")).to_be_visible()
    await expect(log(page).get_by_text("Not sent yet")).to_have_count(0)
    await expect(log(page).get_by_text("Sending")).to_have_count(0)
    await settled(page)
    assert len({body["id"] for body in stub.posted}) == 1
    assert len(stub.posted) == 3
    assert await texts(page) == ["only once", "You wrote: only once"]


async def test_a_message_that_does_not_get_through_is_kept(opened: Opened, stub: Stub) -> None:
    """A message that cannot be sent is shown as not sent yet, survives a reload and is sent in the end."""
    page = await opened()
    await say(page, "first")
    await expect(said(page, "You wrote: first")).to_be_visible()
    stub.lost_messages = 1000
    await say(page, "second")
    await expect(log(page).get_by_text("Not sent yet")).to_be_visible()
    await page.reload()
    await expect(said(page, "second")).to_be_visible()
    stub.lost_messages = 0
    await expect(said(page, "You wrote: second")).to_be_visible()
    await expect(log(page).get_by_text("Not sent yet")).to_have_count(0)
    assert len({body["id"] for body in stub.posted}) == 2
    assert await texts(page) == ["first", "You wrote: first", "second", "You wrote: second"]


@pytest.mark.parametrize("body", ["<title>Welcome to the hotel</title>", '{"status": "with_bot", "mess'])
async def test_what_is_no_answer_of_the_desk_is_none(opened: Opened, stub: Stub, body: str) -> None:
    """A page in between that says all is well, or an answer cut off within: nothing is lost and the chat goes on."""
    page = await opened()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    await page.route("**/api/**", lambda route: route.fulfill(body=body))
    await say(page, "first")
    await expect(log(page).get_by_text("Not sent yet")).to_be_visible()
    await page.unroute_all()
    await expect(said(page, "You wrote: first")).to_be_visible()
    await page.route("**/messages*", lambda route: route.fulfill(body=body))
    stub.do(stub.conversation.cut_streams)
    stub.do(lambda: stub.conversation.say("bot", "while you were away"))
    await say(page, "second")
    await expect(log(page).get_by_text("Not sent yet")).to_be_visible()
    await page.unroute_all()
    await expect(said(page, "You wrote: second")).to_be_visible()
    assert await texts(page) == ["first", "You wrote: first", "while you were away", "second", "You wrote: second"]
    assert faults == []


async def test_a_message_is_shown_once_while_its_acknowledgement_is_slow(opened: Opened, stub: Stub) -> None:
    """A message stands there once, also when the record shows it before it is acknowledged."""
    page = await opened()
    await say(page, "first")
    await expect(said(page, "You wrote: first")).to_be_visible()
    stub.acknowledge_after = 1.5
    await say(page, "slow")
    await expect(said(page, "You wrote: slow")).to_be_visible(timeout=1400)
    await expect(said(page, "slow")).to_have_count(1)
    await page.wait_for_timeout(1700)
    assert await texts(page) == ["first", "You wrote: first", "slow", "You wrote: slow"]


async def test_a_cut_stream_goes_on_where_it_was(opened: Opened, stub: Stub) -> None:
    """After a break nothing is missing and nothing stands there twice."""
    page = await opened()
    await say(page, "hello")
    await expect(said(page, "You wrote: hello")).to_be_visible()
    stub.repeat_on_resume = True
    stub.do(stub.conversation.cut_streams)
    stub.do(lambda: stub.conversation.say("bot", "while you were away"))
    await expect(said(page, "while you were away")).to_be_visible()
    stub.do(lambda: stub.conversation.say("bot", "afterwards"))
    await expect(said(page, "afterwards")).to_be_visible()
    assert await texts(page) == ["hello", "You wrote: hello", "while you were away", "afterwards"]


@pytest.mark.parametrize("fault", ["refused", "silent"])
async def test_without_a_stream_the_widget_asks(opened: Opened, stub: Stub, fault: str) -> None:
    """Where a network holds streams back, answers arrive all the same."""
    stub.streams = fault
    page = await opened()
    await say(page, "hello")
    await expect(said(page, "You wrote: hello")).to_be_visible()
    stub.do(lambda: stub.conversation.say("agent", "found by asking", name="Ann"))
    await expect(said(page, "found by asking")).to_be_visible(timeout=30_000)
    if fault == "refused":
        await page.wait_for_timeout(4000)
        tried = len(stub.opened_streams)
        await page.wait_for_timeout(5000)
        assert len(stub.opened_streams) == tried


async def test_a_conversation_the_server_does_not_know_is_begun_anew(opened: Opened, stub: Stub) -> None:
    """When the server has forgotten a conversation, your message simply opens the next one."""
    page = await opened()
    await say(page, "hello")
    await expect(said(page, "You wrote: hello")).to_be_visible()
    stub.do(stub.conversations["c1"].cut_streams)
    stub.conversations["c1"].token = "changed"
    await say(page, "still there?")
    await expect(said(page, "You wrote: still there?")).to_be_visible()
    assert await texts(page) == ["still there?", "You wrote: still there?"]
    assert len(stub.conversations) == 2


async def test_a_closed_conversation_keeps_the_text(opened: Opened, stub: Stub) -> None:
    """What you write into a conversation that was closed meanwhile is kept for the new one that is offered."""
    page = await opened()
    await say(page, "hello")
    await expect(said(page, "You wrote: hello")).to_be_visible()
    stub.conversation.state["status"] = "closed"
    await say(page, "one more thing")
    await page.get_by_role("button", name="Start a new conversation").click()
    await expect(page.get_by_role("textbox", name="Your message")).to_have_value("one more thing")
    await page.keyboard.press("Enter")
    await expect(said(page, "You wrote: one more thing")).to_be_visible()
    assert len(stub.conversations) == 2


async def test_what_was_not_sent_is_not_joined_with_something_new(opened: Opened, stub: Stub) -> None:
    """What you had written when a conversation was closed can begin the next one, or is written over: never both."""
    page = await opened()
    await say(page, "hello")
    await expect(said(page, "You wrote: hello")).to_be_visible()
    field = page.get_by_role("textbox", name="Your message")
    await field.fill("half a sen")
    stub.do(lambda: stub.conversation.turn(status="closed"))
    await page.get_by_role("button", name="Start a new conversation").click()
    await expect(field).to_have_value("half a sen")
    await page.keyboard.type("something else")
    await expect(field).to_have_value("something else")


async def test_a_refused_text_is_kept_and_the_reason_told(opened: Opened, stub: Stub) -> None:
    """A refusal is explained beside your text, which is still there."""
    stub.refusals = [problem(422, "This text cannot be read.")]
    page = await opened()
    await say(page, "strange")
    await expect(page.get_by_role("alert")).to_have_text("This text cannot be read.")
    await expect(page.get_by_role("textbox", name="Your message")).to_have_value("strange")


async def test_too_many_messages_wait_as_long_as_asked(opened: Opened, stub: Stub) -> None:
    """When you are too fast you are told, and your message goes out after the time asked for."""
    stub.refusals = [problem(429, "Please wait a moment.", {"Retry-After": "2"})]
    page = await opened()
    await say(page, "fast")
    await expect(page.get_by_role("alert")).to_have_text("Please wait a moment.")
    await page.wait_for_timeout(1200)
    assert len(stub.posted) == 1
    await expect(said(page, "You wrote: fast")).to_be_visible()
    await expect(page.get_by_role("alert")).to_have_count(0)
    assert len({body["id"] for body in stub.posted}) == 1


@pytest.mark.parametrize(("locale", "when"), [("en-US", "Mon 00:05"), ("de-AT", "Mo 00:05")])
async def test_a_message_tells_when_it_was_said(opened: Opened, stub: Stub, locale: str, when: str) -> None:
    """Day and time are those of where you are, in your language."""
    stub.reply = lambda c, _: c.say("bot", "Late already", created_at="2026-03-01T23:05:59.123456+00:00")
    page = await opened(locale=locale, timezone_id="Europe/Vienna")
    await page.locator("textarea").fill("hello")
    await page.keyboard.press("Enter")
    await expect(log(page).locator(".bot .who").last).to_contain_text(f"· {when}")


async def test_a_draft_survives_a_reload(opened: Opened) -> None:
    """What you have written but not sent is still there after a reload."""
    page = await opened()
    await page.get_by_role("textbox", name="Your message").fill("half a sen")
    await page.reload()
    await expect(page.get_by_role("textbox", name="Your message")).to_have_value("half a sen")


async def test_only_the_newest_choices_can_be_taken(opened: Opened, stub: Stub) -> None:
    """Old choices can be read but not pressed, and a choice can be pressed once."""

    def offer(conversation: Conversation, text: str) -> None:
        conversation.say("bot", f"Well, {text}?", choices=[{"title": f"Take {text}", "value": f"v-{text}"}])

    stub.reply = offer
    page = await opened()
    await say(page, "one")
    await page.get_by_role("button", name="Take one", exact=True).click()
    await expect(page.get_by_role("button", name="Take one", exact=True)).to_be_disabled()
    await expect(page.get_by_role("button", name="Take Take one", exact=True)).to_be_enabled()
    assert stub.posted[-1]["choice"] == "v-one"


async def test_a_late_answer_does_not_undo_what_the_page_knows_already(opened: Opened, stub: Stub) -> None:
    """A slow look at the record does not put back who had the floor before."""
    page = await opened()
    asked, release, looks = asyncio.Event(), asyncio.Event(), iter(range(100))

    async def look(route: Route) -> None:
        late = next(looks) == 1
        answer = await route.fetch()
        if late:
            asked.set()
            await release.wait()
        await route.fulfill(response=answer)

    async def stream(route: Route) -> None:
        await asked.wait()
        await route.continue_()

    await page.route("**/messages?after=*", look)
    await page.route("**/stream", stream)
    await say(page, "help")
    await expect(said(page, "You wrote: help")).to_be_visible()
    for _ in range(200):
        if stub.conversation.listeners:
            break
        await asyncio.sleep(0.05)
    stub.do(lambda: stub.conversation.turn(status="waiting", place=2))
    await expect(page.locator(".status")).to_contain_text("place 2 in the queue")
    release.set()
    await page.wait_for_timeout(500)
    await expect(page.locator(".status")).to_contain_text("place 2 in the queue")


async def test_the_bot_leaves_the_way_to_a_person_open(opened: Opened, stub: Stub) -> None:
    """Whenever the bot has the floor you can ask for a person, also with a ticket; the head shows who it is."""
    page = await opened()
    await say(page, "help")
    await expect(said(page, "You wrote: help")).to_be_visible()
    face = page.locator(".head > svg path")
    bot = await face.get_attribute("d")
    stub.do(lambda: stub.conversation.turn(status="with_agent", agent="Ann", ticket="IT-7"))
    await expect(page.locator(".status")).to_contain_text("You are writing with Ann")
    await expect(page.get_by_role("button", name="Talk to a person")).to_be_hidden()
    assert await face.get_attribute("d") != bot
    stub.do(lambda: stub.conversation.turn(status="with_bot", agent=None))
    await page.get_by_role("button", name="Talk to a person").click()
    await expect(said(page, "You wrote: I would like to talk to a person.")).to_be_visible()
    assert await face.get_attribute("d") == bot


async def test_a_person_takes_over_and_is_rated_once(opened: Opened, stub: Stub) -> None:
    """You see that you wait, who answers, that they type, and can rate the help once it is over."""
    page = await opened()
    await say(page, "help")
    await expect(said(page, "You wrote: help")).to_be_visible()
    bar = page.locator(".status")
    stub.do(lambda: stub.conversation.turn(status="waiting", place=2, ticket=7))
    await expect(bar).to_contain_text("place 2 in the queue")
    await expect(bar).to_contain_text("Ticket 7")
    stub.do(lambda: stub.conversation.turn(calling="Ben"))
    await expect(bar).to_contain_text("Ben is being called")
    stub.do(lambda: stub.conversation.turn(status="with_agent", agent="Ann", calling=None, place=None))
    await expect(bar).to_contain_text("You are writing with Ann")
    stub.do(lambda: stub.conversation.publish("typing", {"author": "agent", "on": True}))
    await expect(page.get_by_text("Ann is typing")).to_be_visible()
    stub.do(lambda: stub.conversation.say("agent", "Look at https://example.org.", name="Ann"))
    await expect(page.get_by_role("link", name="https://example.org", exact=True)).to_be_visible()
    await page.get_by_role("textbox", name="Your message").press_sequentially("thanks")
    await page.keyboard.press("Enter")
    await expect(said(page, "thanks")).to_be_visible()
    await page.get_by_role("button", name="End conversation").first.click()
    await page.get_by_role("button", name="End conversation").last.click()
    await page.get_by_role("radio", name="4").check()
    await page.get_by_role("textbox", name="What should we know?").fill("kind")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.get_by_text("Thank you, this is noted.")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("button", name="Start a new conversation")).to_be_visible()
    await expect(page.get_by_role("radio")).to_have_count(0)
    assert stub.conversation.ratings == [{"score": 4, "comment": "kind"}]
    assert stub.conversation.typing == [True, False]
