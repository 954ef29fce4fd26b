"""What helps an agent answer: canned answers, articles, earlier chats, and who else has the chat open."""

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.reply import Candidate, Reply, Utterance
from console.articles import Articles
from console.kept import Kept
from conversations import record
from knowledge_base.problems import KnowledgeBaseBroken, Problem
from tests.conftest import HandClock, Server, SignedInAgent, Visitor
from tests.http.test_agents import waiting
from tests.http.test_visitors import problem
from tests.scripted_bot import ScriptedBot
from tests.servers.ears import listening


async def introduced(server: Server, email: str, text: str) -> Visitor:
    """Give a visitor who left an e-mail address and wrote something."""
    visitor = await server.conversation()
    await server.client.patch(visitor.path, json={"email": email}, headers=visitor.headers)
    await visitor.say(text)
    await visitor.until("bot")
    return visitor


async def earlier(agent: SignedInAgent, conversation: str) -> list[dict]:
    """Give a visitor's other chats."""
    return (await agent.get(f"conversations/{conversation}/earlier")).json()["conversations"]


async def test_canned_answers_come_in_both_languages(server: Server):
    """The console gets every answer with its shortcuts; what belongs to a chat is left for it to fill in."""
    answers = (await (await server.agent()).get("canned")).json()["answers"]
    (hello,) = [answer for answer in answers if answer["shortcut"] == "hello"]
    assert "hallo" in hello["also"]
    assert "{visitor}" in hello["en"]["text"]
    assert "IT-Servicedesk" in hello["de"]["text"]


async def test_articles_are_found_for_what_the_visitor_said(server: Server, bot: ScriptedBot):
    """The bot is asked what fits, in the chat's language; the article comes as plain text, and nothing is recorded."""
    visitor, ann = await waiting(server), await server.agent()
    before = (await visitor.read())["messages"]
    found = (await ann.get(f"conversations/{visitor.id}/articles")).json()
    (article,) = found["articles"]
    assert (found["bot"], found["seq"]) == ("ready", 1)
    assert (article["article"], article["confidence"]) == ("vpn-connect", 0.93)
    assert "vpn.northwind.example" in article["text"]
    assert article["text"].startswith(f"{article['title']}\n\n")
    assert "**" not in article["text"]
    assert "“vpn.northwind.example”" in article["text"]
    assert "](" not in article["text"]
    assert (await visitor.read())["messages"] == before
    assert bot.asked[-1][0].text == "a human please"


async def test_a_last_word_that_says_nothing_is_passed_over(server: Server):
    """After "thank you" the article is still that of the question before it."""
    visitor, ann = await waiting(server), await server.agent()
    await ann.claim(visitor)
    await visitor.say("thank you")
    found = (await ann.get(f"conversations/{visitor.id}/articles")).json()
    assert [article["article"] for article in found["articles"]] == ["vpn-connect"]


PRINTER = Candidate("printer-not-printing", "printer", "The printer does not print", 0.89)
MAIL = Candidate("email-not-sending", "email_problem", "An e-mail is not sent", 0.18)
WIFI = Candidate("wifi-not-connecting", "wifi", "No Wi-Fi", 0.4)
LOGIN = Candidate("vpn-connection-fails", "vpn", "No VPN", 0.25)
NOISE = Candidate("cloud-set-up", "cloud_storage", "Set up the cloud", 0.06)


class Attentive(ScriptedBot):
    """Hears a printer where it is named, and guesses where it is not."""

    async def reply(self, state: Mapping[str, Any], utterances: Sequence[Utterance], now: datetime) -> Reply:
        """Give one turn."""
        heard = {"printer": (PRINTER, NOISE), "offline": (MAIL, NOISE), "authentication": (WIFI, LOGIN)}
        found = next((heard[word] for word in heard if word in utterances[0].text), ())
        return replace(await super().reply(state, utterances, now), candidates=found)


async def fitting(server: Server, visitor: Visitor) -> list[str]:
    """Give the articles offered to the agent of a chat."""
    articles = Articles(server.firstline.database, Attentive(), server.firstline.clock)
    return [card["article"] for card in (await articles.for_conversation(visitor.id))["articles"]]


async def test_the_last_messages_count_together(server: Server):
    """That it is offline is about the printer named before; what is unlikely is not offered at all."""
    visitor, ann = await introduced(server, "jana@example.org", "human, my printer does nothing"), await server.agent()
    await ann.claim(visitor)
    await visitor.say("I see the word offline")
    assert await fitting(server, visitor) == ["printer-not-printing"]


