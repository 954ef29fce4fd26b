"""A visitor on the web: opens a conversation, sends with repeats, follows the stream, falls back to reading."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.chaos.ledger import Ledger, Sent, Talk
from tests.chaos.line import Answer, Line
from tests.chaos.transcript import WAITING, WITH_BOT, Transcript

BACK = ("desk:back", "Back to the bot")
_COPIES = ((1, 2, 3, 4, 5), (70, 15, 8, 4, 3))
_LONGEST_STREAM = 8.0  # seconds; then the laptop sleeps, whether the stream lives or was stalled
_PATIENCE = 45.0  # seconds for the answers at the end; a lease of a dead server lasts 20


@dataclass(frozen=True)
class Manner:
    """How visitors write: `pause` is the mean of the seconds between two turns.

    Visitors of a bot whose answers do not name their questions ask `questions`, one at a time.
    """

    messages: int = 12
    pause: float = 0.6
    human: float = 0.06
    stumble: float = 0.01
    questions: tuple[str, ...] = ()


class Visitor:
    """One visitor with one conversation, from opening it to leaving."""

    def __init__(self, name: str, line: Line, ledger: Ledger, chance: random.Random, manner: Manner) -> None:
        self._name, self._line, self._ledger = name, line, ledger
        self._chance, self._manner = chance, manner
        self._talk = Talk("")
        self._path = ""
        self._reading = Transcript("", echoes=not manner.questions)

    async def visit(self, enough: Callable[[], bool]) -> None:
        """Say everything, or stop early when all is said; wait for the answers, leave."""
        await self._open()
        following = asyncio.create_task(self._follow())
        try:
            for number in range(self._manner.messages):
                await asyncio.sleep(self._chance.expovariate(1 / self._manner.pause))
                await self._turn(number)
                if self._talk.sent[-1].refused or enough():
                    break
            await self._until_answered()
            if self._chance.random() < 0.1:
                await self._line.until_answered("POST", f"{self._path}/close")
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    async def read(self) -> dict[str, Any]:
        """Give the whole record of the conversation."""
        reading: dict[str, Any] = (await self._line.until_answered("GET", f"{self._path}/messages")).body
        return reading

    @property
    def talk(self) -> Talk:
        """The conversation."""
        return self._talk

    async def _open(self) -> None:
        opened = (await self._line.until_answered("POST", "/api/v1/conversations", {"language": "en"})).body
        self._line.headers["Authorization"] = f"Bearer {opened['token']}"
        self._talk.id = opened["id"]
        self._path = f"/api/v1/conversations/{self._talk.id}"
        self._ledger.talks.append(self._talk)

    async def _turn(self, number: int) -> None:
        if self._talk.status == WAITING and self._chance.random() < 0.3:
            await self._send(Sent(BACK[1], BACK[0]))
        elif self._manner.questions:
            question = self._manner.questions[number % len(self._manner.questions)]
            await self._send(Sent(f"{question} ({self._name}-m{number})"))
            await self._until_answered()
        else:
            burst = 1 if self._chance.random() < 0.85 else self._chance.choice((2, 3))
            ones = [Sent(self._text(f"{self._name}-m{number * 10 + one}")) for one in range(burst)]
            await asyncio.gather(*map(self._send, ones))

    def _text(self, tag: str) -> str:
        fate = self._chance.random()
        if fate < self._manner.human:
            return f"{tag} a human please"
        return f"{tag} stumble" if fate > 1 - self._manner.stumble else f"{tag} how does it work"

    async def _send(self, sent: Sent) -> None:
        sent.behind = self._talk.acknowledged
        self._talk.sent.append(sent)
        self._ledger.counts["messages on the web"] += 1
        copies = self._chance.choices(*_COPIES)[0]
        self._ledger.counts["repeats sent"] += copies - 1
        await asyncio.gather(self._until_taken(sent), *(self._copy(sent) for _ in range(copies - 1)))

    async def _until_taken(self, sent: Sent) -> None:
        self._note(sent, await self._line.until_answered("POST", f"{self._path}/messages", sent.body))

    async def _copy(self, sent: Sent) -> None:
        await asyncio.sleep(self._chance.choice((0, 0, 0.02, 0.2)))
        if answer := await self._line.once("POST", f"{self._path}/messages", sent.body):
            self._note(sent, answer)

    def _note(self, sent: Sent, answer: Answer) -> None:
        if answer.status in (200, 201):
            self._ledger.acknowledge(self._talk.id, sent, answer.body["seq"])
        elif answer.status == 409:
            sent.refused = True
        else:
            self._ledger.flaw("unclear", self._talk.id, f"status {answer.status}: {answer.body}")

    async def _follow(self) -> None:
        while True:
            if self._chance.random() < 0.85:
                await self._stream()
            else:
                await self._fall_back()
            await asyncio.sleep(self._chance.uniform(0.2, 0.8))

    async def _stream(self) -> None:
        """Follow until the line breaks or the laptop sleeps; no message twice."""
        self._ledger.counts["streams"] += 1
        try:
            async with asyncio.timeout(min(_LONGEST_STREAM, self._chance.expovariate(1 / _LONGEST_STREAM))):
                async for name, content in self._line.events(f"{self._path}/stream", self._talk.last or None):
                    if name == "status":
                        self._talk.status = content["status"]
                    elif name == "message":
                        self._see(content)
        except TimeoutError:
            self._ledger.counts["streams left by the visitor"] += 1

    async def _fall_back(self) -> None:
        """Read instead of following."""
        if answer := await self._line.once("GET", f"{self._path}/messages?after={self._talk.last}"):
            self._ledger.counts["reads instead of a stream"] += 1
            self._talk.status = answer.body["status"]
            for message in answer.body["messages"]:
                self._see(message)

    def _see(self, message: dict[str, Any]) -> None:
        self._ledger.see(self._talk, message)
        self._reading.follow(message)

    async def _until_answered(self) -> None:
        """Wait until the bot or a person has what was said; the referee judges at the end."""
        for _ in range(int(_PATIENCE / 0.1)):
            seen = self._talk.last >= self._talk.acknowledged
            if seen and not (self._reading.floor == WITH_BOT and self._reading.pending):
                return
            await asyncio.sleep(0.1)
        self._ledger.counts["visitors who left unanswered"] += 1
