"""When a server dies, hangs or is cut off, the others do its work, and nothing is done twice."""

import asyncio
from datetime import timedelta

import pytest

from conversations import record
from tests.conftest import HandClock, Visitor
from tests.servers.conftest import Pair

ROUND = 5.5  # seconds in which every server has gone round


async def thinking(pair: Pair) -> Visitor:
    """Give a visitor whose question the first server's bot thinks about, and will not finish."""
    visitor = await pair.a.server.conversation()
    pair.a.bot.gate.clear()
    await visitor.say("vpn")
    while not pair.a.bot.asked:  # noqa: ASYNC110  the bot has no event for it
        await asyncio.sleep(0.01)
    return pair.b.visits(visitor)


def said(reading: dict, author: str) -> list[str]:
    """Give what somebody said."""
    return [message["text"] for message in reading["messages"] if message["author"] == author]


async def test_another_server_answers_when_one_dies(pair: Pair, clock: HandClock):
    """If the server that makes my answer dies, another answers, once, also when the dead one comes back."""
    visitor = await thinking(pair)
    pair.a.cable.cut()
    clock.move(seconds=21)
    await visitor.until("bot")
    pair.a.bot.gate.set()
    await pair.a.cable.mend()
    await asyncio.sleep(ROUND)
    assert said(await visitor.read(), "bot") == ["echo: vpn"]
    assert len(pair.b.bot.asked) == 1


class TestClocksThatDiffer:
    """Servers whose clocks differ by some seconds do nothing twice."""

    @pytest.fixture
    def ahead(self) -> timedelta:
        """Give a second server whose clock is ahead."""
        return timedelta(seconds=8)

    async def test_a_lease_holds(self, pair: Pair):
        """An answer under way is left to the server that makes it, though another's clock is ahead."""
        visitor = await thinking(pair)
        await asyncio.sleep(ROUND)
        assert pair.b.bot.asked == []
        pair.a.bot.gate.set()
        assert said(await visitor.until("bot"), "bot") == ["echo: vpn"]

    async def test_an_early_end_of_a_lease_does_no_harm(self, pair: Pair, clock: HandClock):
        """If another server takes a turn over too early, I still get one answer."""
        visitor = await thinking(pair)
        clock.move(seconds=13)
        await visitor.until("bot")
        pair.b.bot.gate.clear()
        await visitor.say("wifi")
        pair.a.bot.gate.set()
        await asyncio.sleep(0.5)
        pair.b.bot.gate.set()
        await visitor.until("bot", 2)
        assert said(await visitor.read(), "bot") == ["echo: vpn", "echo: wifi"]


async def test_timers_of_several_servers_act_once(pair: Pair, clock: HandClock):
    """When my agent is gone I am told once and wait once, however many servers notice."""
    ann = await pair.a.server.agent()
    visitor = await pair.a.server.conversation()
    await visitor.say("a human please")
    await visitor.until("bot")
    await ann.claim(visitor)
    before = len(said(await visitor.read(), "system"))
    clock.move(seconds=121)
    rounds = [pair.a.server.firstline.rounds, pair.b.server.firstline.rounds]
    await asyncio.gather(*(each.once() for each in rounds * 4))
    reading = await visitor.read()
    assert reading["status"] == "waiting"
    assert len(said(reading, "system")) == before + 1


async def test_a_long_outage_takes_no_chat_from_its_agent(pair: Pair, clock: HandClock):
    """After two minutes without the database my agent still has the chat, and has time to come back."""
    ann = await pair.a.server.agent()
    visitor = await pair.a.server.conversation()
    await visitor.say("vpn")
    await visitor.until("bot")
    await ann.claim(visitor)
    pair.a.cable.cut()
    pair.b.cable.cut()
    await asyncio.sleep(ROUND)
    clock.move(seconds=120)
    await asyncio.sleep(ROUND)
    await pair.a.cable.mend()
    await pair.b.cable.mend()
    await asyncio.sleep(ROUND)
    assert (await visitor.read())["status"] == "with_agent"
    clock.move(seconds=31)
    await asyncio.sleep(ROUND)
    assert (await visitor.read())["status"] == "waiting"


async def test_a_server_that_hangs_holds_nobody_up_for_long(pair: Pair):
    """If a server hangs while it has my chat, I am told so within seconds, and it goes on without that server."""
    visitor = await pair.b.server.conversation()
    database = pair.a.server.firstline.database
    taken = asyncio.Event()

    async def hang() -> None:
        async with database.write() as transaction:
            await record.lock(transaction, visitor.id)
            taken.set()
            await asyncio.Event().wait()

    hanging = asyncio.create_task(hang())
    await taken.wait()
    answers = []
    while not answers or answers[-1] != 201:
        answers.append((await visitor.say("vpn", "5a1cc0de-0000-4000-8000-000000000000")).status_code)
        assert len(answers) < 20
    assert set(answers[:-1]) == {503}
    await visitor.until("bot")
    hanging.cancel()
    await asyncio.gather(hanging, return_exceptions=True)
