"""Whatever anybody writes into any field, everyone who sees it sees text: nothing runs, loads or moves."""

import re
import socket
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import Browser, Page, expect

from conversations.files import attachment_of
from conversations.rows import Conversation, Message
from conversations.texts import clean
from conversations.wire import file_response
from firstline.transcripts import Transcripts
from handoff.texts import Texts
from knowledge_base.loading import read_organisation_of
from tests.browser import console_page, console_stub
from tests.browser.payloads import LONG_NAME, payloads
from tests.browser.stub_server import Conversation as Chat
from tests.browser.stub_server import Stub, problem
from tests.browser.stub_thread import begin
from tests.conftest import let_nobody_in
from tests.http.test_files import CONTENTS, NAMES

ALL = [text for payload in payloads() if (text := clean(payload))]
EVERY_TENTH = [*ALL[::10], LONG_NAME, *ALL[-30:]]
SHAPE = """(root) => {
  const harmful = new Set(('script style link meta base iframe frame frameset object embed applet video audio ' +
    'source track math template noscript marquee portal use image animate set foreignobject map area x xml slot')
    .split(' '));
  const wrong = [];
  for (const node of root.querySelectorAll('*')) {
    if (harmful.has(node.tagName.toLowerCase())) wrong.push(node.tagName);
    for (const { name, value } of node.attributes) {
      if (/^on|^srcdoc$|^action$|^formaction$|^background$|^ping$/i.test(name)) wrong.push(`${name}=${value}`);
      if (name === 'href' && !/^(https:\\/\\/|mailto:|tel:|\\/|#)/.test(value)) wrong.push(`href=${value}`);
      if (name === 'src' && !/^(blob:|\\/api\\/|\\/console\\/static\\/)/.test(value)) wrong.push(`src=${value}`);
      if (name === 'href' && /^https:/.test(value) && !/noopener/.test(node.rel)) wrong.push(`rel of ${value}`);
    }
  }
  return wrong;
}"""
ORDER = """(heads) => heads.filter((head) => {
  const name = head.querySelector('bdi'), range = document.createRange();
  range.selectNodeContents(head);
  range.setStartAfter(name);
  const behind = [...range.getClientRects()].at(-1), box = name.getBoundingClientRect();
  return behind && behind.top < box.bottom - 4 && behind.left < box.right - 1;
}).map((head) => head.textContent.slice(0, 80))"""


class Watch:
    """Notes what a page does that it must not."""

    def __init__(self, page: Page, home: str) -> None:
        self.page, self.home = page, home
        self.found: list[str] = []
        page.on("dialog", lambda dialog: self.found.append(f"dialog {dialog.message}"))
        page.on("pageerror", lambda error: self.found.append(f"error {error}"))
        page.on("popup", lambda popup: self.found.append(f"popup {popup.url}"))
        page.on("request", lambda request: self._asked(request.url))
        page.on("console", lambda said: "Security Policy" in said.text and self.found.append(said.text))

    def _asked(self, url: str) -> None:
        if not url.startswith((self.home, "blob:")):
            self.found.append(f"request {url}")

    async def nothing(self) -> None:
        """Fail if anything ran, was fetched from elsewhere, or left the page."""
        assert await self.page.evaluate("window.owned") is None
        assert "owned" not in await self.page.title()
        assert self.page.url.startswith(self.home)
        assert self.found == []


def spaces(text: str) -> str:
    """Give a text as a reader compares it: white space is one space."""
    return re.sub(r"\s+", " ", text).strip()


@pytest.fixture
def desk() -> Iterator[console_stub.Stub]:
    """Give the agents' side."""
    with console_stub.running() as serving:
        yield serving


def attack(chat: Chat, texts: list[str]) -> None:
    """Put every text into every field that the record shows to a visitor."""
    for number, text in enumerate(texts):
        chat.say("visitor", text)
        chat.say("agent", text, name=text)
        chat.say("bot", text, name=text)
        files = [{"id": f"f{number}", "name": text[:300], "type": "text/plain", "size": 3000}]
        chat.say("system", text, choices=[{"title": text[:300], "value": "x"}], attachments=files)


async def test_the_widget(browser: Browser, stub: Stub) -> None:
    """A visitor sees hundreds of hostile texts from anyone, in every field, as text; the chat keeps its form."""
    stub.reply = lambda chat, _text: attack(chat, ALL)
    page = await (await browser.new_context(locale="en-US", viewport={"width": 1000, "height": 700})).new_page()
    await page.goto(stub.address)
    watch = Watch(page, stub.address)
    await page.get_by_role("button", name="Open the IT help chat").click()
    await page.get_by_role("textbox").fill("go")
    await page.keyboard.press("Enter")
    await expect(page.locator(".msg")).to_have_count(2 + 4 * len(ALL), timeout=120_000)
    assert await page.evaluate(f"({SHAPE})(document.querySelector('firstline-chat').shadowRoot)") == []
    shown = await page.locator(".visitor > .text").all_inner_texts()
    assert [spaces(text) for text in shown[1:]] == [spaces(text) for text in ALL]
    assert await page.locator(".msg .who").evaluate_all(ORDER) == []
    assert await page.locator(".file").evaluate_all(ORDER) == []
    assert await page.get_by_role("log").evaluate("(log) => log.scrollWidth <= log.clientWidth")
    for text in EVERY_TENTH:
        stub.do(lambda said=text: stub.conversation.turn(status="with_agent", agent=said, ticket="IT-1"))
        stub.do(lambda: stub.conversation.publish("typing", {"author": "agent", "on": True}))
        stub.refusals = [problem(422, text)]
    await page.get_by_role("textbox").fill("next")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).not_to_be_empty()
    await form(page)
    await watch.nothing()


