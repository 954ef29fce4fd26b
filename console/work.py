"""What an agent does: takes chats, answers, notes, passes on, gives back, closes; looks at queue and tickets."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from console.errors import NoSuchColleague, NotTheirs
from console.sharing import Shared
from console.shown import tried
from conversations import record
from conversations.database import Database, Transaction
from conversations.errors import EmptyMessage, TooLong
from conversations.files import attachment_of
from conversations.masking import mask
from conversations.rows import Conversation
from conversations.signals import Signals
from conversations.texts import clean
from handoff import abilities, agents, audit, queue, tickets
from handoff.calls import Calls, next_called
from handoff.floor import Floor, Passed
from handoff.rights import Right, may
from handoff.rows import Agent

LONGEST = 4000
Card = dict[str, Any]


class Work:
    """An agent's actions, each one transaction that takes the conversation first.

    `wake` is told whenever somebody becomes free or comes to wait.
    """

    def __init__(
        self,
        database: Database,
        floor: Floor,
        calls: Calls,
        signals: Signals,
        clock: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self._database, self._floor, self._calls, self._clock = database, floor, calls, clock
        self._wake = wake
        self.signals = signals
        self.queue = Shared(self._queue)
        self._held = Shared(self._read_held)

    @asynccontextmanager
    async def _conversation(self, conversation: str) -> AsyncIterator[tuple[Transaction, Conversation, datetime]]:
        async with self._database.write() as transaction:
            yield transaction, await record.lock(transaction, conversation), self._clock()

    @asynccontextmanager
    async def _floor_of(self, conversation: str) -> AsyncIterator[tuple[Transaction, Conversation, datetime]]:
        """Give a conversation whose floor moves, and let the desk see who is free now."""
        async with self._conversation(conversation) as found:
            yield found
        self._wake()

    async def claim(self, agent: Agent, conversation: str, *, take_over: bool = False) -> Card:
        """Take a conversation; raises Taken with the name of who was first.

        A supervisor may take over what somebody has; raises NotTheirs for anybody else.
        """
        if take_over and not may(agent.roles, Right.LEAD):
            raise NotTheirs
        async with self._floor_of(conversation) as (transaction, row, now):
            before = row.agent_id
            await self._floor.claim(transaction, row, agent, now, take_over=take_over)
            if before != agent.id:
                audit.note(transaction, agent, "take_over" if before else "claim", now, on=row)
        return {"status": row.status, "agent": row.agent_name}

    async def decline(self, agent: Agent, conversation: str) -> Card:
        """Say that the agent who is called cannot take the chat now: the next one is called."""
        async with self._floor_of(conversation) as (transaction, row, now):
            await self._calls.decline(transaction, row, agent, now)
            audit.note(transaction, agent, "decline", now, on=row)
        return {"status": row.status}

    async def say(self, agent: Agent, conversation: str, external_id: str, text: str) -> tuple[int, bool]:
        """Answer the visitor; gives the place and whether it was there before."""
        said = record.Said("agent", readable(text), agent.name, external_id)
        return await self._append(agent, conversation, said)

    async def note(self, agent: Agent, conversation: str, external_id: str | None, text: str) -> tuple[int, bool]:
        """Write something only agents see; nobody needs to have the conversation for it."""
        said = record.Said("agent", readable(text), agent.name, external_id, private=True)
        return await self._append(agent, conversation, said)

    async def attach(
        self, agent: Agent, conversation: str, external_id: str, name: str, content: bytes
    ) -> tuple[int, bool]:
        """Send the visitor a file."""
        file = attachment_of(conversation, name, content, self._clock())
        listed = {"id": file.id, "name": file.name, "type": file.type, "size": file.size}
        said = record.Said("agent", "", agent.name, external_id, attachments=[listed])
        return await self._append(agent, conversation, said, file)

    async def _append(self, agent: Agent, conversation: str, said: record.Said, file: Any = None) -> tuple[int, bool]:
        async with self._conversation(conversation) as (transaction, row, now):
            if repeat := await record.repeated(transaction, row, said):
                return repeat, True
            if not said.private:
                self._floor.require_mine(row, agent)
            if file is not None:
                transaction.add(file)
            seq = record.append(transaction, row, said, now)
            kind = "note" if said.private else "message" if file is None else "file"
            audit.note(transaction, agent, kind, now, on=row, seq=seq)
            return seq, False

    async def transfer(self, agent: Agent, conversation: str, to: Mapping[str, str]) -> Card:
        """Put a conversation back into the queue for a colleague or a group, and say who is called.

        Raises NoSuchColleague.
        """
        async with self._floor_of(conversation) as (transaction, row, now):
            self._floor.require_mine(row, agent)
            passed = await self._meant(transaction, to)
            await self._floor.leave(transaction, row, now, to=passed)
            audit.note(transaction, agent, "transfer", now, on=row, to=passed.name)
            called = await next_called(transaction, row, now)
        return {"status": row.status, "agent": None, "called": called}

    async def _meant(self, transaction: Transaction, to: Mapping[str, str]) -> Passed:
        everyone = await agents.all_agents(transaction)
        for colleague in everyone:
            if colleague.email == to.get("agent", "").strip().lower():
                return Passed(colleague.name, colleague.id)
        group = to.get("group", "").strip()
        if group and (group in {name for one in everyone for name in one.groups} or group == "second_level"):
            return Passed(group)
        raise NoSuchColleague

    async def give_back(self, agent: Agent, conversation: str) -> Card:
        """Give the chat back to the bot."""
        async with self._floor_of(conversation) as (transaction, row, now):
            await self._floor.give_back(transaction, row, agent, now)
            audit.note(transaction, agent, "return", now, on=row)
        return {"status": row.status}

    async def close(self, agent: Agent, conversation: str, resolution: str) -> Card:
        """End the chat; the ticket keeps the resolution."""
        async with self._floor_of(conversation) as (transaction, row, now):
            await self._floor.close(transaction, row, agent, clean(resolution), now)
            audit.note(transaction, agent, "close", now, on=row)
        return {"status": row.status}

    async def typing(self, agent: Agent, conversation: str, *, on: bool) -> None:
        """Show the visitor that their agent types; what another agent types is nobody's business."""
        async with self._database.read() as transaction:
            row = await record.get(transaction, conversation)
        if row.agent_id == agent.id:
            self.signals.typing(conversation, "agent", on=on)

    async def _queue(self) -> dict[str, list[Card]]:
        """Give who waits, and whose ticket nobody has yet."""
        async with self._database.read() as transaction:
            return await queue.queue(transaction, self._clock())

    async def _read_held(self) -> list[Card]:
        async with self._database.read() as transaction:
            return await queue.held(transaction, self._clock())

    async def conversations(self, agent: Agent, *, everyone: bool) -> list[Card]:
        """Give the agent's chats, or all that people have or are asked for."""
        if not everyone:
            return [card for card in await self._held() if card["agent_id"] == agent.id]
        async with self._database.read() as transaction:
            return await queue.everybodys(transaction, self._clock())

    async def detail(self, conversation: str, after: int) -> Card:
        """Give one conversation in full, or what came behind a place."""
        async with self._database.read() as transaction:
            row = await record.get(transaction, conversation)
            messages = await record.messages(transaction, conversation, private=True)
            new = [message for message in messages if message.seq > after]
            detail = await queue.detail(transaction, row, new, self._clock())
        return {**detail, "tried": tried(row, messages, detail["tried"])}

    async def file(self, conversation: str, attachment: str) -> tuple[str, str, bytes]:
        """Give a file's name, type and bytes."""
        async with self._database.read() as transaction:
            found = await record.attachment(transaction, conversation, attachment)
        return found.name, found.type, found.content

    async def ticket(self, number: str) -> Card:
        """Give a ticket with its transcript; raises UnknownTicket."""
        async with self._database.read() as transaction:
            ticket = await tickets.ticket_by_number(transaction, number)
            row = await record.get(transaction, ticket.conversation_id)
            messages = await record.messages(transaction, ticket.conversation_id, private=True)
        shown = tried(row, messages, ticket.tried)
        known = {"rating": queue.rating(row), "conversation": row.id, "facts": ticket.facts, "tried": shown}
        return {**tickets.summary(ticket), **known, "transcript": queue.transcript(messages)}

    async def change_ticket(self, agent: Agent, number: str, changes: Mapping[str, str]) -> Card:
        """Change a ticket's status, priority, kind or category; raises UnknownTicket and NoSuchValue."""
        async with self._database.write() as transaction:
            conversation = (await tickets.ticket_by_number(transaction, number)).conversation_id
            row = await record.lock(transaction, conversation)
            ticket = await tickets.ticket_by_number(transaction, number)
            tickets.change(ticket, changes, self._clock())
            audit.note(transaction, agent, "ticket", self._clock(), on=row, ticket=number, **changes)
        return await self.ticket(number)

    async def presence(self, agent: Agent) -> str:
        """Give an agent's presence as it is now."""
        return str((await self.attendance(agent))["presence"])

    async def attendance(self, agent: Agent) -> Card:
        """Give an agent's presence as it is now, and how many calls in a row they did not accept."""
        async with self._database.read() as transaction:
            found = await agents.agent_of(transaction, agent.id)
        return {"presence": agents.presence_of(found, self._clock()), "misses": found.misses}

    async def set_presence(self, agent: Agent, presence: str) -> None:
        """Say whether an agent takes chats."""
        async with self._database.write() as transaction:
            await agents.set_presence(transaction, agent.id, presence, self._clock())
            audit.note(transaction, agent, "presence", self._clock(), presence=presence)
        self._wake()

    async def colleagues(self) -> list[Card]:
        """Give everybody who answers, with presence."""
        async with self._database.read() as transaction:
            everyone = await agents.all_agents(transaction)
        return [self._colleague(one) for one in everyone]

    def _colleague(self, agent: Agent) -> Card:
        presence = agents.presence_of(agent, self._clock())
        return {"name": agent.name, "email": agent.email, "presence": presence, **abilities.takes(agent)}

    async def change_colleague(self, agent: Agent, email: str, changes: Mapping[str, Any]) -> Card:
        """Set how many chats, which languages and which groups a colleague has; raises NoSuchColleague."""
        async with self._database.write() as transaction:
            changed = await abilities.change_agent(transaction, email, changes)
            if changed is None:
                raise NoSuchColleague
            audit.note(transaction, agent, "takes", self._clock(), on=changed, **abilities.takes(changed))
        self._wake()
        return self._colleague(changed)


def readable(text: str) -> str:
    """Give what may be stored of an agent's text; raises EmptyMessage and TooLong."""
    if len(text) > LONGEST:
        raise TooLong
    cleaned = clean(text)
    if not cleaned:
        raise EmptyMessage
    return mask(cleaned).text
