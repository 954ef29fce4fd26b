"""What holds in Telegram when something goes wrong: nothing is lost and nothing is taken twice."""

import asyncio
import logging
from pathlib import Path

import pytest
from sqlalchemy import select, text

from channels.telegram import Telegram
from conversations.rows import Delivery
from firstline.app import Firstline
from firstline.problems import words
from firstline.settings import Settings
from knowledge_base.loading import read_organisation_of
from tests.channels.telegram_desk import said, settings_of, with_agent
from tests.channels.telegram_peer import TOKEN, Peer, Refusal
from tests.conftest import HandClock, Server, serving
from tests.scripted_bot import ScriptedBot

FLOOD = Refusal(429, "Too Many Requests: retry after 30", retry_after=30)
BLOCKED = Refusal(403, "Forbidden: bot was blocked by the user")
UNAUTHORIZED = Refusal(401, "Unauthorized")


@pytest.fixture
def settings(tmp_path: Path, peer: Peer) -> Settings:
    """Give settings of a desk that has a Telegram bot."""
    return settings_of(peer, tmp_path)


class TestTrouble:
    """Nothing is lost and nothing is taken twice."""

    async def test_a_repeated_press_is_taken_once(self, server: Server, peer: Peer, bot: ScriptedBot):
        """If Telegram brings my press again, it still counts once."""
        peer.say("no vpn")
        message = await peer.shows("echo: no vpn")
        number = peer.press(message, "helped")
        press = peer.updates[-1]
        await peer.shows("echo: That helped")
        await peer.until(lambda: peer.confirmed == number)
        peer.updates.append(press)
        peer._arrived.set()
        await peer.until(lambda: len(peer.of("answerCallbackQuery")) == 2)
        assert len(bot.asked) == 2
        assert message["reply_markup"]["inline_keyboard"][0][0]["text"] == "✓ That helped"

    async def test_a_lost_batch_comes_again(self, server: Server, peer: Peer, bot: ScriptedBot):
        """If the connection breaks while my message is fetched, it is fetched again and taken once."""
        await peer.until(lambda: peer.of("getUpdates"))
        peer.fail("getUpdates", after_taking=True)
        peer.say("no vpn")
        await peer.shows("echo: no vpn")
        assert len(bot.asked) == 1

    async def test_a_lost_reply_repeats_only_that_message(self, server: Server, peer: Peer, clock: HandClock):
        """If Telegram's reply is lost, that one message comes again and no other."""
        agent, chat = await with_agent(server, peer)
        peer.fail("sendMessage", after_taking=True, when=lambda fields: "second" in fields["text"])
        for answer in ("first", "second", "third"):
            await agent.say(chat, answer)
        await peer.shows("second")
        await trouble_noted(server.firstline)
        clock.move(seconds=2)
        await peer.shows("third")
        assert peer.texts()[-4:] == ["Ann: first", "Ann: second", "Ann: second", "Ann: third"]

    async def test_only_the_rest_of_a_long_message_is_repeated(self, server: Server, peer: Peer, clock: HandClock):
        """If the second half of a long message fails, the first half does not come again."""
        agent, chat = await with_agent(server, peer)
        peer.fail("sendMessage", Refusal(502, "Bad Gateway"), when=lambda fields: "zzz" in fields["text"])
        await agent.say(chat, "😀" * 2500 + "zzz")
        await peer.shows("😀")
        await trouble_noted(server.firstline)
        clock.move(seconds=2)
        await peer.shows("zzz")
        sent = [shown for shown in peer.texts() if "😀" in shown]
        assert "".join(shown.removeprefix("Ann: ") for shown in sent) == "😀" * 2500 + "zzz"

    async def test_a_new_conversation_waits_for_the_rest_of_the_last(
        self, server: Server, peer: Peer, clock: HandClock
    ):
        """What an agent said last comes before the answer to what I asked next, though it had to be sent again."""
        agent, chat = await with_agent(server, peer)
        peer.fail("sendMessage", Refusal(502, "Bad Gateway"), when=lambda fields: "goodbye" in fields["text"])
        await agent.say(chat, "goodbye")
        await agent.post(f"conversations/{chat.id}/close", {"resolution": "solved"})
        await trouble_noted(server.firstline)
        number = peer.say("no vpn")
        await peer.until(lambda: peer.confirmed == number)
        await asyncio.sleep(1.5)
        clock.move(seconds=2)
        await peer.shows("echo: no vpn")
        assert [shown.split(" ")[0] for shown in peer.texts()[-4:]] == ["Ann:", "Ann", "How", "echo:"]

    async def test_too_many_requests_wait(self, server: Server, peer: Peer, clock: HandClock):
        """When Telegram asks to wait, the message waits as long as asked and then arrives."""
        peer.fail("sendMessage", FLOOD)
        peer.say("no vpn")
        await trouble_noted(server.firstline)
        clock.move(seconds=25)
        await asyncio.sleep(1.5)
        assert len(peer.of("sendMessage")) == 1
        clock.move(seconds=6)
        await peer.shows("echo: no vpn")
        assert len(peer.texts()) == 1

    async def test_who_blocks_the_bot_is_left_alone(self, server: Server, peer: Peer, clock: HandClock):
        """When I block the bot nothing is tried again, and others are answered."""
        peer.fail("sendMessage", BLOCKED, when=lambda fields: fields["chat_id"] == 7, times=5)
        peer.say("no vpn")
        await peer.until(lambda: peer.of("sendMessage"))
        peer.say("no mail", 8)
        await peer.shows("echo: no mail", 8)
        clock.move(hours=1)
        await asyncio.sleep(1.5)
        assert len([call for call in peer.of("sendMessage") if call["chat_id"] == 7]) == 1

    async def test_telegram_out_of_order(self, server: Server, peer: Peer):
        """When Telegram has trouble the server says so, goes on, and comes back by itself."""
        await peer.until(lambda: peer.of("getUpdates"))
        peer.fail("getUpdates", Refusal(500, "Internal Server Error"))
        peer.say("no vpn")
        await peer.until(lambda: server.firstline.telegram.status == "unreachable")
        await peer.shows("echo: no vpn")
        await peer.until(lambda: server.firstline.telegram.status == "ok")

    async def test_recorded_later(self, server: Server, peer: Peer, bot: ScriptedBot):
        """If my message cannot be recorded now, Telegram keeps it until it can, and it is answered once."""
        peer.say("first")
        await peer.shows("echo: first")
        await rename(server.firstline, "updates", "updates_away")
        number = peer.say("second")
        seen = len(peer.of("getUpdates"))
        await peer.until(lambda: len(peer.of("getUpdates")) > seen + 1)
        assert peer.confirmed < number
        await rename(server.firstline, "updates_away", "updates")
        await peer.shows("echo: second")
        await peer.until(lambda: peer.confirmed == number)
        assert [text for author, text in await said(server) if author == "visitor"] == ["first", "second"]

    async def test_taken_once_over_a_crash(self, firstline: Firstline, peer: Peer, bot: ScriptedBot, clock: HandClock):
        """If the server ends after it recorded my message and before Telegram knows, it still counts once."""
        async with serving(firstline):
            peer.say("first")
            update = peer.updates[-1]
            await peer.shows("echo: first")
        peer.updates[:] = [update]
        peer.say("second")
        again = Firstline(firstline.settings, read_organisation_of(), bot, clock)
        async with serving(again) as server:
            await peer.shows("echo: second")
            assert [text for author, text in await said(server) if author == "visitor"] == ["first", "second"]
        assert peer.texts() == ["echo: first", "echo: second"]

    async def test_an_answer_waits_for_the_next_start(
        self, firstline: Firstline, peer: Peer, bot: ScriptedBot, clock: HandClock
    ):
        """What could not be sent before the server ended is sent when it is back."""
        peer.fail("sendMessage", Refusal(502, "Bad Gateway"))
        async with serving(firstline):
            peer.say("no vpn")
            await peer.until(lambda: peer.of("sendMessage"))
        clock.move(seconds=5)
        again = Firstline(firstline.settings, read_organisation_of(), bot, clock)
        async with serving(again):
            await peer.shows("echo: no vpn")
        assert peer.texts() == ["echo: no vpn"]