async def form(page: Page) -> None:
    """Check that the chat has its size and its parts stay within it."""
    box = await page.get_by_role("dialog").bounding_box()
    assert box
    assert (box["width"], box["height"]) == (410, 660)
    for part in (page.get_by_role("textbox"), page.locator(".status"), page.get_by_role("log")):
        await expect(part).to_be_in_viewport(ratio=1)
    assert (await page.get_by_role("log").bounding_box() or {})["height"] > 250
    assert await page.evaluate("document.documentElement.scrollWidth") <= 1000


def burden(stub: console_stub.Stub) -> None:
    """Let conversations wait that are hostile in every field, and one hold every text as messages."""
    for number, text in enumerate(EVERY_TENTH):
        one = console_stub.Conversation(
            f"c{number}", text, email=text, facts={text[:50]: text}, called=text, rating={"score": 1, "comment": text}
        )
        one.ticket |= dict.fromkeys(("category", "reason", "kind", "priority"), text)
        one.tried = [{"article": text, "title": text, "topic": text, "confidence": 0.5, "language": text[:2]}]
        one.messages = [message(1, "visitor", text)]
        stub.conversations[one.id] = one
    whole = console_stub.Conversation("whole", "Whole", "with_agent", console_stub.ME["name"])
    for text in ALL:
        for author, more in (("visitor", {}), ("agent", {}), ("bot", {}), ("system", {}), ("agent", {"private": True})):
            whole.messages.append(message(len(whole.messages) + 1, author, text, **more))
    stub.conversations[whole.id] = whole


def message(seq: int, author: str, text: str, **more: Any) -> dict[str, Any]:
    """Give a message that has a text in every field."""
    files = [{"id": "f", "name": text[:300], "type": text[:80], "size": 3000}]
    offered = [{"title": text[:300], "value": "x"}]
    made = {"seq": seq, "author": author, "name": text, "text": text, "choices": offered, "article": text[:80]}
    return {**made, "attachments": files, "created_at": console_stub.ago(0), "private": False, **more}


async def test_the_console(browser: Browser, desk: console_stub.Stub) -> None:
    """An agent sees the same in lists, transcript, notes, details and notices; nothing is pushed out of its place."""
    burden(desk)
    page = await console_page.open_console(browser, desk)
    watch = Watch(page, desk.address)
    await console_page.sign_in(page)
    await expect(page.locator(".card")).to_have_count(len(EVERY_TENTH) + 1)
    assert await page.evaluate(f"({SHAPE})(document.getElementById('app'))") == []
    for number in range(0, len(EVERY_TENTH), 9):
        await page.evaluate(f"document.querySelector('[data-conversation=c{number}]').click()")
        await expect(page.locator(".message")).to_have_count(1)
        assert await page.evaluate(f"({SHAPE})(document.getElementById('app'))") == []
        await places(page)
    desk.taken_by = EVERY_TENTH[9]
    await page.get_by_role("button", name="Take").first.click()
    await expect(page.locator("#alerts")).not_to_be_empty()
    await page.evaluate("document.querySelector('[data-conversation=whole]').click()")
    await expect(page.locator(".message")).to_have_count(5 * len(ALL), timeout=120_000)
    assert await page.evaluate(f"({SHAPE})(document.getElementById('app'))") == []
    shown = await page.locator(".message-visitor .bubble > p.plain").all_inner_texts()
    assert [spaces(text) for text in shown] == [spaces(text) for text in ALL]
    assert await page.locator(".message-head").evaluate_all(ORDER) == []
    await places(page)
    await watch.nothing()


async def places(page: Page) -> None:
    """Check that the panes stand side by side, as wide as ever, and nothing scrolls sideways."""
    assert await page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert await page.evaluate("document.documentElement.scrollHeight") <= 802
    lists, middle = await page.locator("#lists").bounding_box(), await page.locator("#conversation").bounding_box()
    assert lists
    assert middle
    assert lists["x"] + lists["width"] <= middle["x"] + 1
    assert middle["width"] > 400
    for pane in ("#lists", "#conversation .log", "#details"):
        assert await page.locator(pane).evaluate("(pane) => pane.scrollWidth <= pane.clientWidth + 1"), pane


