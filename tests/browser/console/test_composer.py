"""What an agent writes goes where they meant it to go, and no letter of it does a deed."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Dialog, Error, FilePayload, Locator, Page, expect

from tests.browser.console_page import card, mine, open_console, sign_in, waiting, write
from tests.browser.console_stub import Stub


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, stub: Stub) -> AsyncIterator[Page]:
    """Give a console whose agent has Jana's chat open and may answer."""
    mine(stub)
    page = await open_console(browser, stub)
    await sign_in(page)
    await card(page, "Jana").click()
    await expect(page.get_by_role("button", name="Transfer")).to_be_visible()
    yield page
    await page.context.close()


def field(page: Page) -> Locator:
    """Give the writing field."""
    return page.locator(".composer textarea")


def kind(page: Page, name: str) -> Locator:
    """Give the choice of what is written."""
    return page.get_by_role("radio", name=name)


async def test_a_click_on_the_kind_leads_into_the_field(page: Page) -> None:
    """Who clicks on the kind of text types the text next: no letter of it is a shortcut."""
    for name in ("Private note", "Answer", "Answer"):
        await kind(page, name).click()
        await expect(field(page)).to_be_focused()
    await kind(page, "Private note").click()
    await page.keyboard.type("back to the bot")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(field(page)).to_have_value("back to the bot")


async def test_arrow_keys_stay_on_the_kinds_until_a_letter_is_typed(page: Page) -> None:
    """Who walks between the kinds by keyboard stays there; a letter is the beginning of the text, not a shortcut."""
    await kind(page, "Answer").focus()
    await page.keyboard.press("ArrowRight")
    await expect(kind(page, "Private note")).to_be_checked()
    await expect(kind(page, "Private note")).to_be_focused()
    await page.keyboard.type("call back")
    await expect(field(page)).to_have_value("call back")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_page_with_an_unsent_file_asks_before_it_is_left(page: Page) -> None:
    """A reload would lose a file that is not sent, so the browser asks; with the file taken out it does not."""
    asked: list[str] = []

    async def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        await dialog.dismiss()

    page.on("dialog", stay)
    log: FilePayload = {"name": "vpn.log", "mimeType": "text/plain", "buffer": b"809"}
    await page.locator(".composer input[type=file]").set_input_files([log])
    await field(page).click()
    with pytest.raises(Error, match=r"ERR_ABORTED|interrupted"):
        await page.goto(page.url.partition("#")[0] + "?again")
    assert asked == ["beforeunload"]
    await page.locator(".tray-file button").click()
    await page.goto(page.url.partition("#")[0] + "?again")
    assert asked == ["beforeunload"]


async def test_typing_on_confirms_no_dialog(page: Page, stub: Stub) -> None:
    """Who opens a dialog by a key without meaning to, and types on, has done nothing yet."""
    for key in ("b", "f", "c"):
        await page.locator(".log").focus()
        await page.keyboard.press(key)
        dialog = page.get_by_role("dialog")
        await expect(dialog).to_be_visible()
        assert await dialog.locator("[type=submit]:focus").count() == 0
        await page.keyboard.type(" ut")
        await page.keyboard.press("Enter")
        await page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)
    assert stub.conversations["jana"].status == "with_agent"
    assert stub.transfers == []


async def test_a_key_does_nothing_where_its_button_is_not_shown(page: Page, stub: Stub) -> None:
    """In a chat that waits, or that the bot or a colleague has, the keys for one's own chats do nothing."""
    tobias = waiting(stub, "Tobias")
    await card(page, "Tobias").click()
    told = (
        ("waiting", "new", "Take this"),
        ("with_bot", "open", "Take this"),
        ("with_bot", "pending", "The bot has"),
        ("with_agent", "open", "Jonas Weber has"),
    )
    for status, ticket, notice in told:
        tobias.status, tobias.agent, tobias.ticket["status"] = status, "Jonas Weber", ticket
        stub.do(lambda: stub.publish(tobias))
        await expect(page.locator(".floor-notice")).to_contain_text(notice)
        await page.locator(".log").focus()
        for key in "bfcr":
            await page.keyboard.press(key)
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(page.locator(".log")).to_be_focused()


async def test_the_first_canned_answer_is_chosen_at_every_letter(page: Page, stub: Stub) -> None:
    """Whatever was chosen before, Enter inserts the answer that stands first for what is typed now."""
    texts = {"hello": "Hi, I am here again", "moment": "One moment, I read", "restart": "Please restart"}
    stub.canned = [
        {"shortcut": name, "also": []} | {code: {"title": text, "text": text} for code in ("en", "de")}
        for name, text in texts.items()
    ]
    await page.reload()
    await expect(page.get_by_role("button", name="Transfer")).to_be_visible()
    await field(page).focus()
    await page.keyboard.type("/")
    await expect(page.locator(".picker .offer")).to_have_count(3)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.type("re")
    await expect(page.locator(".picker .offer").first).to_contain_text("/restart")
    await expect(page.locator(".picker .offer").first).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("Enter")
    await expect(field(page)).to_have_value("Please restart")


