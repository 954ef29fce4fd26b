"""Says when the desk acts by itself: for whoever waits there is always a next moment. Pure: time is an argument."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from conversations.status import Status

SIGN_OF_LIFE = timedelta(seconds=90)  # a console that sends none for so long is gone
AWAY = timedelta(minutes=5)  # an agent may be away and say nothing for so long and keeps their chats
LAST_CALL = timedelta(minutes=15)  # somebody still online may take who waits for so long after the desk has closed
ALONE = timedelta(minutes=60)  # the longest wait at an open desk where nobody is online
CROWDED = timedelta(hours=4)  # the longest wait where everybody is busy


class Act(StrEnum):
    """What the desk does by itself."""

    ANSWER = "answer"  # the bot answers what was left unanswered
    MISS = "miss"  # a call was not accepted: the next agent is called
    LEAVE = "leave"  # an agent is gone: the visitor is back in the queue
    PROMISE = "promise"  # nobody came: the ticket stays, the bot is back
    REMIND = "remind"  # a ticket of the night is due: agents are told


@dataclass(frozen=True)
class Duty:
    """An agent, as far as timers care: when they chose their presence, and when their console last gave a sign."""

    presence: str
    since: datetime
    seen_at: datetime | None

    @property
    def gone_at(self) -> datetime:
        """The moment from which they count as gone, if no further sign comes."""
        return self.seen_at + SIGN_OF_LIFE if self.seen_at and self.presence != "offline" else self.since

    def is_near(self, now: datetime) -> bool:
        """Tell whether they are online, or away for so short that whoever waits had better wait for them."""
        back_soon = self.presence == "away" and now < self.since + AWAY
        return now < self.gone_at and (self.presence == "online" or back_soon)


@dataclass(frozen=True)
class View:
    """A conversation, as far as timers care. `agent` is who has it or is called for it.

    `since` is when it came to wait, `rings_until` the end of a call, `spoke_at` when its agent last wrote in a chat or
    took one, `leased_until` the end of the lease to ask the bot, `remind_at` when its ticket of the night is due.
    """

    status: Status
    unanswered: bool = False
    leased_until: datetime | None = None
    since: datetime | None = None
    rings_until: datetime | None = None
    agent: Duty | None = None
    spoke_at: datetime | None = None
    remind_at: datetime | None = None


@dataclass(frozen=True)
class Hours:
    """The desk at one moment: `closes` is its next closing (None: never) if it is open, else its last one.

    `online` says that somebody is, or is away for a moment only.
    """

    now: datetime
    open: bool
    closes: datetime | None
    online: bool


@dataclass(frozen=True)
class Due:
    """What the desk will do, and when."""

    act: Act
    at: datetime


def next_act(view: View, desk: Hours) -> Due | None:
    """Give what the desk does next by itself in a conversation; None if it is for a person to go on."""
    match view.status:
        case Status.WITH_BOT if view.unanswered:
            return Due(Act.ANSWER, view.leased_until or desk.now)
        case Status.WITH_BOT | Status.CLOSED if view.remind_at:
            return Due(Act.REMIND, view.remind_at)
        case Status.WAITING if view.rings_until:
            return Due(Act.MISS, _call_ends(view.rings_until, view.agent, desk.now))
        case Status.WAITING:
            return Due(Act.PROMISE, _patience_ends(view.since or desk.now, desk))
        case Status.WITH_AGENT:
            return Due(Act.LEAVE, _agent_is_missed(view, desk.now))
        case _:
            return None


def _call_ends(rings_until: datetime, called: Duty | None, now: datetime) -> datetime:
    if called is None or called.presence != "online":
        return min(rings_until, called.since if called else now)
    return min(rings_until, called.gone_at)


def _agent_is_missed(view: View, now: datetime) -> datetime:
    agent = view.agent
    if agent is None:
        return now
    if agent.presence != "away":
        return agent.gone_at
    return min(agent.gone_at, max(agent.since, view.spoke_at or agent.since) + AWAY)


def _patience_ends(since: datetime, desk: Hours) -> datetime:
    """Give when who waits is better off with a promise: soon after closing, and after long at an open desk."""
    if not desk.open:
        return max(desk.closes or since, since) + LAST_CALL if desk.online else desk.now
    longest = since + (CROWDED if desk.online else ALONE)
    if desk.closes is None:
        return longest
    return min(longest, desk.closes + LAST_CALL if desk.online else desk.closes)
