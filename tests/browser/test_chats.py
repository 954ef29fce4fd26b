"""A day at the desk in real browsers: several chats at once, a colleague beside, and what helps to answer."""

import re
from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.desk import console, later, shot, widget
from tests.conftest import Server, SignedInAgent, Visitor

pytestmark = pytest.mark.timeout(400)
PAINT = """(colour) => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [320, 200];
  const paint = canvas.getContext("2d");
  paint.fillStyle = colour;
  paint.fillRect(0, 0, 320, 200);
  paint.fillStyle = "white";
  paint.font = "24px sans-serif";
  paint.fillText("Error 809", 40, 100);
  return canvas.toDataURL("image/png");
}"""
PASTE = """(picture) => {
  const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], "image.png", { type: "image/png" }));
  const how = { clipboardData: carried, bubbles: true, cancelable: true, composed: true };
  const event = new ClipboardEvent("paste", how);
  let field = document.activeElement;
  while (field.shadowRoot?.activeElement) field = field.shadowRoot.activeElement;
  field.dispatchEvent(event);
}"""


async def comes(desk: Server, name: str, text: str, language: str = "en", email: str | None = None) -> Visitor:
    """Let a visitor with a name ask for a person."""
    visitor = await desk.conversation(language)
    known = {"name": name, "email": email} if email else {"name": name}
    await desk.client.patch(visitor.path, json=known, headers=visitor.headers)
    await visitor.say(text)
    await visitor.until("bot")
    return visitor


async def three_chats(desk: Server, ann: SignedInAgent) -> tuple[Visitor, Visitor, Visitor]:
    """Give three visitors whom one agent answers."""
    jana = await comes(desk, "Jana Novak", "human, my vpn fails with error 809", email="jana@example.org")
    omar = await comes(desk, "Omar Haddad", "a human please, the printer eats my paper")
    lena = await comes(desk, "Lena Vogt", "hilfe, ich brauche einen human, mein vpn geht nicht", "de")
    for visitor in (jana, omar, lena):
        assert (await ann.claim(visitor)).status_code == 200
    return jana, omar, lena


def card(page: Page, name: str) -> Locator:
    """Give the card of a chat of one's own."""
    return page.locator('[data-list="mine"] .card', has_text=name)


def field(page: Page) -> Locator:
    """Give the writing field."""
    return page.locator(".composer textarea")


async def may_answer(page: Page) -> None:
    """Wait until the page knows that the floor is its agent's: before that only notes can be written."""
    await expect(page.locator(".composer")).not_to_have_class(re.compile("composer-note"))


async def paste(page: Page, colour: str) -> None:
    """Paste a picture into the field that has the focus, as a screenshot tool leaves it on the clipboard."""
    picture = await page.evaluate(PAINT, colour)
    await page.evaluate(PASTE, picture.partition(",")[2])


@pytest.fixture(autouse=True)
def today(desk: Server) -> None:
    """Let the desk's clock begin now, so that ages on the pages are those of the test."""
    desk.firstline.clock.now = datetime.now(UTC)  # type: ignore[attr-defined]


async def test_one_agent_keeps_three_chats_apart(browser: Browser, desk: Server) -> None:
    """Each chat keeps its draft, its files and its count of what is new; one key leads to the next with news."""
    ann = await desk.agent("Ann")
    _, omar, lena = await three_chats(desk, ann)
    page = await console(browser, desk, ann, "en-GB")
    await expect(page.locator('[data-list="mine"] .card')).to_have_count(3)
    for words in ("Asked for a person", "EN", "now"):
        await expect(card(page, "Jana")).to_contain_text(words)
    await card(page, "Jana").click()
    await expect(field(page)).to_be_focused()
    await field(page).fill("Jana, please")
    await paste(page, "teal")
    await expect(page.locator(".tray-file")).to_contain_text("screenshot-")
    await card(page, "Omar").click()
    await expect(field(page)).to_have_value("")
    await expect(page.locator(".tray-file")).to_be_hidden()
    await expect(card(page, "Jana")).to_contain_text("Draft")
    await lena.say("sind Sie noch da?")
    await lena.say("hallo?")
    await expect(card(page, "Lena").locator(".badge")).to_contain_text("3")  # and what she began with
    assert re.match(r"\(\d\)", await page.title())
    await field(page).fill("Omar, I am looking")
    await page.keyboard.press("Alt+KeyU")
    await expect(page.locator(".conversation-title h2")).to_have_text("Lena Vogt")
    await expect(card(page, "Lena").locator(".badge")).to_have_count(0)
    await shot(page, "chats-three-en")
    await page.keyboard.press("Escape")
    await page.keyboard.press("u")
    await expect(page.locator("#toasts")).to_contain_text("Nothing new")
    await card(page, "Omar").click()
    await expect(field(page)).to_have_value("Omar, I am looking")
    await page.keyboard.press("Enter")
    await omar.until("agent")
    await card(page, "Jana").click()
    await expect(field(page)).to_have_value("Jana, please")
    await expect(page.locator(".tray-file img")).to_be_visible()


