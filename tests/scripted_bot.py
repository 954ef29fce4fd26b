"""A stand-in for the bot's worker process: answers by a few plain rules, fails or waits when told to."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from bot.reply import BotMessage, Candidate, Choice, Reply, Utterance
from bot.workers import BotUnavailable

HELPED = Choice("That helped", "helped")
VPN = Candidate("vpn-connect", "vpn", "Connect to the VPN", 0.93)


class ScriptedBot:
    """Says "echo: …" to anything but the words that stand for a wish, an anger or an unknown question."""

    def __init__(self) -> None:
        self.asked: list[tuple[Utterance, ...]] = []
        self.failures = 0
        self.status: Literal["starting", "ready", "down"] = "ready"
        self.gate = asyncio.Event()
        self.gate.set()
        self.awake = asyncio.Event()
        self.awake.set()

    async def ready(self) -> None:
        """Wait until it is awake."""
        await self.awake.wait()

    async def reply(self, state: Mapping[str, Any], utterances: Sequence[Utterance], now: datetime) -> Reply:
        """Give one turn."""
        self.asked.append(tuple(utterances))
        await self.gate.wait()
        if self.failures:
            self.failures -= 1
            raise BotUnavailable("told to fail")
        text = " / ".join(utterance.text for utterance in utterances)
        language = "de" if "hilfe" in text.lower() else state.get("language", "en")
        turns = state.get("turns", 0) + 1
        following = {"language": language, "turns": turns}
        if "human" in text:
            sorry = (BotMessage("I get you a person."),)
            return Reply(
                sorry, following, "handoff", language, "human_request", candidates=(VPN,), facts={"device": "laptop"}
            )
        if "unknown" in text:
            return Reply((BotMessage("I do not know."),), following, "no_answer", language, "low_confidence")
        if "ticket" in text:
            return Reply((BotMessage("Your ticket:"),), following, "dialogue", language, asks="ticket_status")
        message = BotMessage(f"echo: {text}", (HELPED,), "vpn-connect")
        return Reply((message,), following, "answer", language, article="vpn-connect", topic="vpn", confidence=0.93)

    async def run(self) -> None:
        """Live until cancelled."""
        await asyncio.Event().wait()

    async def close(self) -> None:
        """Nothing to end."""
