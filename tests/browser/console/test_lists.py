"""The lists, the call and the notices hold still, say who and what, and leave nothing unsaid."""

from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.console_page import card, mine, open_console, sign_in
from tests.browser.console_stub import ME, Conversation, Stub
from tests.browser.desk import shot

FILE = {"id": "f", "name": "blue-screen.png", "type": "image/png", "size": 2000}
PLACES = """() => [...document.querySelectorAll(".topbar, .lists .card, .conversation-head button, .composer textarea")]
  .filter((one) => one.dataset.conversation !== "ring")
  .map((one) => one.getBoundingClientRect()).map(({ x, y, width }) => [x, y, width].map(Math.round).join(" "))"""
COVERED = """(chosen) => [...document.querySelectorAll(chosen)]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().width)
  .filter((one) => {
    one.scrollIntoView({ block: "center" });
    const { x, y, width, height } = one.getBoundingClientRect();
    const middle = document.elementFromPoint(x + width / 2, y + height / 2);
    return !one.contains(middle);
  }).map((one) => one.textContent)"""


def ring(stub: Stub, **more: Any) -> Conversation:
    """Call this agent for somebody who has not said their name."""
    called = Conversation("ring", ringing={"id": ME["id"], "agent": ME["name"], "seconds": 30}, **more)
    found: Conversation = stub.do(lambda: stub.add(called, "the scanner eats my paper"))
    return found


def change(stub: Stub, conversation: Conversation, **more: Any) -> None:
    """Let something become of a conversation, and tell the consoles."""

    def act() -> None:
        for name, value in more.items():
            setattr(conversation, name, value)
        stub.publish(conversation)

    stub.do(act)


SIZES = [(1280, 800), (900, 700), (390, 844), (320, 256)]


@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_a_call_moves_nothing_and_covers_nothing(page: Page, stub: Stub, width: int, height: int) -> None:
    """What an agent is about to click stays where it is when a call begins and ends, in every window."""
    mine(stub, "Jana")
    mine(stub, "Tobias")
    await page.set_viewport_size({"width": width, "height": height})
    await card(page, "Jana").click()
    await expect(page.locator(".message")).to_have_count(1)
    await page.wait_for_timeout(300)
    before = await page.evaluate(PLACES)
    called = ring(stub)
    await expect(page.locator(".call .primary")).to_be_visible()
    await shot(page, f"lists-ring-{width}")
    assert await page.evaluate(PLACES) == before
    change(stub, called, status="closed")
    await expect(page.locator(".call")).to_have_count(0)
    assert await page.evaluate(PLACES) == before
    change(stub, called, status="waiting")
    await expect(page.locator(".call .primary")).to_be_visible()
    assert await page.evaluate(COVERED, ".topbar button, .conversation button, .call button, .card, .call-name") == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def test_the_call_follows_its_card(page: Page, stub: Stub) -> None:
    """Unnamed visitors are told apart by their tickets, and a name given meanwhile stands in the ringing call."""
    called = ring(stub)
    await expect(page.locator(".call-name")).to_have_text("Unnamed visitor, IT-1004")
    await expect(page.locator('[data-list="waiting"] .card-name')).to_have_text("Unnamed visitor, IT-1004")
    change(stub, called, name="Greta")
    await expect(page.locator(".call-name")).to_have_text("Greta")


async def test_a_call_says_that_a_colleague_passes_the_chat_on(page: Page, stub: Stub) -> None:
    """Who is called for a chat that somebody had before knows it before they accept."""
    called = ring(stub, called=ME["name"])
    await expect(page.locator(".call-words")).to_contain_text("Passed on by a colleague")
    change(stub, called, called=None)
    await expect(page.locator(".call-words")).not_to_contain_text("Passed on")


@pytest.mark.parametrize("locale", ["en-GB", "de-DE"])
async def test_a_file_without_words_gives_its_name(browser: Browser, stub: Stub, locale: str) -> None:
    """A card whose visitor last sent a file shows the file's name."""
    conversation = Conversation("jana", "Jana")
    stub.do(lambda: stub.add(conversation))
    stub.do(lambda: stub.say(conversation, "visitor", "", attachments=[FILE]))
    page = await open_console(browser, stub, locale)
    await sign_in(page)
    await expect(card(page, "Jana").locator(".card-preview")).to_have_text("blue-screen.png")
    await expect(card(page, "Jana").locator(".card-preview .icon")).to_be_visible()
    await page.context.close()


