"""The desk's clock: who is called, what the visitor sees of it, and that nobody waits for ever."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from channels.desk import Inbound
from conversations import record
from conversations.status import Event, Status
from firstline.app import Firstline
from handoff import scene
from handoff.agents import add_agent, saw
from handoff.routing import Assignment
from handoff.timers import Act, Due, View, next_act
from tests.conftest import PASSWORD, SUNDAY, HandClock, Server, SignedInAgent, Visitor
from tests.scripted_bot import ScriptedBot
from tests.turns.test_turns import texts


async def waiting(server: Server, text: str = "a human please", language: str = "en") -> Visitor:
    """Give a visitor who asked for a person."""
    visitor = await server.conversation(language)
    await visitor.say(text)
    await visitor.until("bot")
    await server.firstline.desk_clock.once()
    return visitor


async def later(server: Server, seconds: float, *here: SignedInAgent) -> None:
    """Let time pass, during which the consoles of some agents give signs of life, and go round once."""
    server.firstline.clock.move(seconds=seconds)
    for agent in here:
        await alive(server, agent)
    await server.firstline.rounds.once()


async def alive(server: Server, agent: SignedInAgent) -> None:
    """Let an agent's console give a sign of life."""
    number = (await agent.get("session")).json()["id"]
    async with server.firstline.database.write() as transaction:
        await saw(transaction, number, server.firstline.clock())


async def ringing(agent: SignedInAgent, visitor: Visitor) -> str | None:
    """Give the name of who is called for a visitor, as agents see it."""
    found = (await agent.get(f"conversations/{visitor.id}")).json()["ringing"]
    return found and found["agent"]


async def be(agent: SignedInAgent, presence: str) -> None:
    """Let an agent choose a presence."""
    assert (await agent.client.put("/api/v1/agent/presence", json={"presence": presence})).status_code == 200


async def set_up(server: Server, agent: SignedInAgent, **abilities: object) -> None:
    """Set what an agent takes."""
    from handoff.abilities import change_agent

    async with server.firstline.database.write() as transaction:
        assert await change_agent(transaction, agent.email, abilities)


