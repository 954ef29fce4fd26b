"""The agents' console in a real browser, against a server that keeps the contract and sometimes fails."""

import asyncio
import re

from playwright.async_api import Browser, Page, Route, expect

from tests.browser.console_page import card, mine, open_console, said, sign_in, waiting, write
from tests.browser.console_stub import ME, Conversation, Stub, ago

PAYLOAD = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"


async def test_a_wrong_password_is_explained(browser: Browser, stub: Stub) -> None:
    """An agent who mistypes the password reads why they are not let in, and gets in with the right one."""
    page = await open_console(browser, stub)
    await sign_in(page, "wrong")
    await expect(page.get_by_role("alert").first).to_have_text("E-mail address or password is wrong.")
    await sign_in(page)
    await expect(page.get_by_role("radio", name="Online")).to_be_checked()
    await page.context.close()


async def test_password_keepers_know_the_fields(browser: Browser, stub: Stub) -> None:
    """A password keeper recognises the address and the password."""
    page = await open_console(browser, stub)
    await expect(page.locator("#email")).to_have_attribute("autocomplete", "username")
    await expect(page.locator("#password")).to_have_attribute("autocomplete", "current-password")
    await page.context.close()


async def test_the_oldest_waits_on_top(page: Page, stub: Stub) -> None:
    """Agents see at the top who has waited longest, why, about what, and since when."""
    waiting(stub, "Young", waiting_since=ago(1))
    waiting(stub, "Old", waiting_since=ago(20))
    cards = page.locator('[data-list="waiting"] .card')
    await expect(cards).to_have_count(2)
    for words in ("Old", "20 min", "VPN", "Asked for a person"):
        await expect(cards.first).to_contain_text(words)
    assert (await page.title()).startswith("(2)")
    await expect(page.locator("#announcer")).to_contain_text("waiting")


async def test_a_claim_won_gives_the_floor(page: Page, stub: Stub) -> None:
    """Who takes a waiting conversation can answer at once."""
    conversation = waiting(stub)
    await card(page, "Jana").click()
    await page.get_by_role("button", name="Take").click()
    await expect(page.locator('[data-list="mine"] .card')).to_have_count(1)
    await expect(page.locator(".composer textarea")).to_be_focused()
    await write(page, "Hello Jana")
    await expect(page.locator(".message-agent .bubble")).to_have_text("Hello Jana")
    await expect(page.locator(".message-unsent")).to_have_count(0)
    assert stub.posted[-1]["text"] == "Hello Jana"
    assert not stub.posted[-1]["private"]
    assert conversation.agent == ME["name"]
    assert stub.without_token == 0


async def test_a_claim_lost_names_the_winner(page: Page, stub: Stub) -> None:
    """Who comes second learns who has the conversation, and can only leave notes there."""
    waiting(stub)
    stub.taken_by = "Jonas Weber"
    await card(page, "Jana").click()
    await page.get_by_role("button", name="Take").click()
    await expect(page.locator("#alerts")).to_contain_text("Jonas Weber already has this conversation.")
    await expect(page.locator(".floor-notice")).to_contain_text("Jonas Weber")
    await expect(page.get_by_role("radio", name="Answer")).to_be_disabled()


async def test_a_note_begun_before_the_claim_stays_a_note(page: Page, stub: Stub) -> None:
    """What an agent began to write for colleagues never goes to the visitor, whatever happens meanwhile."""
    waiting(stub)
    await card(page, "Jana").click()
    await page.locator(".composer textarea").fill("She is rather upset")
    await page.get_by_role("button", name="Take").click()
    await expect(page.get_by_role("button", name="Transfer")).to_be_visible()
    await page.locator(".composer textarea").press("Enter")
    await expect(page.locator(".message-note")).to_contain_text("Private note")
    await expect(page.locator(".message-unsent")).to_have_count(0)
    assert stub.posted[-1]["private"]


async def test_answers_arrive_live(page: Page, stub: Stub) -> None:
    """What the visitor types and says appears without any action of the agent."""
    conversation = mine(stub)
    await card(page, "Jana").click()
    stub.do(lambda: stub.type(conversation, on=True))
    await expect(page.locator(".typing")).to_contain_text("Jana is typing")
    stub.do(lambda: stub.say(conversation, "visitor", "It works again"))
    await expect(page.locator(".message-visitor .bubble").last).to_have_text("It works again")
    await expect(page.locator(".typing")).to_be_hidden()


