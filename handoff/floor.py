"""Moves the floor between bot and people, and says what the visitor is told about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from conversations import ratings, record
from conversations.rows import Conversation
from conversations.status import Event, Status
from handoff import agents, tickets
from handoff.hours import Holidays, is_open, last_closing, next_closing, next_opening, public_holidays
from handoff.outcome import Desk, Outcome, outcome
from handoff.places import ahead_of, place_of
from handoff.rights import Right, may
from handoff.rows import Agent, Ticket
from handoff.texts import Texts
from handoff.timers import Hours
from knowledge_base.organisation import Organisation

BACK_TO_BOT = "desk:back"
REPHRASE = "desk:rephrase"
PERSON = "desk:person"
WITHDRAWALS = (BACK_TO_BOT, REPHRASE)
MISSED = "missed"


class Taken(Exception):
    """Somebody else has the conversation; `agent` is their name, empty if nobody has it."""

    def __init__(self, agent: str) -> None:
        self.agent = agent
        super().__init__(f"{agent or 'nobody'} has the conversation")


@dataclass(frozen=True)
class Passed:
    """Whom a chat is passed to: an agent by name and id, or a group by name."""

    name: str
    agent: int | None = None


@dataclass(frozen=True)
class Told:
    """What a handoff leads to and the words and buttons for the visitor."""

    outcome: Outcome
    ticket: Ticket
    text: str
    choices: Sequence[dict[str, str]]


class Floor:
    """The handoff's rules over one transaction; the caller holds the conversation's row."""

    def __init__(self, organisation: Organisation, key: bytes) -> None:
        self.texts = Texts(organisation)
        self._desk = organisation.desk
        self._holiday: Holidays = public_holidays(organisation.desk)
        self._key = key

    def link_secret(self, number: str) -> str:
        """Give the secret of a ticket's link."""
        return tickets.secret_of(number, self._key)

    def open_at(self, now: datetime) -> bool:
        """Tell whether the desk is open."""
        return is_open(self._desk, self._holiday, now)

    def hours(self, now: datetime, *, online: bool) -> Hours:
        """Give the desk as its timers see it."""
        is_open_now = self.open_at(now)
        closing = (next_closing if is_open_now else last_closing)(self._desk, self._holiday, now)
        return Hours(now, is_open_now, closing, online)

    def opens_after(self, now: datetime) -> datetime:
        """Give the next opening; tomorrow at this time for a desk without hours."""
        return next_opening(self._desk, self._holiday, now) or now + timedelta(days=1)

    async def request(
        self, transaction: AsyncSession, conversation: Conversation, why: tickets.Why, now: datetime
    ) -> Told:
        """Ask for a person: open the ticket, decide what happens next, move the floor."""
        ticket, new = await tickets.open_ticket(transaction, conversation, why, self._key, now)
        conversation.ticket = ticket.number
        room = await agents.room(transaction, now)
        ahead = await ahead_of(transaction, conversation, ticket.priority, now)
        what = outcome(Desk(self.open_at(now), room, ahead))
        if what.kind == "away":
            self._promise(ticket, now)
        else:
            record.move(conversation, Event.HANDOFF_REQUESTED, now)
        name = "away_again" if what.kind == "away" and not new else what.kind
        text = self._say(name, conversation, now, ticket=ticket.number, place=what.place)
        return Told(what, ticket, text, self._ways_back(what, why, conversation.language))

    def _ways_back(self, what: Outcome, why: tickets.Why, language: str) -> list[dict[str, str]]:
        if why.reason == "low_confidence":
            return [{"title": self.texts("rephrase", language), "value": REPHRASE}]
        if what.kind == "away":
            return []
        return [{"title": self.texts("back_to_bot", language), "value": BACK_TO_BOT}]

    async def withdraw(self, transaction: AsyncSession, conversation: Conversation, now: datetime) -> None:
        """Give the floor back to the bot because the visitor wants no person after all."""
        if conversation.status == Status.WAITING:
            record.move(conversation, Event.HANDOFF_WITHDRAWN, now)
        ticket = await tickets.live_ticket(transaction, conversation.id)
        if ticket and ticket.agent_id is None:
            tickets.settle(ticket, "closed", "withdrawn by the visitor", now)
        self._system(transaction, conversation, "withdrawn", now, author="bot")

    async def claim(
        self,
        transaction: AsyncSession,
        conversation: Conversation,
        agent: Agent,
        now: datetime,
        *,
        take_over: bool = False,
    ) -> None:
        """Give the floor to an agent; exactly one wins, the others get Taken, unless they may take over."""
        before = conversation.agent_name or ""
        if conversation.agent_id == agent.id:
            return
        if conversation.agent_id is not None and not take_over:
            raise Taken(before)
        record.require_open(conversation)
        if conversation.agent_id is None:
            record.move(conversation, Event.AGENT_JOINED, now)
        conversation.agent_id, conversation.agent_name = agent.id, agent.name
        conversation.answering_until = None
        conversation.notices = [notice for notice in conversation.notices if notice != MISSED]
        ticket = await tickets.live_ticket(transaction, conversation.id)
        if ticket:
            ticket.agent_id, ticket.remind_at = agent.id, None
            tickets.settle(ticket, "open", None, now)
        await agents.accepted(transaction, agent.id, now)
        self._system(
            transaction, conversation, "taken_over" if before else "joined", now, agent=agent.name, before=before
        )

    def require_mine(self, conversation: Conversation, agent: Agent) -> None:
        """Raise ConversationClosed or Taken unless the agent has the floor."""
        record.require_open(conversation)
        if conversation.agent_id != agent.id:
            raise Taken(conversation.agent_name or "")

    async def give_back(
        self, transaction: AsyncSession, conversation: Conversation, agent: Agent, now: datetime
    ) -> None:
        """Give the floor back to the bot; what the visitor said to the agent is not answered again."""
        self.require_mine(conversation, agent)
        record.move(conversation, Event.RETURNED_TO_BOT, now)
        self._forget_agent(conversation)
        tickets.settle(await tickets.live_ticket(transaction, conversation.id), "pending", None, now)
        self._system(transaction, conversation, "returned", now, agent=agent.name)

    async def leave(
        self, transaction: AsyncSession, conversation: Conversation, now: datetime, *, to: Passed | None = None
    ) -> None:
        """Put a conversation back into the queue: its agent is gone, or passes it on to an agent or a group."""
        left, name = conversation.agent_id, conversation.agent_name or ""
        record.move(conversation, Event.AGENT_LEFT, now)
        self._forget_agent(conversation)
        if to:
            conversation.called, conversation.called_id, conversation.called_at = to.name, to.agent, now
            conversation.missed = {str(left): now.isoformat()}
        ticket = await tickets.live_ticket(transaction, conversation.id)
        if ticket is None:  # the agent had joined a chat in which nobody had asked for a person
            ticket, _ = await tickets.open_ticket(
                transaction, conversation, tickets.Why("human_request"), self._key, now
            )
            conversation.ticket = ticket.number
        ticket.agent_id = None
        place = await place_of(transaction, conversation)
        told = "transferred" if to else "left" if place == 1 else "left_place"
        self._system(transaction, conversation, told, now, agent=name, place=place)

    async def give_up(self, transaction: AsyncSession, conversation: Conversation, now: datetime) -> None:
        """Turn waiting into a ticket for later, because the desk closes or nobody came for long."""
        record.move(conversation, Event.DESK_CLOSED, now)
        conversation.answered_seq = conversation.visitor_seq
        ticket = await tickets.live_ticket(transaction, conversation.id)
        number = ticket.number if ticket else ""
        if ticket:
            tickets.settle(ticket, "new", None, now)
            self._promise(ticket, now)
        text = self._say("nobody_came" if self.open_at(now) else "desk_closed", conversation, now, ticket=number)
        record.append(transaction, conversation, record.Said("system", text), now)

    async def remind(self, transaction: AsyncSession, conversation: Conversation, now: datetime) -> None:
        """Note that agents are told of a ticket left for later, until the next opening."""
        ticket = await tickets.live_ticket(transaction, conversation.id)
        if ticket:
            ticket.remind_at = self.opens_after(now)

    def tell_missed(self, transaction: AsyncSession, conversation: Conversation, agent: str, now: datetime) -> None:
        """Tell the visitor, once while they wait, that the one who was called does not come."""
        if MISSED not in conversation.notices:
            conversation.notices = [*conversation.notices, MISSED]
            self._system(transaction, conversation, "missed", now, agent=agent)

    def _promise(self, ticket: Ticket, now: datetime) -> None:
        ticket.promised_at = ticket.remind_at = self.opens_after(now)

    async def close(
        self,
        transaction: AsyncSession,
        conversation: Conversation,
        agent: Agent | None,
        resolution: str | None,
        now: datetime,
    ) -> None:
        """End a conversation: by its agent with a resolution, or by the visitor.

        If an agent has it then, or a ticket was left for later, the ticket stays until an agent ends it with a
        resolution too: that agent, anybody if it is nobody's, or who leads. Raises Taken for others.
        """
        ticket = await tickets.live_ticket(transaction, conversation.id)
        closed = conversation.status == Status.CLOSED
        if agent is None and not closed:
            self._end(transaction, conversation, ticket, now)
        elif agent and not closed:
            self.require_mine(conversation, agent)
            tickets.settle(ticket, "resolved", resolution, now)
            record.move(conversation, Event.CLOSED, now)
            self._system(transaction, conversation, "closed_by_agent", now, agent=agent.name)
            self._ask_for_rating(transaction, conversation, now)
        elif agent:
            nobodys = ticket is not None and ticket.status == "new"
            if conversation.agent_id not in (None, agent.id) and not nobodys and not may(agent.roles, Right.LEAD):
                raise Taken(conversation.agent_name or "")
            tickets.settle(ticket, "resolved", resolution, now)

    def _end(self, transaction: AsyncSession, conversation: Conversation, ticket: Ticket | None, now: datetime) -> None:
        """End a conversation for its visitor; what an agent has, or is promised for the next opening, is kept."""
        promised = conversation.status == Status.WITH_BOT and ticket is not None and ticket.status in tickets.DUE
        if conversation.status != Status.WITH_AGENT and not promised:
            tickets.settle(ticket, "closed", None, now)
        record.move(conversation, Event.CLOSED, now)
        self._system(transaction, conversation, "closed_by_visitor", now)

    def _ask_for_rating(self, transaction: AsyncSession, conversation: Conversation, now: datetime) -> None:
        """Ask where a question needs a message; the widget asks by itself."""
        if conversation.channel == "telegram" and conversation.rating is None:
            text, choices = self.texts("rate", conversation.language), ratings.choices(conversation.id)
            record.append(transaction, conversation, record.Said("system", text, choices=choices), now)

    async def ticket_sentence(self, transaction: AsyncSession, conversation: Conversation) -> str:
        """Say how the newest ticket of a conversation stands."""
        ticket = await tickets.newest_ticket(transaction, conversation.id)
        if ticket is None:
            return self.texts("ticket_none", conversation.language)
        return self.texts(f"ticket_{ticket.status}", conversation.language, ticket=ticket.number)

    def _forget_agent(self, conversation: Conversation) -> None:
        conversation.agent_id = conversation.agent_name = None
        conversation.answered_seq = conversation.visitor_seq
        conversation.state = {"language": conversation.language}

    def _say(self, name: str, conversation: Conversation, now: datetime, **values: object) -> str:
        opens = next_opening(self._desk, self._holiday, now)
        language = conversation.language
        when = self.texts.moment(opens, language) if opens else self.texts("soon", language)
        return self.texts(name, language, opens=when, **values)

    def _system(
        self,
        transaction: AsyncSession,
        conversation: Conversation,
        name: str,
        now: datetime,
        *,
        author: str = "system",
        **values: object,
    ) -> None:
        text = self.texts(name, conversation.language, **values)
        record.append(transaction, conversation, record.Said(author, text), now)


async def waiting_count(transaction: AsyncSession) -> int:
    """Give how many conversations wait for a person."""
    query = select(func.count()).select_from(Conversation).where(Conversation.status == Status.WAITING)
    return await transaction.scalar(query) or 0
