"""Streams to an agent's console what changes, and takes the open stream as a sign of life."""

import time
from collections.abc import AsyncIterator

from sse_starlette import ServerSentEvent

from console.work import Work
from conversations.wire import RETRY_MS, event
from handoff.rows import Agent

_SIGN_OF_LIFE = 20.0


async def events(work: Work, agent: Agent) -> AsyncIterator[ServerSentEvent]:
    """Give the queue and the agent's chats once, then the name of whatever changed."""
    with work.signals.follow(None) as following:
        await work.saw(agent)
        seen = time.monotonic()
        snapshot = {**await work.queue(), "mine": await work.conversations(agent, everyone=False)}
        yield event("snapshot", {**snapshot, "presence": await work.presence(agent)}, retry=RETRY_MS)
        while True:
            signals = await following.next(_SIGN_OF_LIFE)
            if time.monotonic() - seen >= _SIGN_OF_LIFE:
                await work.saw(agent)
                seen = time.monotonic()
            for conversation in dict.fromkeys(signal.conversation for signal in signals if signal.kind == "changed"):
                detail = await work.detail(conversation, 2**31 - 1)
                fields = {"conversation": conversation, "seq": detail["seq"], "status": detail["status"]}
                yield event("changed", fields)
            for signal in signals:
                if signal.kind == "typing" and signal.author == "visitor":
                    fields = {"conversation": signal.conversation, "author": "visitor", "on": signal.on}
                    yield event("typing", fields)
