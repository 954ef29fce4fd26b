"""What visitors and agents can rely on after a chat: the rating, once, and the transcript, for nobody else."""

import asyncio
from xml.etree import ElementTree as ET

import httpx
import pytest

from tests.conftest import SUNDAY, HandClock, Server, SignedInAgent, Visitor
from tests.http.test_visitors import PNG, problem, send_file

HTML = "{http://www.w3.org/1999/xhtml}"
HOSTILE = "</p><script>alert(1)</script><!-- ]]> & \u202e \ufffe **b** [x](javascript:alert(1))"


async def helped(server: Server) -> tuple[SignedInAgent, Visitor]:
    """Let Ann help a visitor."""
    agent, visitor = await server.agent(), await server.conversation()
    await visitor.say("I want a human")
    await visitor.until("bot")
    assert (await agent.claim(visitor)).status_code == 200
    await agent.say(visitor, HOSTILE)
    return agent, visitor


async def transcript(server: Server, visitor: Visitor) -> httpx.Response:
    """Fetch the transcript as the widget does."""
    return await server.client.get(f"{visitor.path}/transcript", headers=visitor.headers)


class TestRating:
    """A score from 1 to 5, and what the visitor adds to it."""

    async def test_once_from_two_tabs(self, server: Server):
        """Of two ratings at the same moment one counts, and the other tab reads that there is one already."""
        _, visitor = await helped(server)
        assert (await visitor.read())["rated"] is False
        answers = await asyncio.gather(*(visitor.post("rating", {"score": score}) for score in (1, 5)))
        taken, refused = sorted(answers, key=lambda answer: answer.status_code)
        assert taken.status_code == 201
        assert "rated this chat already" in problem(refused, 409)
        assert (await visitor.read())["rated"] is True

    async def test_agents_read_it(self, server: Server):
        """Agents see score and comment beside the conversation and in its ticket; a secret in it is not kept."""
        agent, visitor = await helped(server)
        assert (await agent.get(f"conversations/{visitor.id}")).json()["rating"] is None
        await visitor.post("rating", {"score": 4, "comment": " thanks\x00, my password is Sommer2024! "})
        detail = (await agent.get(f"conversations/{visitor.id}")).json()
        assert detail["rating"]["score"] == 4
        assert detail["rating"]["comment"].startswith("thanks, my password is [")
        ticket = (await agent.client.get(f"/api/v1/tickets/{detail['ticket']['number']}")).json()
        assert ticket["rating"] == detail["rating"]

    @pytest.mark.parametrize("score", [0, 6, 3.5, "x", None])
    async def test_nothing_but_one_to_five(self, server: Server, score: object):
        """Anything that is no whole number from 1 to 5 is refused."""
        visitor = await server.conversation()
        problem(await visitor.post("rating", {"score": score}), 422)

    async def test_a_comment_of_nothing(self, server: Server):
        """A comment of white space and invisible characters is none."""
        agent, visitor = await helped(server)
        await visitor.post("rating", {"score": 5, "comment": " \u200b\n"})
        detail = (await agent.get(f"conversations/{visitor.id}")).json()
        assert detail["rating"] == {"score": 5, "comment": None}


class TestTranscript:
    """A page to keep."""

    async def test_everything_said_and_nothing_that_runs(self, server: Server):
        """The page is well-formed, holds every message and the names of files, no note, and nothing of it runs."""
        agent, visitor = await helped(server)
        await agent.post(f"conversations/{visitor.id}/note", {"text": "between us"})
        await send_file(server, visitor, "screen.png", PNG)
        await visitor.say(HOSTILE)
        answer = await transcript(server, visitor)
        assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''transcript-IT-1001.html"
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        page = ET.fromstring(answer.text.removeprefix("<!DOCTYPE html>"))  # noqa: S314  our own page
        words = "".join(page.itertext())
        assert words.count(HOSTILE.replace("\ufffe", "")) == 2
        for said in ("I want a human", "Ann has joined.", "screen.png", "Ticket IT-1001"):
            assert said in words
        assert "between us" not in words
        tags = {element.tag.removeprefix(HTML) for element in page.iter()}
        assert tags.isdisjoint({"script", "img", "a", "iframe", "link"})
        names = [element.text for element in page.iter(f"{HTML}bdi")]
        assert names[0] == "You"
        assert "Ann" in names

    async def test_in_german(self, server: Server):
        """A German conversation has a German transcript, with German dates."""
        visitor = await server.conversation("de")
        answer = await transcript(server, visitor)
        assert "gespraech-2026-11-23.html" in answer.headers["content-disposition"]
        assert "Gespeichert am 23.11.2026" in answer.text
        assert "Es wurde noch nichts gesagt." in answer.text

    async def test_for_nobody_else(self, server: Server):
        """It opens with its own conversation's token and no other, and no address of it can be guessed."""
        mine, another = await server.conversation(), await server.conversation()
        problem(await server.client.get(f"{mine.path}/transcript"), 401)
        problem(await server.client.get(f"{mine.path}/transcript", headers=another.headers), 404)

    async def test_by_the_tickets_link(self, server: Server, clock: HandClock):
        """Who holds the ticket's secret link gets the transcript, with the secret in a header and in no address."""
        clock.now = SUNDAY
        visitor = await server.conversation()
        await visitor.say("unknown thing")
        secret = (await visitor.until("bot"))["ticket_url"].rsplit("/", 1)[1]
        path = "/api/v1/tickets/by-secret/transcript"
        answer = await server.client.get(path, headers={"Authorization": f"Bearer {secret}"})
        assert answer.status_code == 200
        assert "unknown thing" in answer.text
        assert secret not in str(answer.url)
        problem(await server.client.get(path, headers={"Authorization": "Bearer wrong"}), 404)
        problem(await server.client.get(path), 404)

    async def test_other_sites_with_the_widget(self, server: Server):
        """The widget on another site may fetch it."""
        visitor = await server.conversation()
        headers = {**visitor.headers, "Origin": "https://elsewhere.example"}
        answer = await server.client.get(f"{visitor.path}/transcript", headers=headers)
        assert answer.headers["access-control-allow-origin"] == "*"


async def test_a_name_is_one_line_that_misleads_nobody(server: Server):
    """Control, direction and invisible characters of a name are left out; a name of nothing else is none."""
    visitor = await server.conversation()
    known = {"name": "  Ann\n\u202e\u2066 \u200bLee\u0000 \u200c"}
    answer = await server.client.patch(visitor.path, json=known, headers=visitor.headers)
    assert answer.json()["name"] == "Ann Lee"
    answer = await server.client.patch(visitor.path, json={"name": "\u200e\u2800"}, headers=visitor.headers)
    assert answer.json()["name"] is None
