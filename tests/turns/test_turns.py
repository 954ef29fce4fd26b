"""The way of one message: recorded first, answered once, never by the bot while a person has the floor."""

import asyncio
from pathlib import Path

import pytest

from conversations import record
from firstline.app import Firstline
from firstline.settings import Settings
from knowledge_base.loading import read_organisation_of
from tests.conftest import HandClock, Server, serving
from tests.scripted_bot import ScriptedBot


def texts(reading: dict, author: str) -> list[str]:
    """Give what somebody said."""
    return [message["text"] for message in reading["messages"] if message["author"] == author]


async def test_a_burst_is_answered_together(server: Server, bot: ScriptedBot):
    """What is said while the bot thinks is answered after it, in one turn, in order."""
    visitor = await server.conversation()
    bot.gate.clear()
    await visitor.say("one")
    await asyncio.sleep(0.1)
    await visitor.say("two")
    await visitor.say("three")
    bot.gate.set()
    reading = await visitor.until("bot", 2)
    assert texts(reading, "bot") == ["echo: one", "echo: two / three"]


async def test_an_agent_who_takes_the_chat_silences_the_answer_under_way(
    server: Server, bot: ScriptedBot, clock: HandClock
):
    """An answer that comes after a person took over is never said."""
    ann = await server.agent()
    visitor = await server.conversation()
    await visitor.say("a human please")
    await visitor.until("bot")
    await ann.claim(visitor)
    await ann.post(f"conversations/{visitor.id}/return")
    bot.gate.clear()
    await visitor.say("vpn")
    await asyncio.sleep(0.1)
    assert (await ann.claim(visitor)).status_code == 200
    bot.gate.set()
    await asyncio.sleep(0.3)
    assert len(texts(await visitor.read(), "bot")) == 1


async def test_a_failure_is_tried_again(server: Server, bot: ScriptedBot):
    """One failed turn costs the visitor nothing but a moment."""
    bot.failures = 1
    visitor = await server.conversation()
    await visitor.say("vpn")
    assert texts(await visitor.until("bot"), "bot") == ["echo: vpn"]


async def test_the_second_failure_brings_a_person(server: Server, bot: ScriptedBot):
    """A bot that fails twice on one message hands it over and says so once."""
    bot.failures = 2
    ann = await server.agent()
    visitor = await server.conversation()
    await visitor.say("vpn")
    reading = await visitor.until("bot")
    assert reading["status"] == "waiting"
    assert "technical problem" in texts(reading, "bot")[0]
    assert (await ann.get("queue")).json()["waiting"][0]["reason"] == "bot_unavailable"


async def test_a_bot_that_is_loading_says_so_once_and_answers_then(server: Server, bot: ScriptedBot):
    """Whoever writes before the bot is awake is told, and answered when it is."""
    bot.status = "starting"
    bot.awake.clear()
    visitor = await server.conversation()
    await visitor.say("vpn")
    await visitor.until("system")
    await visitor.say("wifi")
    await asyncio.sleep(0.1)
    bot.status = "ready"
    bot.awake.set()
    reading = await visitor.until("bot", 2)
    assert len(texts(reading, "system")) == 1
    assert texts(reading, "bot") == ["echo: vpn", "echo: wifi"]


async def test_a_person_can_be_had_while_the_bot_is_loading(server: Server, bot: ScriptedBot):
    """The notice of a loading bot offers a person, who is called at once."""
    bot.status = "starting"
    bot.awake.clear()
    visitor = await server.conversation()
    await visitor.say("vpn")
    reading = await visitor.until("system")
    await visitor.choose(reading["messages"][-1]["choices"][0]["value"])
    assert (await visitor.read())["status"] == "waiting"
    bot.status = "ready"
    bot.awake.set()
    await asyncio.sleep(0.2)
    assert len(texts(await visitor.read(), "bot")) == 1


@pytest.mark.parametrize(("wish", "language"), [("I would like to talk to a person.", "en"), ("Mensch bitte", "de")])
async def test_a_wish_for_a_person_does_not_wait_for_the_bot(
    server: Server, bot: ScriptedBot, wish: str, language: str
):
    """While the bot is loading, the widget's sentence and a bare wish of my own bring a person at once, once."""
    bot.status = "starting"
    bot.awake.clear()
    visitor = await server.conversation(language)
    await visitor.say(wish)
    reading = await visitor.read()
    assert reading["status"] == "waiting"
    assert reading["ticket"]
    bot.status = "ready"
    bot.awake.set()
    await asyncio.sleep(0.2)
    assert len(texts(await visitor.read(), "bot")) == 1
    assert not bot.asked


async def test_anything_else_waits_until_the_bot_is_awake(server: Server, bot: ScriptedBot):
    """A wish that stands in a sentence with more, or is denied, is the bot's to understand."""
    bot.status = "starting"
    bot.awake.clear()
    visitor = await server.conversation()
    await visitor.say("please no person, just tell me how to print")
    assert (await visitor.until("system"))["status"] == "with_bot"
    bot.status = "ready"
    bot.awake.set()
    await visitor.until("bot")
    assert len(bot.asked) == 1


