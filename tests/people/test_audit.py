"""Who did what, when and to what is written down, without anybody's words, and stays written."""

import contextlib
import json
import uuid

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from conversations.database import DatabaseUnavailable
from firstline.app import Firstline
from handoff.audit import ACTIONS
from tests.conftest import PASSWORD, HandClock, Server, SignedInAgent, Visitor
from tests.http.test_agents import waiting
from tests.http.test_visitors import PNG, problem
from tests.people.conftest import invited, join
from tests.people.test_rights import OWN, routes_of_agents
from tests.people.test_staff import change, do

SAID = "a sentence of nobody but these two"


async def deeds(olga: SignedInAgent, **wanted: object) -> list[dict]:
    """Give the deeds an operator asks for, oldest first."""
    response = await olga.client.get("/api/v1/agent/audit", params=wanted)  # type: ignore[arg-type]
    assert response.status_code == 200, response.text
    found: list[dict] = response.json()["deeds"]
    return found[::-1]


async def actions(olga: SignedInAgent, **wanted: object) -> list[str]:
    """Give what was done, oldest first."""
    return [deed["action"] for deed in await deeds(olga, **wanted)]


async def test_every_deed_in_a_chat_is_noted(server: Server, olga: SignedInAgent):
    """From claiming to closing each deed has its agent, its conversation and its ticket, and none has words in it."""
    visitor, ann, ben = await waiting(server), await server.agent("Ann"), await server.agent("Ben", "supervisor")
    number = (await ann.get(f"conversations/{visitor.id}")).json()["ticket"]["number"]
    path = f"conversations/{visitor.id}"
    await ann.claim(visitor)
    await ann.claim(visitor)
    body = {"id": str(uuid.uuid4()), "text": SAID}
    await ann.post(f"{path}/messages", body)
    await ann.post(f"{path}/messages", body)
    await ann.post(f"{path}/note", {"text": SAID})
    await ann.client.post(
        f"/api/v1/agent/{path}/attachments", files={"file": ("a.png", PNG)}, data={"id": str(uuid.uuid4())}
    )
    await ann.client.patch(f"/api/v1/tickets/{number}", json={"priority": "high"})
    await ben.post(f"{path}/claim", {"take_over": True})
    await ben.post(f"{path}/transfer", {"agent": ann.email})
    await ann.claim(visitor)
    await ann.post(f"{path}/return")
    await ben.claim(visitor)
    await ben.post(f"{path}/close", {"resolution": SAID})
    noted = await deeds(olga, conversation=visitor.id)
    expected = "claim message note file ticket take_over transfer claim return claim close"
    assert [deed["action"] for deed in noted] == expected.split()
    assert [deed["agent"] for deed in noted] == ["Ann"] * 5 + ["Ben"] * 2 + ["Ann"] * 2 + ["Ben"] * 2
    assert {deed["ticket"] for deed in noted} == {number}
    assert noted[4]["details"] == {"priority": "high"}
    assert SAID not in json.dumps(await deeds(olga))
    assert await actions(olga, ticket=number.lower()) == expected.split()


async def test_what_is_done_about_people_is_noted(server: Server, olga: SignedInAgent):
    """Inviting, joining, roles, sign-ins, leaving: who did it, and to whom."""
    link = await invited(olga)
    await join(server, link)
    ann = await server.agent("Ann")
    await change(olga, ann, roles=["supervisor"], name="Anna", capacity=1)
    await ann.client.put("/api/v1/agent/presence", json={"presence": "away"})
    number = (await ann.get("session")).json()["id"]
    password = {"current": PASSWORD, "new": "a better one, longer"}
    await ann.client.put("/api/v1/agent/account/password", json=password)
    await olga.client.delete(f"/api/v1/agent/people/{number}/logins")
    await invited(olga, ann.email)
    waiting_one = (await olga.get("invitations")).json()["invitations"][0]["id"]
    await olga.client.delete(f"/api/v1/agent/invitations/{waiting_one}")
    await do(olga, ann, "deactivate")
    await do(olga, ann, "reactivate")
    about_ann = await deeds(olga, agent=number)
    done = ["sign_in", "name", "roles", "takes", "presence", "password", "end_logins"]
    assert [deed["action"] for deed in about_ann] == [*done, "password_link", "deactivate", "reactivate"]
    assert about_ann[2]["details"] == {"before": ["agent"], "roles": ["supervisor"]}
    assert {deed["subject"] for deed in about_ann if deed["agent"] == "Olga"} == {"Anna"}
    assert "a better one" not in json.dumps(about_ann)
    everything = await deeds(olga)
    assert {"invite", "join", "withdraw_invitation"} <= {deed["action"] for deed in everything}
    assert link.partition("#")[2] not in json.dumps(everything)


