"""The visitors' HTTP interface, line by line of its contract."""

import asyncio
import json
import uuid

import pytest

from tests.conftest import SUNDAY, HandClock, Server, Visitor
from tests.scripted_bot import ScriptedBot

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


def problem(response, status: int) -> str:
    """Give the sentence of a problem document."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert body["detail"].endswith((".", "!"))
    return body["detail"]


async def test_a_conversation_is_opened(server: Server):
    """Whoever comes gets a conversation and the token that opens it."""
    response = await server.client.post("/api/v1/conversations", json={"language": "de"})
    assert response.status_code == 201
    assert set(response.json()) == {"id", "token"}
    assert (await server.client.post("/api/v1/conversations")).status_code == 201


async def test_a_question_is_answered(server: Server):
    """A question is acknowledged with its place and answered behind it."""
    visitor = await server.conversation()
    said = await visitor.say("how do I connect to the vpn")
    assert (said.status_code, said.json()) == (201, {"seq": 1})
    reading = await visitor.until("bot")
    assert reading["status"] == "with_bot"
    question, answer = reading["messages"]
    fields = {"seq", "author", "name", "text", "choices", "article", "attachments", "created_at"}
    assert set(answer) == fields
    assert (question["author"], question["seq"]) == ("visitor", 1)
    assert answer["text"] == "echo: how do I connect to the vpn"
    assert answer["choices"] == [{"title": "That helped", "value": "helped"}]
    assert answer["article"] == "vpn-connect"
    assert (await visitor.read(after=1))["messages"] == [answer]


async def test_the_same_again_is_acknowledged_with_the_place_it_has(server: Server):
    """A message sent twice with one id is in the record once."""
    visitor = await server.conversation()
    name = str(uuid.uuid4())
    first = await visitor.say("hello", name)
    again = await visitor.say("hello", name)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json() == {"seq": 1}


async def test_the_same_id_with_another_text_is_refused(server: Server):
    """An id that stands for one text is not taken for another."""
    visitor = await server.conversation()
    name = str(uuid.uuid4())
    await visitor.say("hello", name)
    response = await visitor.say("good bye", name)
    problem(response, 409)
    assert response.json()["seq"] == 1


async def test_a_choice_is_taken_only_if_it_was_offered(server: Server):
    """A button stands in the record under its title; one that was never shown is refused."""
    visitor = await server.conversation()
    problem(await visitor.choose("helped"), 422)
    await visitor.say("vpn")
    await visitor.until("bot")
    assert (await visitor.choose("helped")).status_code == 201
    assert (await visitor.until("visitor", 2))["messages"][2]["text"] == "That helped"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"id": str(uuid.uuid4()), "text": ""}, 422),
        ({"id": str(uuid.uuid4()), "text": "\x00\x01\x1b"}, 422),
        ({"id": str(uuid.uuid4()), "text": " \u200b\n"}, 422),
        ({"id": str(uuid.uuid4()), "text": "x" * 4001}, 413),
        ({"id": "not a uuid", "text": "hi"}, 422),
        ({"id": str(uuid.uuid4())}, 422),
        ({"id": str(uuid.uuid4()), "text": "hi", "choice": "helped"}, 422),
        ({"id": str(uuid.uuid4()), "text": 7}, 422),
        ({"id": str(uuid.uuid4()), "text": "hi", "author": "agent"}, 422),
        ([], 422),
    ],
)
async def test_what_cannot_be_taken_is_refused_with_a_sentence(server: Server, body: object, status: int):
    """A message that is empty, too long or malformed is refused, and the record stays as it was."""
    visitor = await server.conversation()
    problem(await visitor.post("messages", body), status)
    assert (await visitor.read())["messages"] == []


async def test_the_longest_message_is_taken(server: Server):
    """4,000 characters are a message."""
    visitor = await server.conversation()
    assert (await visitor.say("x" * 4000)).status_code == 201


async def test_control_characters_and_halves_of_characters_do_no_harm(server: Server):
    """What nobody can read is left out, the rest is kept."""
    visitor = await server.conversation()
    body = json.dumps({"id": str(uuid.uuid4()), "text": "a\u0000b\ud800c\r\nd"})
    headers = {**visitor.headers, "Content-Type": "application/json"}
    response = await server.client.post(f"{visitor.path}/messages", content=body, headers=headers)
    assert response.status_code == 201
    assert (await visitor.read())["messages"][0]["text"] == "abc\nd"


async def test_invalid_json_is_named(server: Server):
    """What is no JSON is said to be no JSON."""
    visitor = await server.conversation()
    headers = {**visitor.headers, "Content-Type": "application/json"}
    problem(await server.client.post(f"{visitor.path}/messages", content=b"{oops", headers=headers), 400)


async def test_a_body_of_any_size_is_refused_before_it_is_read(server: Server):
    """A flood in one request is stopped."""
    visitor = await server.conversation()
    problem(await visitor.say("x" * 100_000), 413)


async def test_only_the_token_opens_a_conversation(server: Server):
    """No token, a wrong token, another visitor's token and an unknown id are told apart and all refused."""
    mine, another = await server.conversation(), await server.conversation()
    problem(await server.client.get(f"{mine.path}/messages"), 401)
    wrong = {"Authorization": "Bearer wrong"}
    problem(await server.client.get(f"{mine.path}/messages", headers=wrong), 401)
    problem(await server.client.get(f"{mine.path}/messages", headers=another.headers), 404)
    unknown = f"/api/v1/conversations/{uuid.uuid4()}/messages"
    problem(await server.client.get(unknown, headers=mine.headers), 404)
    assert (await server.client.get("/api/v1/conversations/x/messages", headers=mine.headers)).status_code == 422