class TestCalls:
    """One agent is called at a time, and the visitor sees who."""

    async def test_the_visitor_sees_who_is_called_and_who_joined(self, server: Server):
        """A handoff calls a free agent at once; the visitor waits with a name, then writes with that person."""
        ann = await server.agent("Ann")
        visitor = await waiting(server)
        reading = await visitor.read()
        assert (reading["status"], reading["calling"], reading["place"]) == ("waiting", "Ann", 1)
        card = (await ann.get("queue")).json()["waiting"][0]
        assert card["ringing"]["agent"] == "Ann"
        assert 29 <= card["ringing"]["seconds"] <= 30
        assert (await ann.claim(visitor)).status_code == 200
        reading = await visitor.read()
        assert (reading["status"], reading["agent"], reading["calling"]) == ("with_agent", "Ann", None)
        assert texts(reading, "system") == ["Ann has joined. You are now writing with a person."]

    async def test_who_does_not_accept_in_time_is_passed_over_and_the_visitor_told_once(self, server: Server):
        """The next free agent is called; the visitor keeps the place and reads of it once, not at every round."""
        ann, ben = await server.agent("Ann"), await server.agent("Ben")
        visitor = await waiting(server)
        assert await ringing(ann, visitor) == "Ann"
        await later(server, 29)
        assert await ringing(ann, visitor) == "Ann"
        await later(server, 2)
        assert await ringing(ann, visitor) == "Ben"
        await later(server, 31, ann, ben)
        for _ in range(3):
            await later(server, 1)
        told = texts(await visitor.read(), "system")
        assert told == ["Ann cannot come right now. You keep your place, and the next free colleague is called."]

    async def test_not_now_calls_the_next_one_and_is_no_missed_call(self, server: Server):
        """An agent who cannot take a chat says so; nobody is called again at once who has just declined."""
        ann, ben = await server.agent("Ann"), await server.agent("Ben")
        visitor = await waiting(server)
        assert (await ann.post(f"conversations/{visitor.id}/decline")).json() == {"status": "waiting"}
        await server.firstline.desk_clock.once()
        assert await ringing(ann, visitor) == "Ben"
        await ben.post(f"conversations/{visitor.id}/decline")
        await server.firstline.desk_clock.once()
        assert await ringing(ann, visitor) is None
        await later(server, 61, ann, ben)
        assert await ringing(ann, visitor) in ("Ann", "Ben")
        assert (await ann.get("presence")).json()["presence"] == "online"

    async def test_who_misses_three_calls_in_a_row_is_away(self, server: Server):
        """Nobody rings on at an empty chair; being back is one click, and an accepted call forgives the missed ones."""
        ann = await server.agent("Ann")
        visitor = await waiting(server)
        for presence in ("online", "online", "away"):
            await later(server, 31, ann)
            assert (await ann.get("presence")).json()["presence"] == presence
            await later(server, 61, ann)
        assert await ringing(ann, visitor) is None
        await be(ann, "online")
        await server.firstline.desk_clock.once()
        assert await ringing(ann, visitor) == "Ann"

    async def test_a_call_that_was_over_before_the_console_saw_it_is_told_too(
        self, server: Server, monkeypatch: pytest.MonkeyPatch
    ):
        """Calls that begin and end between two looks of the stream still make it say that their agent is away."""
        monkeypatch.setattr("console.stream._GATHER", 0.5)
        ann = await server.agent("Ann")
        await be(ann, "away")
        await waiting(server)
        async with asyncio.timeout(20), ann.client.stream("GET", "/api/v1/agent/stream") as stream:
            lines = stream.aiter_lines()
            while not (await anext(lines)).startswith("data: "):
                pass
            await be(ann, "online")
            for _ in range(3):
                await later(server, 61, ann)
                await later(server, 31, ann)
            told = ""
            while json.loads(told or "{}") != {"presence": "away", "misses": 3}:
                while await anext(lines) != "event: presence":
                    pass
                told = (await anext(lines)).removeprefix("data: ")

    async def test_nobody_else_is_called_for_who_is_called_for_or_served(self, server: Server):
        """A server that looked at the queue a moment too early calls nobody."""
        ann, ben = await server.agent("Ann"), await server.agent("Ben")
        visitor = await waiting(server)
        late = Assignment(visitor.id, (await ben.get("session")).json()["id"])
        assert not await server.firstline.desk_clock._call(late)
        assert await ringing(ann, visitor) == "Ann"
        await ann.claim(visitor)
        assert not await server.firstline.desk_clock._call(late)
        assert await ringing(ann, visitor) is None

    async def test_anybody_may_take_by_hand(self, server: Server):
        """A chat that rings at one desk can be taken at another, and rings no more."""
        ann, ben = await server.agent("Ann"), await server.agent("Ben")
        visitor = await waiting(server)
        assert await ringing(ann, visitor) == "Ann"
        assert (await ben.claim(visitor)).status_code == 200
        assert await ringing(ann, visitor) is None
        assert (await ann.claim(visitor)).status_code == 409

    @pytest.mark.parametrize("presence", ["away", "offline"])
    async def test_who_goes_away_is_not_waited_for(self, server: Server, presence: str):
        """A called agent who leaves frees the call at once."""
        ann, ben = await server.agent("Ann"), await server.agent("Ben")
        visitor = await waiting(server)
        await be(ann, presence)
        await server.firstline.desk_clock.once()
        assert await ringing(ben, visitor) == "Ben"

    async def test_the_backlog_is_called_for_as_people_become_free(self, server: Server):
        """Signing in, closing, returning and being back each call the next visitor at once, oldest first."""
        first, second, third = [await waiting(server) for _ in range(3)]
        ann = await server.agent("Ann")
        await set_up(server, ann, capacity=1)
        await soon(lambda: ringing(ann, first), "Ann")
        await ann.claim(first)
        await server.firstline.desk_clock.once()
        assert await ringing(ann, second) is None
        await ann.post(f"conversations/{first.id}/close", {"resolution": "done"})
        await soon(lambda: ringing(ann, second), "Ann")
        await ann.claim(second)
        await be(ann, "away")
        await ann.post(f"conversations/{second.id}/return")
        await server.firstline.desk_clock.once()
        assert await ringing(ann, third) is None
        await be(ann, "online")
        await soon(lambda: ringing(ann, third), "Ann")

    async def test_places_move_up(self, server: Server):
        """Visitors see their place become smaller as others are served; urgent ones go first."""
        first, second, urgent = [
            await waiting(server, text) for text in ("a human please", "human", "a human for my virus")
        ]
        ann = await server.agent("Ann")
        await be(ann, "away")
        number = (await urgent.read())["ticket"]
        await ann.client.patch(f"/api/v1/tickets/{number}", json={"priority": "urgent"})
        assert [(await one.read())["place"] for one in (urgent, first, second)] == [1, 2, 3]
        assert [card["id"] for card in (await ann.get("queue")).json()["waiting"]] == [urgent.id, first.id, second.id]
        await ann.claim(urgent)
        assert [(await one.read())["place"] for one in (first, second)] == [1, 2]

    async def test_the_stream_tells_a_waiting_visitor_of_the_new_place(self, server: Server):
        """The place moves on the visitor's page within seconds and without a message in the record."""
        first, second = await waiting(server), await waiting(server)
        before = len((await second.read())["messages"])
        places: list[int | None] = []
        async with server.client.stream("GET", f"{second.path}/stream", headers=second.headers) as stream:
            async for line in stream.aiter_lines():
                if line.startswith('data: {"status"'):
                    places.append(json.loads(line[6:])["place"])
                    if len(places) == 2:
                        break
                    await first.choose("desk:back")
        assert places == [2, 1]
        assert len((await second.read())["messages"]) == before