async def trouble_noted(firstline: Firstline) -> None:
    """Wait until the record says of a delivery that it failed."""
    noted = None
    while not noted:
        await asyncio.sleep(0.02)
        async with firstline.database.read() as transaction:
            noted = await transaction.scalar(select(Delivery.error).where(Delivery.error.is_not(None)))


async def rename(firstline: Firstline, table: str, name: str) -> None:
    """Take a table away from the record, or give it back."""
    async with firstline.database.write() as transaction:
        await transaction.execute(text(f"ALTER TABLE {table} RENAME TO {name}"))


class TestToken:
    """An operator's token."""

    @pytest.mark.parametrize("token", ["4711:wrong", "no token at all"])
    async def test_a_wrong_token(self, firstline: Firstline, peer: Peer, settings: Settings, token: str):
        """A wrong token is told in the server's state, and everybody else is served."""
        firstline.telegram = Telegram(token, firstline.visitors, firstline.outgoing, words, settings.telegram_url)
        async with serving(firstline) as server:
            await peer.until(lambda: firstline.telegram.status == "refused")
            visitor = await server.conversation()
            await visitor.say("no vpn")
            await visitor.until("bot")
            assert (await server.client.get("/readyz")).json()["telegram"] == "refused"

    async def test_no_token(self, firstline: Firstline, peer: Peer):
        """Without a token there is no Telegram, and nothing is said to it."""
        firstline.telegram = Telegram("", firstline.visitors, firstline.outgoing, words, peer.url)
        async with serving(firstline) as server:
            assert (await server.client.get("/readyz")).json()["telegram"] == "off"
        assert not peer.calls

    async def test_a_token_that_is_taken_back(self, server: Server, peer: Peer):
        """A token that Telegram takes no more is told, whenever that happens."""
        await peer.until(lambda: server.firstline.telegram.status == "ok")
        peer.token = "4711:another"
        await peer.until(lambda: server.firstline.telegram.status == "refused")

    async def test_the_token_is_never_told(
        self, server: Server, peer: Peer, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
    ):
        """Whatever goes wrong, the token is in no log."""
        caplog.set_level(logging.DEBUG)
        await peer.until(lambda: server.firstline.telegram.status == "ok")
        echo = Refusal(500, f"Internal Server Error at /bot{TOKEN}/sendMessage")
        peer.fail("sendMessage", echo)
        peer.fail("getUpdates", echo)
        peer.fail("getUpdates")
        peer.say("no vpn")
        await peer.until(lambda: len(peer.of("getUpdates")) > 6)
        peer.token = "4711:another"
        await peer.until(lambda: server.firstline.telegram.status == "refused")
        told = caplog.text + "".join(capfd.readouterr())
        assert "telegram_unreachable" in told
        assert TOKEN.partition(":")[2] not in told
