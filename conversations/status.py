"""Who has the floor: one table from (status, event) to status; whatever is not in it is refused."""

from enum import StrEnum


class Status(StrEnum):
    """Who answers next."""

    WITH_BOT = "with_bot"
    WAITING = "waiting"
    WITH_AGENT = "with_agent"
    CLOSED = "closed"


ASKED = (Status.WAITING, Status.WITH_AGENT)  # a person is asked for, or there; nearly all others are over


class Event(StrEnum):
    """What can move the floor."""

    HANDOFF_REQUESTED = "handoff_requested"
    HANDOFF_WITHDRAWN = "handoff_withdrawn"
    DESK_CLOSED = "desk_closed"
    AGENT_JOINED = "agent_joined"
    AGENT_LEFT = "agent_left"
    RETURNED_TO_BOT = "returned_to_bot"
    CLOSED = "closed"


TABLE: dict[tuple[Status, Event], Status] = {
    (Status.WITH_BOT, Event.HANDOFF_REQUESTED): Status.WAITING,
    (Status.WITH_BOT, Event.AGENT_JOINED): Status.WITH_AGENT,
    (Status.WITH_BOT, Event.CLOSED): Status.CLOSED,
    (Status.WAITING, Event.HANDOFF_WITHDRAWN): Status.WITH_BOT,
    (Status.WAITING, Event.DESK_CLOSED): Status.WITH_BOT,
    (Status.WAITING, Event.AGENT_JOINED): Status.WITH_AGENT,
    (Status.WAITING, Event.CLOSED): Status.CLOSED,
    (Status.WITH_AGENT, Event.AGENT_LEFT): Status.WAITING,
    (Status.WITH_AGENT, Event.RETURNED_TO_BOT): Status.WITH_BOT,
    (Status.WITH_AGENT, Event.CLOSED): Status.CLOSED,
}


class NotAllowed(Exception):
    """The conversation's status does not allow the event."""

    def __init__(self, status: Status, event: Event) -> None:
        self.status, self.event = status, event
        super().__init__(f"{event} is not allowed while a conversation is {status}")


def after(status: Status, event: Event) -> Status:
    """Give the status an event leads to; raises NotAllowed for a pair the table does not hold."""
    try:
        return TABLE[status, event]
    except KeyError as error:
        raise NotAllowed(status, event) from error