async def test_who_took_a_ringing_chat_is_told_until_it_is_read(page: Page, stub: Stub) -> None:
    """A call that a colleague was quicker for leaves a notice that stays until it is closed."""
    called = ring(stub)
    await expect(page.locator(".call")).to_be_visible()
    change(stub, called, status="with_agent", agent="Sam Okoro", ringing=None, name="Greta")
    words = page.locator(".notice")
    await expect(words).to_contain_text("Sam Okoro has taken the chat with Unnamed visitor, IT-1004")
    await page.wait_for_timeout(11_000)
    await expect(words).to_be_visible()
    await words.get_by_role("button", name="Read, close").click()
    await expect(words).to_have_count(0)


async def test_a_chat_back_in_the_queue_is_told(page: Page, stub: Stub) -> None:
    """Whoever was away too long reads that their chat waits again; whoever passed it on reads nothing of the kind."""
    jana, tobias = mine(stub, "Jana"), mine(stub, "Tobias")
    await expect(card(page, "Tobias")).to_be_visible()
    change(stub, tobias, status="waiting", agent=None, called="Sam Okoro")
    await expect(page.locator('[data-list="waiting"] .card')).to_have_count(1)
    change(stub, jana, status="waiting", agent=None)
    await expect(page.locator(".notice")).to_have_count(1)
    await expect(page.locator(".notice")).to_contain_text("Your chat with Jana is back in the queue")


async def test_what_became_of_a_chat_is_no_news_once_it_is_mine_again(page: Page, stub: Stub) -> None:
    """The notice of a chat that went back into the queue goes when its agent has it again; others stay."""
    jana, tobias = mine(stub, "Jana"), mine(stub, "Tobias")
    await expect(card(page, "Tobias")).to_be_visible()
    change(stub, jana, status="waiting", agent=None)
    await expect(page.locator(".notice")).to_have_count(1)
    change(stub, tobias, status="waiting", agent=None)
    await expect(page.locator(".notice")).to_have_count(2)
    change(stub, jana, status="with_agent", agent=ME["name"])
    await expect(page.locator(".notice")).to_have_count(1)
    await expect(page.locator(".notice")).to_contain_text("Tobias")


async def test_the_minutes_of_my_chats_are_those_of_who_waits_for_me(page: Page, stub: Stub) -> None:
    """A chat of mine shows a time while its visitor waits for my answer, and none when I have answered."""
    jana = mine(stub, "Jana")
    await expect(card(page, "Jana").locator(".card-owed time")).to_be_visible()
    stub.do(lambda: stub.say(jana, "agent", "One moment.", name=ME["name"]))
    await expect(card(page, "Jana").locator("time")).to_have_count(0)
    stub.do(lambda: stub.say(jana, "visitor", "still down"))
    await expect(card(page, "Jana").locator(".card-owed time")).to_be_visible()


async def test_a_name_and_its_time_stand_for_three_minutes(page: Page, stub: Stub) -> None:
    """Messages one after the other stand under one name only while its time is nearly theirs."""
    jana = Conversation("jana", "Jana", status="with_agent", agent=ME["name"])
    stub.do(lambda: stub.add(jana))
    for minute in (0, 2, 4, 6):
        at = f"2026-11-23T10:0{minute}:00+00:00"
        stub.do(lambda at=at: stub.say(jana, "visitor", f"said at {at}", created_at=at))
    await card(page, "Jana").click()
    await expect(page.locator(".message")).to_have_count(4)
    await expect(page.locator(".message-continued")).to_have_count(2)


async def test_going_offline_with_chats_is_asked_about(page: Page, stub: Stub) -> None:
    """One wrong click does not put all my visitors back into the queue; without chats nothing is asked."""
    jana = mine(stub, "Jana")
    await expect(card(page, "Jana")).to_be_visible()
    await page.get_by_role("radio", name="Offline").click()
    asked = page.get_by_role("dialog", name="Go offline?")
    await expect(asked).to_be_visible()
    await shot(page, "lists-go-offline")
    await page.keyboard.press("Escape")
    await expect(asked).to_have_count(0)
    await expect(page.get_by_role("radio", name="Online")).to_be_checked()
    assert stub.presence == "online"
    await page.get_by_role("radio", name="Offline").click()
    async with page.expect_response("**/presence"):
        await asked.get_by_role("button", name="Go offline").click()
    await expect(page.get_by_role("radio", name="Offline")).to_be_checked()
    assert stub.presence == "offline"
    change(stub, jana, status="waiting", agent=None)
    await page.get_by_role("radio", name="Online").click()
    await expect(page.locator('[data-list="waiting"] .card')).to_have_count(1)
    await page.get_by_role("radio", name="Offline").click()
    await expect(page.get_by_role("radio", name="Offline")).to_be_checked()
    await expect(asked).to_have_count(0)


