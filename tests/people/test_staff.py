"""People change: other roles, another name, and one day they leave."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.conftest import PASSWORD, Server, SignedInAgent, Visitor
from tests.http.test_agents import waiting
from tests.http.test_visitors import problem
from tests.people.conftest import invited, join, sign_in


async def person(olga: SignedInAgent, email: str) -> dict[str, Any]:
    """Give what an operator sees of somebody."""
    found: dict[str, Any] = next(each for each in (await olga.get("people")).json()["people"] if each["email"] == email)
    return found


async def change(olga: SignedInAgent, who: SignedInAgent, **changes: object) -> httpx.Response:
    """Let an operator change something about somebody."""
    number = (await person(olga, who.email))["id"]
    return await olga.client.patch(f"/api/v1/agent/people/{number}", json=changes)


async def do(olga: SignedInAgent, who: SignedInAgent, what: str) -> httpx.Response:
    """Let an operator deactivate or reactivate somebody."""
    return await olga.post(f"people/{(await person(olga, who.email))['id']}/{what}")


async def until_waiting(visitor: Visitor) -> dict[str, Any]:
    """Read until the visitor is in the queue."""
    for _ in range(500):
        reading = await visitor.read()
        if reading["status"] == "waiting":
            return reading
        await asyncio.sleep(0.02)
    raise AssertionError(reading)


async def test_an_operator_sees_and_sets_who_people_are(server: Server, olga: SignedInAgent):
    """Name, roles, languages, groups and capacity, each by itself."""
    ann = await server.agent("Ann")
    seen = await person(olga, ann.email)
    assert (seen["name"], seen["roles"], seen["capacity"], seen["deactivated_at"]) == ("Ann", ["agent"], 4, None)
    changed = await change(olga, ann, name="Ann Müller", roles=["editor", "agent"], languages=["de"])
    assert changed.status_code == 200
    assert (changed.json()["name"], changed.json()["roles"]) == ("Ann Müller", ["agent", "editor"])
    await change(olga, ann, groups=["network"], capacity=2)
    seen = await person(olga, ann.email)
    assert (seen["languages"], seen["groups"], seen["capacity"]) == (["de"], ["network"], 2)
    assert "50" in problem(await change(olga, ann, capacity=51), 422)
    problem(await change(olga, ann, name="  "), 422)
    problem(await olga.client.patch("/api/v1/agent/people/4711", json={"name": "x"}), 404)


async def test_a_new_role_holds_at_once(server: Server, olga: SignedInAgent):
    """Who becomes an operator may invite with the page they have open; who is it no more may not."""
    ann = await server.agent("Ann")
    problem(await ann.get("people"), 403)
    await change(olga, ann, roles=["operator"])
    assert (await ann.get("people")).status_code == 200
    await change(olga, ann, roles=["editor"])
    problem(await ann.get("people"), 403)


async def test_there_is_always_an_operator(server: Server, olga: SignedInAgent):
    """The last operator keeps the role and stays; with a second one either may go."""
    assert "last operator" in problem(await change(olga, olga, roles=["agent"]), 409)
    problem(await do(olga, olga, "deactivate"), 409)
    second = await server.agent("Otto", "operator")
    assert (await do(second, olga, "deactivate")).status_code == 200
    problem(await do(second, second, "deactivate"), 409)


async def test_two_operators_do_not_send_each_other_away(server: Server, olga: SignedInAgent):
    """At the same moment only one of two is deactivated."""
    otto = await server.agent("Otto", "operator")
    answers = await asyncio.gather(do(olga, otto, "deactivate"), do(otto, olga, "deactivate"))
    assert {answer.status_code for answer in answers} <= {200, 401, 409}
    assert [answer.status_code for answer in answers].count(200) == 1


async def test_whoever_leaves_leaves_no_chat_behind(server: Server, olga: SignedInAgent):
    """Deactivated, an agent is signed out everywhere; their chats are in the queue again, and visitors are told."""
    visitor, ann = await waiting(server), await server.agent("Ann")
    assert (await ann.claim(visitor)).status_code == 200
    assert (await do(olga, ann, "deactivate")).json()["deactivated_at"]
    problem(await ann.get("queue"), 401)
    problem(await sign_in(server, ann.email, PASSWORD), 401)
    reading = await until_waiting(visitor)
    assert reading["messages"][-1]["author"] == "system"
    assert (await olga.claim(visitor)).status_code == 200
    assert ann.email not in {each["email"] for each in (await olga.get("agents")).json()["agents"]}
    problem(await olga.post(f"conversations/{visitor.id}/transfer", {"agent": ann.email}), 422)


async def test_a_claim_on_its_way_meets_a_closed_door(server: Server, olga: SignedInAgent):
    """However a claim and the deactivation of its agent fall together, nobody who has left keeps a chat."""
    ann = await server.agent("Ann")
    visitors = [await waiting(server) for _ in range(3)]
    claims = [ann.claim(visitor) for visitor in visitors]
    await asyncio.gather(*claims, do(olga, ann, "deactivate"))
    for visitor in visitors:
        await until_waiting(visitor)


async def test_whoever_comes_back_is_who_they_were(server: Server, olga: SignedInAgent):
    """Reactivated, an agent signs in with their password and has their role."""
    ann = await server.agent("Ann", "supervisor")
    await do(olga, ann, "deactivate")
    assert "deactivated" in problem(await olga.post("invitations", {"email": ann.email}), 409)
    assert (await do(olga, ann, "reactivate")).json()["deactivated_at"] is None
    assert (await sign_in(server, ann.email, PASSWORD)).json()["roles"] == ["supervisor"]
    problem(await ann.get("session"), 401)


async def test_a_link_of_somebody_who_left_opens_nothing(server: Server, olga: SignedInAgent):
    """A link for a new password, made before its agent was deactivated, does not let them back in."""
    ann = await server.agent("Ann")
    link = await invited(olga, ann.email)
    await do(olga, ann, "deactivate")
    problem(await join(server, link), 409)
    problem(await sign_in(server, ann.email, "ten letters"), 401)


@pytest.mark.parametrize("role", ["editor"])
async def test_who_may_not_answer_any_more_has_no_chats(server: Server, olga: SignedInAgent, role: str):
    """With a role that does not answer, an agent is offline and their chats are back in the queue."""
    visitor, ann = await waiting(server), await server.agent("Ann")
    await ann.claim(visitor)
    await change(olga, ann, roles=[role])
    await until_waiting(visitor)
    assert (await person(olga, ann.email))["presence"] == "offline"
