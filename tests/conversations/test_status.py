"""Who has the floor is never in doubt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.status import TABLE, Event, NotAllowed, Status, after

EVERY_PAIR = [(status, event) for status in Status for event in Event]


@pytest.mark.parametrize(
    ("status", "event", "then"),
    [
        ("with_bot", "handoff_requested", "waiting"),
        ("waiting", "handoff_withdrawn", "with_bot"),
        ("waiting", "desk_closed", "with_bot"),
        ("waiting", "agent_joined", "with_agent"),
        ("with_bot", "agent_joined", "with_agent"),
        ("with_agent", "agent_left", "waiting"),
        ("with_agent", "returned_to_bot", "with_bot"),
        ("with_bot", "closed", "closed"),
        ("waiting", "closed", "closed"),
        ("with_agent", "closed", "closed"),
    ],
)
def test_the_floor_moves_as_people_expect(status: str, event: str, then: str):
    """A visitor who asks for a person waits, an agent who joins has the chat, and who leaves puts it back."""
    assert after(Status(status), Event(event)) == then


def test_nothing_else_moves_it():
    """Ten moves are known; every other one is refused by name instead of being guessed."""
    assert len(TABLE) == 10
    for status, event in EVERY_PAIR:
        if (status, event) not in TABLE:
            with pytest.raises(NotAllowed, match=f"{event} is not allowed while a conversation is {status}") as refused:
                after(status, event)
            assert (refused.value.status, refused.value.event) == (status, event)


@given(st.lists(st.sampled_from(Event), max_size=40))
def test_no_sequence_of_events_ends_in_silence(events: list[Event]):
    """Whatever happens in whatever order, somebody can still be reached or the conversation is closed for good."""
    status, closed = Status.WITH_BOT, False
    for event in events:
        try:
            status = after(status, event)
        except NotAllowed:
            continue
        assert not closed, "a closed conversation moved"
        closed = status == Status.CLOSED
    if not closed:
        assert after(status, Event.CLOSED) == Status.CLOSED
        assert status == Status.WITH_AGENT or after(status, Event.AGENT_JOINED) == Status.WITH_AGENT


@pytest.mark.parametrize(("status", "event"), EVERY_PAIR)
def test_only_an_agent_who_joins_gets_the_chat(status: Status, event: Event):
    """Nobody is told that a person is there unless one joined, and nobody waits without having asked or been left."""
    then = TABLE.get((status, event))
    if then == Status.WITH_AGENT:
        assert event == Event.AGENT_JOINED
    if then == Status.WAITING:
        assert event in (Event.HANDOFF_REQUESTED, Event.AGENT_LEFT)


@pytest.mark.parametrize("event", Event)
def test_closed_stays_closed(event: Event):
    """A closed conversation is history: nothing opens it again."""
    with pytest.raises(NotAllowed):
        after(Status.CLOSED, event)
