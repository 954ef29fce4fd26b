"""A link lets one person in, once, for a while, and is nowhere to be found again."""

import asyncio

import pytest
from sqlalchemy import text

from firstline.app import Firstline
from tests.conftest import PASSWORD, HandClock, Server, SignedInAgent
from tests.http.test_visitors import problem
from tests.people.conftest import bearer, invited, join, sign_in


async def test_somebody_joins_with_a_link(server: Server, olga: SignedInAgent):
    """The link shows for whom it is; with a name and a password its holder is at work at once, and later too."""
    link = await invited(olga, "  Ben@Example.org ", roles=["supervisor", "agent"], name="B.")
    page, _, token = link.partition("#")
    assert page == f"{str(server.client.base_url).rstrip('/')}/console/invitation"
    assert len(token) >= 40
    shown = (await server.client.get("/api/v1/agent/invitation", headers=bearer(link))).json()
    assert (shown["email"], shown["name"], shown["new"]) == ("ben@example.org", "B.", True)
    joined = await join(server, link, "Ben Müller")
    assert joined.status_code == 200, joined.text
    assert joined.json()["roles"] == ["agent", "supervisor"]
    cookie = joined.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    again = await sign_in(server, "ben@example.org", "ten letters")
    assert (again.status_code, again.json()["name"]) == (200, "Ben Müller")


async def test_who_joins_is_not_their_own_password(server: Server, olga: SignedInAgent):
    """The invited address and the chosen name are refused as a password, and the link still works afterwards."""
    link = await invited(olga)
    for secret in ("Ben@example.org", "Ben the Tenth"):
        assert "not your e-mail address" in problem(await join(server, link, "Ben the Tenth", secret), 422)
    assert (await join(server, link)).status_code == 200


async def test_a_link_works_once(server: Server, olga: SignedInAgent):
    """Whoever comes second, even at the same moment, is told that the link was used."""
    link = await invited(olga)
    answers = await asyncio.gather(*(join(server, link, f"Ben {number}") for number in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 404, 404]
    assert "does not work any more" in problem(await join(server, link), 404)
    problem(await server.client.get("/api/v1/agent/invitation", headers=bearer(link)), 404)


async def test_a_link_expires(server: Server, olga: SignedInAgent, clock: HandClock):
    """After seven days a link that was not used lets nobody in, and the operator sees it no more."""
    link = await invited(olga)
    clock.move(days=6, hours=23)
    assert (await server.client.get("/api/v1/agent/invitation", headers=bearer(link))).status_code == 200
    clock.move(hours=2)
    problem(await join(server, link), 404)
    assert (await sign_in(server, olga.email, PASSWORD)).status_code == 200


async def test_a_link_is_replaced_and_withdrawn(server: Server, olga: SignedInAgent):
    """A new link for somebody ends the old one; a withdrawn one works no more."""
    first, second = await invited(olga), await invited(olga)
    problem(await join(server, first), 404)
    (open_one,) = (await olga.get("invitations")).json()["invitations"]
    assert (await olga.client.delete(f"/api/v1/agent/invitations/{open_one['id']}")).status_code == 204
    problem(await join(server, second), 404)
    problem(await olga.client.delete(f"/api/v1/agent/invitations/{open_one['id']}"), 404)


async def test_the_link_is_kept_by_nobody_but_its_holder(firstline: Firstline, olga: SignedInAgent):
    """The database has a hash of the link's secret, never the secret; nor has the list of open links."""
    secret = (await invited(olga)).partition("#")[2]
    async with firstline.database.read() as transaction:
        for table in ("invitations", "deeds"):
            kept = (await transaction.execute(text(f"SELECT * FROM {table}"))).all()  # noqa: S608
            assert kept
            assert secret not in repr(kept)
    assert secret not in (await olga.get("invitations")).text


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic x"])
async def test_no_link_opens_nothing(server: Server, header: str):
    """A link cut short is said to work no more."""
    problem(await server.client.get("/api/v1/agent/invitation", headers={"Authorization": header}), 404)


async def test_what_is_wrong_with_an_invitation_is_said(olga: SignedInAgent):
    """An address that is none, and a role nobody knows, are refused with what to do, in German too."""
    assert "e-mail" in problem(await olga.post("invitations", {"email": "ben"}), 422)
    assert "supervisor" in problem(await olga.post("invitations", {"email": "b@example.org", "roles": ["king"]}), 422)
    olga.client.headers["Accept-Language"] = "de"
    assert "Rollen" in problem(await olga.post("invitations", {"email": "b@example.org", "roles": []}), 422)


async def test_what_is_wrong_with_a_name_or_password_is_said(server: Server, olga: SignedInAgent):
    """A short password and an empty name use no link up."""
    link = await invited(olga)
    assert "10" in problem(await join(server, link, secret="short"), 422)
    problem(await join(server, link, name=" \u200b "), 422)
    assert (await join(server, link)).status_code == 200


async def test_a_forgotten_password_is_set_anew_with_a_link(server: Server, olga: SignedInAgent):
    """For somebody who is here a link sets a new password; name and roles stay, all other sign-ins end."""
    ben = await server.agent("Ben")
    link = await invited(olga, ben.email, roles=["operator"], name="Somebody else")
    assert (await ben.get("session")).status_code == 200
    joined = await join(server, link, "Another name", "a new password")
    assert (joined.json()["name"], joined.json()["roles"]) == ("Ben", ["agent"])
    problem(await ben.get("session"), 401)
    problem(await sign_in(server, ben.email, PASSWORD), 401)
    assert (await sign_in(server, ben.email, "a new password")).status_code == 200


async def test_who_was_added_meanwhile_is_not_added_twice(server: Server, olga: SignedInAgent):
    """An invitation whose address somebody has got in another way is refused with that reason."""
    link = await invited(olga, "ben@example.org")
    await server.agent("Ben")
    assert "already" in problem(await join(server, link), 409)