async def test_pictures_go_both_ways_and_are_seen_before(browser: Browser, desk: Server) -> None:
    """A pasted screenshot is shown before it is sent, and can be taken out; the visitor's arrives as a picture."""
    ann = await desk.agent("Ann")
    page = await console(browser, desk, ann, "en-GB", "dark")
    visitor = await widget(browser, desk, "en-GB", "human, my vpn fails")
    await page.keyboard.press("a")
    await expect(page.locator(".call")).to_be_visible()
    await page.keyboard.press("a")
    await expect(field(page)).to_be_focused()
    await paste(page, "crimson")
    await paste(page, "navy")
    await expect(page.locator(".tray-file img")).to_have_count(2)
    await shot(page, "chats-tray-dark")
    await page.locator(".tray-file").first.get_by_role("button", name="Take out").click()
    await expect(page.locator(".tray-file")).to_have_count(1)
    await field(page).fill("Does it look like this?")
    await page.keyboard.press("Enter")
    await expect(page.locator(".tray-file")).to_have_count(0)
    await expect(visitor.get_by_role("log")).to_contain_text("Does it look like this?")
    await expect(visitor.get_by_role("log")).to_contain_text("screenshot-")
    await expect(page.locator(".message-agent .thumbnail")).to_be_visible()
    await visitor.get_by_role("textbox", name="Your message").focus()
    await paste(visitor, "darkgreen")
    await visitor.keyboard.press("Enter")
    await expect(page.locator(".message-visitor .thumbnail")).to_be_visible()
    width = await page.locator(".message-visitor .thumbnail").evaluate("(picture) => picture.naturalWidth")
    assert width == 320
    await page.get_by_role("radio", name="Private note").check()
    await field(page).focus()
    await paste(page, "black")
    await expect(page.locator("#alerts")).to_contain_text("Notes hold text only")


async def test_two_agents_in_one_chat_know_of_each_other(browser: Browser, desk: Server) -> None:
    """Who opens or writes in a chat that a colleague has open is named to both; a transfer rings at the colleague."""
    ann, ben = await desk.agent("Ann"), await desk.agent("Ben")
    jana, _, _ = await three_chats(desk, ann)
    hers, his = await console(browser, desk, ann, "en-GB"), await console(browser, desk, ben, "de-DE")
    await card(hers, "Jana").click()
    await expect(hers.locator(".beside")).to_be_hidden()
    await his.goto(f"{desk.client.base_url}/console")
    await his.evaluate(f"sessionStorage.setItem('firstline.open', JSON.stringify('{jana.id}'))")
    await his.reload()
    await expect(hers.locator(".beside")).to_have_text("Ben has this chat open too.")
    await expect(his.locator(".beside")).to_have_text("Ann hat diesen Chat auch geöffnet.")
    await field(his).press_sequentially("Kenne ich")
    await expect(hers.locator(".beside-writes")).to_have_text("Ben is writing in this chat …")
    await shot(hers, "chats-beside-en")
    await field(his).press("Enter")
    await expect(hers.locator(".message-note")).to_contain_text("Kenne ich")
    assert "Kenne ich" not in str(await jana.read())
    await hers.keyboard.press("Escape")
    await hers.keyboard.press("f")
    await hers.get_by_role("dialog").get_by_role("button", name="Transfer").click()
    await expect(his.locator(".call")).to_contain_text("Jana Novak")
    await his.locator(".conversation").focus()
    await his.keyboard.press("a")
    await expect(his.locator('[data-list="mine"] .card')).to_have_count(1)
    await may_answer(his)
    await field(his).fill("Ben hier, ich übernehme.")
    await his.keyboard.press("Enter")
    await expect(hers.locator(".message-agent")).to_contain_text("Ben hier")
    await expect(hers.locator(".floor-notice")).to_contain_text("Ben has this conversation")
    await shot(his, "chats-transferred-de")