async def test_closed_stays_closed(server: Server):
    """A closed conversation takes nothing more and says so."""
    visitor = await server.conversation()
    response = await visitor.post("close", {})
    assert (response.status_code, response.json()["status"]) == (200, "closed")
    assert "closed" in problem(await visitor.say("hello"), 409)
    assert (await visitor.read())["status"] == "closed"


async def test_refusals_speak_german(server: Server):
    """A refusal is in the language the browser asks for."""
    visitor = await server.conversation("de")
    visitor.headers["Accept-Language"] = "de-DE,de;q=0.9"
    assert "leer" in problem(await visitor.say(" "), 422)


async def test_a_visitor_can_introduce_themselves(server: Server):
    """Name, e-mail and language can be said later."""
    visitor = await server.conversation()
    introduction = {"name": "Eva", "email": "eva@example.org", "language": "de"}
    response = await server.client.patch(visitor.path, json=introduction, headers=visitor.headers)
    assert (response.status_code, response.json()) == (200, {"id": visitor.id, **introduction})


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Please give a complete e-mail address, like name@example.org."),
        ("de", "Bitte geben Sie eine vollständige E-Mail-Adresse an, zum Beispiel name@example.org."),
    ],
)
async def test_a_wrong_address_is_told_in_one_sentence(server: Server, language: str, sentence: str):
    """What is no e-mail address is refused in plain words of one language."""
    visitor = await server.conversation()
    for email in ("no address", "a@b", "@example.org"):
        headers = {**visitor.headers, "Accept-Language": language}
        refused = await server.client.patch(visitor.path, json={"email": email}, headers=headers)
        assert problem(refused, 422) == sentence


async def test_a_rating_is_kept_once(server: Server):
    """One rating from 1 to 5, and no second one."""
    visitor = await server.conversation()
    problem(await visitor.post("rating", {"score": 6}), 422)
    assert (await visitor.post("rating", {"score": 5, "comment": "quick"})).status_code == 201
    problem(await visitor.post("rating", {"score": 1}), 409)


