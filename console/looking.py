"""Lets agents see who else has the same chat before them; nothing of it is recorded."""

from collections.abc import Sequence
from typing import Any, Literal

from conversations import record
from conversations.database import Database
from conversations.signals import Signal, Signals
from conversations.wire import event
from handoff.rows import Agent

Doing = Literal["reads", "writes", "left"]


class Looking:
    """What agents do in chats, told to the others; consoles repeat it, so that what is lost does no harm."""

    def __init__(self, database: Database, signals: Signals) -> None:
        self._database, self._signals = database, signals

    async def look(self, agent: Agent, conversation: str, doing: Doing) -> None:
        """Tell colleagues what an agent does in a conversation; raises UnknownConversation."""
        async with self._database.read() as transaction:
            await record.get(transaction, conversation)
        self._signals.looking(conversation, agent.id, agent.name, doing)


class Beside:
    """Tells one agent which colleagues read or write in the chat they have before them, and nothing of other chats."""

    def __init__(self, agent: Agent) -> None:
        self._me = str(agent.id)
        self._open = ""

    def news(self, signals: Sequence[Signal]) -> list[bytes]:
        """Give what colleagues do where this agent looks."""
        looks = [signal for signal in signals if signal.kind == "looking"]
        self._open = next((each.conversation for each in reversed(looks) if each.author == self._me), self._open)
        return [_told(each) for each in looks if each.author != self._me and each.conversation == self._open]


def _told(signal: Signal) -> bytes:
    colleague: dict[str, Any] = {"id": int(signal.author), "name": signal.name}
    return event("looking", {"conversation": signal.conversation, "agent": colleague, "doing": signal.doing}).encode()
