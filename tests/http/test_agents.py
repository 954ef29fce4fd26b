"""The agents' HTTP interface, line by line of its contract."""

import asyncio
import json
import uuid

import httpx
import pytest

from tests.conftest import MONDAY_NOON, PASSWORD, SUNDAY, HandClock, Server, SignedInAgent, Visitor
from tests.http.test_visitors import PNG, problem
from tests.scripted_bot import ScriptedBot


async def waiting(server: Server, text: str = "a human please") -> Visitor:
    """Give a visitor who waits for a person."""
    visitor = await server.conversation()
    await visitor.say(text)
    reading = await visitor.until("bot")
    assert reading["status"] == "waiting"
    return visitor


async def test_signing_in_and_out(server: Server):
    """A password opens the console, the cookie is out of reach for scripts, and signing out ends it."""
    ann = await server.agent("Ann")
    response = await ann.client.post("/api/v1/agent/session", json={"email": ann.email, "password": PASSWORD})
    assert response.status_code == 200
    assert set(response.json()) >= {"name", "roles", "csrf"}
    assert "HttpOnly" in response.headers["set-cookie"]
    assert "SameSite=strict" in response.headers["set-cookie"]
    ann.client.headers["X-CSRF-Token"] = response.json()["csrf"]
    who = await ann.get("session")
    assert (who.status_code, who.json()["name"]) == (200, "Ann")
    assert (await ann.client.delete("/api/v1/agent/session")).status_code == 204
    problem(await ann.get("session"), 401)


async def test_a_wrong_password_and_an_unknown_agent_look_the_same(server: Server):
    """Nobody learns from the answer who works here."""
    ann = await server.agent("Ann")
    wrong = await server.client.post("/api/v1/agent/session", json={"email": ann.email, "password": "wrong"})
    nobody = await server.client.post("/api/v1/agent/session", json={"email": "no@example.org", "password": "wrong"})
    assert problem(wrong, 401) == problem(nobody, 401)


async def test_guessing_is_slowed_down_for_the_account_and_nobody_else(server: Server):
    """Eight wrong passwords close one account for minutes; a colleague at the same address signs in."""
    ann = await server.agent("Ann")
    for _ in range(8):
        await server.client.post("/api/v1/agent/session", json={"email": ann.email, "password": "wrong"})
    right = {"email": ann.email, "password": PASSWORD}
    response = await server.client.post("/api/v1/agent/session", json=right)
    problem(response, 429)
    assert int(response.headers["retry-after"]) > 0
    assert (await server.agent("Ben")).name == "Ben"


async def test_without_a_login_nothing_is_shown(server: Server):
    """Queue, chats, tickets and stream need a login."""
    paths = (
        "agent/queue",
        "agent/conversations",
        f"agent/conversations/{uuid.uuid4()}",
        "agent/stream",
        "tickets/IT-1001",
    )
    for path in paths:
        problem(await server.client.get(f"/api/v1/{path}"), 401)


async def test_a_write_without_the_csrf_token_is_refused(server: Server):
    """A cookie alone changes nothing."""
    visitor, ann = await waiting(server), await server.agent()
    del ann.client.headers["X-CSRF-Token"]
    problem(await ann.claim(visitor), 403)
    problem(await ann.client.put("/api/v1/agent/presence", json={"presence": "away"}), 403)


async def test_presence_is_what_the_agent_says_while_there_is_a_sign_of_life(server: Server, clock: HandClock):
    """Online, away, offline; and offline for whoever is silent too long."""
    ann = await server.agent()
    assert (await ann.get("presence")).json() == {"presence": "online"}
    response = await ann.client.put("/api/v1/agent/presence", json={"presence": "away"})
    assert (response.status_code, response.json()) == (200, {"presence": "away"})
    clock.move(minutes=5)
    assert (await ann.get("presence")).json() == {"presence": "offline"}
    wrong = await ann.client.put("/api/v1/agent/presence", json={"presence": "asleep"})
    problem(wrong, 422)