async def test_a_transfer_nobody_accepts_comes_back_and_a_return_wakes_the_bot(browser: Browser, desk: Server) -> None:
    """A chat passed to a colleague who does not accept in time is in the queue again; given back, the bot answers."""
    ann, ben = await desk.agent("Ann"), await desk.agent("Ben")
    jana = await comes(desk, "Jana Novak", "human, my vpn fails")
    await ann.claim(jana)
    hers, his = await console(browser, desk, ann, "en-GB"), await console(browser, desk, ben, "en-GB")
    await card(hers, "Jana").click()
    await hers.keyboard.press("Escape")
    await hers.keyboard.press("f")
    await hers.get_by_role("dialog").get_by_role("button", name="Transfer").click()
    await expect(his.locator(".call")).to_be_visible()
    await later(desk, 31, ann, ben)
    await expect(his.locator("#alerts")).to_contain_text("You missed a chat")
    await expect(hers.locator('[data-list="waiting"] .card')).to_contain_text("Jana Novak")
    await (
        hers.get_by_role("button", name="Take", exact=True).or_(hers.get_by_role("button", name="Accept")).first.click()
    )
    await expect(card(hers, "Jana")).to_have_count(1)
    await may_answer(hers)
    await hers.keyboard.press("Escape")
    await hers.keyboard.press("b")
    await hers.get_by_role("dialog").get_by_role("button", name="Return to bot").click()
    await expect(hers.locator(".floor-notice")).to_contain_text("The bot has the floor")
    await jana.say("how do I connect to the vpn")
    await jana.until("bot", 2)
    await expect(hers.locator(".message-bot").last).to_contain_text("echo: how do I connect")


async def test_canned_answers_and_articles_by_keyboard(browser: Browser, desk: Server) -> None:
    """Typed `/word` and Enter insert an answer in the chat's language with its names; one key inserts an article."""
    ann = await desk.agent("Ann")
    await three_chats(desk, ann)
    page = await console(browser, desk, ann, "en-GB")
    await card(page, "Lena").click()
    await expect(field(page)).to_be_focused()
    await page.keyboard.type("/")
    await expect(page.locator(".picker .offer").first).to_be_visible()
    await shot(page, "chats-canned-en")
    await page.keyboard.type("hal")
    await expect(page.locator(".picker .offer")).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(field(page)).to_have_value(re.compile(r"^Guten Tag Lena Vogt, hier ist Ann vom IT-Servicedesk\."))
    await field(page).fill("")
    await page.keyboard.type("/noch")
    await page.keyboard.press("Tab")
    await expect(field(page)).to_have_value(re.compile(r"^Sind Sie noch da, Lena Vogt\?.* im Ticket IT-\d+ bleibt"))
    await field(page).fill("Gern. {ticket}")
    await page.keyboard.press("Enter")
    await expect(page.locator("#alerts")).to_contain_text("Fill in {ticket} first.")
    assert (
        await field(page).evaluate("(area) => area.value.slice(area.selectionStart, area.selectionEnd)") == "{ticket}"
    )
    await field(page).fill("Bitte so:")
    await expect(page.locator(".suggestion")).to_contain_text("VPN einrichten und verbinden")
    await page.keyboard.press("Alt+Digit1")
    await expect(field(page)).to_have_value(
        re.compile(r"^Bitte so:\n\nVPN einrichten und verbinden\n\n.*\n\n1\. .*„.+“", re.DOTALL)
    )
    assert "**" not in await field(page).input_value()
    await page.keyboard.press("Escape")
    await page.keyboard.press("s")
    await page.get_by_role("searchbox").fill("human vpn")
    await expect(page.locator(".found .offer")).to_have_count(1)
    await shot(page, "chats-search-en")
    await page.keyboard.press("Enter")
    await expect(field(page)).to_be_focused()
    await page.keyboard.press("Escape")
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_contain_text("Insert a suggested article")
    await shot(page, "chats-keys-en")
    await page.keyboard.press("Escape")
    nobody = await desk.conversation()
    await nobody.say("a human please")
    await nobody.until("bot")
    await ann.claim(nobody)
    await card(page, "Unnamed visitor").click()
    await expect(field(page)).to_be_focused()
    await page.keyboard.type("I see. /hi")
    await page.keyboard.press("Enter")
    await expect(field(page)).to_have_value(re.compile(r"^I see\. Hello, this is Ann from the IT Service Desk\."))


