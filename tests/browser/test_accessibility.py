"""Every page in every state keeps WCAG 2.2 A and AA, in light and in dark, and the main flows need no mouse."""

import re
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.axe import SHOTS, Judge
from tests.conftest import PASSWORD, SUNDAY, Server, SignedInAgent

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 320, "height": 640}


async def opened(browser: Browser, address: str, **more: Any) -> Page:
    """Open an address in a browser of its own, without movement."""
    options = {"locale": "en-GB", "viewport": WIDE, "reduced_motion": "reduce", **more}
    page = await (await browser.new_context(**options)).new_page()
    page.set_default_timeout(20_000)
    await page.goto(address)
    return page


async def focused(page: Page) -> str:
    """Give the name of what has the focus, inside the widget too."""
    return str(
        await page.evaluate("""() => {
          let at = document.activeElement;
          while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
          return (at?.ariaLabel || at?.labels?.[0]?.textContent || at?.textContent || '').trim();
        }""")
    )


async def tab_to(page: Page, name: str, key: str = "Tab") -> None:
    """Press Tab until something of that name has the focus."""
    seen: list[str] = []
    for _ in range(80):
        seen.append(await focused(page))
        if name in seen[-1][:60]:
            return
        await page.keyboard.press(key)
    raise AssertionError(f"{name} cannot be reached by {key}: {seen}")


async def sign_in(page: Page, agent: SignedInAgent) -> None:
    """Sign in by keyboard: the address has the focus."""
    await expect(page.locator("#email")).to_be_focused()
    await page.keyboard.type(agent.email)
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator(".connection")).to_have_attribute("data-connection", "live")


def bar(visitor: Page) -> Locator:
    """Give the line that says who has the floor."""
    return visitor.locator(".status")


async def test_a_visitor_gets_a_person_without_a_mouse(browser: Browser, desk: Server) -> None:
    """By keyboard alone a visitor asks, gets a person and rates; an agent accepts, answers and closes. axe looks on."""
    v, a = Judge("flow-visitor"), Judge("flow-agent")
    ann = await desk.agent("Ann")
    visitor = await opened(browser, str(desk.client.base_url))
    agent = await opened(browser, f"{desk.client.base_url}/console")
    await a.look(agent, "sign-in")
    await sign_in(agent, ann)
    await a.look(agent, "nobody waits")
    await ask(visitor, v)
    await accept(agent, a)
    await expect(visitor.get_by_role("link", name="https://example.org/steps")).to_be_visible()
    await v.look(visitor, "with an agent")
    await close(agent, a)
    await expect(visitor.get_by_role("radio")).to_have_count(5)
    await v.look(visitor, "rating")
    await rate(visitor)
    await v.look(visitor, "closed and rated")
    await expect(agent.locator(".rating")).to_contain_text("4 of 5")
    await a.look(agent, "rated")
    assert v.wrong + a.wrong == []


async def ask(visitor: Page, judge: Judge) -> None:
    """Open the chat, ask the bot, and ask for a person."""
    await judge.look(visitor, "closed")
    await tab_to(visitor, "IT help", "Shift+Tab")
    await visitor.keyboard.press("Enter")
    await judge.look(visitor, "open")
    await visitor.keyboard.type("vpn")
    await visitor.keyboard.press("Enter")
    await expect(visitor.get_by_text("echo: vpn")).to_be_visible()
    await judge.look(visitor, "answered")
    await visitor.keyboard.type("human please")
    await visitor.keyboard.press("Enter")
    await expect(bar(visitor)).to_contain_text("Ann is being called")
    await judge.look(visitor, "called and asked for an address")


async def accept(agent: Page, judge: Judge) -> None:
    """Accept the call that rings and answer."""
    await expect(agent.locator(".call .call-left")).to_be_visible()
    await judge.look(agent, "ring")
    await tab_to(agent, "Accept")
    await agent.keyboard.press("Enter")
    await expect(agent.locator(".composer textarea")).to_be_focused()
    await agent.keyboard.type("Please restart it: https://example.org/steps")
    await agent.keyboard.press("Enter")
    await expect(agent.locator(".message-agent:not(.message-unsent)")).to_have_count(1)
    await judge.look(agent, "chat")