async def test_a_waiting_visitor_stands_in_the_queue_with_what_is_known(server: Server):
    """The queue shows why, since when and about what; the chat shows the transcript and what the bot tried."""
    ann = await server.agent()
    visitor = await waiting(server, "a human please, my vpn fails")
    queue = (await ann.get("queue")).json()
    (card,) = queue["waiting"]
    assert (card["id"], card["reason"], card["status"]) == (visitor.id, "human_request", "waiting")
    assert card["preview"] == "a human please, my vpn fails"
    assert queue["away"] == []
    chat = (await ann.get(f"conversations/{visitor.id}")).json()
    assert set(chat) >= {"status", "ticket", "facts", "tried", "messages"}
    assert [message["author"] for message in chat["messages"]] == ["visitor", "bot"]
    assert chat["tried"][0]["article"] == "vpn-connect"
    assert chat["facts"] == {"device": "laptop"}
    assert chat["ticket"]["number"].startswith("IT-")


async def test_the_preview_is_the_visitors_last_real_words(server: Server):
    """Neither a pressed button nor a bare wish for a person hides the problem; a file sent alone gives its name."""
    ann, visitor = await server.agent(), await server.conversation()

    async def preview() -> tuple[str, str | None]:
        (card,) = (await ann.get("queue")).json()["waiting"]
        return card["preview"], card["file"]

    await visitor.say("the scanner eats my paper")
    await visitor.until("bot")
    await visitor.choose("helped")
    await visitor.until("bot", 2)
    await visitor.say("a human please")
    await visitor.until("bot", 3)
    assert await preview() == ("the scanner eats my paper", None)
    form = {"id": str(uuid.uuid4())}
    sent = await server.client.post(
        f"{visitor.path}/attachments", data=form, files={"file": ("paper.png", PNG)}, headers=visitor.headers
    )
    assert sent.status_code == 201
    assert await preview() == ("", "paper.png")


async def test_exactly_one_agent_wins(server: Server):
    """Of many who take a chat at once one has it; the others learn the name."""
    visitor = await waiting(server)
    people = [await server.agent(name) for name in ("Ann", "Ben", "Cem", "Dia")]
    responses = await asyncio.gather(*(one.claim(visitor) for one in people))
    assert sorted(response.status_code for response in responses) == [200, 409, 409, 409]
    winner = next(one for one, response in zip(people, responses, strict=True) if response.status_code == 200)
    for response in responses:
        assert response.json()["agent"] == winner.name
    reading = await visitor.read()
    assert (reading["status"], reading["agent"]) == ("with_agent", winner.name)


async def test_a_live_chat_and_back_to_the_bot(server: Server, bot: ScriptedBot):
    """The agent answers, the bot is silent until it is handed back, then it answers again, and only what is new."""
    visitor, ann = await waiting(server), await server.agent()
    await ann.claim(visitor)
    assert (await ann.say(visitor, "Hello, Ann here")).status_code == 201
    await visitor.say("my vpn fails")
    await asyncio.sleep(0.2)
    authors = [message["author"] for message in (await visitor.read())["messages"]]
    assert authors == ["visitor", "bot", "system", "agent", "visitor"]
    assert (await ann.post(f"conversations/{visitor.id}/return")).json() == {"status": "with_bot"}
    await visitor.say("vpn again")
    reading = await visitor.until("bot", 2)
    assert reading["messages"][-1]["text"] == "echo: vpn again"
    assert len(bot.asked) == 2


async def test_an_agents_message_sent_twice_is_said_once(server: Server):
    """A console that retries does not repeat itself."""
    visitor, ann = await waiting(server), await server.agent()
    await ann.claim(visitor)
    body = {"id": str(uuid.uuid4()), "text": "hello"}
    first = await ann.post(f"conversations/{visitor.id}/messages", body)
    again = await ann.post(f"conversations/{visitor.id}/messages", body)
    assert (first.status_code, again.status_code) == (201, 200)
    changed = await ann.post(f"conversations/{visitor.id}/messages", {**body, "text": "other"})
    problem(changed, 409)


async def test_who_does_not_have_the_chat_cannot_speak_in_it(server: Server):
    """Another agent's chat, and one nobody took, take no messages; notes they do."""
    visitor, ann, ben = await waiting(server), await server.agent("Ann"), await server.agent("Ben")
    problem(await ann.say(visitor, "hello"), 409)
    await ann.claim(visitor)
    assert "Ann" in problem(await ben.say(visitor, "hello"), 409)
    assert (await ben.post(f"conversations/{visitor.id}/note", {"text": "I know this one"})).status_code == 201


