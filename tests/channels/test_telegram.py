"""What visitors and agents can rely on when they meet in Telegram."""

from pathlib import Path

import pytest

from firstline.settings import Settings
from tests.channels.telegram_desk import chat_of, said, settings_of, with_agent
from tests.channels.telegram_peer import Peer
from tests.conftest import Server
from tests.scripted_bot import ScriptedBot


@pytest.fixture
def settings(tmp_path: Path, peer: Peer) -> Settings:
    """Give settings of a desk that has a Telegram bot."""
    return settings_of(peer, tmp_path)


class TestAsking:
    """A visitor and the bot."""

    async def test_a_text_is_answered(self, server: Server, peer: Peer):
        """What I write is answered in my chat."""
        peer.say("no vpn")
        assert (await peer.shows("echo: no vpn"))["chat"]["id"] == 7

    async def test_visitors_are_kept_apart(self, server: Server, peer: Peer):
        """My answer goes to me and nobody else's comes to me."""
        for chat in (7, 8, 9):
            peer.say(f"question {chat}", chat)
        for chat in (7, 8, 9):
            await peer.shows(f"echo: question {chat}", chat)
            assert len(peer.texts(chat)) == 1

    async def test_messages_stay_in_order(self, server: Server, peer: Peer, bot: ScriptedBot):
        """What I write in one breath is read in the order in which I wrote it."""
        for number in range(5):
            peer.say(f"part {number}")
        await peer.shows("part 4")
        visitor = [text for author, text in await said(server) if author == "visitor"]
        assert visitor == [f"part {number}" for number in range(5)]

    async def test_a_choice_is_a_button(self, server: Server, peer: Peer, bot: ScriptedBot):
        """I press the bot's button, it is taken as my answer and only that button is left."""
        peer.say("no vpn")
        message = await peer.shows("echo: no vpn")
        assert message["reply_markup"]["inline_keyboard"] == [[{"text": "That helped", "callback_data": "helped"}]]
        peer.press(message, "helped")
        await peer.shows("echo: That helped")
        assert (bot.asked[-1][0].text, bot.asked[-1][0].choice) == ("That helped", "helped")
        await peer.until(lambda: peer.of("answerCallbackQuery"))
        kept = [button["text"] for row in message["reply_markup"]["inline_keyboard"] for button in row]
        assert kept == ["✓ That helped"]

    async def test_a_pressed_button_does_nothing_more(self, server: Server, peer: Peer, bot: ScriptedBot):
        """Pressing once more what I pressed already changes nothing."""
        peer.say("no vpn")
        message = await peer.shows("echo: no vpn")
        peer.press(message, "pressed")
        await peer.until(lambda: peer.of("answerCallbackQuery"))
        assert len(bot.asked) == 1

    async def test_a_button_of_elsewhere_is_refused(self, server: Server, peer: Peer):
        """A button that was not offered to me is refused in words."""
        peer.say("no vpn")
        peer.press(await peer.shows("echo: no vpn"), "article:secret")
        alert = (await peer.until(lambda: peer.of("answerCallbackQuery")))[0]
        assert "was not offered" in alert["text"]
        assert alert["show_alert"] is True

    async def test_commands_are_text(self, server: Server, peer: Peer, bot: ScriptedBot):
        """A text that looks like a command is just text to the bot."""
        peer.say("/restart")
        await peer.shows("echo: /restart")

    async def test_start_is_greeted(self, server: Server, peer: Peer, bot: ScriptedBot):
        """When I open the chat I am told what this is, in my language, before I ask anything."""
        peer.say("/start", 7, "en")
        peer.say("/start campaign", 8, "de-AT")
        await peer.shows("Hello! I am the bot")
        await peer.shows("Guten Tag! Ich bin der Bot", 8)
        assert not bot.asked

    async def test_typing_is_shown(self, server: Server, peer: Peer, bot: ScriptedBot):
        """While the bot thinks I see that somebody types."""
        bot.gate.clear()
        peer.say("no vpn")
        await peer.until(lambda: peer.of("sendChatAction"))
        bot.gate.set()
        await peer.shows("echo: no vpn")

    async def test_markup_characters_are_shown_as_they_are(self, server: Server, peer: Peer):
        """Angle brackets and ampersands arrive as I would read them anywhere."""
        peer.say("<b>1 & 2</b> &lt;")
        await peer.shows("echo: <b>1 & 2</b> &lt;")