async def close(agent: Page, judge: Judge) -> None:
    """Look at the dialogs and close the chat."""
    await agent.keyboard.press("Escape")
    await agent.keyboard.press("f")
    await expect(agent.get_by_role("dialog")).to_be_visible()
    await judge.look(agent, "transfer")
    await agent.keyboard.press("Escape")
    await agent.keyboard.press("?")
    await judge.look(agent, "keys")
    await agent.keyboard.press("Escape")
    await agent.keyboard.press("c")
    await expect(agent.get_by_role("dialog").get_by_label("Resolution")).to_be_focused()
    await judge.look(agent, "closing")
    await agent.keyboard.type("Restarted")
    await agent.keyboard.press("Control+Enter")


async def rate(visitor: Page) -> None:
    """Give four of five and a word, by keyboard."""
    while not await visitor.locator("[type=radio]:focus").count():
        await visitor.keyboard.press("Shift+Tab")
    while not await visitor.get_by_role("radio", name="4").is_checked():
        await visitor.keyboard.press("ArrowRight")
    await visitor.keyboard.press("Tab")
    await visitor.keyboard.type("quick")
    await visitor.keyboard.press("Tab")
    await visitor.keyboard.press("Enter")
    await expect(visitor.get_by_text("Thank you, this is noted.")).to_be_visible()


async def test_when_things_go_wrong(browser: Browser, desk: Server) -> None:
    """Waiting in a line, ending, a refusal, no connection, and a ticket for later are told to everybody."""
    judge = Judge("trouble")
    visitor = await opened(browser, str(desk.client.base_url))
    await visitor.get_by_role("button", name="Open the IT help chat").click()
    await visitor.keyboard.type("vpn")
    await visitor.keyboard.press("Enter")
    await expect(visitor.get_by_text("echo: vpn")).to_be_visible()
    await visitor.get_by_role("button", name="End conversation").click()
    await judge.look(visitor, "asked whether to end")
    await visitor.keyboard.press("Escape")
    await visitor.get_by_role("textbox").fill("x" * 4100)
    await judge.look(visitor, "too long")
    await visitor.get_by_role("textbox").fill("")
    await visitor.locator("input[type=file]").set_input_files(
        [{"name": "a.exe", "mimeType": "text/plain", "buffer": b"MZ\x00"}]
    )
    await expect(visitor.get_by_role("button", name="Remove: a.exe")).to_be_visible()
    await judge.look(visitor, "a file to be sent")
    await visitor.keyboard.press("Enter")
    await expect(visitor.get_by_role("alert")).to_contain_text("Only pictures")
    await judge.look(visitor, "a file refused")
    await visitor.get_by_role("textbox").fill("human")
    await visitor.keyboard.press("Enter")
    await expect(bar(visitor)).to_contain_text("Waiting for a colleague")
    await judge.look(visitor, "in the queue")
    await visitor.context.set_offline(offline=True)
    await visitor.get_by_role("textbox", name="Your message").fill("still there?")
    await visitor.keyboard.press("Enter")
    await expect(visitor.get_by_text("Not sent yet")).to_be_visible()
    await judge.look(visitor, "offline")
    judge.nothing()


async def test_the_other_pages(browser: Browser, desk: Server) -> None:
    """The page of a ticket, of an unknown one, the description of the interface, in English and in German."""
    judge = Judge("pages")
    desk.firstline.clock.now = SUNDAY  # type: ignore[attr-defined]
    visitor = await desk.conversation()
    await visitor.say("unknown thing")
    link = (await visitor.until("bot"))["ticket_url"]
    home = str(desk.client.base_url)
    for path, name, locale in (
        (f"/t/{link.rsplit('/', 1)[1]}", "ticket", "en-GB"),
        (f"/t/{link.rsplit('/', 1)[1]}", "ticket de", "de-DE"),
        ("/t/wrong", "unknown ticket", "en-GB"),
        ("/docs", "docs", "en-GB"),
        ("/?lang=de", "demo de", "de-DE"),
    ):
        page = await opened(browser, home + path, locale=locale)
        await expect(page.locator("h1")).to_be_visible()
        await judge.look(page, name)
        await page.context.close()
    judge.nothing()