async def test_a_note_is_seen_by_agents_only(server: Server):
    """What agents write for each other never reaches the visitor."""
    visitor, ann = await waiting(server), await server.agent()
    assert (await ann.post(f"conversations/{visitor.id}/note", {"text": "careful"})).status_code == 201
    assert "careful" not in json.dumps(await visitor.read())
    messages = (await ann.get(f"conversations/{visitor.id}")).json()["messages"]
    assert messages[-1]["private"]
    assert messages[-1]["text"] == "careful"


async def test_a_transfer_puts_the_chat_back_for_a_colleague(server: Server):
    """The visitor is told, nobody is lost, and the colleague takes over."""
    visitor, ann, ben = await waiting(server), await server.agent("Ann"), await server.agent("Ben")
    await ann.claim(visitor)
    problem(await ann.post(f"conversations/{visitor.id}/transfer", {"agent": "nobody@example.org"}), 422)
    passed = await ann.post(f"conversations/{visitor.id}/transfer", {"agent": ben.email})
    assert (passed.status_code, passed.json()["called"]) == (200, "Ben")
    assert (await visitor.read())["status"] == "waiting"
    assert (await ben.get("queue")).json()["waiting"][0]["called"] == "Ben"
    assert (await ben.claim(visitor)).status_code == 200


@pytest.mark.parametrize(("presence", "called"), [("offline", "Cem"), ("away", None)])
async def test_a_transfer_says_who_is_really_called(server: Server, presence: str, called: str | None):
    """For a colleague who is offline another one is called at once; for one who is away the chat waits a while."""
    visitor, ann = await waiting(server), await server.agent("Ann")
    await ann.claim(visitor)
    ben, _ = await server.agent("Ben"), await server.agent("Cem")
    await ben.client.put("/api/v1/agent/presence", json={"presence": presence})
    passed = await ann.post(f"conversations/{visitor.id}/transfer", {"agent": ben.email})
    assert passed.json()["called"] == called
    assert await rung(ann, 10 if called else 0.3) == called


async def rung(agent: SignedInAgent, seconds: float) -> str | None:
    """Give who is called for the chat that waits, as soon as somebody is; None if nobody was within so many seconds."""
    for _ in range(round(seconds * 10)):
        await asyncio.sleep(0.1)
        if ringing := (await agent.get("queue")).json()["waiting"][0]["ringing"]:
            return str(ringing["agent"])
    return None


async def test_closing_keeps_the_resolution_in_the_ticket(server: Server):
    """A closed chat leaves a resolved ticket with the whole transcript."""
    visitor, ann = await waiting(server), await server.agent()
    await ann.claim(visitor)
    problem(await ann.post(f"conversations/{visitor.id}/close", {"resolution": ""}), 422)
    closed = await ann.post(f"conversations/{visitor.id}/close", {"resolution": "Certificate renewed"})
    assert (closed.status_code, closed.json()) == (200, {"status": "closed"})
    number = (await visitor.read())["ticket"]
    ticket = (await ann.client.get(f"/api/v1/tickets/{number}")).json()
    assert (ticket["status"], ticket["resolution"]) == ("resolved", "Certificate renewed")
    assert [message["author"] for message in ticket["transcript"]] == ["visitor", "bot", "system", "system"]
    problem(await visitor.say("one more thing"), 409)


async def test_a_chat_the_visitor_breaks_off_is_left_to_its_agent(server: Server):
    """Nobody resolved it: the ticket stays open and the chat on its agent's list, until they close it too."""
    visitor, ann, ben = await waiting(server), await server.agent("Ann"), await server.agent("Ben")
    await ann.claim(visitor)
    await visitor.post("close", {})
    (mine,) = (await ann.get("conversations")).json()["conversations"]
    assert (mine["id"], mine["status"]) == (visitor.id, "closed")
    said = (await visitor.read())["messages"]
    assert "Ann" in problem(await resolve(ben, visitor), 409)
    assert await left_of(ann, mine["ticket"]) == ("open", None)
    assert (await resolve(ann, visitor)).status_code == 200
    assert await left_of(ann, mine["ticket"]) == ("resolved", "Took care of it")
    assert (await ann.get("conversations")).json()["conversations"] == []
    assert (await visitor.read())["messages"] == said