async def test_the_tickets_topic_counts(server: Server):
    """Of two articles that might fit, the one on the ticket's topic comes first."""
    visitor, ann = await introduced(server, "jana@example.org", "human, authentication failed"), await server.agent()
    assert await fitting(server, visitor) == ["wifi-not-connecting", "vpn-connection-fails"]
    number = (await visitor.read())["ticket"]
    await ann.client.patch(f"/api/v1/tickets/{number}", json={"category": "vpn"})
    assert await fitting(server, visitor) == ["vpn-connection-fails", "wifi-not-connecting"]


async def test_what_the_visitor_has_had_or_refused_is_not_offered_again(server: Server):
    """Neither an article the bot gave, whatever was said to it, nor one of those of which none was wanted."""
    visitor = await introduced(server, "jana@example.org", "human, authentication failed")
    choices = [
        {"title": "No Wi-Fi", "value": "article:wifi-not-connecting"},
        {"title": "None of these", "value": "none"},
    ]
    assert "vpn-connection-fails" in await fitting(server, visitor)
    await recorded(server, visitor, record.Said("bot", "**No VPN**\n\nTry this.", article="vpn-connection-fails"))
    assert await fitting(server, visitor) == ["wifi-not-connecting"]
    await recorded(server, visitor, record.Said("visitor", "That did not help", choice="not_helped"))
    assert await fitting(server, visitor) == ["wifi-not-connecting"]
    refusal = record.Said("visitor", "None of these", choice="none")
    await recorded(server, visitor, record.Said("bot", "One of these?", choices=choices), refusal)
    assert await fitting(server, visitor) == []


async def recorded(server: Server, visitor: Visitor, *said: record.Said) -> None:
    """Write messages into a conversation."""
    async with server.firstline.database.write() as transaction:
        row = await record.lock(transaction, visitor.id)
        for each in said:
            record.append(transaction, row, each, server.firstline.clock())


async def test_what_the_bot_tried_is_told_apart(server: Server):
    """What answered, what did not help, what was offered, what was refused and what was only considered."""
    visitor, ann = await introduced(server, "jana@example.org", "a human please"), await server.agent()
    lists = [
        [{"title": name, "value": f"article:{name}"} for name in names] + [{"title": "None of these", "value": "none"}]
        for names in (("a", "b"), ("b", "c"))
    ]
    await recorded(
        server,
        visitor,
        record.Said("bot", "Is it one of these?", choices=lists[0]),
        record.Said("visitor", "a", choice="article:a"),
        record.Said("bot", "Sorry to hear that.\n\n**The first**\n\nDo this.", article="a"),
        record.Said("visitor", "That did not help", choice="not_helped"),
        record.Said("bot", "**The second**\n\nDo that.", article="d"),
        record.Said("visitor", "and something else"),
        record.Said("bot", "Is it one of these?", choices=lists[1]),
    )
    path = f"conversations/{visitor.id}"

    async def outcomes() -> list[tuple[str, str]]:
        tried = (await ann.get(path)).json()["tried"]
        return [(each["title"], each["outcome"]) for each in tried]

    assert await outcomes() == [
        ("The first", "no_help"),
        ("b", "offered"),
        ("The second", "answered"),
        ("c", "offered"),
        ("Connect to the VPN", "considered"),
    ]
    await recorded(server, visitor, record.Said("visitor", "None of these", choice="none"))
    told = dict(await outcomes())
    assert (told["b"], told["c"], told["The second"]) == ("unwanted", "unwanted", "answered")


class HardOfHearing(ScriptedBot):
    """Hears nothing in a message but the wish for a person, as the bot does, unless the matter stands alone."""

    async def reply(self, state: Mapping[str, Any], utterances: Sequence[Utterance], now: datetime) -> Reply:
        """Give one turn; only the bare matter has candidates."""
        found = await super().reply(state, utterances, now)
        return found if utterances[0].text == "no human can print" else replace(found, candidates=())