async def test_the_handoff_can_be_taken_back(server: Server, bot: ScriptedBot):
    """[Back to the bot] withdraws the call, closes its ticket and takes it off the agents' list."""
    ann = await server.agent()
    visitor = await server.conversation()
    await visitor.say("a human please")
    reading = await visitor.until("bot")
    await visitor.choose(reading["messages"][-1]["choices"][0]["value"])
    reading = await visitor.until("bot", 2)
    assert reading["status"] == "with_bot"
    assert (await ann.get("queue")).json() == {"waiting": [], "away": []}
    ticket = (await ann.client.get(f"/api/v1/tickets/{reading['ticket']}")).json()
    assert ticket["status"] == "closed"
    await visitor.say("vpn")
    assert texts(await visitor.until("bot", 3), "bot")[-1] == "echo: vpn"


async def test_places_in_the_queue(server: Server):
    """Within desk hours with nobody online yet, visitors learn their place."""
    first, second = await server.conversation(), await server.conversation()
    for visitor, place in ((first, 1), (second, 2)):
        await visitor.say("a human please")
        reading = await visitor.until("bot")
        assert reading["place"] == place
        assert f"number **{place}**" in reading["messages"][-1]["text"]


async def test_the_bot_is_silent_while_somebody_is_waited_for(server: Server, bot: ScriptedBot):
    """What a waiting visitor adds is for the person to come."""
    visitor = await server.conversation()
    await visitor.say("a human please")
    await visitor.until("bot")
    await visitor.say("it is urgent")
    await asyncio.sleep(0.2)
    assert len(bot.asked) == 1


async def test_an_agent_who_is_gone_gives_the_chat_back_to_the_queue(server: Server, clock: HandClock):
    """A closed laptop leaves nobody alone: the visitor is told once and waits for the next free agent."""
    ann = await server.agent()
    visitor = await server.conversation()
    await visitor.say("a human please")
    await visitor.until("bot")
    await ann.claim(visitor)
    clock.move(minutes=2)
    await server.firstline.rounds.once()
    await server.firstline.rounds.once()
    reading = await visitor.read()
    assert reading["status"] == "waiting"
    assert sum("had to leave" in text for text in texts(reading, "system")) == 1


async def test_who_joined_unasked_and_left_leaves_a_ticket(server: Server, clock: HandClock):
    """An agent who joined though nobody asked, and is gone, leaves a ticket: the visitor waits with a number."""
    ann = await server.agent()
    visitor = await server.conversation()
    await ann.claim(visitor)
    clock.move(minutes=2)
    await server.firstline.rounds.once()
    reading = await visitor.read()
    assert reading["status"] == "waiting"
    assert reading["ticket"]


async def test_when_the_desk_closes_waiting_becomes_a_promise(server: Server, clock: HandClock):
    """Nobody waits through the night: the ticket stays, the bot is back."""
    visitor = await server.conversation()
    await visitor.say("a human please")
    await visitor.until("bot")
    clock.move(hours=10)
    await server.firstline.rounds.once()
    reading = await visitor.read()
    assert reading["status"] == "with_bot"
    assert "Tuesday, 24 November" in texts(reading, "system")[-1]


async def test_the_ticket_is_asked_after(server: Server):
    """The bot knows how the ticket stands."""
    visitor = await server.conversation()
    await visitor.say("what about my ticket")
    assert "no open ticket" in texts(await visitor.until("bot"), "bot")[0]


async def test_an_answer_that_was_never_given_is_given_after_a_restart(settings: Settings, tmp_path: Path):
    """A server that dies between taking a message and answering it answers after the next start, once."""
    organisation = read_organisation_of()
    from firstline.migrations.running import migrate

    migrate(settings.database)
    dead = ScriptedBot()
    dead.gate.clear()
    clock = HandClock()
    async with serving(Firstline(settings, organisation, dead, clock)) as before:
        visitor = await before.conversation()
        await visitor.say("vpn")
        await asyncio.sleep(0.1)
        for task in list(before.firstline.answering._tasks):
            task.cancel()
    async with serving(Firstline(settings, organisation, ScriptedBot(), clock)) as after:
        visitor.client = after.client
        reading = await visitor.until("bot")
        await asyncio.sleep(0.3)
        assert texts(await visitor.read(), "bot") == texts(reading, "bot") == ["echo: vpn"]


async def test_a_second_answer_to_one_message_is_not_recorded(firstline: Firstline):
    """Whoever asks the bot with a lease that is not theirs any more changes nothing."""
    conversation, _ = await firstline.visitors.open("web", "en")
    async with firstline.database.write() as transaction:
        row = await record.lock(transaction, conversation)
        record.append(transaction, row, record.Said("visitor", "vpn"), firstline.clock())
    await asyncio.gather(*(firstline.answering.recover(conversation) for _ in range(5)))
    await firstline.answering.close(5)
    reading = await firstline.visitors.read(conversation, 0)
    assert [message["author"] for message in reading.messages] == ["visitor", "bot"]