async def test_a_chat_that_was_broken_off_is_seen_by_who_leads(server: Server):
    """Its agent may never come back: a supervisor finds it among all chats and closes it for them."""
    visitor, ann = await waiting(server), await server.agent("Ann")
    cara = await server.agent("Cara", "supervisor")
    await ann.claim(visitor)
    await visitor.post("close", {})
    (card,) = (await cara.get("conversations?all=1")).json()["conversations"]
    assert (card["id"], card["status"], card["agent"]) == (visitor.id, "closed", "Ann")
    assert (await resolve(cara, visitor)).status_code == 200
    assert await left_of(cara, card["ticket"]) == ("resolved", "Took care of it")
    assert (await cara.get("conversations?all=1")).json()["conversations"] == []


async def test_a_promise_holds_when_the_visitor_has_ended_the_chat(server: Server, clock: HandClock):
    """A ticket of the night whose visitor has gone is on everybody's list, is due in the morning, and is closed."""
    clock.now = SUNDAY
    visitor = await server.conversation()
    await visitor.say("unknown thing")
    await visitor.until("bot")
    await visitor.post("close", {})
    (card,) = (await (await server.agent("Ben")).get("queue")).json()["away"]
    assert (card["id"], card["status"], card["due"]) == (visitor.id, "closed", False)
    clock.now = MONDAY_NOON
    ann = await server.agent("Ann")
    (card,) = (await ann.get("queue")).json()["away"]
    assert card["due"]
    problem(await ann.claim(visitor), 409)
    assert (await resolve(ann, visitor)).status_code == 200
    assert await left_of(ann, card["ticket"]) == ("resolved", "Took care of it")
    assert (await ann.get("queue")).json()["away"] == []


async def test_a_promised_ticket_set_open_by_hand_stays_on_the_list(server: Server, clock: HandClock):
    """Whoever only changes its status has not taken it: it is everybody's, also when the visitor has gone."""
    clock.now = SUNDAY
    visitor = await server.conversation()
    await visitor.say("unknown thing")
    await visitor.until("bot")
    ann, ben = await server.agent("Ann"), await server.agent("Ben")
    (card,) = (await ann.get("queue")).json()["away"]
    changed = await ann.client.patch(f"/api/v1/tickets/{card['ticket']}", json={"status": "open"})
    assert changed.status_code == 200
    assert [one["id"] for one in (await ben.get("queue")).json()["away"]] == [visitor.id]
    await visitor.post("close", {})
    clock.now = MONDAY_NOON
    cem = await server.agent("Cem")
    (card,) = (await cem.get("queue")).json()["away"]
    assert (card["id"], card["due"]) == (visitor.id, True)
    assert (await resolve(cem, visitor)).status_code == 200
    assert (await cem.get("queue")).json()["away"] == []


async def test_a_left_ticket_set_new_by_hand_is_everybodys(server: Server):
    """An agent whose visitor has gone can give the ticket to whoever is free by calling it new again."""
    visitor, ann, ben = await waiting(server), await server.agent("Ann"), await server.agent("Ben")
    await ann.claim(visitor)
    await visitor.post("close", {})
    number = (await visitor.read())["ticket"]
    problem(await resolve(ben, visitor), 409)
    assert (await ann.client.patch(f"/api/v1/tickets/{number}", json={"status": "new"})).status_code == 200
    assert [one["id"] for one in (await ben.get("queue")).json()["away"]] == [visitor.id]
    assert (await resolve(ben, visitor)).status_code == 200
    assert await left_of(ben, number) == ("resolved", "Took care of it")


async def resolve(agent: SignedInAgent, visitor: Visitor) -> httpx.Response:
    """Close a chat."""
    return await agent.post(f"conversations/{visitor.id}/close", {"resolution": "Took care of it"})


async def left_of(agent: SignedInAgent, number: str) -> tuple[str, str | None]:
    """Give what became of a ticket."""
    ticket = (await agent.client.get(f"/api/v1/tickets/{number}")).json()
    return ticket["status"], ticket["resolution"]