async def test_earlier_chats_are_read_beside_the_open_one(browser: Browser, desk: Server) -> None:
    """Earlier chats are listed with what became of them; one opens to read, and nothing can be written there."""
    ann = await desk.agent("Ann")
    before = await comes(desk, "J. Novak", "human, the scanner is dead", email="Jana@example.org")
    await ann.claim(before)
    await ann.say(before, "Please unplug it for ten seconds.")
    await ann.post(f"conversations/{before.id}/close", {"resolution": "Unplugged the scanner"})
    await three_chats(desk, ann)
    page = await console(browser, desk, ann, "en-GB")
    await card(page, "Jana").click()
    entry = page.locator(".earlier-chat")
    await expect(entry).to_contain_text("the scanner is dead")
    await expect(entry).to_contain_text("same e-mail, as typed")
    await shot(page, "chats-earlier-list-en")
    await entry.click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Unplugged the scanner")
    await expect(dialog.locator(".message-agent")).to_contain_text("ten seconds")
    assert await dialog.locator("textarea, input").count() == 0
    await shot(page, "chats-earlier-en")
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(page.locator(".conversation-title h2")).to_have_text("Jana Novak")


LOOKS = [
    ("light-en-1280", "en-GB", "light", 1280, 800, "none"),
    ("dark-de-1280", "de-DE", "dark", 1280, 800, "none"),
    ("light-de-tablet", "de-DE", "light", 768, 1024, "none"),
    ("dark-en-1024", "en-GB", "dark", 1024, 768, "none"),
    ("zoom-400", "de-DE", "light", 320, 256, "none"),
    ("forced-colours", "en-GB", "dark", 1280, 800, "active"),
]


async def test_an_article_is_read_before_it_is_inserted(browser: Browser, desk: Server) -> None:
    """The eye beside an article opens what would be inserted, and shuts it again; from there it can be inserted."""
    ann = await desk.agent("Ann")
    await three_chats(desk, ann)
    page = await console(browser, desk, ann, "en-GB")
    await card(page, "Jana").click()
    eye, preview = page.locator(".suggestion-eye"), page.locator(".suggestion-preview")
    await eye.click()
    await expect(eye).to_be_focused()
    await expect(eye).to_have_attribute("aria-expanded", "true")
    await expect(preview).to_contain_text("“vpn.northwind.example”")
    await expect(field(page)).to_have_value("")
    await shot(page, "chats-preview-en")
    await page.keyboard.press("Enter")
    await expect(preview).to_have_count(0)
    await eye.click()
    await preview.get_by_role("button", name="Insert").click()
    await expect(field(page)).to_have_value(re.compile(r"^[^\n]*VPN[^\n]*\n\n"))


async def test_a_chat_the_visitor_broke_off_is_closed_by_its_agent(browser: Browser, desk: Server) -> None:
    """It stays on the list, says why, and goes once the agent says what became of it."""
    ann = await desk.agent("Ann")
    jana, _, _ = await three_chats(desk, ann)
    page = await console(browser, desk, ann, "en-GB")
    await card(page, "Jana").click()
    await jana.post("close", {})
    await expect(page.locator(".floor-notice")).to_contain_text("The visitor has ended this conversation.")
    await expect(page.get_by_role("button", name="Transfer")).to_have_count(0)
    await page.get_by_role("button", name="Close …").click()
    await page.get_by_role("dialog").get_by_label("Resolution").fill("Hung up, called back")
    await page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    await expect(card(page, "Jana")).to_have_count(0)
    ticket = (await ann.get(f"conversations/{jana.id}")).json()["ticket"]
    assert (ticket["status"], ticket["resolution"]) == ("resolved", "Hung up, called back")