async def soon(look: Callable[[], Awaitable[object]], expected: object) -> None:
    """Wait until something is as expected, without anybody going round."""
    for _ in range(500):
        if await look() == expected:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"{await look()} is not {expected}")


async def test_nobody_waits_for_the_next_round(firstline: Firstline):
    """Coming to wait, signing in, taking, closing and a new presence each have the desk look at the queue at once."""
    woken = firstline.desk_clock._woken
    async with firstline.database.write() as transaction:
        await add_agent(transaction, "ann@example.org", "Ann", PASSWORD, firstline.clock())
    ann = (await firstline.logins.sign_in("ann@example.org", PASSWORD)).agent
    assert woken.is_set()
    woken.clear()
    visitor, _ = await firstline.visitors.open("web", "en")

    async def ask() -> None:
        await firstline.visitors.take(visitor, Inbound("1", "a human please"))
        await firstline.answering.close(5)

    for deed in (
        ask,
        lambda: firstline.work.claim(ann, visitor),
        lambda: firstline.work.set_presence(ann, "online"),
        lambda: firstline.work.close(ann, visitor, "done"),
    ):
        await deed()
        assert woken.is_set()
        woken.clear()


class TestPassingOn:
    """Transfers, languages, and supervisors."""

    async def test_a_transfer_rings_at_the_colleague(self, server: Server):
        """The chat goes to whom it was passed; if they do not come, to anybody but who passed it on."""
        ann, ben, cem = await server.agent("Ann"), await server.agent("Ben"), await server.agent("Cem")
        visitor = await waiting(server)
        await ann.claim(visitor)
        await ann.post(f"conversations/{visitor.id}/transfer", {"agent": cem.email})
        await server.firstline.desk_clock.once()
        assert await ringing(ann, visitor) == "Cem"
        await later(server, 31, ann, ben, cem)
        assert await ringing(ann, visitor) == "Ben"

    async def test_a_transfer_to_a_group_rings_at_one_of_it(self, server: Server):
        """Second level is called for what second level should see."""
        ann, ben, cem = await server.agent("Ann"), await server.agent("Ben"), await server.agent("Cem")
        await set_up(server, cem, groups=["second_level"])
        visitor = await waiting(server)
        await ann.claim(visitor)
        await ann.post(f"conversations/{visitor.id}/transfer", {"group": "second_level"})
        await server.firstline.desk_clock.once()
        assert await ringing(ben, visitor) == "Cem"

    async def test_a_german_visitor_rings_at_who_speaks_german(self, server: Server):
        """Languages of a person are kept; who has none set takes all."""
        ann, ben = await server.agent("Ann"), await server.agent("Ben")
        await set_up(server, ann, languages=["en"])
        await set_up(server, ben, languages=["de"])
        assert await ringing(ann, await waiting(server, "human hilfe", "de")) == "Ben"
        assert await ringing(ann, await waiting(server)) == "Ann"

    async def test_a_supervisor_takes_over_and_everybody_is_told(self, server: Server):
        """A chat is taken over by a supervisor and nobody else; the visitor and the agent before read who has it."""
        ann, ben, sue = await server.agent("Ann"), await server.agent("Ben"), await server.agent("Sue", "supervisor")
        visitor = await waiting(server)
        await ann.claim(visitor)
        path = f"conversations/{visitor.id}/claim"
        assert (await ben.post(path, {"take_over": True})).status_code == 403
        assert (await sue.post(path)).status_code == 409
        assert (await sue.post(path, {"take_over": True})).json() == {"status": "with_agent", "agent": "Sue"}
        assert "Sue has taken over from Ann" in texts(await visitor.read(), "system")[-1]
        assert (await ann.say(visitor, "hello?")).json()["agent"] == "Sue"

    async def test_only_who_leads_sets_what_people_take(self, server: Server):
        """Capacity, languages and groups are set by a supervisor; nonsense is refused with what may be."""
        ann, sue = await server.agent("Ann"), await server.agent("Sue", "supervisor")
        path = f"/api/v1/agent/agents/{ann.email}"
        wanted = {"capacity": 2, "languages": ["de"], "groups": ["network"]}
        assert (await ann.client.patch(path, json=wanted)).status_code == 403
        assert {**(await sue.client.patch(path, json=wanted)).json()}.items() >= wanted.items()
        for wrong in ({"capacity": -1}, {"languages": ["tlh"]}, {"groups": ["x" * 61]}):
            refused = await sue.client.patch(path, json=wrong)
            assert (refused.status_code, "0 to 50" in refused.json()["detail"]) == (422, True)
        assert (await sue.client.patch("/api/v1/agent/agents/no@example.org", json=wanted)).status_code == 422