async def test_a_chat_the_visitor_ends_without_an_agent_is_closed_and_not_resolved(server: Server):
    """Whoever goes while they wait, or after a person gave them back to the bot, leaves nothing to do."""
    gone, returned, ann = await waiting(server), await waiting(server), await server.agent()
    await ann.claim(returned)
    await ann.post(f"conversations/{returned.id}/return")
    for visitor in (gone, returned):
        await visitor.post("close", {})
        ticket = (await ann.client.get(f"/api/v1/tickets/{(await visitor.read())['ticket']}")).json()
        assert ticket["status"] == "closed"


async def test_a_ticket_is_changed_by_agents(server: Server):
    """Status and priority change; a value that does not exist is refused with those that do."""
    await waiting(server)
    ann = await server.agent()
    number = (await ann.get("queue")).json()["waiting"][0]["ticket"]
    changed = await ann.client.patch(f"/api/v1/tickets/{number}", json={"priority": "high", "status": "pending"})
    assert (changed.status_code, changed.json()["priority"], changed.json()["status"]) == (200, "high", "pending")
    assert "urgent" in problem(await ann.client.patch(f"/api/v1/tickets/{number}", json={"priority": "most"}), 422)
    problem(await ann.client.get("/api/v1/tickets/IT-999999"), 404)


async def test_an_unknown_chat_is_said_to_be_unknown(server: Server):
    """There is no chat behind an id nobody has."""
    ann = await server.agent()
    problem(await ann.get(f"conversations/{uuid.uuid4()}"), 404)
    problem(await ann.post(f"conversations/{uuid.uuid4()}/claim"), 404)


async def test_an_agent_sends_a_file(server: Server):
    """A picture of an agent reaches the visitor."""
    visitor, ann = await waiting(server), await server.agent()
    await ann.claim(visitor)
    path = f"/api/v1/agent/conversations/{visitor.id}/attachments"
    sent = await ann.client.post(path, files={"file": ("a.png", PNG)}, data={"id": str(uuid.uuid4())})
    assert sent.status_code == 201
    listed = (await visitor.read())["messages"][-1]["attachments"][0]
    got = await server.client.get(f"{visitor.path}/attachments/{listed['id']}", headers=visitor.headers)
    assert got.content == PNG


async def stream_events(client: httpx.AsyncClient, count: int) -> list[tuple[str, dict]]:
    """Read so many events of the agents' stream."""
    found: list[tuple[str, dict]] = []
    async with client.stream("GET", "/api/v1/agent/stream") as stream:
        name = ""
        async for line in stream.aiter_lines():
            if line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data: "):
                found.append((name, json.loads(line[6:])))
                if len(found) == count:
                    return found
    return found


async def test_the_stream_begins_with_everything_and_goes_on_with_changes(server: Server):
    """A console sees the queue at once, and every change after it."""
    ann = await server.agent()
    reading = asyncio.create_task(stream_events(ann.client, 2))
    await asyncio.sleep(0.3)
    visitor = await server.conversation()
    await visitor.say("vpn")
    snapshot, changed = await asyncio.wait_for(reading, 10)
    assert snapshot[0] == "snapshot"
    assert set(snapshot[1]) == {"waiting", "away", "mine", "presence"}
    assert changed[0] == "changed"
    assert set(changed[1]) == {"conversation", "seq", "status"}
    assert changed[1]["conversation"] == visitor.id


async def test_the_mornings_agent_joins_from_the_ticket(server: Server, clock: HandClock):
    """A question of the night is found in the morning and taken over."""
    clock.now = SUNDAY
    visitor = await server.conversation()
    await visitor.say("unknown thing")
    await visitor.until("bot")
    ann = await server.agent()
    (card,) = (await ann.get("queue")).json()["away"]
    assert card["id"] == visitor.id
    assert (await ann.claim(visitor)).status_code == 200
    assert (await visitor.read())["status"] == "with_agent"


@pytest.mark.parametrize("everyone", [False, True])
async def test_agents_see_their_own_chats_or_all(server: Server, everyone: bool):
    """My chats are mine; all are all that people have."""
    visitor, ann, ben = await waiting(server), await server.agent("Ann"), await server.agent("Ben")
    await ben.claim(visitor)
    cards = (await ann.get(f"conversations{'?all=1' if everyone else ''}")).json()["conversations"]
    assert [card["id"] for card in cards] == ([visitor.id] if everyone else [])
