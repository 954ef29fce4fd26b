"""No page runs a script or a style that is not ours, or asks anybody else for anything."""

import re
from html.parser import HTMLParser

import pytest
from playwright.async_api import Browser, Page, expect

from tests.conftest import PASSWORD, Server
from tests.people.conftest import invited

PAGES = ("/", "/console", "/console/invitation", "/t/0123456789", "/docs")
EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}


class Inline(HTMLParser):
    """Finds what a page has in itself or gets from elsewhere."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._script = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note styles, handlers and addresses of others."""
        self._script = tag in ("script", "style")
        for name, value in attrs:
            if name == "style" or name.startswith("on") or (name in ("src", "href") and "//" in (value or "")):
                self.found.append(f"<{tag} {name}={value!r}>")

    def handle_data(self, data: str) -> None:
        """Note scripts and styles."""
        if self._script and data.strip():
            self.found.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a script."""
        self._script = False


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_has_nothing_in_itself(desk: Server, path: str):
    """Every page has a strict policy, the usual headers, and neither script nor style of its own."""
    response = await desk.client.get(path)
    policy = response.headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert (rules["script-src"], rules["style-src"], rules["connect-src"]) == ("'self'", "'self'", "'self'")
    assert (rules["base-uri"], rules["form-action"]) == ("'none'", "'self'")
    assert "unsafe" not in policy
    assert Inline(response.text).found == []
    assert {name: response.headers[name] for name in EVERYWHERE} == EVERYWHERE
    assert "microphone=()" in response.headers["permissions-policy"]
    assert "strict-transport-security" not in response.headers
    behind = await desk.client.get(path, headers={"X-Forwarded-Proto": "https"})
    assert behind.headers["strict-transport-security"].startswith("max-age=")


def test_the_looking_finds_what_it_looks_for():
    """A page with a handler, a style, a script or an address of others would be found out."""
    for page in ("<p onclick='x()'>", "<p style='color:red'>", "<script>x()</script>", "<img src='//x.example/a'>"):
        assert Inline(page).found, page


async def test_answers_are_no_pages_and_are_not_kept(desk: Server):
    """What the interface says is framed by nobody, runs nothing and stays in no cache; refusals carry headers too."""
    for response in (
        await desk.client.get("/api/v1/agent/session"),
        await desk.client.post("/api/v1/agent/session", json={}, headers={"Origin": "https://elsewhere.example"}),
    ):
        assert response.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["cross-origin-resource-policy"] == "same-origin"
        assert response.headers["x-content-type-options"] == "nosniff"
    assert (await desk.client.get("/widget.js")).headers["cross-origin-resource-policy"] == "cross-origin"


class Watched:
    """Opens pages and notes whom they ask, and what their policy forbids."""

    def __init__(self, page: Page, own: str) -> None:
        self.page, self.own = page, own
        self.elsewhere: list[str] = []
        self.forbidden: list[str] = []
        page.on("request", lambda request: self._asked(request.url))
        page.on("console", lambda said: self.forbidden.append(said.text) if "Security Policy" in said.text else None)

    def _asked(self, url: str) -> None:
        if not url.startswith((self.own, "blob:", "data:")):
            self.elsewhere.append(url)

    def assert_clean(self) -> None:
        """Fail if a page asked anybody else or broke its policy."""
        assert self.elsewhere == []
        assert self.forbidden == []


async def test_pages_ask_nobody_else_and_keep_their_policy(browser: Browser, desk: Server):
    """Used as people use them, no page asks another server, and none does what its policy forbids."""
    own = str(desk.client.base_url).rstrip("/")
    olga = await desk.agent("Olga", "operator")
    link = await invited(olga)
    page = await (await browser.new_context(locale="en-GB")).new_page()
    page.set_default_timeout(20_000)
    watched = Watched(page, own)
    for path in ("/docs", "/t/0123456789", link, "/"):
        await page.goto(path if path.startswith(own) else own + path)
        await page.wait_for_timeout(500)
    await page.get_by_role("button", name=re.compile("Open the IT help chat")).click()
    await page.get_by_role("textbox", name=re.compile("Your message")).fill("vpn")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log")).to_contain_text("echo: vpn")
    await page.goto(f"{own}/console")
    await page.locator("#email").fill(olga.email)
    await page.locator("#password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator(".connection")).to_have_attribute("data-connection", "live")
    for name in ("People", "Audit trail", "My account", "Chats"):
        await page.get_by_role("link", name=name).click()
        await page.wait_for_timeout(300)
    watched.assert_clean()
    await page.context.close()


@pytest.mark.parametrize("path", PAGES)
async def test_what_somebody_sneaks_in_does_not_run(browser: Browser, desk: Server, path: str):
    """A script, a handler or a style that got into a page does nothing, and nothing leaves for elsewhere."""
    page = await (await browser.new_context()).new_page()
    await page.goto(f"{str(desk.client.base_url).rstrip('/')}{path}")
    reached = await page.evaluate(
        """async () => {
          window.ran = [];
          const add = (tag, more) => document.body.append(Object.assign(document.createElement(tag), more));
          add("script", { textContent: "window.ran.push('script')" });
          add("div", { innerHTML: "<b onclick=\\"window.ran.push('handler')\\" style='color: rgb(1, 2, 3)'>x</b>" });
          const b = document.querySelector("div:last-child > b");
          b.click();
          if (getComputedStyle(b).color === "rgb(1, 2, 3)") window.ran.push("style");
          await fetch("http://127.0.0.1:9/").then(() => window.ran.push("fetch"), (error) => error);
          await new Promise((resolve) => setTimeout(resolve, 200));
          return window.ran;
        }"""
    )
    assert reached == []
    await page.context.close()