class TestGone:
    """Agents who leave, and desks that close."""

    async def test_a_closed_laptop_puts_the_visitor_first_in_the_queue(self, server: Server):
        """Who had an agent is next, told once, before those who came later, and the next free agent is called."""
        ann = await server.agent("Ann")
        await set_up(server, ann, capacity=1)
        visitor = await waiting(server)
        await ann.claim(visitor)
        other = await waiting(server)
        await later(server, 91)
        ben = await server.agent("Ben")
        assert (await visitor.read())["place"] == 1
        assert (await other.read())["place"] == 2
        await soon(lambda: ringing(ben, visitor), "Ben")
        assert "You are next in the queue" in texts(await visitor.read(), "system")[-1]

    async def test_an_agent_who_is_away_for_long_and_silent_loses_the_chat(self, server: Server):
        """A short break costs nothing; five silent minutes put the visitor back, who is told the true place."""
        ann = await server.agent("Ann")
        visitor, urgent = await waiting(server), await server.conversation()
        await ann.claim(visitor)
        await be(ann, "away")
        await later(server, 240, ann)
        await ann.say(visitor, "one moment")
        await later(server, 240, ann)
        assert (await visitor.read())["status"] == "with_agent"
        await later(server, 70, ann)
        assert (await visitor.read())["status"] == "waiting"
        assert urgent

    async def test_an_agent_who_is_away_and_at_work_keeps_the_chats(self, server: Server):
        """Who takes a chat or writes in one of theirs is there, for all of their chats, whatever the switch says."""
        ann = await server.agent("Ann")
        first, second = await waiting(server), await server.conversation()
        await ann.claim(first)
        await be(ann, "away")
        await later(server, 600, ann)
        assert (await first.read())["status"] == "waiting"
        await second.say("a human please")
        await second.until("bot")
        await ann.claim(first)
        await ann.claim(second)
        await later(server, 240, ann)
        assert [(await one.read())["status"] for one in (first, second)] == ["with_agent"] * 2
        await ann.say(second, "one moment")
        await later(server, 240, ann)
        assert [(await one.read())["status"] for one in (first, second)] == ["with_agent"] * 2
        await later(server, 70, ann)
        assert [(await one.read())["status"] for one in (first, second)] == ["waiting"] * 2

    async def test_the_desk_closes_with_somebody_still_there(self, server: Server, clock: HandClock):
        """A quarter of an hour after closing nobody waits any more, even if somebody busy is still online."""
        ann = await server.agent("Ann")
        await set_up(server, ann, capacity=0)
        visitor = await waiting(server)
        clock.now = clock.now.replace(hour=17, minute=5)
        await later(server, 0, ann)
        assert (await visitor.read())["status"] == "waiting"
        await later(server, 11 * 60, ann)
        reading = await visitor.read()
        assert reading["status"] == "with_bot"
        assert "Tuesday, 24 November, at 8:00" in texts(reading, "system")[-1]

    async def test_outside_desk_hours_a_short_break_costs_nobody_their_place(self, server: Server, clock: HandClock):
        """Who waits for people online on a Sunday waits on while these are away, and is called as they return."""
        clock.move(days=6)  # from Monday to Sunday
        ann = await server.agent("Ann")
        visitor = await waiting(server)
        await be(ann, "away")
        await later(server, 0, ann)
        await later(server, 120, ann)
        assert (await visitor.read())["status"] == "waiting"
        await be(ann, "online")
        await soon(lambda: ringing(ann, visitor), "Ann")
        await be(ann, "away")
        await later(server, 301, ann)
        await later(server, 5, ann)
        assert "Monday, 30 November, at 8:00" in texts(await visitor.read(), "system")[-1]

    async def test_within_desk_hours_who_waits_is_called_by_whoever_returns(self, server: Server):
        """A desk where everybody is away keeps its queue, and whoever is back is called at once."""
        ann = await server.agent("Ann")
        await be(ann, "away")
        visitor = await waiting(server)
        await later(server, 1200, ann)
        assert (await visitor.read())["status"] == "waiting"
        await be(ann, "online")
        await soon(lambda: ringing(ann, visitor), "Ann")

    async def test_an_hour_at_an_open_desk_where_nobody_is_ends_with_a_promise(self, server: Server):
        """Nobody is left waiting half a day for a desk that nobody came to."""
        visitor = await waiting(server)
        await later(server, 59 * 60)
        assert (await visitor.read())["status"] == "waiting"
        await later(server, 2 * 60)
        reading = await visitor.read()
        assert reading["status"] == "with_bot"
        assert "has been free for a long time" in texts(reading, "system")[-1]

    async def test_in_the_morning_the_nights_tickets_are_due(self, server: Server, clock: HandClock):
        """At opening time the ticket of the night is due on every agent's list, until somebody takes it."""
        clock.now = SUNDAY
        visitor = await waiting(server)
        ann = await server.agent("Ann")
        assert not (await ann.get("queue")).json()["away"][0]["due"]
        clock.now = SUNDAY.replace(day=23, hour=7, minute=1)
        with server.firstline.signals.follow(visitor.id) as following:
            await later(server, 0)
            assert await following.next(5)
            await later(server, 60)
            assert not await following.next(0.1)
        ben = await server.agent("Ben")
        assert (await ben.get("queue")).json()["away"][0]["due"]


