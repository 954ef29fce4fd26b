"""After a handoff exactly one of three things happens, and it is the one people would expect."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.outcome import Desk, Outcome, free, outcome, places

rooms = st.lists(st.integers(-2, 4), max_size=6).map(tuple)
desks = st.builds(Desk, st.booleans(), rooms, st.integers(0, 12))


@pytest.mark.parametrize(
    ("desk", "expected"),
    [
        (Desk(open=True, room=(1,), waiting=0), Outcome("available", 1)),
        (Desk(open=False, room=(1,), waiting=0), Outcome("available", 1)),
        (Desk(open=True, room=(2, 1), waiting=2), Outcome("available", 3)),
        (Desk(open=True, room=(2, 1), waiting=3), Outcome("busy", 4)),
        (Desk(open=True, room=(0,), waiting=0), Outcome("busy", 1)),
        (Desk(open=False, room=(0,), waiting=0), Outcome("busy", 1)),
        (Desk(open=True, room=(), waiting=0), Outcome("busy", 1)),
        (Desk(open=True, room=(), waiting=4), Outcome("busy", 5)),
        (Desk(open=False, room=(), waiting=0), Outcome("away")),
        (Desk(open=False, room=(), waiting=3), Outcome("away")),
        (Desk(open=True, room=(-1, 1), waiting=0), Outcome("available", 1)),
    ],
)
def test_visitors_are_told_what_is_the_case(desk: Desk, expected: Outcome):
    """Somebody is called if one has room, the place is named if all are full or still to come, else a ticket waits."""
    assert outcome(desk) == expected


@given(desks)
def test_nobody_is_called_who_has_no_room(desk: Desk):
    """A visitor hears "somebody will be with you" only if there is room for all who came before as well."""
    room = sum(max(0, each) for each in desk.room)
    assert (outcome(desk).kind == "available") == (room > desk.waiting)


@given(desks)
def test_away_means_that_nobody_is_there(desk: Desk):
    """Nobody is sent away while the desk is open or somebody is online."""
    assert (outcome(desk).kind == "away") == (not desk.open and not desk.room)


@given(desks)
def test_the_place_counts_those_who_waited_before(desk: Desk):
    """Who waits has a place in the queue, right behind the last; who gets a ticket for later has none."""
    what = outcome(desk)
    assert what.place == (None if what.kind == "away" else desk.waiting + 1)


@given(desks, st.integers(0, 4))
def test_one_more_agent_is_never_worse(desk: Desk, room: int):
    """When another agent comes online, nobody's outlook becomes worse, whatever the others have taken on."""
    ranks = ("away", "busy", "available")
    more = Desk(desk.open, (*desk.room, room), desk.waiting)
    assert ranks.index(outcome(more).kind) >= ranks.index(outcome(desk).kind)


@given(st.integers(0, 20), st.integers(0, 20))
def test_room_is_what_is_left_and_never_negative(capacity: int, chats: int):
    """An agent who has more chats than agreed has no room, and takes none away from the others."""
    assert free(capacity, chats) == (capacity - chats if capacity > chats else 0)


@given(st.lists(st.uuids().map(str), unique=True))
def test_places_are_first_come_first_served(waiting: list[str]):
    """The one who has waited longest is number one, and no number is given twice or left out."""
    numbered = places(waiting)
    assert list(numbered) == waiting
    assert list(numbered.values()) == list(range(1, len(waiting) + 1))
