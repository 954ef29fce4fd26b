"""Signing in is hard for who guesses and easy for everybody else; sign-ins are seen and ended."""

import asyncio
from unittest.mock import ANY

import pytest

from console.errors import TooManyAttempts
from conversations.database import Database
from firstline.app import Firstline
from handoff import attempts
from handoff.agents import add_agent
from handoff.attempts import FROM_ANYWHERE, FROM_ONE_PLACE, Try
from handoff.logins import Whence, WrongPassword
from tests.conftest import PASSWORD, HandClock, Server, SignedInAgent
from tests.http.test_visitors import problem
from tests.people.conftest import sign_in

ANN = "ann@example.org"


class TestGuessing:
    """How often a password may be tried."""

    @pytest.fixture
    async def ann(self, firstline: Firstline) -> str:
        """Give the address of an agent."""
        async with firstline.database.write() as transaction:
            await add_agent(transaction, ANN, "Ann", PASSWORD, firstline.clock())
        return ANN

    async def tries(self, database: Database, clock: HandClock, account: str, *addresses: str) -> list[int]:
        """Count tries from addresses; gives the seconds each has to wait."""
        waits = []
        for address in addresses:
            async with database.write() as transaction:
                waits.append(await attempts.count(transaction, Try(account, address), clock()))
        return waits

    async def test_one_place_is_slowed_down(self, firstline: Firstline, ann: str, clock: HandClock):
        """Eight tries at an account from one place, then some minutes of pause; another place goes on."""
        for _ in range(FROM_ONE_PLACE):
            with pytest.raises(WrongPassword):
                await firstline.logins.sign_in(ann, "wrong", Whence("10.0.0.1"))
        with pytest.raises(TooManyAttempts) as refused:
            await firstline.logins.sign_in(ann, PASSWORD, Whence("10.0.0.1"))
        assert 0 < refused.value.seconds <= 300
        assert (await firstline.logins.sign_in(ann, PASSWORD, Whence("10.0.0.2"))).agent.name == "Ann"
        clock.move(seconds=refused.value.seconds + 1)
        assert (await firstline.logins.sign_in(ann, PASSWORD, Whence("10.0.0.1"))).agent.name == "Ann"

    async def test_colleagues_at_one_address_are_not_held_up(self, firstline: Firstline, ann: str):
        """However often somebody guesses, a colleague behind the same address signs in."""
        async with firstline.database.write() as transaction:
            await add_agent(transaction, "ben@example.org", "Ben", PASSWORD, firstline.clock())
        for _ in range(FROM_ONE_PLACE):
            with pytest.raises(WrongPassword):
                await firstline.logins.sign_in(ann, "wrong", Whence("10.0.0.1"))
        assert (await firstline.logins.sign_in("ben@example.org", PASSWORD, Whence("10.0.0.1"))).agent.name == "Ben"

    async def test_guessing_from_everywhere_is_slowed_down(self, firstline: Firstline, ann: str, clock: HandClock):
        """An account that is tried from many places is closed for a while, but not where its owner signed in before."""
        await firstline.logins.sign_in(ann, PASSWORD, Whence("10.9.9.9"))
        places = [f"10.0.1.{number}" for number in range(FROM_ANYWHERE)]
        waits = await self.tries(firstline.database, clock, ann, *places, "10.0.2.1")
        assert waits == [0] * FROM_ANYWHERE + [ANY]
        assert waits[-1] > 0
        assert (await firstline.logins.sign_in(ann, PASSWORD, Whence("10.9.9.9"))).agent.name == "Ann"

    async def test_an_account_that_nobody_has_is_closed_just_the_same(self, firstline: Firstline, ann: str):
        """Nobody learns from refusals or pauses who works here."""
        for account in (ann, "nobody@example.org"):
            for _ in range(FROM_ONE_PLACE):
                with pytest.raises(WrongPassword):
                    await firstline.logins.sign_in(account, "wrong", Whence("10.0.0.1"))
            with pytest.raises(TooManyAttempts):
                await firstline.logins.sign_in(account, "wrong", Whence("10.0.0.1"))

    async def test_tries_at_the_same_moment_are_all_counted(self, firstline: Firstline, ann: str):
        """Many guesses at once get no further than many in a row."""
        guesses = [firstline.logins.sign_in(ann, "wrong", Whence("10.0.0.1")) for _ in range(3 * FROM_ONE_PLACE)]
        answers = await asyncio.gather(*guesses, return_exceptions=True)
        assert sum(isinstance(answer, WrongPassword) for answer in answers) == FROM_ONE_PLACE

    async def test_who_signs_in_often_is_not_held_up(self, firstline: Firstline, ann: str):
        """Only failures count."""
        for _ in range(FROM_ONE_PLACE + 2):
            await firstline.logins.sign_in(ann, PASSWORD, Whence("10.0.0.1"))

    async def test_a_network_of_one_house_is_one_place(self):
        """With IPv6, where each device has billions of addresses, the network counts."""
        assert Try(ANN, "2001:db8::1").keys == Try(ANN, "2001:db8::ffff:2").keys
        assert Try(ANN, "2001:db8::1").keys != Try(ANN, "2001:db8:0:1::1").keys
        assert Try(ANN, "10.0.0.1").keys != Try(ANN, "10.0.0.2").keys
        assert Try(" ANN@example.org", "x").keys == Try(ANN, "x").keys


