"""What visitors can rely on in Telegram once a chat is over."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from conversations import record
from conversations.rows import Conversation
from firstline.settings import Settings
from tests.channels.telegram_desk import chat_of, said, settings_of, with_agent
from tests.channels.telegram_peer import Peer
from tests.conftest import Server, SignedInAgent

HELP = "Anything to add?"


@pytest.fixture
def settings(tmp_path: Path, peer: Peer) -> Settings:
    """Give settings of a desk that has a Telegram bot."""
    return settings_of(peer, tmp_path)


async def ended(server: Server, peer: Peer) -> tuple[SignedInAgent, SimpleNamespace, dict[str, Any]]:
    """Let Ann help and close the chat; gives the message with the scores too."""
    agent, chat = await with_agent(server, peer)
    await agent.post(f"conversations/{chat.id}/close", {"resolution": "done"})
    return agent, chat, await peer.shows("How well did we help you?")


def value(question: dict[str, Any], score: int) -> str:
    """Give what the button of a score sends."""
    (row,) = question["reply_markup"]["inline_keyboard"]
    assert [button["text"] for button in row] == ["1", "2", "3", "4", "5"]
    return str(row[score - 1]["callback_data"])


async def rating(server: Server, chat: SimpleNamespace) -> tuple[int | None, str | None]:
    """Give what the record holds of a rating."""
    async with server.firstline.database.read() as transaction:
        row: Conversation = await record.get(transaction, chat.id)
        return row.rating, row.rating_comment


class TestRating:
    """Five buttons after Ann has closed the chat."""

    async def test_a_press_and_a_reply(self, server: Server, peer: Peer):
        """I press 4, reply to the thanks with a sentence, and the agents read both; no secret in it is kept."""
        agent, chat, question = await ended(server, peer)
        peer.press(question, value(question, 4))
        prompt = await peer.shows(HELP)
        await peer.until(lambda: question["reply_markup"]["inline_keyboard"][0][0]["text"] == "✓ 4")
        peer.say("Quick! My password is Sommer2024!", reply_to_message=prompt)
        await peer.shows("your comment has been passed on")
        detail = (await agent.get(f"conversations/{chat.id}")).json()
        assert detail["rating"]["score"] == 4
        assert detail["rating"]["comment"].startswith("Quick! My password is [")
        assert await said(server) == []  # a new conversation, in which nothing was said

    async def test_a_new_question_is_no_comment(self, server: Server, peer: Peer):
        """What I write next without replying is a question like any other, and is answered."""
        _, chat, question = await ended(server, peer)
        peer.press(question, value(question, 5))
        await peer.shows(HELP)
        peer.say("no vpn")
        await peer.shows("echo: no vpn")
        assert await rating(server, chat) == (5, None)

    async def test_a_reply_to_something_else_is_a_question(self, server: Server, peer: Peer):
        """A reply to another message, a late one, and a second one to the thanks are questions."""
        _, chat, question = await ended(server, peer)
        peer.press(question, value(question, 5))
        prompt = await peer.shows(HELP)
        peer.say("vpn one", reply_to_message=question)
        await peer.shows("echo: vpn one")
        peer.say("vpn two", reply_to_message={**prompt, "date": prompt["date"] - 90_000})
        await peer.shows("echo: vpn two")
        peer.say("fine", reply_to_message=prompt)
        await peer.shows("your comment has been passed on")
        peer.say("vpn three", reply_to_message=prompt)
        await peer.shows("echo: vpn three")
        assert await rating(server, chat) == (5, "fine")

    async def test_once(self, server: Server, peer: Peer):
        """A second press changes nothing and says so."""
        _, chat, question = await ended(server, peer)
        first, second = value(question, 2), value(question, 5)
        peer.press(question, first)
        await peer.shows(HELP)
        peer.press(question, second)
        alert = await peer.until(lambda: [one for one in peer.of("answerCallbackQuery") if "text" in one])
        assert "rated this chat already" in alert[0]["text"]
        assert await rating(server, chat) == (2, None)

    async def test_nobody_rates_for_another(self, server: Server, peer: Peer):
        """A button that another chat sends, made up or copied, rates nothing."""
        _, chat, question = await ended(server, peer)
        peer.press({**question, "chat": {"id": 8, "type": "private"}}, value(question, 1))
        alert = await peer.until(lambda: [one for one in peer.of("answerCallbackQuery") if "text" in one])
        assert "no such chat" in alert[0]["text"]
        assert await rating(server, chat) == (None, None)

    async def test_a_comment_that_comes_twice(self, server: Server, peer: Peer):
        """When Telegram brings my comment a second time it is not taken for a question."""
        _, chat, question = await ended(server, peer)
        peer.press(question, value(question, 3))
        prompt = await peer.shows(HELP)
        peer.fail("sendMessage", when=lambda fields: "passed on" in fields["text"])
        peer.say("slow", reply_to_message=prompt)
        await peer.shows("your comment has been passed on")
        assert await rating(server, chat) == (3, "slow")
        assert (await chat_of(server)).id != chat.id
        assert await said(server) == []


class TestTranscript:
    """A command, in either language."""

    @pytest.mark.parametrize("command", ["/transcript", "/verlauf", "/transcript@help_desk_bot"])
    async def test_the_command(self, server: Server, peer: Peer, command: str):
        """I get what was said as a file, also when the chat is over."""
        await ended(server, peer)
        peer.say(command)
        file = await peer.shows("<!DOCTYPE html>")
        assert file["shown"].startswith("[transcript-IT-1001.html:")
        assert "I want a human" in file["shown"]
        assert "Ann has closed this chat." in file["shown"]

    async def test_before_anything_was_said(self, server: Server, peer: Peer):
        """Who has not written yet is told so in their language, and no conversation begins."""
        peer.say("/verlauf", 8, "de")
        await peer.shows("noch nichts gesagt", 8)
        assert await server.firstline.visitors.newest(("telegram", "8")) is None

    async def test_the_menu(self, server: Server, peer: Peer):
        """The command is in the chat's menu, in English and in German."""
        await peer.until(lambda: len(peer.of("setMyCommands")) == 2)
        english, german = peer.of("setMyCommands")
        assert "transcript" in english["commands"]
        assert "verlauf" in german["commands"]
        assert german["language_code"] == "de"