class TestRefusals:
    """What the desk cannot take is never lost in silence."""

    async def test_a_picture(self, server: Server, peer: Peer, bot: ScriptedBot):
        """An album is answered once: only text arrives."""
        photo = [{"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}]
        for _ in range(3):
            peer.send({"photo": photo, "media_group_id": "1"}, language="de")
        await peer.shows("nur Text")
        peer.say("no vpn")
        await peer.shows("echo: no vpn")
        assert len(peer.texts()) == 2

    async def test_words_under_a_picture(self, server: Server, peer: Peer, bot: ScriptedBot):
        """The words under my picture are taken, and I learn that the picture was not."""
        peer.send({"document": {"file_id": "1", "file_unique_id": "1"}, "caption": "no vpn"})
        await peer.shows("passed on the words")
        await peer.shows("echo: no vpn")

    async def test_a_changed_message(self, server: Server, peer: Peer):
        """If I change a message afterwards I am told to send it anew."""
        peer.send({"text": "no vpn!"}, kind="edited_message")
        await peer.shows("as a new message")

    async def test_a_long_text(self, server: Server, peer: Peer):
        """A text that is too long is refused in my language."""
        peer.say("a" * 4050, language="de")
        await peer.shows("länger als 4.000 Zeichen")

    async def test_a_flood(self, server: Server, peer: Peer):
        """If I write much too fast I am asked to wait, not once for every message."""
        for number in range(60):
            peer.say(f"question {number}")
        await peer.shows("Please wait")
        peer.say("last", 8)
        await peer.shows("echo: last", 8)
        assert len([text for text in peer.texts() if "Please wait" in text]) < 4

    async def test_a_group(self, server: Server, peer: Peer, bot: ScriptedBot):
        """In a group the bot says once that it works in private chats, and answers nobody there."""
        peer.say("hello", -5)
        peer.say("no vpn", -5)
        await peer.shows("private chats", -5)
        peer.say("no vpn")
        await peer.shows("echo: no vpn")
        assert len(peer.texts(-5)) == 1


class TestPeople:
    """A visitor and an agent."""

    async def test_a_handoff_is_told_with_a_link(self, server: Server, peer: Peer):
        """When I want a person I learn my ticket and where I can follow it."""
        peer.say("I want a human")
        message = await peer.shows("I get you a person.")
        ticket = (await server.firstline.visitors.read((await chat_of(server)).id, 0)).standing
        assert ticket.ticket in message["shown"]
        assert f'<a href="{ticket.ticket_url}">Follow your ticket</a>' in message["text"]
        assert message["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "desk:back"

    async def test_both_ways_in_order(self, server: Server, peer: Peer, bot: ScriptedBot):
        """I write with Ann: I see her name, every message arrives once and in order, both ways."""
        agent, chat = await with_agent(server, peer)
        for number in range(4):
            assert (await agent.say(chat, f"answer {number}")).status_code == 201
            peer.say(f"question {number}")
        await peer.shows("answer 3")
        await peer.until(lambda: peer.confirmed == peer._next_update)
        assert peer.texts()[-4:] == [f"Ann: answer {number}" for number in range(4)]
        visitor = [text for author, text in await said(server) if author == "visitor"]
        assert visitor == ["I want a human", *(f"question {number}" for number in range(4))]
        assert len(bot.asked) == 1

    async def test_an_agents_text_is_plain(self, server: Server, peer: Peer):
        """What Ann writes arrives exactly as she wrote it."""
        agent, chat = await with_agent(server, peer)
        await agent.say(chat, "run **a** <b>x</b> & [this](https://example.org)")
        await peer.shows("Ann: run **a** <b>x</b> & [this](https://example.org)")

    async def test_an_agents_file_arrives(self, server: Server, peer: Peer):
        """A file that Ann sends arrives as a file."""
        agent, chat = await with_agent(server, peer)
        body = {"data": {"id": "0b5c2a44-2f3e-4a63-9d59-0d6d4d7d7f10"}, "files": {"file": ("steps.txt", b"1. restart")}}
        response = await agent.client.post(f"/api/v1/agent/conversations/{chat.id}/attachments", **body)
        assert response.status_code == 201, response.text
        await peer.shows("[steps.txt: 1. restart] Ann")

    async def test_an_agents_typing_is_shown(self, server: Server, peer: Peer):
        """I see that Ann types."""
        agent, chat = await with_agent(server, peer)
        await agent.post(f"conversations/{chat.id}/typing", {"on": True})
        await peer.until(lambda: peer.of("sendChatAction"))

    async def test_after_the_end_a_new_conversation_begins(self, server: Server, peer: Peer):
        """When Ann has closed our chat I simply write again, and the bot answers."""
        agent, chat = await with_agent(server, peer)
        await agent.post(f"conversations/{chat.id}/close", {"resolution": "done"})
        await peer.shows("Ann has closed this chat")
        peer.say("no vpn")
        await peer.shows("echo: no vpn")
        assert (await chat_of(server)).id != chat.id
