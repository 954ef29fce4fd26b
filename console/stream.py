"""Streams to an agent's console what changes, and takes the open stream as a sign of life."""

import time
from collections.abc import AsyncIterator, Sequence

from sse_starlette import ServerSentEvent

from console.work import Work
from conversations.database import DatabaseUnavailable
from conversations.signals import Signal
from conversations.wire import LOOK_AGAIN, RETRY_MS, event
from handoff.rows import Agent

_SIGN_OF_LIFE = 20.0


async def events(work: Work, agent: Agent) -> AsyncIterator[ServerSentEvent]:
    """Give the queue and the agent's chats, then the name of whatever changed.

    They are given anew when signals were missed, or when the record could not be read for a while.
    """
    seen = -_SIGN_OF_LIFE
    snapshot_due = True
    with work.signals.follow(None) as following:
        while True:
            try:
                if time.monotonic() - seen >= _SIGN_OF_LIFE:
                    await work.saw(agent)
                    seen = time.monotonic()
                if snapshot_due:
                    yield await _snapshot(work, agent)
                    snapshot_due = False
                signals = await following.next(_SIGN_OF_LIFE)
                snapshot_due = any(signal.kind == "missed" for signal in signals)
                for each in await _news(work, signals):
                    yield each
            except DatabaseUnavailable:
                await following.next(LOOK_AGAIN)
                snapshot_due = True


async def _snapshot(work: Work, agent: Agent) -> ServerSentEvent:
    lists = {**await work.queue(), "mine": await work.conversations(agent, everyone=False)}
    return event("snapshot", {**lists, "presence": await work.presence(agent)}, retry=RETRY_MS)


async def _news(work: Work, signals: Sequence[Signal]) -> list[ServerSentEvent]:
    news = []
    for signal in signals:
        if signal.kind == "changed":
            detail = await work.detail(signal.conversation, 2**31 - 1)
            fields = {"conversation": signal.conversation, "seq": detail["seq"], "status": detail["status"]}
            news.append(event("changed", fields))
        elif signal.kind == "typing" and signal.author == "visitor":
            fields = {"conversation": signal.conversation, "author": "visitor", "on": signal.on}
            news.append(event("typing", fields))
    return news