async def test_a_wish_for_a_person_does_not_hide_what_it_is_about(server: Server, clock: HandClock):
    """Where the bot hears only the wish or the anger in a message, its parts are looked at, and not too many."""
    bot = HardOfHearing()
    articles = Articles(server.firstline.database, bot, clock)
    found = await articles.for_text("A person, please! This is bad, no human can print.", "en")
    assert [article["article"] for article in found["articles"]] == ["vpn-connect"]
    asked = len(bot.asked)
    assert (await articles.for_text("we are here, " * 20, "en"))["articles"] == []
    assert len(bot.asked) - asked == 6
    bot.failures = 9
    asked = len(bot.asked)
    assert (await articles.for_text("one thing, another thing", "en"))["articles"] == []
    assert len(bot.asked) - asked == 1


async def test_an_agent_looks_for_an_article(server: Server):
    """Words of the agent's own find articles too; none at all is refused with a sentence."""
    ann = await server.agent()
    found = (await ann.post("articles", {"text": "human vpn", "language": "de"})).json()
    assert found["articles"][0]["title"] == "VPN einrichten und verbinden"
    problem(await ann.post("articles", {"text": " "}), 422)


async def test_one_word_of_a_title_finds_an_article(server: Server, bot: ScriptedBot):
    """Where the bot makes nothing of a word, and while it is down, titles and keywords are looked at."""
    ann = await server.agent()
    for bot.failures in (0, 1):
        found = (await ann.post("articles", {"text": "VPN", "language": "en"})).json()["articles"]
        assert 1 < len(found) <= 6
        assert found[0]["topic"] == "vpn"
        assert found[0]["confidence"] is None
    assert (await ann.post("articles", {"text": "zebra"})).json()["articles"] == []


async def test_without_a_bot_there_are_no_articles_and_it_is_said(server: Server, bot: ScriptedBot):
    """A bot that is down is named, so that nobody takes an empty list for an answer."""
    visitor, ann = await waiting(server), await server.agent()
    bot.failures, bot.status = 3, "down"
    found = (await ann.get(f"conversations/{visitor.id}/articles")).json()
    assert found == {"bot": "down", "articles": [], "seq": 1}


async def test_agents_questions_wait_for_each_other(server: Server, bot: ScriptedBot):
    """However many consoles look for articles, visitors wait behind one question of theirs at most."""
    visitor, ann = await waiting(server), await server.agent()
    bot.gate.clear()
    asked = len(bot.asked)
    looking = [asyncio.create_task(ann.get(f"conversations/{visitor.id}/articles")) for _ in range(4)]
    while len(bot.asked) == asked:  # noqa: ASYNC110  the bot has no event for it
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)
    assert len(bot.asked) == asked + 1
    bot.gate.set()
    await asyncio.gather(*looking)


async def test_earlier_chats_are_found_by_e_mail_however_it_is_written(server: Server, clock: HandClock):
    """The newest comes first, with what it was about and what became of it; other people's chats do not come."""
    ann = await server.agent()
    first = await introduced(server, "Jana@Example.org", "human, my vpn fails")
    await ann.claim(first)
    await ann.post(f"conversations/{first.id}/close", {"resolution": "Certificate renewed"})
    clock.move(hours=1)
    second = await introduced(server, "jana@example.org", "and the printer")
    await introduced(server, "else@example.org", "something else")
    clock.move(hours=1)
    now = await introduced(server, "jana@example.org ", "human again")
    found = await earlier(ann, now.id)
    assert [one["id"] for one in found] == [second.id, first.id]
    assert {one["by"] for one in found} == {"email"}
    assert (found[0]["preview"], found[0]["ticket"]) == ("and the printer", None)
    assert (found[1]["status"], found[1]["resolution"]) == ("closed", "Certificate renewed")
    nobody = await waiting(server)
    assert await earlier(ann, nobody.id) == []


async def test_earlier_chats_of_an_address_are_certain(server: Server, clock: HandClock):
    """On Telegram the address says who it is, whatever e-mail was typed."""
    ann, visitors = await server.agent(), server.firstline.visitors
    first = await visitors.of_address("telegram", "4711", "en")
    async with server.firstline.database.write() as transaction:
        row = await record.lock(transaction, first)
        record.append(transaction, row, record.Said("visitor", "hello"), clock())
    await visitors.close(first)
    clock.move(hours=1)
    second = await visitors.of_address("telegram", "4711", "en")
    assert second != first
    (found,) = await earlier(ann, second)
    assert (found["id"], found["by"]) == (first, "address")


async def test_only_agents_get_at_any_of_it(server: Server):
    """Without a login nothing is shown, and without the token nothing is looked for."""
    visitor = await waiting(server)
    for path in ("canned", f"conversations/{visitor.id}/articles", f"conversations/{visitor.id}/earlier"):
        problem(await server.client.get(f"/api/v1/agent/{path}"), 401)
    ann = await server.agent()
    del ann.client.headers["X-CSRF-Token"]
    problem(await ann.post("articles", {"text": "vpn"}), 403)