async def uncalled(server: Server) -> Visitor:
    """Let nobody be online."""
    return await waiting(server)


async def crowded(server: Server) -> Visitor:
    """Let somebody be online who takes no more."""
    await set_up(server, await server.agent("Ann"), capacity=0)
    return await waiting(server)


async def called(server: Server) -> Visitor:
    """Let an agent be called who does not come."""
    await server.agent("Ann")
    return await waiting(server)


async def passed(server: Server) -> Visitor:
    """Let a chat be passed to somebody who is away."""
    ann, ben = await server.agent("Ann"), await server.agent("Ben")
    visitor = await waiting(server)
    await ann.claim(visitor)
    await be(ben, "away")
    await ann.post(f"conversations/{visitor.id}/transfer", {"agent": ben.email})
    return visitor


async def left(server: Server) -> Visitor:
    """Let an agent have the chat."""
    ann = await server.agent("Ann")
    visitor = await waiting(server)
    await ann.claim(visitor)
    return visitor


async def away(server: Server) -> Visitor:
    """Let an agent have the chat and be away."""
    visitor = await left(server)
    await be(SignedInAgent(server.browsers[-1], "Ann", ""), "away")
    return visitor


async def at_night(server: Server) -> Visitor:
    """Let the ticket wait for the morning."""
    server.firstline.clock.now = SUNDAY
    return await waiting(server)


