"""The widget is a good guest: on any page, in two languages, for every way of using it, and it trusts no text."""

import gzip
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.stub_server import STATIC, Conversation, Stub, problem

HTML = '<img src=x onerror="window.hacked = true"><b>x</b>'
ENGLISH, GERMAN = "Open the IT help chat", "Chat der IT-Hilfe öffnen"


async def new_page(browser: Browser, address: str, **context: Any) -> Page:
    """Open a page."""
    page = await (await browser.new_context(**{"locale": "en-US", **context})).new_page()
    page.set_default_timeout(10_000)
    await page.goto(address)
    return page


async def say(page: Page, text: str) -> None:
    """Write and send."""
    await page.get_by_role("textbox").fill(text)
    await page.keyboard.press("Enter")


def panel(page: Page) -> Locator:
    """Give the chat's panel."""
    return page.get_by_role("dialog")


async def focused(page: Page) -> str:
    """Give the accessible name of what has the focus inside the widget."""
    inside = "document.querySelector('firstline-chat').shadowRoot.activeElement"
    return str(await page.evaluate(f"{inside}?.ariaLabel ?? {inside}?.textContent ?? ''"))


async def tab_to(page: Page, name: str) -> None:
    """Press Tab until something has the focus."""
    for _ in range(60):
        if await focused(page) == name:
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"{name} cannot be reached")


def test_the_module_is_small() -> None:
    """The widget costs a page at most 15 KB, with 200 bytes in reserve; what few need is a module of its own."""
    assert len(gzip.compress((STATIC / "widget.js").read_bytes())) <= 15 * 1024 - 200


async def test_html_is_shown_as_text(browser: Browser, stub: Stub) -> None:
    """HTML in any field, whoever wrote it, is only ever text."""

    def attack(conversation: Conversation, _text: str) -> None:
        described = {"id": "a1", "name": HTML, "type": "text/plain", "size": 1}
        conversation.say("bot", f"{HTML} [{HTML}](https://example.org) **{HTML}**\n1. {HTML}\n\n- {HTML}", name=HTML)
        conversation.say("system", HTML, choices=[{"title": HTML, "value": HTML}], attachments=[described])
        conversation.say("agent", HTML, name=HTML)
        conversation.turn(status="with_agent", agent=HTML, ticket=HTML)

    stub.reply = attack
    page = await new_page(browser, stub.address)
    await page.get_by_role("button", name=ENGLISH).click()
    await say(page, HTML)
    await expect(panel(page).get_by_role("link", name=HTML)).to_be_visible()
    await page.wait_for_timeout(500)
    stub.do(lambda: stub.conversation.publish("typing", {"author": "agent", "on": True}))
    await expect(page.get_by_text(f"{HTML} is typing")).to_be_visible()
    stub.refusals = [problem(422, HTML)]
    await say(page, "next")
    await expect(page.get_by_role("alert")).to_have_text(HTML)
    assert await panel(page).locator("img").count() == 0
    assert await page.evaluate("window.hacked") is None


async def test_a_page_may_open_it_at_once(browser: Browser, stub: Stub) -> None:
    """A draft written into a widget that was made a moment ago stands in the open panel, below one greeting."""
    page = await new_page(browser, stub.address)
    await page.evaluate(
        """() => {
          document.querySelector('firstline-chat').remove();
          document.body.append(document.createElement('firstline-chat'));
          document.querySelector('firstline-chat').draft('My VPN drops');
        }"""
    )
    await expect(panel(page).get_by_role("textbox")).to_have_value("My VPN drops")
    await expect(panel(page).get_by_text("I am the IT help bot")).to_have_count(1)
    await expect(page.get_by_role("button", name=ENGLISH)).to_be_hidden()
    await page.keyboard.press("Enter")
    await expect(panel(page).get_by_text("You wrote: My VPN drops", exact=True)).to_be_visible()


async def test_a_page_may_move_it(browser: Browser, stub: Stub) -> None:
    """A widget that is put elsewhere on the page begins once, and what is said is sent once."""
    page = await new_page(browser, stub.address)
    await page.evaluate(
        """() => {
          const chat = document.querySelector('firstline-chat');
          for (const place of [document.body, document.documentElement, document.body]) place.append(chat);
        }"""
    )
    await page.get_by_role("button", name=ENGLISH).click()
    await say(page, "My VPN drops")
    await expect(panel(page).get_by_text("You wrote: My VPN drops", exact=True)).to_have_count(1)
    await expect(panel(page).get_by_text("I am the IT help bot")).to_have_count(1)
    assert [message["text"] for message in stub.conversation.messages if message["author"] == "visitor"] == [
        "My VPN drops"
    ]