async def test_the_tickets_page(browser: Browser, stub: Stub) -> None:
    """The page of a ticket shows whatever a field holds as text."""
    at = "2026-11-23T18:12:00+00:00"
    for number, text in enumerate(EVERY_TENTH):
        known = {"number": text, "kind": text, "desk_hours_en": text, "desk_hours_de": text}
        stub.tickets[f"s{number}"] = {**known, "status": "open", "created_at": at, "updated_at": at}
    page = await (await browser.new_context(locale="en-US", viewport={"width": 1000, "height": 700})).new_page()
    watch = Watch(page, stub.address)
    for number in range(0, len(EVERY_TENTH), 6):
        await page.goto(f"{stub.address}/t/s{number}")
        await expect(page.locator("h1")).to_be_visible()
        assert await page.evaluate(f"({SHAPE})(document.querySelector('main'))") == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= 1000
        assert await page.evaluate("window.owned") is None
    assert [each for each in watch.found if "owned" in each or "evil" in each.partition("//")[2]] == []


async def test_the_transcript(browser: Browser) -> None:
    """The transcript opened in a browser shows every text, loads nothing and runs nothing."""
    now = datetime(2026, 11, 23, tzinfo=UTC)
    said: list[Message] = []
    for author in ("visitor", "bot", "agent", "system"):
        for text in ALL:
            files = [{"name": text}]
            about = {"author": author, "name": text, "text": text, "attachments": files, "created_at": now}
            said.append(Message(seq=len(said) + 1, **about))
    row = Conversation(id="c", language="en", ticket="IT-1", created_at=now)
    _, page_of = Transcripts(Texts(read_organisation_of())).page(row, said, now)
    page = await (await browser.new_context(viewport={"width": 1000, "height": 700})).new_page()
    await page.route(
        "**/transcript", lambda route: route.fulfill(body=page_of, content_type="text/html; charset=utf-8")
    )
    watch = Watch(page, "https://saved.example/")
    await page.goto("https://saved.example/transcript")
    shown = await page.locator("li:has(.said) > .said").all_inner_texts()
    assert len(shown) == 4 * len(ALL)
    mine = shown[: len(ALL)]
    allowed = [text.replace("\ufffe", "") for text in ALL]
    assert [spaces(text) for text in mine] == [spaces(text) for text in allowed]
    assert await page.evaluate("document.querySelectorAll('script,img,iframe,svg,object,form,input').length") == 0
    assert await page.locator("h2").evaluate_all(ORDER) == []
    await watch.nothing()


async def test_files(browser: Browser) -> None:
    """No file runs, opened by itself or built into a page in any way, whatever it holds and is called."""
    now = datetime(2026, 11, 23, tzinfo=UTC)
    files = [attachment_of("c", name, content, now) for content in CONTENTS.values() for name in NAMES[:3]]
    async with serving_files([(file.name, file.type, file.content) for file in files]) as home:
        page = await (await browser.new_context(accept_downloads=False)).new_page()
        watch = Watch(page, home)
        await page.goto(f"{home}/host")
        await page.wait_for_load_state("networkidle")
        assert await page.title() == "host"
        frames = [await frame.evaluate("document.title") for frame in page.frames if frame != page.main_frame]
        assert "owned" not in frames
        watch.found = [each for each in watch.found if "evil.example" in each or "dialog" in each]
        await watch.nothing()


class serving_files:  # noqa: N801  used as a block
    """Serves files as the product does, and a page that tries to run each."""

    def __init__(self, files: list[tuple[str, str, bytes]]) -> None:
        self.files = files

    async def __aenter__(self) -> str:
        app = web.Application()
        app.router.add_get("/host", self._host)
        app.router.add_get("/f/{number}", self._file)
        self.runner, self.listening = web.AppRunner(app), socket.create_server(("127.0.0.1", 0))
        await begin(self.runner, self.listening)
        return f"http://127.0.0.1:{self.listening.getsockname()[1]}"

    async def __aexit__(self, *_: object) -> None:
        await let_nobody_in(self.listening)
        await self.runner.cleanup()

    async def _host(self, _: web.Request) -> web.Response:
        ways: Mapping[str, str] = {
            "img": "<img src={}>",
            "iframe": "<iframe src={}></iframe>",
            "object": "<object data={}></object>",
            "embed": "<embed src={}>",
            "script": "<script src={}></script>",
            "module": "<script type=module src={}></script>",
            "style": "<link rel=stylesheet href={}>",
        }
        parts = [way.format(f"/f/{number}") for number in range(len(self.files)) for way in ways.values()]
        body = f"<!doctype html><title>host</title>{''.join(parts)}"
        return web.Response(text=body, content_type="text/html")

    async def _file(self, request: web.Request) -> web.Response:
        answer = file_response(*self.files[int(request.match_info["number"])])
        return web.Response(body=bytes(answer.body), headers=dict(answer.headers))