async def test_the_console_when_things_go_wrong(browser: Browser, desk: Server) -> None:
    """A wrong password, a supervisor's view, a question back, a small window, no connection, in German."""
    judge = Judge("console")
    ann, sue = await desk.agent("Ann"), await desk.agent("Sue", "supervisor")
    for _ in range(2):
        waiting = await desk.conversation()
        await waiting.say("human, my vpn fails")
        await waiting.until("bot")
    await ann.claim(waiting)
    page = await opened(browser, f"{desk.client.base_url}/console", locale="de-DE")
    await page.locator("#email").fill(sue.email)
    await page.locator("#password").fill("wrong")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert").first).not_to_be_empty()
    await judge.look(page, "wrong password")
    await page.locator("#password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator('[data-list="others"] .card')).to_be_visible()
    await page.locator('[data-list="others"] .card').click()
    await expect(page.locator(".message").first).to_be_visible()
    await judge.look(page, "a colleague's chat")
    await page.get_by_role("button", name=re.compile("An sich nehmen")).first.click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await judge.look(page, "take over")
    await page.keyboard.press("Escape")
    await page.set_viewport_size(NARROW)
    await judge.look(page, "narrow")
    await page.set_viewport_size(WIDE)
    await page.context.set_offline(offline=True)
    await page.locator(".composer textarea").fill("I know this visitor")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message-unsent")).to_contain_text("noch nicht gesendet")
    await judge.look(page, "no connection")
    judge.nothing()


@pytest.mark.parametrize("colours", ["none", "active"])
async def test_small_and_in_forced_colours(browser: Browser, desk: Server, colours: str) -> None:
    """At 400 % zoom, which is 320 pixels, and in forced colours nothing scrolls sideways and everything can be read."""
    ann = await desk.agent("Ann")
    size = NARROW if colours == "none" else WIDE
    visitor = await opened(browser, str(desk.client.base_url), viewport=size, forced_colors=colours)
    await visitor.get_by_role("button", name="Open the IT help chat").click()
    await visitor.keyboard.type("human please, " + "my vpn fails " * 20)
    await visitor.keyboard.press("Enter")
    await expect(bar(visitor)).to_contain_text("Ticket")
    agent = await opened(browser, f"{desk.client.base_url}/console", viewport=size, forced_colors=colours)
    await picture(agent, f"sign-in-{colours}")
    await sign_in(agent, ann)
    await expect(agent.locator(".call .call-left")).to_be_visible()
    await picture(agent, f"ring-{colours}")
    await agent.keyboard.press("a")
    await expect(agent.locator(".composer textarea")).to_be_focused()
    await agent.keyboard.type("Please restart it.")
    await agent.keyboard.press("Enter")
    await expect(visitor.get_by_text("Please restart it.")).to_be_visible()
    await picture(agent, f"chat-{colours}")
    await picture(visitor, f"with-agent-{colours}")
    await agent.keyboard.press("Escape")
    await agent.keyboard.press("c")
    await picture(agent, f"closing-{colours}")
    await agent.keyboard.type("done")
    await agent.keyboard.press("Control+Enter")
    await expect(visitor.get_by_role("radio")).to_have_count(5)
    await visitor.get_by_role("radio", name="4").check()
    await picture(visitor, f"rating-{colours}")
    secret = (await visitor.evaluate("Object.values(localStorage).join()")).split('"id":"')[1].split('"')[0]
    row = await desk.firstline.visitors.read(secret, 0)
    await visitor.goto(f"{desk.client.base_url}{row.standing.ticket_url}")
    await expect(visitor.locator("h1")).to_be_visible()
    await picture(visitor, f"ticket-{colours}")


async def picture(page: Page, name: str) -> None:
    """Keep a picture; nothing may scroll sideways."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SHOTS / f"{name}.png")
    width = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1], name