async def looks(agent: SignedInAgent, visitor: Visitor, doing: str = "reads") -> None:
    """Have a chat before one, or do something in it."""
    response = await agent.post(f"conversations/{visitor.id}/look", {"doing": doing})
    assert response.status_code == 204, response.text


async def test_colleagues_in_the_same_chat_hear_of_each_other(server: Server):
    """Who has a chat open learns who else reads or writes there; of other chats they hear nothing."""
    here, there = await waiting(server), await waiting(server)
    ann, ben = await server.agent("Ann"), await server.agent("Ben")
    async with listening(ann.client, "/api/v1/agent/stream") as ear:
        await ear.hears("snapshot")
        await looks(ann, here)
        await asyncio.sleep(0.3)
        for chat, doing in ((there, "reads"), (here, "reads"), (here, "writes")):
            await looks(ben, chat, doing)
            await asyncio.sleep(0.3)
        await ear.hears("looking", doing="writes")
        told = [content for name, content, _ in ear.events if name == "looking"]
    assert [(one["conversation"], one["agent"]["name"], one["doing"]) for one in told] == [
        (here.id, "Ben", "reads"),
        (here.id, "Ben", "writes"),
    ]


async def test_a_visitor_is_not_shown_who_looks(server: Server):
    """What a colleague writes, perhaps a note, is no sign for the visitor; an unknown chat is said to be unknown."""
    visitor, ben = await waiting(server), await server.agent("Ben")
    async with server.client.stream("GET", f"{visitor.path}/stream", headers=visitor.headers) as stream:
        lines = stream.aiter_lines()
        await looks(ben, visitor, "writes")
        await ben.post(f"conversations/{visitor.id}/typing", {"on": True})
        await visitor.say("hello?")
        async for line in lines:
            assert not line.startswith(("event: typing", "event: looking"))
            if "hello?" in line:
                break
    problem(await ben.post(f"conversations/{uuid.uuid4()}/look", {"doing": "reads"}), 404)


async def test_a_broken_file_leaves_what_was_there(tmp_path: Path):
    """While an editor's file is broken, agents keep the last good answers; mended, the new ones come."""
    file = tmp_path / "answers.yml"

    def read() -> str:
        text = file.read_text()
        if "broken" in text:
            raise KnowledgeBaseBroken([Problem("answers.yml", 1, "", "is broken.")])
        return text

    kept = Kept(lambda: [file], read, "", again=0)
    for content, seen in (("one", "one"), ("broken here", "one"), ("three!", "three!")):
        file.write_text(content)
        assert await kept.current() == seen
    file.unlink()


async def had(agent: SignedInAgent, words: str = "") -> list[dict]:
    """Give the chats an agent had, with all these words in them."""
    return (await agent.post("conversations/had", {"words": words})).json()["conversations"]


async def test_chats_one_had_are_found_by_any_words_of_them(server: Server):
    """Name, ticket and what anybody wrote lead to them; open ones and those of others do not come."""
    ann, ben = await server.agent("Ann"), await server.agent("Ben")
    first = await introduced(server, "jana@example.org", "human, the 100%_new scanner eats paper")
    await ann.claim(first)
    await ann.say(first, "Please send me the serial number.")
    assert await had(ann) == []
    await ann.post(f"conversations/{first.id}/close", {"resolution": "Roller cleaned"})
    second = await introduced(server, "tom@example.org", "human, no sound")
    assert (await ann.claim(second)).status_code == 200
    passed = await ann.post(f"conversations/{second.id}/transfer", {"agent": ben.email})
    assert passed.status_code == 200, passed.text
    assert [one["id"] for one in await had(ann)] == [second.id, first.id]
    assert {one["by"] for one in await had(ann)} == {"agent"}
    ticket = (await ann.get(f"conversations/{first.id}")).json()["ticket"]["number"]
    for words in ("SCANNER", "serial jana@", ticket, "100%_new"):
        assert [one["id"] for one in await had(ann, words)] == [first.id], words
    assert await had(ann, "scanner sound") == []
    assert await had(ann, "100_") == []
    assert await had(ben) == []
    problem(await ann.post("conversations/had", {"words": "x" * 201}), 422)