async def test_only_harmless_addresses_become_links(browser: Browser, stub: Stub) -> None:
    """A link leads to the web, to mail or to the phone, opens beside the page and tells it nothing."""
    harmful = ("javascript:alert(1)", "data:text/html,x", "http://example.org", "file:///etc", "JaVaScRiPt://x")
    text = "\n".join(f"[bad {number}]({address})" for number, address in enumerate(harmful))
    text += "\n[web](https://example.org) [mail](mailto:a@example.org) [phone](tel:+4930) **bold**"
    stub.reply = lambda conversation, _text: conversation.say("bot", text)
    page = await new_page(browser, stub.address)
    await page.get_by_role("button", name=ENGLISH).click()
    await say(page, "https://visitor.example")
    await expect(panel(page).get_by_role("link")).to_have_count(3)
    for link in await panel(page).get_by_role("link").all():
        assert "noopener" in str(await link.get_attribute("rel"))
    await expect(panel(page).get_by_text("[bad 0](javascript:alert(1))")).to_be_visible()


async def test_steps_are_a_real_list(browser: Browser, stub: Stub) -> None:
    """The steps of an answer are numbered list items, also with blank lines between them."""
    stub.reply = lambda conversation, _text: conversation.say("bot", "Try:\n\n1. one\n\n2. **two**\n\n- [x](tel:1)")
    page = await new_page(browser, stub.address)
    await page.get_by_role("button", name=ENGLISH).click()
    await say(page, "steps")
    await expect(panel(page).locator("ol > li")).to_have_text(["one", "two"])
    steps = panel(page).locator("ol")
    numbered = await steps.screenshot()
    await steps.evaluate("(list) => list.style.listStyle = 'none'")
    assert await steps.screenshot() != numbered, "the steps' numbers are not to be seen"
    await expect(panel(page).locator("ul > li")).to_have_text(["x"])


async def test_a_keyboard_is_enough(browser: Browser, stub: Stub) -> None:
    """Everything can be reached with keys, Escape closes the panel, and the focus goes back to where it came from."""
    stub.reply = lambda c, text: c.say("bot", f"So, {text}?", choices=[{"title": "Yes", "value": "y"}])
    page = await new_page(browser, stub.address)
    await tab_to(page, ENGLISH)
    await page.keyboard.press("Enter")
    assert await focused(page) == "Your message"
    await page.keyboard.type("first line")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("second")
    await page.keyboard.press("Enter")
    await expect(panel(page).get_by_role("button", name="Yes")).to_be_enabled()
    assert stub.posted[0]["text"] == "first line\nsecond"
    await page.keyboard.press("Escape")
    await expect(panel(page)).to_be_hidden()
    assert await focused(page) == ENGLISH
    await page.keyboard.press("Enter")
    await page.get_by_role("dialog").press("Shift+Tab")
    await tab_to(page, "Yes")
    await page.keyboard.press("Enter")
    await expect(panel(page).get_by_text("So, Yes?")).to_be_visible()
    assert stub.posted[1]["choice"] == "y"
    await tab_to(page, "End conversation")


async def test_screen_readers_are_told_what_is_what(browser: Browser, stub: Stub) -> None:
    """The panel, the messages, the field and every button have names, and new messages are announced."""
    page = await new_page(browser, stub.address)
    await page.get_by_role("button", name=ENGLISH).click()
    await expect(page.get_by_role("dialog", name="IT help")).to_be_visible()
    await expect(page.get_by_role("log", name="Conversation")).to_have_attribute("aria-live", "polite")
    await expect(page.get_by_role("textbox", name="Your message")).to_be_focused()
    for button in await panel(page).get_by_role("button").all():
        assert await button.evaluate("(b) => (b.ariaLabel ?? b.textContent).trim()")
        box = await button.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 24


@pytest.mark.parametrize(("width", "height"), [(320, 568), (320, 256)])
async def test_a_small_window_is_enough(browser: Browser, stub: Stub, width: int, height: int) -> None:
    """On a small phone, or at 400 % zoom, nothing is cut off and you can write."""
    page = await new_page(browser, stub.address, viewport={"width": width, "height": height})
    await page.get_by_role("button", name=ENGLISH).click()
    await say(page, "W" * 300)
    await expect(panel(page).get_by_text("You wrote")).to_be_visible()
    await expect(page.get_by_role("textbox")).to_be_in_viewport(ratio=1)
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    assert await page.get_by_role("log").evaluate("(log) => log.scrollWidth <= log.clientWidth")


