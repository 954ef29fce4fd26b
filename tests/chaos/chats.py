"""Visitors on Telegram, and Telegram's servers, which sometimes lose the reply after they took a message."""

import asyncio
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from tests.channels.telegram_peer import Lost, Peer
from tests.chaos.ledger import Ledger, Sent

_BACKLOG = 10  # updates nobody fetched; more would only be fetched again after every kill


class ForgetfulPeer(Peer):
    """Loses replies, before or after it took the call; `lost` names messages whose reply never reached the desk."""

    def __init__(self, chance: random.Random, losses: float = 0.03) -> None:
        super().__init__()
        self.losses = losses
        self.lost: set[int] = set()
        self.moments: dict[int, float] = {}
        self._chance = chance

    async def answer(self, request: Request) -> Response:
        """Answer one call, or take it and break off, or break off at once."""
        fate = self._chance.random()
        if fate < self.losses / 2:
            return Lost()
        response = await super().answer(request)
        if response.status_code == 200 and request.path_params["method"] == "sendMessage":
            message = json.loads(bytes(response.body))["result"]["message_id"]
            self.moments[message] = time.monotonic()
            if fate < self.losses * 1.5:
                self.lost.add(message)
        return Lost() if fate < self.losses * 1.5 else response


@dataclass
class Chat:
    """One visitor's private chat with the bot."""

    number: int
    sent: list[Sent] = field(default_factory=list)


class Chats:
    """All visitors on Telegram."""

    def __init__(self, peer: ForgetfulPeer, ledger: Ledger, chance: random.Random, count: int) -> None:
        self.peer, self._ledger, self._chance = peer, ledger, chance
        self.chats = [Chat(7000 + number) for number in range(count)]

    async def write(self, over: asyncio.Event, pause: float) -> None:
        """Write in all chats until it is over."""
        await asyncio.gather(*(self._one(chat, over, pause) for chat in self.chats))

    async def call_people(self, seconds: float) -> None:
        """Let every chat ask for a person, so that an agent can find its conversation; wait until all is taken."""
        for chat in self.chats:
            self._say(chat, "a human please")
        for _ in range(int(seconds / 0.2)):
            if not self.peer.updates:
                return
            await asyncio.sleep(0.2)
        self._ledger.flaw("stuck", "telegram", f"{len(self.peer.updates)} updates were not fetched")

    def shown(self, chat: Chat) -> list[dict[str, object]]:
        """Give what arrived in a chat, in order."""
        return [message for message in self.peer.sent if message["chat"]["id"] == chat.number]

    def unexcused(self, repeats: Sequence[tuple[int, int]], deaths: Sequence[float]) -> list[tuple[int, int]]:
        """Give the repeats (first message, its repeat) without a lost reply or a server's death between them."""
        moments = self.peer.moments
        return [
            (first, again)
            for first, again in repeats
            if first not in self.peer.lost and not any(moments[first] <= death <= moments[again] for death in deaths)
        ]

    async def _one(self, chat: Chat, over: asyncio.Event, pause: float) -> None:
        while not over.is_set():
            await asyncio.sleep(self._chance.expovariate(1 / pause))
            if len(self.peer.updates) > _BACKLOG:
                continue
            wish = self._chance.random()
            self._say(chat, "a human please" if wish < 0.08 else "how does it work")

    def _say(self, chat: Chat, words: str) -> None:
        sent = Sent(f"t{chat.number}-m{len(chat.sent)} {words}")
        chat.sent.append(sent)
        self.peer.say(sent.text, chat.number)
        self._ledger.counts["messages on Telegram"] += 1
