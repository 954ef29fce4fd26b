"""Whatever happens at one server is seen at once at the others."""

import asyncio
import time

from tests.servers.conftest import Pair
from tests.servers.ears import listening

AGENTS_STREAM = "/api/v1/agent/stream"


async def test_what_is_said_at_one_server_is_heard_at_the_other(pair: Pair):
    """My second tab, which was led to another server, shows what I write and the answer within a second."""
    visitor = await pair.a.server.conversation()
    async with listening(pair.b.server.client, f"{visitor.path}/stream", visitor.headers) as ear:
        await ear.hears("status")
        began = time.monotonic()
        await visitor.say("vpn")
        heard = await ear.hears("message", text="echo: vpn")
        assert heard - began < 1
        assert ear.texts() == ["vpn", "echo: vpn"]


async def test_typing_crosses(pair: Pair):
    """That an agent at another server types is shown to me, and that I type to the agent."""
    visitor = await pair.a.server.conversation()
    await visitor.say("vpn")
    await visitor.until("bot")
    ann = await pair.b.server.agent()
    assert (await ann.claim(visitor)).status_code == 200
    stream = f"{visitor.path}/stream"
    async with (
        listening(visitor.client, stream, visitor.headers) as mine,
        listening(ann.client, AGENTS_STREAM) as hers,
    ):
        await mine.hears("status", agent="Ann")
        await hers.hears("snapshot")
        await ann.post(f"conversations/{visitor.id}/typing", {"on": True})
        await mine.hears("typing", author="agent", on=True)
        await ann.post(f"conversations/{visitor.id}/typing", {"on": False})
        await mine.hears("typing", author="agent", on=False)
        await visitor.post("typing", {"on": True})
        await hers.hears("typing", conversation=visitor.id, on=True)


async def test_colleagues_in_one_chat_hear_of_each_other_across_servers(pair: Pair):
    """That a colleague at another server has my chat open is shown to me, whatever their name is made of."""
    visitor = await pair.a.server.conversation()
    await visitor.say("vpn")
    ann, looking = await pair.a.server.agent("Ann"), pair.b.server.firstline.signals.looking
    async with listening(ann.client, AGENTS_STREAM) as hers:
        await hers.hears("snapshot")
        await ann.post(f"conversations/{visitor.id}/look", {"doing": "reads"})
        await asyncio.sleep(0.5)
        looking(visitor.id, 4711, "Zoë van Ö.", "writes")
        await hers.hears("looking", conversation=visitor.id, doing="writes")
        assert [content["agent"]["name"] for name, content, _ in hers.events if name == "looking"] == ["Zoë van Ö."]


async def test_a_claim_at_one_server_silences_the_bot_at_the_other(pair: Pair):
    """When a person takes the chat, the bot's answer that another server is making is never said."""
    ann = await pair.a.server.agent()
    pair.b.bot.gate.clear()
    visitor = pair.b.visits(await pair.a.server.conversation())
    await visitor.say("vpn")
    while not pair.b.bot.asked:  # noqa: ASYNC110  the bot has no event for it
        await asyncio.sleep(0.01)
    assert (await ann.claim(visitor)).status_code == 200
    pair.b.bot.gate.set()
    await ann.say(visitor, "hello")
    await asyncio.sleep(0.5)
    reading = await visitor.read()
    assert [message["author"] for message in reading["messages"]] == ["visitor", "system", "agent"]


async def test_agents_at_every_server_see_the_queue_move(pair: Pair):
    """A visitor who is handed over at one server appears at agents of the other, and a claim there is seen here."""
    ann = await pair.a.server.agent("Ann")
    async with listening(ann.client, AGENTS_STREAM) as ear:
        await ear.hears("snapshot")
        visitor = await pair.b.server.conversation()
        await visitor.say("a human please")
        await ear.hears("changed", conversation=visitor.id, status="waiting")
        bob = await pair.b.server.agent("Bob")
        assert (await bob.claim(visitor)).status_code == 200
        await ear.hears("changed", conversation=visitor.id, status="with_agent")
    assert (await ann.claim(visitor)).json()["agent"] == "Bob"


async def test_what_was_missed_while_the_line_was_cut_is_made_up(pair: Pair):
    """If one server loses the database for a moment, its open streams show afterwards what they missed, in order."""
    visitor = await pair.a.server.conversation()
    ann = await pair.b.server.agent()
    async with (
        listening(pair.b.server.client, f"{visitor.path}/stream", visitor.headers) as ear,
        listening(ann.client, AGENTS_STREAM) as hers,
    ):
        await ear.hears("status")
        await hers.hears("snapshot")
        pair.b.cable.cut()
        await visitor.say("vpn")
        await visitor.until("bot")
        await asyncio.sleep(0.3)
        assert ear.texts() == []
        await pair.b.cable.mend()
        await ear.hears("message", text="echo: vpn")
        assert ear.texts() == ["vpn", "echo: vpn"]
        while len([name for name, _, _ in hers.events if name == "snapshot"]) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_a_change_that_is_undone_is_not_signalled(pair: Pair):
    """A signal is a promise that there is something to read: what was not committed is not signalled."""
    visitor = await pair.a.server.conversation()
    with pair.b.server.firstline.signals.follow(visitor.id) as following:
        assert (await visitor.say("")).status_code == 422
        assert (await visitor.choose("never offered")).status_code == 422
        assert await following.next(0.5) == ()
        await visitor.say("vpn")
        assert [signal.kind for signal in await following.next(5)] == ["changed"]
