"""An agent at the console: signs in, claims, answers, returns to the bot, passes on, closes."""

import asyncio
import random
from typing import Any

from tests.chaos.ledger import Ledger, Sent
from tests.chaos.line import Answer, Line

PASSWORD = "a password for the chaos"
_ROOT = "/api/v1/agent"


class Agent:
    """One agent with one browser; chats are served one after the other."""

    def __init__(self, name: str, line: Line, ledger: Ledger, chance: random.Random) -> None:
        self.name, self.email = name, f"{name.lower()}@example.org"
        self._line, self._ledger, self._chance = line, ledger, chance
        self._known: list[str] = []
        self._of_channel: dict[str, str] = {}
        self._said = 0

    async def sign_in(self) -> None:
        """Sign in and keep cookie and token."""
        body = {"email": self.email, "password": PASSWORD}
        answer = await self._line.until_answered("POST", f"{_ROOT}/session", body)
        assert answer.status == 200, answer
        cookies = "; ".join(f"{name}={value}" for name, value in answer.cookies.items())
        self._line.headers.update({"Cookie": cookies, "X-CSRF-Token": answer.body["csrf"]})

    async def work(self, over: asyncio.Event) -> None:
        """Serve until it is over."""
        watching = asyncio.create_task(self._watch())
        try:
            while not over.is_set():
                if conversation := await self._next():
                    await self._serve(conversation)
                await asyncio.sleep(self._chance.uniform(0.05, 0.4))
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    async def queue(self) -> list[dict[str, Any]]:
        """Give who waits."""
        answer = await self._line.until_answered("GET", f"{_ROOT}/queue")
        waiting: list[dict[str, Any]] = answer.body["waiting"]
        return waiting

    async def detail(self, conversation: str) -> dict[str, Any]:
        """Give a conversation in full."""
        body: dict[str, Any] = (await self._line.until_answered("GET", f"{_ROOT}/conversations/{conversation}")).body
        return body

    async def everyones(self, channel: str) -> list[str]:
        """Give the conversations of a channel that people had or are asked for."""
        answer = await self._line.until_answered("GET", f"{_ROOT}/conversations?all=true")
        self._of_channel.update({card["id"]: card["channel"] for card in answer.body["conversations"]})
        for conversation in self._ledger.claims.keys() - self._of_channel.keys():
            self._of_channel[conversation] = (await self.detail(conversation))["channel"]
        return [conversation for conversation, where in self._of_channel.items() if where == channel]

    async def _watch(self) -> None:
        """Keep the console's stream open: a sign of life."""
        while True:
            async for _ in self._line.events(f"{_ROOT}/stream"):
                self._ledger.counts["signs on agents' streams"] += 1
            await asyncio.sleep(0.5)

    async def _next(self) -> str | None:
        """Choose who waits, or one of before whom the bot has again: perhaps it is thinking."""
        waiting = await self.queue()
        if waiting and (not self._known or self._chance.random() < 0.5):
            return str(self._chance.choice(waiting[:3])["id"])
        return self._chance.choice(self._known[-20:]) if self._known else None

    async def _serve(self, conversation: str) -> None:
        answer = await self._do(conversation, "claim")
        if conversation in self._known:
            self._known.remove(conversation)
        if answer.status != 200 or answer.body["status"] != "with_agent":
            self._ledger.counts["claims refused"] += 1
            return
        self._ledger.counts["claims"] += 1
        self._ledger.claims.setdefault(conversation, []).append(self.name)
        for _ in range(self._chance.choice((0, 1, 1, 2, 3))):
            await asyncio.sleep(self._chance.uniform(0, 0.3))
            await self._say(conversation)
        await self._end(conversation)

    async def _say(self, conversation: str) -> None:
        self._said += 1
        sent = Sent(f"{self.name} says {self._said}")
        self._ledger.agents_sent.setdefault(conversation, []).append(sent)
        self._ledger.counts["messages of agents"] += 1
        copies = self._chance.choices((1, 2, 3), (80, 15, 5))[0]
        self._ledger.counts["repeats sent"] += copies - 1
        for answer in await asyncio.gather(*(self._do(conversation, "messages", sent.body) for _ in range(copies))):
            if answer.status in (200, 201):
                self._ledger.acknowledge(conversation, sent, answer.body["seq"])
            else:
                sent.refused = True

    async def _end(self, conversation: str) -> None:
        fate = self._chance.random()
        if fate < 0.7:
            await self._do(conversation, "return")
            self._ledger.counts["returned to the bot"] += 1
            self._known.append(conversation)
        elif fate < 0.8:
            await self._do(conversation, "transfer", {"group": "second_level"})
            self._ledger.counts["passed on"] += 1
        else:
            await self._do(conversation, "close", {"resolution": "solved"})
            self._ledger.counts["closed by agents"] += 1

    async def _do(self, conversation: str, what: str, body: Any = None) -> Answer:
        return await self._line.until_answered("POST", f"{_ROOT}/conversations/{conversation}/{what}", body)
