"""Files in the widget: seen before they are sent, and pictures seen in the conversation."""

import struct
import zlib

import pytest
from playwright.async_api import Browser, Dialog, Error, FilePayload, Page, expect

from tests.browser.stub_server import Conversation, Stub
from tests.browser.test_widget_on_pages import new_page

# `bytes`: what is in the file, or how many zeros.
PASTE = """async ([name, type, bytes]) => {
  const field = document.querySelector('firstline-chat').shadowRoot.querySelector('textarea');
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([new Uint8Array(bytes)], name, { type }));
  field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, cancelable: true }));
}"""


def png(width: int, height: int) -> bytes:
    """Give a picture, all black."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" * (width + 1)) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


async def opened(browser: Browser, stub: Stub) -> Page:
    """Open the chat and say something."""
    page = await new_page(browser, stub.address)
    await page.get_by_role("button", name="Open the IT help chat").click()
    await page.keyboard.type("hello")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("You wrote: hello")).to_be_visible()
    return page


def show(stub: Stub, name: str, kind: str, content: bytes) -> None:
    """Let an agent send a file."""

    def send() -> None:
        number = f"a{len(stub.uploads) + 1}"
        stub.uploads[number] = (kind, content)
        described = {"id": number, "name": name, "type": kind, "size": len(content)}
        stub.conversation.say("agent", "", name="Ann", attachments=[described])

    stub.do(send)


async def test_a_pasted_picture_is_seen_before_it_is_sent(browser: Browser, stub: Stub) -> None:
    """A picture you paste lies beside your text with its name, can be taken off, and goes with the next message."""
    page = await opened(browser, stub)
    for name in ("one.png", "two.png"):
        await page.evaluate(PASTE, [name, "image/png", list(png(40, 20))])
    await expect(page.locator(".foot canvas")).to_have_count(2)
    await page.get_by_role("button", name="Remove: one.png").click()
    await expect(page.get_by_role("textbox", name="Your message")).to_be_focused()
    await expect(page.locator(".foot")).not_to_contain_text("one.png")
    await expect(page.locator(".foot")).to_contain_text("two.png")
    assert not stub.uploads
    await page.keyboard.type("see this")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="two.png")).to_be_visible()
    await expect(page.locator(".foot")).not_to_contain_text("two.png")
    assert [content for _, content in stub.uploads.values()] == [png(40, 20)]
    assert [message["text"] for message in stub.conversation.messages if message["author"] == "visitor"][
        1
    ] == "see this"


async def test_a_page_with_an_unsent_file_asks_before_it_is_left(browser: Browser, stub: Stub) -> None:
    """A reload would lose a file that is not sent, so the browser asks; with the file gone it does not."""
    page = await opened(browser, stub)
    asked: list[str] = []

    async def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        await dialog.dismiss()

    page.on("dialog", stay)
    await page.evaluate(PASTE, ["one.png", "image/png", list(png(40, 20))])
    await expect(page.locator(".foot canvas")).to_have_count(1)
    with pytest.raises(Error, match=r"ERR_ABORTED|interrupted"):
        await page.goto(stub.address)
    assert asked == ["beforeunload"]
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="one.png")).to_be_visible()
    await page.goto(stub.address)
    assert asked == ["beforeunload"]
    await page.context.close()


async def test_a_file_is_sent_and_can_be_opened(browser: Browser, stub: Stub) -> None:
    """A file you choose goes alone too, with its name; one that is too large is refused at once."""
    page = await opened(browser, stub)
    await page.evaluate(PASTE, ["large.log", "text/plain", 10 * 1024 * 1024 + 1])
    await expect(page.get_by_role("alert")).to_contain_text("too large")
    send = page.get_by_role("button", name="Send", exact=True)
    await expect(send).to_be_disabled()
    file = FilePayload(name="error.log", mimeType="text/plain", buffer=b"out of paper")
    await page.locator("input[type=file]").set_input_files([file])
    await send.click()
    async with page.expect_download() as download:
        await page.get_by_role("log").get_by_role("button", name="error.log").click()
    assert (await download.value).suggested_filename == "error.log"
    assert [content for _, content in stub.uploads.values()] == [b"out of paper"]


async def test_a_picture_of_an_agent_is_seen(browser: Browser, stub: Stub) -> None:
    """A raster image is shown small and saved by a click; anything else, whatever it claims to be, is its name."""
    page = await opened(browser, stub)
    show(stub, "screen.png", "image/png", png(1200, 600))
    picture = page.get_by_role("button", name="screen.png")
    await expect(picture.locator("canvas")).to_be_visible()
    box = await picture.locator("canvas").bounding_box()
    assert box
    assert (box["width"], box["height"]) == (280, 140)
    for name, kind, content in (
        ("a.svg", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"),
        ("b.png", "image/png", b"<script>window.owned = true</script>"),
        ("c.txt", "text/plain", png(9, 9)),
    ):
        show(stub, name, kind, content)
        await expect(page.get_by_role("button", name=name)).to_be_visible()
    await page.wait_for_timeout(500)
    await expect(page.locator("firstline-chat").locator("canvas, img, iframe, object, embed")).to_have_count(1)
    async with page.expect_download() as download:
        await picture.click()
    assert (await download.value).suggested_filename == "screen.png"


async def test_pictures_need_no_leave_of_the_page(browser: Browser, stub: Stub, other_site: Stub) -> None:
    """On a site whose policy allows no images, pictures are seen all the same and the policy is kept."""
    other_site.host_page = f'<!doctype html><script type="module" src="{stub.address}/widget.js"></script>'
    allowed = f"script-src {stub.address}; connect-src {stub.address}"
    other_site.host_policy = f"default-src 'none'; {allowed}; require-trusted-types-for 'script'; trusted-types 'none'"

    def answer(conversation: Conversation, _text: str) -> None:
        stub.uploads["a1"] = ("image/png", png(40, 20))
        described = {"id": "a1", "name": "screen.png", "type": "image/png", "size": 99}
        conversation.say("agent", "Look", name="Ann", attachments=[described])

    stub.reply = answer
    page = await new_page(browser, "about:blank")
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if "Security Policy" in said.text else None)
    await page.goto(f"{other_site.address}/host")
    await page.get_by_role("button", name="Open the IT help chat").click()
    await page.evaluate(PASTE, ["mine.png", "image/png", list(png(40, 20))])
    await expect(page.locator(".foot canvas")).to_be_visible()
    await page.keyboard.type("hello")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="screen.png").locator("canvas")).to_be_visible()
    await expect(page.get_by_role("button", name="mine.png").locator("canvas")).to_be_visible()
    assert [text for text in complaints if "favicon" not in text] == []