async def test_unread_messages_are_counted_and_drafts_kept(page: Page, stub: Stub) -> None:
    """With several chats open, each keeps its draft and shows how much is unread."""
    first = mine(stub, "Jana")
    mine(stub, "Tobias")
    await card(page, "Jana").click()
    await page.locator(".composer textarea").fill("half a thought")
    await card(page, "Tobias").click()
    await expect(page.locator(".composer textarea")).to_have_value("")
    stub.do(lambda: stub.say(first, "visitor", "Are you there?"))
    await expect(card(page, "Jana").locator(".badge")).to_contain_text("1 unread")
    await card(page, "Jana").click()
    await expect(page.locator(".composer textarea")).to_have_value("half a thought")
    await expect(card(page, "Jana").locator(".badge")).to_have_count(0)
    await page.reload()
    await expect(page.locator(".composer textarea")).to_have_value("half a thought")


async def test_a_lost_connection_leaves_no_gap_and_no_repeat(page: Page, stub: Stub) -> None:
    """After the line was cut everything is there exactly once, and what was written meanwhile is sent."""
    conversation = mine(stub)
    await card(page, "Jana").click()
    await expect(page.locator(".message")).to_have_count(1)
    stub.do(stub.go_down)
    await expect(page.locator(".connection")).to_contain_text("Connection lost")
    await write(page, "I am still here")
    await expect(page.locator(".message-unsent")).to_contain_text("not sent yet")
    stub.do(lambda: [stub.say(conversation, "visitor", text) for text in ("one", "two")])
    stub.repeat_changes = True
    stub.down = False
    await page.get_by_role("button", name="Try now").click()
    await expect(page.locator(".connection")).to_have_attribute("data-connection", "live")
    await expect(page.locator(".message-unsent")).to_have_count(0)
    stub.do(lambda: stub.say(conversation, "visitor", "three"))
    await expect(page.locator(".message .bubble").last).to_have_text("three")
    assert await said(page) == ["VPN is down", "one", "two", "I am still here", "three"]


async def test_the_queue_is_current_while_much_is_said(page: Page, stub: Stub) -> None:
    """On a busy desk, where something changes all the time, an agent sees at once who has come to wait."""
    chatting = waiting(stub, "Tobias", status="with_bot")

    async def chatter() -> None:
        while True:
            stub.publish(chatting)
            await asyncio.sleep(0.05)

    assert stub.loop
    busy = asyncio.run_coroutine_threadsafe(chatter(), stub.loop)
    try:
        await page.wait_for_timeout(500)
        waiting(stub, "Jana")
        await expect(card(page, "Jana")).to_be_visible(timeout=2500)
    finally:
        busy.cancel()


async def test_everything_is_fetched_anew_after_a_cut(page: Page, stub: Stub) -> None:
    """What happened while the line was cut is there afterwards, though nobody told this console of it."""
    conversation = mine(stub)
    await card(page, "Jana").click()
    await expect(page.locator(".message")).to_have_count(1)
    stub.do(stub.go_down)
    await expect(page.locator(".connection")).to_contain_text("Connection lost")
    stub.do(lambda: stub.say(conversation, "visitor", "missed"))
    waiting(stub, "Tobias")
    stub.down = False
    await page.get_by_role("button", name="Try now").click()
    await expect(page.locator(".message .bubble").last).to_have_text("missed")
    await expect(page.locator('[data-list="waiting"] .card')).to_have_count(1)


