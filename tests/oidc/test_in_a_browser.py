"""The whole way in a real browser, from one site to another and back, where cookies are kept or left at home."""

import httpx
from playwright.async_api import Browser, expect

from tests.browser.conftest import launched
from tests.browser.test_product import shot
from tests.conftest import Server


async def test_one_press_and_the_usual_account(desk: Server) -> None:
    """An agent goes to the provider on another site and comes back signed in; who does not reads why."""
    async with launched() as browser:
        await _through(browser, desk)


async def _through(browser: Browser, desk: Server) -> None:
    console = f"http://localhost:{httpx.URL(str(desk.client.base_url)).port}/console"  # the provider is at 127.0.0.1
    page = await (await browser.new_context(locale="de-DE")).new_page()
    page.set_default_timeout(20_000)
    await page.goto(console)
    await shot(page, "oidc-1-sign-in")
    await page.get_by_role("link", name="Mit Example SSO anmelden").click()
    await page.locator("[name=login]").fill("ann")
    await page.locator("[name=password]").fill("any")
    await page.get_by_role("button").click()
    await page.get_by_role("button").click()
    await expect(page.locator(".connection")).to_have_attribute("data-connection", "live")
    assert page.url == console
    await page.reload()
    await expect(page.get_by_role("link", name="Mein Konto: Ann")).to_be_visible()

    other = await (await browser.new_context(locale="de-DE")).new_page()
    await other.goto(f"{console}?sign_in=unverified")
    await expect(other.get_by_role("alert").first).to_contain_text("nicht bestätigt")
    await other.goto(f"{console}?sign_in=<b>x</b>")
    await expect(other.get_by_role("alert").first).to_contain_text("nicht geklappt")
    await shot(other, "oidc-2-refused")
