"""Telegram with several servers: one fetches, every one sends, and each message arrives once and in order."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from channels.desk import Parcel
from conversations.rows import Delivery
from firstline.app import Firstline
from firstline.settings import Settings
from tests.channels.telegram_desk import settings_of
from tests.channels.telegram_peer import Peer
from tests.conftest import HandClock
from tests.servers.conftest import Pair
from tests.servers.conftest import Peer as Server


@pytest.fixture
def settings(tmp_path: Path, peer: Peer) -> Settings:
    """Give every server the same token."""
    return settings_of(peer, tmp_path)


async def fetcher(pair: Pair, peer: Peer) -> tuple[Server, Server]:
    """Give the server that fetches and the one that stands by."""

    def found() -> tuple[Server, Server] | None:
        states = (pair.a.server.firstline.telegram.status, pair.b.server.firstline.telegram.status)
        return {("ok", "standby"): (pair.a, pair.b), ("standby", "ok"): (pair.b, pair.a)}.get(states)

    return await peer.until(found)


async def chat(firstline: Firstline, texts: list[str], address: int = 7) -> str:
    """Have the record hold messages for a chat, all due."""
    from conversations import record

    conversation = await firstline.visitors.of_address("telegram", str(address), "en")
    async with firstline.database.write() as transaction:
        row = await record.lock(transaction, conversation)
        for text in texts:
            record.append(transaction, row, record.Said("bot", text), firstline.clock())
    return conversation


async def test_each_message_arrives_once(pair: Pair, peer: Peer):
    """With two servers that both send, everybody gets every answer once, and in order."""
    await fetcher(pair, peer)
    for number in range(1, 13):
        peer.say(f"no vpn {number}", chat=number)
    for number in range(1, 13):
        await peer.shows(f"echo: no vpn {number}", chat=number)
    await chat(pair.a.server.firstline, [f"part {number}" for number in range(8)], address=99)
    await peer.shows("part 7", chat=99)
    assert peer.texts(99) == [f"part {number}" for number in range(8)]
    for number in range(1, 13):
        assert peer.texts(number) == [f"echo: no vpn {number}"]


async def test_two_servers_never_take_the_same_delivery(
    firstline: Firstline, settings: Settings, clock: HandClock, bot: Any
):
    """However many look at the same moment, each delivery is taken by one, and the next of a chat waits for it."""
    from knowledge_base.loading import read_organisation_of

    other = Firstline(settings, read_organisation_of(), bot, clock)
    for address in range(5):
        await chat(firstline, ["first", "second"], address)
    claims = [each.outgoing.claim("telegram") for each in (firstline, other) * 8]
    taken = [parcel for parcel in await asyncio.gather(*claims) if parcel]
    await other.database.close()
    assert len({parcel.id for parcel in taken}) == len(taken)
    assert {parcel.message["text"] for parcel in taken} == {"first"}
    assert len(taken) == 5


async def test_another_server_fetches_when_the_first_is_gone(pair: Pair, peer: Peer):
    """If the server that fetches dies, another goes on by itself, and what I write is answered once."""
    first, second = await fetcher(pair, peer)
    peer.say("no vpn")
    await peer.shows("echo: no vpn")
    await nothing_due(first.server.firstline)
    first.cable.cut()
    peer.say("no mail")
    await peer.shows("echo: no mail")
    assert second.server.firstline.telegram.status == "ok"
    await first.cable.mend()
    await peer.until(lambda: first.server.firstline.telegram.status == "standby")
    peer.say("no sound")
    await peer.shows("echo: no sound")
    assert peer.texts() == ["echo: no vpn", "echo: no mail", "echo: no sound"]


async def nothing_due(firstline: Firstline) -> None:
    """Wait until the record knows that everything has arrived."""
    due = True
    while due:
        await asyncio.sleep(0.02)
        async with firstline.database.read() as transaction:
            due = await transaction.scalar(select(Delivery.id).where(Delivery.due_at.is_not(None)).limit(1))


async def claimed(firstline: Firstline, texts: list[str]) -> Parcel:
    """Give a delivery that a server took before it died."""
    await chat(firstline, texts)
    parcel = await firstline.outgoing.claim("telegram")
    assert parcel
    return parcel


async def test_what_a_dead_server_was_sending_is_sent_by_another(firstline: Firstline, clock: HandClock):
    """A message that a server took and could not send is sent when its lease has run out, before the next one."""
    parcel = await claimed(firstline, ["first", "second"])
    assert await firstline.outgoing.claim("telegram") is None
    clock.move(seconds=46)
    again = await firstline.outgoing.claim("telegram")
    assert again
    assert (again.id, again.lease > parcel.lease) == (parcel.id, True)
    await firstline.outgoing.arrived(again)
    second = await firstline.outgoing.claim("telegram")
    assert second
    assert second.message["text"] == "second"


async def test_a_late_failure_does_not_undo_an_arrival(firstline: Firstline, clock: HandClock):
    """If a slow server reports a failure after another has delivered the message, it does not come again."""
    slow = await claimed(firstline, ["first"])
    clock.move(seconds=46)
    quick = await firstline.outgoing.claim("telegram")
    assert quick
    await firstline.outgoing.arrived(quick)
    await firstline.outgoing.failed(slow, "timed out", final=False)
    clock.move(hours=1)
    assert await firstline.outgoing.claim("telegram") is None


async def test_what_arrived_of_a_long_message_is_not_sent_again(pair: Pair, peer: Peer, clock: HandClock):
    """If a server dies between the halves of a long message, another sends only the second half."""
    await fetcher(pair, peer)
    peer.fail("sendMessage", when=lambda fields: "😀" in fields["text"], times=100)
    firstline = pair.a.server.firstline
    await chat(firstline, ["😀" * 2500 + "zzz"])
    await peer.until(lambda: [call for call in peer.of("sendMessage") if "😀" in call["text"]])
    parcel = None
    while not parcel:
        clock.move(seconds=1)
        parcel = await firstline.outgoing.claim("telegram")
    await firstline.outgoing.arrived_in_part(parcel, 1)
    peer.heal()
    clock.move(seconds=46)
    await peer.shows("zzz")
    assert len(peer.texts()) == 1


async def test_an_arrival_is_noted_when_the_database_is_back(pair: Pair, peer: Peer):
    """If the database goes away while a message is being sent, it is not sent again when the database is back."""
    await fetcher(pair, peer)

    def cut(_: Mapping[str, Any]) -> bool:
        pair.a.cable.cut()
        pair.b.cable.cut()
        return False

    peer.fail("sendMessage", when=cut)
    await chat(pair.a.server.firstline, ["first", "second"])
    await peer.shows("first")
    peer.heal()
    await asyncio.sleep(1)
    await pair.a.cable.mend()
    await pair.b.cable.mend()
    await peer.shows("second")
    assert peer.texts() == ["first", "second"]