async def test_a_lost_acknowledgement_is_no_second_message(page: Page, stub: Stub) -> None:
    """An answer whose acknowledgement was lost is sent again under the same id, and the visitor reads it once."""
    mine(stub)
    await card(page, "Jana").click()

    async def lose(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await page.route("**/messages", lose, times=1)
    await write(page, "Only once")
    await expect(page.locator(".message-unsent")).to_contain_text("not sent yet")
    await expect(page.locator(".message-unsent")).to_have_count(0)
    await expect(page.locator(".message-agent .bubble")).to_have_text(["Only once"])
    assert len(stub.posted) == 2
    assert stub.posted[0] == stub.posted[1]


async def test_unsent_text_survives_a_reload(page: Page, stub: Stub) -> None:
    """What could not be sent is still there, and sent, after the page was loaded anew."""
    conversation = mine(stub)
    await card(page, "Jana").click()
    await page.route("**/messages", lambda route: route.abort())
    await write(page, "Keep me")
    await expect(page.locator(".message-unsent")).to_contain_text("not sent yet")
    await page.unroute_all()
    await page.reload()
    await expect(page.locator(".message-agent:not(.message-unsent) .bubble")).to_have_text("Keep me")
    await expect(page.locator(".message-unsent")).to_have_count(0)
    assert [message["text"] for message in conversation.messages] == ["VPN is down", "Keep me"]


async def test_a_refused_answer_can_be_taken_back(page: Page, stub: Stub) -> None:
    """An answer the desk refuses says why and goes back into the writing field."""
    conversation = mine(stub)
    await card(page, "Jana").click()
    await expect(page.get_by_role("button", name="Transfer")).to_be_visible()
    conversation.agent = "Jonas Weber"
    await write(page, "Too late")
    await expect(page.locator(".message-unsent")).to_contain_text("You do not have this chat.")
    await page.get_by_role("button", name="Edit").click()
    await expect(page.locator(".composer textarea")).to_have_value("Too late")


async def test_foreign_markup_is_only_text(page: Page, stub: Stub) -> None:
    """Markup and script that anybody puts anywhere is shown as the text it is, and never runs."""
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    conversation = Conversation(
        "evil", PAYLOAD, "with_agent", ME["name"], email=f'"{PAYLOAD}"@x.org', facts={PAYLOAD: PAYLOAD}
    )
    conversation.ticket |= {"category": PAYLOAD, "reason": PAYLOAD, "kind": PAYLOAD, "priority": PAYLOAD}
    conversation.tried = [{"article": "x", "title": PAYLOAD, "topic": PAYLOAD, "confidence": 0.4, "language": PAYLOAD}]
    files = [{"id": "a", "name": PAYLOAD, "type": PAYLOAD, "size": 4}]
    stub.do(lambda: stub.add(conversation, PAYLOAD))
    more = {"name": PAYLOAD, "choices": [{"title": PAYLOAD, "value": "x"}], "attachments": files}
    authors = ("visitor", "bot", "agent", "system")
    stub.do(lambda: [stub.say(conversation, author, PAYLOAD, **more) for author in authors])
    stub.do(lambda: stub.say(conversation, "bot", "[press](javascript:alert(1)) **bold** [go](https://example.org)"))
    await page.locator(".card").click()
    await expect(page.locator(".message")).to_have_count(6)
    assert await page.locator("#app img[src=x], #app script").count() == 0
    assert await page.locator(".bubble", has_text="<script>").count() == 5
    assert await page.locator('a[href^="javascript"]').count() == 0
    await expect(page.locator(".bubble").last).to_contain_text("[press](javascript:alert(1))")
    await expect(page.locator(".bubble strong")).to_have_text("bold")
    assert await page.title() != "owned"
    assert dialogs == []


async def test_the_visitors_text_is_plain(page: Page, stub: Stub) -> None:
    """What a visitor writes is shown letter by letter: no bold, no list, no link."""
    waiting(stub, text="**not bold** https://example.org\n1. no list")
    await page.locator(".card").click()
    await expect(page.locator(".message-visitor .bubble")).to_have_text("**not bold** https://example.org\n1. no list")
    assert await page.locator(".message-visitor :is(strong, a, li)").count() == 0


async def test_the_ticket_can_be_changed(page: Page, stub: Stub) -> None:
    """An agent corrects a ticket's priority and kind where they read them."""
    mine(stub)
    await card(page, "Jana").click()
    await page.get_by_label("Priority").select_option("High")
    await expect(page.locator("#toasts")).to_contain_text("Ticket updated.")
    await expect(card(page, "Jana")).to_contain_text("High")
    assert stub.changed_tickets == [{"priority": "high"}]


async def test_what_the_bot_tried_is_shown_in_percent(page: Page, stub: Stub) -> None:
    """Agents see which articles the bot answered with, offered or thought of, and how sure it was."""
    conversation = Conversation("jana", "Jana", facts={"device": "ThinkPad"})
    known = {"article": "a", "title": "Error 809", "topic": "vpn", "confidence": 0.62, "language": "en"}
    offered = {"article": "b", "title": "Error 720", "topic": "", "confidence": None, "language": "en"}
    conversation.tried = [{**known, "outcome": "answered"}, {**offered, "outcome": "unwanted"}]
    stub.do(lambda: stub.add(conversation, "VPN is down"))
    await card(page, "Jana").click()
    attempts = page.locator(".tried > li")
    await expect(attempts.first).to_contain_text(re.compile("^Answered with *Error 809"))
    await expect(attempts.last).to_contain_text(re.compile("^Offered, not wanted *Error 720"))
    await expect(page.get_by_role("meter")).to_have_count(1)
    await expect(page.get_by_label("Confidence 62 %")).to_be_visible()
    await expect(page.locator("#details")).to_contain_text("ThinkPad")


async def test_a_chat_is_handed_on(page: Page, stub: Stub) -> None:
    """An agent hands a chat on to a colleague or a group by name."""
    mine(stub)
    await card(page, "Jana").click()
    await page.get_by_role("button", name="Transfer").click()
    await page.get_by_role("dialog").get_by_role("button", name="Transfer").click()
    await expect(page.locator("#toasts")).to_contain_text("Handed on: Sam Okoro is being called.")
    assert stub.transfers == [{"agent": "sam@example.org"}]


async def test_the_keyboard_is_enough(page: Page, stub: Stub) -> None:
    """Without a mouse an agent takes the oldest chat, answers, notes and closes it with a resolution."""
    conversation = waiting(stub)
    await expect(card(page, "Jana")).to_be_visible()
    press = page.keyboard.press
    await press("w")
    await expect(page.locator(".log")).to_be_focused()
    await press("t")
    await expect(page.locator(".composer textarea")).to_be_focused()
    await page.keyboard.type("Please try again now")
    await press("Enter")
    await expect(page.locator(".message-agent .bubble")).to_have_text("Please try again now")
    await press("Escape")
    await press("n")
    await page.keyboard.type("gateway restarted")
    await press("Enter")
    await expect(page.locator(".message-note .bubble")).to_have_text("gateway restarted")
    await press("Escape")
    await press("c")
    await expect(page.get_by_role("dialog").get_by_label("Resolution")).to_be_focused()
    await page.keyboard.type("Gateway restarted")
    await press("Control+Enter")
    await expect(page.locator(".floor-notice")).to_have_text("This conversation is closed.")
    assert conversation.resolution == "Gateway restarted"
    await press("?")
    await expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    await press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_single_keys_can_be_switched_off(page: Page, stub: Stub) -> None:
    """Who speaks to the computer can switch single keys off, so that no stray letter does a deed."""
    waiting(stub)
    await expect(card(page, "Jana")).to_be_visible()
    await page.keyboard.press("?")
    await page.get_by_role("checkbox").uncheck()
    await page.keyboard.press("Escape")
    await page.keyboard.press("w")
    await expect(page.locator(".card[aria-current]")).to_have_count(0)


async def test_german_and_english(browser: Browser, stub: Stub) -> None:
    """The console speaks the browser's language, and the other one at a switch, which it remembers."""
    page = await open_console(browser, stub, "de-AT")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Am Helpdesk anmelden")
    await sign_in(page)
    await expect(page.get_by_role("heading", name="Wartend")).to_be_visible()
    await page.get_by_label("Sprache").select_option("English")
    await expect(page.get_by_role("heading", name="Waiting", exact=True)).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await page.reload()
    await expect(page.get_by_role("heading", name="Waiting", exact=True)).to_be_visible()
    await page.context.close()


async def test_presence_and_sign_out(page: Page, stub: Stub) -> None:
    """An agent steps away at one press, and signs out at another."""
    async with page.expect_response("**/presence"):
        await page.get_by_role("radio", name="Away").check()
    await expect(page.get_by_role("radio", name="Away")).to_be_checked()
    assert stub.presence == "away"
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Sign in to the desk")).to_be_visible()
    assert not stub.signed_in


async def test_an_expired_login_keeps_the_draft(page: Page, stub: Stub) -> None:
    """When the login ends, the agent signs in again and finds what they were writing."""
    mine(stub)
    await card(page, "Jana").click()
    await page.locator(".composer textarea").fill("half a thought")
    stub.signed_in = False
    await page.reload()
    await sign_in(page)
    await expect(page.locator(".composer textarea")).to_have_value("half a thought")


async def test_it_fits_a_narrow_window(page: Page, stub: Stub) -> None:
    """At 320 pixels, which is 400 % zoom, one pane shows at a time and nothing scrolls sideways."""
    mine(stub)
    await page.set_viewport_size({"width": 320, "height": 640})
    await card(page, "Jana").click()
    await expect(page.locator(".lists")).to_be_hidden()
    await page.get_by_role("button", name="Details", exact=True).click()
    await expect(page.locator("#details")).to_be_visible()
    await page.get_by_role("button", name="Hide details").click()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    await page.get_by_role("button", name="Back to the lists").click()
    await expect(card(page, "Jana")).to_be_visible()


async def test_a_tone_can_be_muted(page: Page) -> None:
    """Sounds are switched off and on again with one button, which says what it will do."""
    await page.get_by_role("button", name="Mute sounds").click()
    await expect(page.get_by_role("button", name=re.compile("Unmute"))).to_be_visible()