class TestOneself:
    """What everybody may do about their own account."""

    async def test_a_password_is_changed(self, server: Server):
        """With the old password a new one is set; other sign-ins end, this one stays."""
        ann, phone = await server.agent("Ann"), await sign_in(server, ANN, PASSWORD)
        change = {"current": PASSWORD, "new": "a better one, longer"}
        assert (await ann.client.put("/api/v1/agent/account/password", json=change)).json() == {"ended": 1}
        assert (await ann.get("session")).status_code == 200
        cookie = {"Cookie": f"firstline_agent={phone.cookies['firstline_agent']}"}
        problem(await server.client.get("/api/v1/agent/session", headers=cookie), 401)
        problem(await sign_in(server, ANN, PASSWORD), 401)
        assert (await sign_in(server, ANN, change["new"])).status_code == 200

    async def test_a_wrong_old_password_changes_nothing(self, server: Server):
        """Who found a computer left alone does not get to keep the account, and cannot guess on."""
        ann = await server.agent("Ann")
        change = {"current": "wrong", "new": "a better one, longer"}
        for _ in range(FROM_ONE_PLACE):
            response = await ann.client.put("/api/v1/agent/account/password", json=change)
            assert "Nothing was changed" in problem(response, 422)
        problem(await ann.client.put("/api/v1/agent/account/password", json={**change, "current": PASSWORD}), 429)

    async def test_a_short_password_is_refused(self, server: Server):
        """The sentence says how long it has to be."""
        ann = await server.agent("Ann")
        change = {"current": PASSWORD, "new": "short"}
        assert "10" in problem(await ann.client.put("/api/v1/agent/account/password", json=change), 422)

    async def test_who_one_is_is_no_password(self, server: Server):
        """Neither the e-mail address nor the name will do, however they are written; the sentence says so."""
        ann = await server.agent("Annabel-Lee")
        for new, language, words in (
            (f" {ann.email.upper()}", "en", "not your e-mail address"),
            ("annabel-LEE", "de", "noch Ihr Name"),
        ):
            change = {"current": PASSWORD, "new": new}
            headers = {"Accept-Language": language}
            refused = await ann.client.put("/api/v1/agent/account/password", json=change, headers=headers)
            assert words in problem(refused, 422)

    async def test_sign_ins_are_listed_and_ended(self, server: Server):
        """Everybody sees where they are signed in, which of these is here, and ends any of them, or all others."""
        ann = await server.agent("Ann")
        await sign_in(server, ANN, PASSWORD)
        await sign_in(server, ANN, PASSWORD)
        logins = (await ann.get("account")).json()["logins"]
        assert [login["current"] for login in logins] == [False, False, True]
        assert logins[0] == {
            "id": ANY,
            "how": "password",
            "browser": ANY,
            "address": "127.0.0.1",
            "created_at": ANY,
            "seen_at": ANY,
            "current": False,
        }
        assert "python-httpx" in logins[0]["browser"]
        path = f"/api/v1/agent/account/logins/{logins[0]['id']}"
        assert (await ann.client.delete(path)).status_code == 204
        problem(await ann.client.delete(path), 404)
        assert (await ann.client.delete("/api/v1/agent/account/logins")).json() == {"ended": 1}
        assert [login["current"] for login in (await ann.get("account")).json()["logins"]] == [True]

    async def test_nobody_ends_anothers(self, server: Server):
        """The name of a colleague's sign-in is no key to it."""
        ann, ben = await server.agent("Ann"), await server.agent("Ben")
        bens = (await ben.get("account")).json()["logins"][0]["id"]
        problem(await ann.client.delete(f"/api/v1/agent/account/logins/{bens}"), 404)
        assert (await ben.get("session")).status_code == 200


class TestOthers:
    """What an operator does about other people's sign-ins."""

    async def test_an_operator_ends_them(self, server: Server, olga: SignedInAgent):
        """One by one, or all: the browser is signed out, and its agent is offline."""
        ann = await server.agent("Ann")
        await sign_in(server, ANN, PASSWORD)
        number = next(each["id"] for each in (await olga.get("people")).json()["people"] if each["email"] == ANN)
        logins = (await olga.get(f"people/{number}")).json()["logins"]
        assert len(logins) == 2
        assert not any(login["current"] for login in logins)
        path = f"/api/v1/agent/people/{number}/logins"
        assert (await olga.client.delete(f"{path}/{logins[0]['id']}")).status_code == 204
        assert (await ann.get("session")).status_code == 200
        assert (await olga.client.delete(path)).json() == {"ended": 1}
        problem(await ann.get("session"), 401)
        people = {each["email"]: each for each in (await olga.get("people")).json()["people"]}
        assert people[ANN]["presence"] == "offline"

    async def test_an_open_console_is_closed(
        self, server: Server, olga: SignedInAgent, monkeypatch: pytest.MonkeyPatch
    ):
        """The stream of a browser whose sign-in was ended ends with its next sign of life."""
        monkeypatch.setattr("console.stream._SIGN_OF_LIFE", 0.2)
        ann = await server.agent("Ann")
        number = (await ann.get("session")).json()["id"]
        async with ann.client.stream("GET", "/api/v1/agent/stream") as stream:
            lines = stream.aiter_lines()
            assert (await anext(lines)).startswith("event: snapshot")
            assert (await olga.client.delete(f"/api/v1/agent/people/{number}/logins")).json() == {"ended": 1}
            async with asyncio.timeout(20):
                async for _ in lines:
                    pass
        problem(await ann.get("queue"), 401)