async def test_a_chat_that_was_broken_off_is_closed_by_who_leads(browser: Browser, desk: Server) -> None:
    """A supervisor finds it among the colleagues' chats, whoever has gone, and says what became of it."""
    ann, cara = await desk.agent("Ann"), await desk.agent("Cara", "supervisor")
    jana, _, _ = await three_chats(desk, ann)
    await jana.post("close", {})
    page = await console(browser, desk, cara, "de-DE")
    left = page.locator('[data-list="others"] .card', has_text="Jana")
    await expect(left).to_contain_text(re.compile("Geschlossen.*Ann"))
    await left.click()
    await expect(page.locator(".floor-notice")).to_contain_text("Der Besucher hat das Gespräch beendet.")
    await shot(page, "left-to-a-supervisor")
    await page.get_by_role("button", name="Schließen …").click()
    await page.get_by_role("dialog").get_by_label("Lösung").fill("Zurückgerufen")
    await page.get_by_role("dialog").get_by_role("button", name="Gespräch schließen").click()
    await expect(left).to_have_count(0)
    ticket = (await cara.get(f"conversations/{jana.id}")).json()["ticket"]
    assert (ticket["status"], ticket["resolution"]) == ("resolved", "Zurückgerufen")


async def test_it_fits_every_window(browser: Browser, desk: Server) -> None:
    """On a desktop, a tablet and at 400 % zoom, light, dark and with forced colours, nothing scrolls sideways."""
    ann = await desk.agent("Ann")
    jana, _, _ = await three_chats(desk, ann)
    await comes(desk, "Piet", "human, no sound in my headset")
    await ann.post(f"conversations/{jana.id}/note", {"text": "Her certificate ran out yesterday."})
    await ann.say(jana, "I am renewing your certificate now.")
    page = await console(browser, desk, ann, "en-GB")
    for name, locale, scheme, width, height, forced in LOOKS:
        await page.evaluate(f"localStorage.setItem('firstline.language', '\"{locale[:2]}\"')")
        await page.emulate_media(color_scheme=scheme, forced_colors=forced)  # type: ignore[arg-type]
        await page.set_viewport_size({"width": width, "height": height})
        await page.evaluate(f"sessionStorage.setItem('firstline.open', JSON.stringify('{jana.id}'))")
        await page.reload()
        await expect(page.locator(".suggestion")).to_be_visible()
        await expect(page.locator(".message-note")).to_be_attached()
        await shot(page, f"chats-{name}")
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        if width <= 1024:
            await page.locator(".show-details").click()
            await expect(page.locator(".details")).to_be_visible()
            await shot(page, f"chats-{name}-details")


@pytest.mark.parametrize(("locale", "scheme"), [("en-GB", "light"), ("de-DE", "dark")])
async def test_a_chat_one_had_is_found_again(browser: Browser, desk: Server, locale: str, scheme: str) -> None:
    """What was closed yesterday is found by a word of it, read beside the chat that goes on, and left with one key."""
    german = locale == "de-DE"
    ann = await desk.agent("Ann")
    jana, omar, _ = await three_chats(desk, ann)
    for visitor in (jana, omar):
        await ann.post(f"conversations/{visitor.id}/close", {"resolution": "Certificate renewed"})
    page = await console(browser, desk, ann, locale, scheme)
    await card(page, "Lena").click()
    await page.locator(".had summary").focus()
    await page.keyboard.press("Enter")
    found = page.locator(".had .earlier-chat")
    await expect(found).to_have_count(2)
    await page.keyboard.press("Tab")
    await page.keyboard.type("error jana@")
    await expect(found).to_have_count(1)
    await expect(found).to_contain_text("Jana Novak")
    await shot(page, f"had-{locale[:2]}")
    await found.click()
    await expect(page.get_by_role("dialog").get_by_text("Certificate renewed")).to_be_visible()
    await shot(page, f"had-read-{locale[:2]}")
    await page.keyboard.press("Escape")
    await page.get_by_label("Name, E-Mail" if german else "Name, e-mail").fill("nothing like it")
    await expect(page.locator(".had [role=status]")).to_have_text(
        "In keinem Ihrer Chats steht all das." if german else "No chat of yours holds all of that."
    )
    await expect(page.locator(".composer textarea")).to_be_visible()
