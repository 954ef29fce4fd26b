"""The form that asks where a visitor can be reached: it does not vanish under the hand, and can be found again."""

from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.stub_server import Conversation, Stub
from tests.browser.test_widget_on_pages import new_page

BELOW = """(form) => {
  const log = form.closest('.log');
  return log.getBoundingClientRect().bottom - form.getBoundingClientRect().bottom;
}"""


def ticketed(conversation: Conversation, _text: str) -> None:
    """Let the bot call a person."""
    conversation.turn(status="waiting", calling="Ann", ticket="IT-7")
    conversation.say("bot", "I am calling a colleague for you. " * 9, choices=[{"title": "Back", "value": "b"}])


async def asked(browser: Browser, stub: Stub, locale: str = "en-US") -> Page:
    """Open the chat and ask for a person."""
    stub.reply = ticketed
    page = await new_page(browser, stub.address, locale=locale)
    await page.locator("firstline-chat .launch").click()
    await page.keyboard.type("human")
    await page.keyboard.press("Enter")
    await expect(page.locator("form")).to_be_visible()
    return page


def accept(stub: Stub) -> None:
    """Let an agent take the chat."""
    stub.do(lambda: stub.conversation.turn(status="with_agent", agent="Ann", calling=None))
    stub.do(lambda: stub.conversation.say("agent", "Hello", name="Ann"))


def email(page: Page) -> Locator:
    """Give the field for the address."""
    return page.get_by_role("textbox", name="E-mail")


async def test_a_form_in_use_stays(browser: Browser, stub: Stub) -> None:
    """Who writes in the form goes on writing when an agent comes, and saves what was written."""
    page = await asked(browser, stub)
    await page.get_by_role("textbox", name="Name").click()
    accept(stub)
    await expect(page.get_by_text("Hello", exact=True)).to_be_visible()
    await expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    await page.keyboard.type("Eva")
    await page.get_by_role("textbox", name="Your message").click()
    stub.do(lambda: stub.conversation.turn(agent="Ben"))
    await expect(page.locator(".status")).to_contain_text("Ben")
    await expect(page.get_by_role("textbox", name="Name")).to_have_value("Eva")
    await email(page).fill("eva@example.org")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_text("Thank you, this is noted.")).to_be_visible()
    await expect(page.locator("form")).to_have_count(0)
    assert stub.conversation.known == {"name": "Eva", "email": "eva@example.org"}


async def test_the_address_can_be_given_later(browser: Browser, stub: Stub) -> None:
    """Who put the form off, or was answered first, finds it again; who gave an address is not asked again."""
    page = await asked(browser, stub)
    accept(stub)
    way_back = page.get_by_role("button", name="Leave an e-mail address")
    await way_back.click()
    await expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    await page.get_by_role("button", name="Not now").click()
    await page.reload()
    await way_back.click()
    await email(page).fill("eva@example.org")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Thank you, this is noted.")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("Hello", exact=True)).to_be_visible()
    await expect(way_back).to_have_count(0)
    assert stub.conversation.known == {"email": "eva@example.org"}


async def test_a_wrong_address_is_told_at_its_field(browser: Browser, stub: Stub) -> None:
    """The sentence speaks the chat's language, belongs to the field, and goes when the field is changed."""
    stub.host_page = (
        '<!doctype html><firstline-chat language="de"></firstline-chat><script type="module" src="/widget.js"></script>'
    )
    stub.reply = ticketed
    page = await new_page(browser, f"{stub.address}/host")
    await page.locator("firstline-chat .launch").click()
    await page.keyboard.type("Mensch")
    await page.keyboard.press("Enter")
    field = page.get_by_role("textbox", name="E-Mail")
    await field.fill("eva@example")
    await page.keyboard.press("Enter")
    told = page.get_by_text("Das ist keine Adresse.")
    await expect(page.locator("form").get_by_role("alert")).to_have_text("Das ist keine Adresse.")
    await expect(field).to_be_focused()
    assert await page.locator("form").evaluate(BELOW) >= 0
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(field).to_have_accessible_description("Das ist keine Adresse.")
    await field.press_sequentially(".org")
    await expect(told).to_have_count(0)
    await expect(field).to_have_attribute("aria-invalid", "false")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Danke, das ist notiert.")).to_be_visible()


async def test_thanks_stay_where_they_were_said(browser: Browser, stub: Stub) -> None:
    """What is said later stands below the thanks."""
    page = await asked(browser, stub)
    await email(page).fill("eva@example.org")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Thank you, this is noted.")).to_be_visible()
    accept(stub)
    await expect(page.get_by_text("Hello", exact=True)).to_be_visible()
    text = await page.get_by_role("log").inner_text()
    assert text.index("Thank you, this is noted.") < text.rindex("Hello")


async def test_the_form_is_seen_as_a_whole(browser: Browser, stub: Stub) -> None:
    """No edge of the form is cut off below the answer that comes with it, and a field has one frame when it is used."""
    page = await asked(browser, stub)
    await page.wait_for_timeout(300)
    assert await page.locator("form").evaluate(BELOW) >= 0
    stub.do(lambda: stub.conversation.say("system", "Still calling. " * 12))
    await expect(page.get_by_text("Still calling.")).to_be_visible()
    assert await page.locator("form").evaluate(BELOW) >= 0
    await page.get_by_role("textbox", name="Name").focus()
    frame = "(label) => getComputedStyle(label).outlineStyle"
    assert await page.locator("form label").first.evaluate(frame) == "none"
