"""The pages about people in a real browser, on the real server: inviting, joining, one's account, the audit trail."""

import re

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from handoff.agents import add_agent
from tests.browser.axe import Judge
from tests.browser.test_product import shot
from tests.conftest import PASSWORD, HandClock, Server

HTML = "<img src=x onerror=\"document.title='owned'\">"


@pytest_asyncio.fixture(loop_scope="session")
async def desk(desk: Server, clock: HandClock) -> Server:
    """Give a server with an operator, a supervisor and an agent."""
    async with desk.firstline.database.write() as transaction:
        for name, role in (("Olga", "operator"), ("Sven", "supervisor"), ("Ann", "agent")):
            email = f"{name.lower()}@example.org"
            await add_agent(transaction, email, name, PASSWORD, clock(), roles=(role,))
    return desk


async def opened(browser: Browser, desk: Server, path: str, locale: str = "en-GB", **more: object) -> Page:
    """Open a page in a browser of its own."""
    context = await browser.new_context(locale=locale, base_url=str(desk.client.base_url), **more)  # type: ignore[arg-type]
    page = await context.new_page()
    page.set_default_timeout(20_000)
    await page.goto(path)
    return page


async def signed_in(browser: Browser, desk: Server, name: str, path: str = "/console", **more: object) -> Page:
    """Open the console as somebody."""
    page = await opened(browser, desk, path, **more)  # type: ignore[arg-type]
    await page.locator("#email").fill(f"{name.lower()}@example.org")
    await page.locator("#password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator(".connection")).to_have_attribute("data-connection", "live")
    return page


async def test_an_operator_invites_and_somebody_joins(browser: Browser, desk: Server):
    """The operator gets a link to pass on; its holder chooses name and password and is at work; the link is used up."""
    operator = await signed_in(browser, desk, "Olga")
    await operator.get_by_role("link", name="People").click()
    await expect(operator.get_by_role("heading", name="People")).to_be_visible()
    await operator.get_by_label("E-mail", exact=True).fill("ben@example.org")
    await operator.get_by_label(re.compile("^Supervisor")).check()
    await operator.get_by_role("button", name="Make the link").click()
    link = await operator.get_by_label("Link for ben@example.org").input_value()
    await expect(operator.get_by_role("heading", name="Open invitations")).to_be_visible()
    await shot(operator, "people-1-invited")

    guest = await opened(browser, desk, link, "de-DE")
    await expect(guest.get_by_role("heading", name="Willkommen am Helpdesk")).to_be_visible()
    await expect(guest.get_by_text("Olga hat Sie eingeladen")).to_be_visible()
    await guest.get_by_label("Name").fill(f"Ben {HTML}")
    await guest.get_by_label("Neues Passwort").fill("vier ganz andere Wörter")
    await shot(guest, "people-2-invitation-de")
    await guest.get_by_role("button", name="Mitmachen").click()
    await expect(guest.get_by_role("heading", name="Wartend")).to_be_visible()
    assert "#" not in guest.url

    await guest.goto(link)
    await expect(guest.get_by_role("alert")).to_contain_text("gilt nicht mehr")
    await operator.reload()
    await expect(operator.get_by_text(f"Ben {HTML}")).to_be_visible()
    assert "owned" not in await operator.title()


async def test_an_operator_changes_and_deactivates_somebody(browser: Browser, desk: Server):
    """Roles and what is assigned are set on one page; whoever is deactivated is signed out where they are."""
    operator, ann = await signed_in(browser, desk, "Olga"), await signed_in(browser, desk, "Ann")
    await operator.get_by_role("link", name="People").click()
    await operator.get_by_label("Find by name or e-mail").fill("ann@")
    await operator.get_by_role("link", name="Ann").click()
    await operator.get_by_label("Chats at once").fill("2")
    await operator.get_by_label("German").check()
    await operator.get_by_label("Groups, separated by commas").fill("network, second_level")
    await operator.get_by_role("button", name="Save").click()
    await expect(operator.locator("#toasts")).to_contain_text("Saved.")
    await operator.reload()
    await expect(operator.get_by_label("Groups, separated by commas")).to_have_value("network, second_level")
    await expect(operator.get_by_role("button", name=re.compile("^End sign-in"))).to_have_count(1)
    await shot(operator, "people-3-person")
    operator.on("dialog", lambda dialog: dialog.accept())
    await operator.get_by_role("button", name="Deactivate").click()
    await expect(operator.get_by_role("button", name="Reactivate")).to_be_visible()
    await ann.reload()
    await expect(ann.get_by_role("heading", name="Sign in to the desk")).to_be_visible()


async def test_everybody_has_an_account(browser: Browser, desk: Server):
    """In German, in the dark and on a narrow page an agent changes their password and ends another sign-in."""
    elsewhere = await signed_in(browser, desk, "Ann")
    narrow = {"viewport": {"width": 320, "height": 700}, "color_scheme": "dark"}
    page = await signed_in(browser, desk, "Ann", locale="de-DE", **narrow)
    await page.get_by_role("link", name="Mein Konto").click()
    await expect(page.get_by_text("dieser Browser")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    await shot(page, "people-4-account-dark-narrow")
    await page.get_by_label("Bisheriges Passwort").fill("falsch")
    await page.get_by_label("Neues Passwort").fill("vier ganz andere Wörter")
    await page.get_by_role("button", name="Passwort ändern").click()
    await expect(page.get_by_role("alert").filter(has_text="stimmt nicht")).to_be_visible()
    await page.get_by_label("Bisheriges Passwort").fill(PASSWORD)
    await page.get_by_role("button", name="Passwort ändern").click()
    await expect(page.locator("#toasts")).to_contain_text("Passwort geändert")
    await expect(page.get_by_role("button", name=re.compile("^Anmeldung beenden"))).to_have_count(0)
    await elsewhere.reload()
    await expect(elsewhere.get_by_role("heading", name="Sign in to the desk")).to_be_visible()


async def test_a_supervisor_reads_who_did_what(browser: Browser, desk: Server, clock: HandClock):
    """The trail is read and searched with the keyboard; a supervisor has no page about people, an agent has neither."""
    await signed_in(browser, desk, "Ann")
    page = await signed_in(browser, desk, "Sven", viewport={"width": 1280, "height": 800})
    await expect(page.get_by_role("link", name="People")).to_have_count(0)
    await page.get_by_role("link", name="Audit trail").focus()
    await page.keyboard.press("Enter")
    rows = page.get_by_role("table", name="Audit trail").get_by_role("row")
    await expect(rows).to_have_count(3)
    await expect(rows.nth(1)).to_contain_text("Sven")
    await expect(rows.nth(2)).to_contain_text("Signed in")
    await shot(page, "people-5-audit")
    await page.get_by_label("Person").select_option("Ann")
    await page.get_by_label("Action").focus()
    await page.get_by_role("button", name="Show", exact=True).press("Enter")
    await expect(rows).to_have_count(2)
    await expect(rows.nth(1)).to_contain_text("Ann")
    await page.keyboard.press("j")
    await expect(page.get_by_role("heading", name="Audit trail")).to_be_visible()
    await page.get_by_role("link", name="Chats").click()
    await expect(page.get_by_role("heading", name="Waiting", exact=True)).to_be_visible()
    ann = await signed_in(browser, desk, "Ann", "/console#people")
    await expect(ann.get_by_role("link", name="Audit trail")).to_have_count(0)
    await expect(ann.get_by_role("heading", name="Waiting", exact=True)).to_be_visible()


async def test_everybody_can_use_the_pages(browser: Browser, desk: Server):
    """Each page about people keeps WCAG 2.2 A and AA in every state, wide and at 400 % zoom, light and dark."""
    judge = Judge("people")
    page = await signed_in(browser, desk, "Olga", "/console#people", reduced_motion="reduce")
    await page.get_by_label("E-mail", exact=True).fill("ben@example.org")
    await page.get_by_role("button", name="Make the link").click()
    link = await page.get_by_label("Link for ben@example.org").input_value()
    await judge.look(page, "invited")
    await page.get_by_role("link", name="Ann").click()
    await expect(page.get_by_role("button", name="Deactivate")).to_be_visible()
    await judge.look(page, "person")
    for name in ("Audit trail", "My account"):
        await page.get_by_role("link", name=name).click()
        await expect(page.get_by_role("heading", name=name)).to_be_visible()
        await expect(page.locator("main .rows, main table").first).to_be_visible()
        await judge.look(page, name)
        await page.set_viewport_size({"width": 320, "height": 640})
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320
        await judge.look(page, f"{name} narrow")
        await page.set_viewport_size({"width": 1280, "height": 800})
    guest = await opened(browser, desk, link, reduced_motion="reduce")
    await expect(guest.get_by_role("button", name="Join")).to_be_visible()
    await judge.look(guest, "invitation")
    await guest.goto("/console/invitation")
    await expect(guest.get_by_role("alert")).to_be_visible()
    await judge.look(guest, "no invitation")
    judge.nothing()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_look_right(browser: Browser, desk: Server, scheme: str):
    """Pictures to look at, wide and in German."""
    size = {"width": 1280, "height": 860}
    page = await signed_in(browser, desk, "Olga", "/console#people", locale="de-DE", color_scheme=scheme, viewport=size)
    await expect(page.get_by_role("link", name="Sven")).to_be_visible()
    await shot(page, f"people-6-people-{scheme}")
    await page.get_by_role("link", name="Protokoll").click()
    await expect(page.get_by_role("table", name="Protokoll")).to_be_visible()
    await shot(page, f"people-7-audit-{scheme}")
    await page.get_by_role("link", name="Mein Konto").click()
    await expect(page.get_by_text("dieser Browser")).to_be_visible()
    await shot(page, f"people-8-account-{scheme}")