async def test_an_answer_is_no_note_when_the_visitor_ends_the_chat(page: Page, stub: Stub) -> None:
    """A half-written answer stays one, unsent, when the visitor ends the chat; the agent is told and chooses anew."""
    await field(page).press_sequentially("Please try")
    stub.do(lambda: stub.end(stub.conversations["jana"]))
    await expect(page.locator("#toasts")).to_contain_text("Jana ended the conversation.")
    await expect(page.locator(".floor-notice")).to_contain_text("The visitor has ended this conversation.")
    await expect(page.locator(".composer")).to_contain_text("Not sent: you no longer have the floor here.")
    await expect(field(page)).to_be_focused()
    await page.keyboard.type(" again")
    await page.keyboard.press("Enter")
    await expect(field(page)).to_have_value("Please try")
    await kind(page, "Private note").click()
    await expect(field(page)).to_have_value("")
    await write(page, "Gone before the answer")
    await expect(page.locator(".message-note .bubble")).to_have_text("Gone before the answer")
    await kind(page, "Answer").click()
    await expect(field(page)).to_have_value("Please try")
    assert [(one["text"], one["private"]) for one in stub.posted] == [("Gone before the answer", True)]


async def test_answer_and_note_are_two_drafts(page: Page, stub: Stub) -> None:
    """Choosing the other kind shows what was begun of that kind, also after a reload: neither becomes the other."""
    await field(page).fill("Please restart it")
    await kind(page, "Private note").click()
    await expect(field(page)).to_have_value("")
    await field(page).fill("Third time this week")
    await kind(page, "Answer").click()
    await expect(field(page)).to_have_value("Please restart it")
    await page.reload()
    await expect(field(page)).to_have_value("Please restart it")
    await kind(page, "Private note").click()
    await field(page).press("Enter")
    await expect(page.locator(".message-note .bubble")).to_have_text("Third time this week")
    await expect(field(page)).to_have_value("Please restart it")
    await field(page).press("Enter")
    await expect(page.locator(".message-agent:not(.message-note) .bubble")).to_have_text("Please restart it")
    assert [one["private"] for one in stub.posted] == [True, False]


async def test_who_takes_a_chat_answers(page: Page, stub: Stub) -> None:
    """After taking a chat the field is for the answer, although only notes were possible before."""
    waiting(stub, "Tobias")
    await card(page, "Tobias").click()
    await expect(page.locator(".floor-notice")).to_contain_text("Take this conversation")
    await page.locator(".log").focus()
    await page.keyboard.press("n")
    await write(page, "He called before")
    await expect(page.locator(".message-note")).to_have_count(1)
    await kind(page, "Private note").click()
    await page.get_by_role("button", name="Take").click()
    await expect(page.get_by_role("button", name="Transfer")).to_be_visible()
    await expect(kind(page, "Answer")).to_be_checked()


async def test_the_hint_says_what_enter_does(page: Page) -> None:
    """Below an answer stands that Enter sends it, below a note that Enter saves it."""
    await expect(page.locator(".composer-keys")).to_contain_text("Enter sends")
    await kind(page, "Private note").click()
    await expect(page.locator(".composer-keys")).to_contain_text("Enter saves the note")


async def test_an_emptied_search_promises_nothing(page: Page, stub: Stub) -> None:
    """Where the words of a search are gone, so is what it found, and the sentence about it."""
    article = {"article": "vpn", "topic": "vpn", "title": "VPN", "confidence": None, "for": None, "text": "Connect."}
    stub.articles = [article]
    await page.locator(".log").focus()
    await page.keyboard.press("s")
    await page.keyboard.type("vpn")
    await expect(page.get_by_role("dialog")).to_contain_text("1 found.")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("searchbox")).to_have_value("")
    await expect(page.get_by_role("dialog").get_by_role("listitem")).to_have_count(0)
    await expect(page.get_by_role("dialog").get_by_role("status")).to_have_text("")


async def test_keys_have_one_name(page: Page) -> None:
    """The list of keys names Ctrl+Enter, and every key as the hint below the field does, in German too."""
    await page.get_by_label("Language", exact=True).first.select_option("Deutsch")
    await expect(page.locator(".composer-keys")).to_contain_text("Umschalt+Enter")
    await page.locator(".log").focus()
    await page.keyboard.press("?")
    for key in ("Umschalt+Enter", "Strg+Enter"):
        await expect(page.locator("dialog kbd", has_text=key)).to_be_visible()
