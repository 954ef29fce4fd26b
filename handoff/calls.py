"""Calls agents for waiting visitors: who is called has some seconds to accept, then the next one is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from conversations.rows import Conversation
from conversations.status import Status
from handoff import agents, scene
from handoff.floor import Floor
from handoff.routing import assignments
from handoff.rows import Agent


@dataclass(frozen=True)
class Rules:
    """How long a call lasts, and after how many missed in a row its agent counts as away."""

    accept: timedelta = timedelta(seconds=30)
    misses: int = 3


class Calls:
    """Calls over one transaction; the caller holds the conversation's row, the agent's is taken after it."""

    def __init__(self, floor: Floor, rules: Rules) -> None:
        self._floor, self._rules = floor, rules

    async def call(self, transaction: AsyncSession, conversation: Conversation, agent_id: int, now: datetime) -> bool:
        """Call an agent; does nothing if the visitor is served, or the agent is not free, any more."""
        if conversation.status != Status.WAITING or conversation.ringing_id is not None:
            return False
        agent = await agents.lock(transaction, agent_id)
        if not all(person.free for person in await scene.people(transaction, now, agent_id)):
            return False
        conversation.ringing_id, conversation.ringing_name = agent.id, agent.name
        conversation.ringing_until = now + self._rules.accept
        agent.given_at = now
        return True

    async def miss(self, transaction: AsyncSession, conversation: Conversation, now: datetime) -> None:
        """End a call that was not accepted: its time is over, or the agent went away meanwhile."""
        if conversation.ringing_id is None:
            return
        agent = await agents.lock(transaction, conversation.ringing_id)
        if conversation.ringing_until and now >= conversation.ringing_until:
            agents.missed(agent, now, self._rules.misses)
        self._end(transaction, conversation, agent, now)

    async def decline(self, transaction: AsyncSession, conversation: Conversation, agent: Agent, now: datetime) -> None:
        """End a call because its agent cannot take it now; that is no missed call."""
        if conversation.ringing_id == agent.id:
            self._end(transaction, conversation, agent, now)

    def _end(self, transaction: AsyncSession, conversation: Conversation, agent: Agent, now: datetime) -> None:
        conversation.ringing_id = conversation.ringing_name = conversation.ringing_until = None
        conversation.missed = {**conversation.missed, str(agent.id): now.isoformat()}
        self._floor.tell_missed(transaction, conversation, agent.name, now)


async def next_called(transaction: AsyncSession, conversation: Conversation, now: datetime) -> str | None:
    """Give the name of who is called for a conversation that has just come to wait, None if nobody is yet."""
    await transaction.flush()
    waiting, people = await scene.waiting(transaction), await scene.people(transaction, now)
    given = next((one for one in assignments(waiting, people, now) if one.conversation == conversation.id), None)
    return (await agents.agent_of(transaction, given.agent)).name if given else None