async def unanswered(server: Server) -> Visitor:
    """Let a server die between taking a message and answering it."""
    visitor = await server.conversation()
    async with server.firstline.database.write() as transaction:
        row = await record.lock(transaction, visitor.id)
        record.append(transaction, row, record.Said("visitor", "vpn"), server.firstline.clock())
        row.answering_until = server.firstline.clock() + timedelta(seconds=20)
    return visitor


async def seen(firstline: Firstline, visitor: Visitor) -> tuple[View, Due | None]:
    """Give a conversation as timers see it, and what the desk will do next."""
    async with firstline.database.read() as transaction:
        view = await scene.view_of(transaction, await record.get(transaction, visitor.id))
        duties = await scene.duties(transaction)
    return view, next_act(view, firstline.desk_clock.desk(duties, firstline.clock()))


@pytest.mark.parametrize("attended", [False, True], ids=["laptops closed", "consoles open"])
@pytest.mark.parametrize("begin", [unanswered, uncalled, crowded, called, passed, left, away, at_night])
async def test_no_conversation_is_stuck(server: Server, clock: HandClock, begin, attended: bool):
    """From every state in which somebody waits, with nobody doing anything, the desk finds its way to an outcome."""
    visitor = await begin(server)
    began, steps, people = (
        clock.now,
        timedelta(minutes=10),
        [SignedInAgent(browser, "", "") for browser in server.browsers],
    )
    view, due = await seen(server.firstline, visitor)
    for _ in range(100):
        view, due = await seen(server.firstline, visitor)
        if view.status == Status.WITH_BOT and not view.unanswered:
            break
        if view.status == Status.WITH_AGENT and attended and begin is left:
            return  # an agent is there: it is theirs to answer
        assert due, f"nothing will ever happen while {view}"
        clock.now = min(max(clock.now, due.at), clock.now + steps) + timedelta(seconds=1)
        for agent in people if attended else ():
            await alive(server, agent)
        await server.firstline.rounds.once()
        await settled(server, visitor)
    reading = await visitor.read()
    assert (view.status, view.unanswered) == (Status.WITH_BOT, False), (view, due, texts(reading, "system"))
    assert clock.now - began < timedelta(hours=8)
    if begin is not unanswered:
        assert due
        assert due.act == Act.REMIND
    assert len(texts(reading, "system")) <= 5


async def settled(server: Server, visitor: Visitor) -> None:
    """Wait until the bot has answered what it is being asked."""
    for _ in range(500):
        if not server.firstline.answering._tasks:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("the bot does not end")


def test_every_event_that_leads_to_waiting_is_looked_at():
    """A new way to come to wait needs a new state above."""
    from conversations.status import TABLE

    ways = {event for (_, event), status in TABLE.items() if status == Status.WAITING}
    assert ways == {Event.HANDOFF_REQUESTED, Event.AGENT_LEFT}


async def test_two_servers_never_call_two_agents_for_one_visitor(
    server: Server, bot: ScriptedBot, clock: HandClock, database_url: str
):
    """Any number of servers that look at the queue at once call one agent for each visitor, and nobody twice."""
    from firstline.settings import Settings
    from knowledge_base.loading import read_organisation_of

    if database_url.startswith("sqlite"):
        pytest.skip("an SQLite database belongs to one server")
    settings = Settings(data=server.firstline.settings.data, database_url=database_url, _env_file=None)
    others = [Firstline(settings, read_organisation_of(), bot, clock) for _ in range(3)]
    visitors = [await waiting(server) for _ in range(5)]
    people = [await server.agent(name) for name in ("Ann", "Ben", "Cem")]
    await asyncio.gather(*(one.desk_clock.once() for one in (server.firstline, *others) for _ in range(3)))
    rung = [name for visitor in visitors if (name := await ringing(people[0], visitor))]
    assert sorted(rung) == ["Ann", "Ben", "Cem"]
    await asyncio.gather(*(other.database.close() for other in others))