async def test_another_site_with_a_strict_policy(browser: Browser, stub: Stub, other_site: Stub) -> None:
    """One script element suffices on a page of another origin whose policy allows next to nothing."""
    other_site.host_page = (
        f'<!doctype html><html lang="de"><script type="module" src="{stub.address}/widget.js"></script>'
    )
    allowed = f"script-src {stub.address}; connect-src {stub.address}"
    other_site.host_policy = f"default-src 'none'; {allowed}; require-trusted-types-for 'script'; trusted-types 'none'"
    page = await new_page(browser, "about:blank")
    complaints: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("request", lambda request: requests.append(request.url))
    await page.goto(f"{other_site.address}/host")
    await page.get_by_role("button", name=GERMAN).click()
    await say(page, "hallo")
    await expect(panel(page).get_by_text("You wrote: hallo")).to_be_visible()
    box = await panel(page).bounding_box()
    assert box
    assert box["width"] == 410
    assert [text for text in complaints if "favicon" not in text and "Failed to load" not in text] == []
    assert {url.split("/")[2] for url in requests} == {stub.address[7:], other_site.address[7:]}


@pytest.mark.parametrize(
    ("attribute", "page_language", "locale", "name"),
    [
        ("de", "en", "en-US", GERMAN),
        ("", "de-AT", "en-US", GERMAN),
        ("", "", "de-DE", GERMAN),
        ("", "fr", "de-DE", GERMAN),
        ("", "", "fr-FR", ENGLISH),
        ("en", "de", "de-DE", ENGLISH),
    ],
)
async def test_it_speaks_the_readers_language(
    browser: Browser, stub: Stub, attribute: str, page_language: str, locale: str, name: str
) -> None:
    """The attribute decides on the language, then the page, then the browser; English is for all others."""
    element = f'<firstline-chat language="{attribute}"></firstline-chat>' if attribute else ""
    script = '<script type="module" src="/widget.js"></script>'
    stub.host_page = f'<!doctype html><html lang="{page_language}"><body>{element}{script}'
    page = await new_page(browser, f"{stub.address}/host", locale=locale)
    await expect(page.get_by_role("button", name=name)).to_have_count(1)


async def test_both_languages_have_every_text(browser: Browser, stub: Stub) -> None:
    """No text is missing in one of the languages."""
    page = await new_page(browser, stub.address)
    source = (STATIC / "widget.js").read_text("utf-8")
    texts = source[source.index("const TEXTS = ") + 14 : source.index("\nconst ICONS")].rstrip().rstrip(";")
    assert await page.evaluate(
        f"(() => {{ const t = {texts}; return Object.keys(t.en).join() === Object.keys(t.de).join(); }})()"
    )


async def test_the_demo_page_prepares_a_question(browser: Browser, stub: Stub) -> None:
    """A question on the start page opens the chat with the question ready to be sent."""
    page = await new_page(browser, stub.address, locale="de-DE")
    await page.get_by_role("button", name="VPN verbindet nicht").click()
    await expect(page.get_by_role("textbox", name="Ihre Nachricht")).to_have_value("VPN verbindet nicht")


async def test_the_secret_link_shows_the_ticket(browser: Browser, stub: Stub) -> None:
    """The link of a ticket shows its number, how it stands, what comes next and when the desk is open."""
    at = "2026-11-23T18:12:00+00:00"
    hours = {"desk_hours_en": "Monday to Friday", "desk_hours_de": "Montag bis Freitag"}
    stub.tickets["secret"] = {
        "number": 7,
        "kind": "incident",
        "status": "open",
        "created_at": at,
        "updated_at": at,
        **hours,
    }
    page = await new_page(browser, f"{stub.address}/t/secret", locale="de-DE")
    await expect(page.get_by_role("heading", name="Wir arbeiten daran")).to_be_visible()
    for text in ("Ticket 7", "Wie es weitergeht", "Störung", "Montag bis Freitag"):
        await expect(page.get_by_text(text, exact=True)).to_be_visible()
    await page.goto(f"{stub.address}/t/wrong")
    await expect(page.get_by_role("heading", name="Diesen Link kennen wir nicht")).to_be_visible()