async def test_typing_is_shown_and_kept_nowhere(server: Server):
    """That somebody types leaves no trace."""
    visitor = await server.conversation()
    assert (await visitor.post("typing", {"on": True})).status_code == 204
    assert (await visitor.read())["messages"] == []


async def send_file(server: Server, visitor: Visitor, name: str, content: bytes):
    """Upload a file."""
    files = {"file": (name, content)}
    form = {"id": str(uuid.uuid4())}
    return await server.client.post(f"{visitor.path}/attachments", files=files, data=form, headers=visitor.headers)


async def test_a_picture_is_kept_and_given_back(server: Server):
    """A picture arrives as the bytes it was, under a harmless name."""
    visitor = await server.conversation()
    response = await send_file(server, visitor, "../../etc/screen\u202eshot.png", PNG)
    assert response.status_code == 201
    listed = (await visitor.read())["messages"][0]["attachments"][0]
    assert listed["name"] == "screenshot.png"
    assert (listed["type"], listed["size"]) == ("image/png", len(PNG))
    got = await server.client.get(f"{visitor.path}/attachments/{listed['id']}", headers=visitor.headers)
    assert got.content == PNG
    assert got.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"MZ\x00\x01\x02", 422), (b"", 422), (b"\x89PNG\r\n\x1a\n" + b"\x00" * (10 * 1024 * 1024), 413)],
)
async def test_files_that_are_not_taken(server: Server, content: bytes, status: int):
    """Programs, nothing at all and more than 10 MiB are refused with a sentence."""
    visitor = await server.conversation()
    problem(await send_file(server, visitor, "x.png", content), status)


async def test_another_visitors_file_is_not_given(server: Server):
    """A file opens only in its own conversation."""
    mine, another = await server.conversation(), await server.conversation()
    await send_file(server, mine, "a.png", PNG)
    listed = (await mine.read())["messages"][0]["attachments"][0]
    problem(await server.client.get(f"{another.path}/attachments/{listed['id']}", headers=another.headers), 404)


async def test_a_flood_is_slowed_down_and_the_record_stays_whole(server: Server):
    """Of 40 messages at once the first are taken, the others told when to come again; nothing is lost or doubled."""
    visitor = await server.conversation()
    responses = await asyncio.gather(*(visitor.say(f"message {number}") for number in range(40)))
    taken = [response for response in responses if response.status_code == 201]
    refused = [response for response in responses if response.status_code == 429]
    assert len(taken) + len(refused) == 40
    assert len(taken) >= 20
    assert all(int(response.headers["retry-after"]) >= 1 for response in refused)
    another = await server.conversation()
    assert (await another.say("I share the company's address")).status_code == 201
    await asyncio.sleep(0.5)
    reading = await visitor.until("bot")
    seqs = [message["seq"] for message in reading["messages"]]
    assert seqs == list(range(1, len(seqs) + 1))
    said = [message["text"] for message in reading["messages"] if message["author"] == "visitor"]
    assert len(said) == len(set(said)) == len(taken)


async def test_a_secret_is_masked_before_it_is_stored(server: Server, bot: ScriptedBot):
    """A password reaches neither the record nor the bot, and the visitor is told once."""
    visitor = await server.conversation()
    await visitor.say("my password is Sommer2024! and vpn fails")
    reading = await visitor.until("bot")
    assert "Sommer2024" not in json.dumps(reading)
    assert "[password removed]" in reading["messages"][0]["text"]
    assert all("Sommer2024" not in utterance.text for asked in bot.asked for utterance in asked)
    await visitor.say("pw: Winter2025?")
    reading = await visitor.until("bot", 2)
    assert sum(message["author"] == "system" for message in reading["messages"]) == 1


async def events(server: Server, visitor: Visitor, count: int, **headers: str) -> list[tuple[str, str | None, dict]]:
    """Read so many events of the stream: name, id, content."""
    found: list[tuple[str, str | None, dict]] = []
    async with server.client.stream("GET", f"{visitor.path}/stream", headers={**visitor.headers, **headers}) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        event: dict[str, str] = {}
        async for line in stream.aiter_lines():
            if line:
                name, _, value = line.partition(": ")
                event[name] = value
            elif "event" in event:
                found.append((event["event"], event.get("id"), json.loads(event["data"])))
                event = {}
                if len(found) == count:
                    return found
    return found