@pytest.mark.parametrize(("width", "height"), SIZES[:3])
async def test_toasts_cover_nothing_that_matters(page: Page, stub: Stub, width: int, height: int) -> None:
    """Neither a ringing call nor the lost connection nor a button of the chat lies below a notice."""
    mine(stub, "Jana")
    tobias = mine(stub, "Tobias")
    await page.set_viewport_size({"width": width, "height": height})
    await card(page, "Jana").click()
    await expect(page.locator(".message")).to_have_count(1)
    ring(stub)
    change(stub, tobias, status="waiting", agent=None)
    await expect(page.locator(".notice")).to_be_visible()
    await page.keyboard.press("Alt+KeyU")
    await expect(page.locator("#toasts .toast")).to_be_visible()
    stub.do(stub.go_down)
    await expect(page.locator(".connection")).to_contain_text("Connection lost")
    await shot(page, f"lists-toasts-{width}")
    over = """() => {
      const boxes = (chosen) => [...document.querySelectorAll(chosen)].map((one) => one.getBoundingClientRect());
      const meet = (a, b) => a.x < b.right && b.x < a.right && a.y < b.bottom && b.y < a.bottom;
      const matter = boxes(".call, .connection, .actions, .composer, .topbar").filter(({ width }) => width);
      return boxes(".toast").flatMap((toast) => matter.filter((one) => meet(toast, one)).map(JSON.stringify));
    }"""
    assert await page.evaluate(over) == []


async def test_people_online_are_offered_first(page: Page, stub: Stub) -> None:
    """A colleague online is chosen at first; for one who is not, the dialog and the toast say that the chat waits."""
    mine(stub)
    await card(page, "Jana").click()
    dialog = page.get_by_role("dialog")
    who = dialog.get_by_role("combobox", name="To an agent")
    await page.get_by_role("button", name="Transfer").click()
    await expect(who).to_be_visible()
    assert await who.locator("option").all_inner_texts() == [
        "Sam Okoro (Online)",
        "Jonas Weber (Away)",
        "Olga Arns (Offline)",
    ]
    await expect(who).to_have_value("sam@example.org")
    await expect(dialog).not_to_contain_text("waits in the queue")
    await who.select_option("olga@example.org")
    await expect(dialog).to_contain_text("Olga Arns is not online: the chat then waits in the queue")
    await shot(page, "lists-transfer")
    await dialog.get_by_role("radio", name="To a group").check()
    await expect(dialog).to_contain_text("Second level is not online: the chat then waits in the queue")
    await dialog.get_by_role("radio", name="To an agent").check()
    await dialog.get_by_role("button", name="Transfer").click()
    await expect(page.locator("#toasts")).to_contain_text("Handed on: the chat waits in the queue.")
    assert stub.transfers == [{"agent": "olga@example.org"}]


async def test_nobody_absent_is_chosen_by_mistake(page: Page, stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody is online, no colleague is chosen until the agent does."""
    monkeypatch.setattr("tests.browser.console_stub.AGENTS", [{"name": "Olga", "email": "o@x.org", "presence": "away"}])
    mine(stub)
    await card(page, "Jana").click()
    await page.get_by_role("button", name="Transfer").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Transfer").click()
    await expect(dialog).to_be_visible()
    assert stub.transfers == []
    await dialog.get_by_role("combobox", name="To an agent").select_option("o@x.org")
    await dialog.get_by_role("button", name="Transfer").click()
    await expect(dialog).to_have_count(0)


async def test_facts_and_resolution_are_shown_in_german(browser: Browser, stub: Stub) -> None:
    """The details name devices in the agent's language, and a closed chat says how it was solved."""
    jana = Conversation(
        "jana", "Jana", facts={"device": "printer", "error_code": "DNS_PROBE"}, resolution="Neuer Toner"
    )
    stub.do(lambda: stub.add(jana, "Drucker geht nicht"))
    page = await open_console(browser, stub, "de-DE")
    await sign_in(page)
    await card(page, "Jana").click()
    for words in ("Drucker", "DNS_PROBE", "Neuer Toner"):
        await expect(page.locator("#details")).to_contain_text(words)
    await expect(page.locator("#details")).not_to_contain_text("printer")
    await page.context.close()