async def test_every_write_of_the_desk_is_noted_or_known_not_to_be(firstline: Firstline):
    """A new route that changes something does not slip by: it is added here with the action it notes."""
    silent = {  # these change nothing
        ("POST", "/api/v1/agent/conversations/{conversation_id}/typing"),
        ("POST", "/api/v1/agent/conversations/had"),
        ("POST", "/api/v1/agent/conversations/{conversation_id}/look"),
        ("POST", "/api/v1/agent/articles"),
    }
    noted = {
        "/api/v1/agent/presence": "presence",
        "/api/v1/agent/agents/{email}": "takes",
        "/api/v1/tickets/{number}": "ticket",
        "/api/v1/agent/people/{agent_id}": "roles",
        "/api/v1/agent/people/{agent_id}/deactivate": "deactivate",
        "/api/v1/agent/people/{agent_id}/reactivate": "reactivate",
        "/api/v1/agent/people/{agent_id}/logins": "end_logins",
        "/api/v1/agent/people/{agent_id}/logins/{name}": "end_logins",
        "/api/v1/agent/invitations": "invite",
        "/api/v1/agent/invitations/{invitation_id}": "withdraw_invitation",
        "/api/v1/agent/conversations/{conversation_id}/messages": "message",
        "/api/v1/agent/conversations/{conversation_id}/note": "note",
        "/api/v1/agent/conversations/{conversation_id}/claim": "claim",
        "/api/v1/agent/conversations/{conversation_id}/decline": "decline",
        "/api/v1/agent/conversations/{conversation_id}/transfer": "transfer",
        "/api/v1/agent/conversations/{conversation_id}/return": "return",
        "/api/v1/agent/conversations/{conversation_id}/close": "close",
        "/api/v1/agent/conversations/{conversation_id}/attachments": "file",
    }
    assert set(noted.values()) <= set(ACTIONS)
    writes = {(method, path) for method, path, _ in routes_of_agents(firstline) if method != "GET"}
    assert {(method, path) for method, path in writes if path not in noted} - OWN == silent


async def test_nothing_is_changed_in_it(firstline: Firstline, olga: SignedInAgent):
    """Not even with the database's own means is a deed changed or removed."""
    before = await deeds(olga)
    assert before
    for statement in ("UPDATE deeds SET agent = 'Nobody'", "DELETE FROM deeds"):
        with contextlib.suppress(DatabaseUnavailable, DBAPIError):
            async with firstline.database.write() as transaction:
                await transaction.execute(text(statement))
    assert await deeds(olga) == before


async def test_what_is_refused_is_not_noted(server: Server, olga: SignedInAgent):
    """A deed that was not done leaves no trace."""
    visitor, ann = await waiting(server), await server.agent("Ann")
    before = len(await deeds(olga))
    problem(await ann.say(visitor, "hello"), 409)
    problem(await change(olga, ann, roles=["king"]), 422)
    assert len(await deeds(olga)) == before


async def test_it_is_searched(server: Server, olga: SignedInAgent, clock: HandClock):
    """By agent, action, conversation, ticket and time, page by page."""
    visitor, ann = await waiting(server), await server.agent("Ann", "supervisor")
    await ann.claim(visitor)
    between = clock().isoformat()
    clock.move(minutes=1)
    await _talk(ann, visitor, 5)
    assert await actions(olga, action="message") == ["message"] * 5
    assert await actions(ann, since=between, action="message", limit=2) == ["message"] * 2
    assert await actions(olga, until=between, conversation=visitor.id) == ["claim"]
    newest = (await olga.client.get("/api/v1/agent/audit", params={"limit": 2})).json()
    assert newest["more"]
    older = await deeds(olga, before=newest["deeds"][-1]["id"], conversation=visitor.id)
    assert [deed["action"] for deed in older] == ["claim", "message", "message", "message"]
    assert await actions(olga, conversation=str(uuid.uuid4())) == []
    problem(await olga.client.get("/api/v1/agent/audit", params={"since": "yesterday"}), 422)


async def _talk(agent: SignedInAgent, visitor: Visitor, count: int) -> None:
    for number in range(count):
        assert (await agent.say(visitor, f"message {number}")).status_code == 201