async def test_the_stream_gives_status_and_messages_and_resumes(server: Server):
    """A reconnect goes on behind the last message seen, without gap or repeat."""
    visitor = await server.conversation()
    await visitor.say("vpn")
    await visitor.until("bot")
    status, question, answer = await asyncio.wait_for(events(server, visitor, 3), 10)
    assert status[0] == "status"
    assert set(status[2]) >= {"status", "agent", "place", "ticket"}
    assert (question[0], question[1], question[2]["text"]) == ("message", "1", "vpn")
    assert answer[1] == "2"
    resumed = await asyncio.wait_for(events(server, visitor, 2, **{"Last-Event-ID": "1"}), 10)
    assert [event[1] for event in resumed] == [None, "2"]


async def test_the_stream_carries_what_comes_later(server: Server):
    """What is said while a stream is open comes through it."""
    visitor = await server.conversation()
    reading = asyncio.create_task(events(server, visitor, 3))
    await asyncio.sleep(0.2)
    await visitor.say("hello")
    names = [event[0] for event in await asyncio.wait_for(reading, 10)]
    assert names == ["status", "message", "message"]


async def test_an_unknown_question_outside_hours_becomes_a_ticket(server: Server, clock: HandClock):
    """On a Sunday the visitor gets a ticket with a promise, and the bot keeps answering."""
    clock.now = SUNDAY
    visitor = await server.conversation()
    await visitor.say("unknown thing")
    reading = await visitor.until("bot")
    assert reading["status"] == "with_bot"
    text = reading["messages"][-1]["text"]
    assert reading["ticket"] in text
    assert "Monday, 23 November, at 8:00" in text
    await visitor.say("vpn")
    assert (await visitor.until("bot", 2))["messages"][-1]["text"] == "echo: vpn"


async def test_a_ticket_can_be_looked_at_by_its_link_and_by_nothing_else(server: Server, clock: HandClock):
    """The secret link shows the state of a ticket and not what was said."""
    clock.now = SUNDAY
    visitor = await server.conversation()
    await visitor.say("unknown thing")
    reading = await visitor.until("bot")
    secret = reading["ticket_url"].rsplit("/", 1)[1]
    headers = {"Authorization": f"Bearer {secret}"}
    ticket = (await server.client.get("/api/v1/tickets/by-secret", headers=headers)).json()
    assert (ticket["number"], ticket["status"]) == (reading["ticket"], "new")
    assert "unknown thing" not in json.dumps(ticket)
    wrong = {"Authorization": "Bearer wrong"}
    problem(await server.client.get("/api/v1/tickets/by-secret", headers=wrong), 404)


async def test_other_sites_may_embed_the_visitors_interface_only(server: Server):
    """A page of another origin may talk as a visitor, never as an agent."""
    origin = {"Origin": "https://elsewhere.example"}
    response = await server.client.post("/api/v1/conversations", headers=origin)
    assert response.headers["access-control-allow-origin"] == "*"
    response = await server.client.get("/api/v1/agent/session", headers=origin)
    assert "access-control-allow-origin" not in response.headers


async def test_health_and_description(server: Server):
    """Operators see that it lives, whether it is ready, and the interface's description."""
    assert (await server.client.get("/healthz")).status_code == 200
    ready = await server.client.get("/readyz")
    assert (ready.status_code, ready.json()["database"], ready.json()["bot"]) == (200, "ok", "ready")
    assert ready.json()["telegram"] == "off"
    assert "firstline_waiting 0" in (await server.client.get("/metrics")).text
    paths = (await server.client.get("/openapi.json")).json()["paths"]
    assert "/api/v1/conversations/{conversation_id}/messages" in paths
