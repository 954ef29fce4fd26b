"""Whoever waits is never forgotten: there is always a next moment at which the desk acts by itself."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.status import Status
from handoff.timers import ALONE, AWAY, CROWDED, LAST_CALL, SIGN_OF_LIFE, Act, Due, Duty, Hours, View, next_act

NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
CLOSES = NOW + timedelta(hours=6)
CLOSED = NOW - timedelta(minutes=5)


def ago(**time: float) -> datetime:
    """Give a moment in the past."""
    return NOW - timedelta(**time)


def soon(**time: float) -> datetime:
    """Give a moment to come."""
    return NOW + timedelta(**time)


HERE = Duty("online", ago(hours=1), ago(seconds=10))
OPEN = Hours(NOW, open=True, closes=CLOSES, online=True)
past = st.integers(0, 10_000).map(lambda seconds: NOW - timedelta(seconds=seconds))
duties = st.builds(Duty, st.sampled_from(("online", "away", "offline")), past, st.none() | past)
views = st.builds(
    View,
    st.sampled_from(Status),
    st.booleans(),
    st.none() | past,
    st.none() | past,
    st.none() | st.integers(-60, 60).map(lambda seconds: NOW + timedelta(seconds=seconds)),
    st.none() | duties,
    st.none() | past,
    st.none() | past,
)
desks = st.booleans().flatmap(
    lambda is_open: st.builds(
        Hours, st.just(NOW), st.just(is_open), st.none() | (st.just(CLOSES) if is_open else past), st.booleans()
    )
)


@given(views, desks)
def test_who_waits_is_acted_for_within_hours(view: View, desk: Hours):
    """An unanswered question, a wait, a call and a chat whose agent is silent all end by themselves, and soon."""
    due = next_act(view, desk)
    if view.status in (Status.WAITING, Status.WITH_AGENT) or (view.status == Status.WITH_BOT and view.unanswered):
        assert due is not None
        assert due.at <= NOW + max(CROWDED, AWAY, SIGN_OF_LIFE, timedelta(seconds=60))
    if view.status == Status.CLOSED:
        assert due == (Due(Act.REMIND, view.remind_at) if view.remind_at else None)


@given(duties)
def test_a_call_lasts_no_longer_than_agreed_and_no_longer_than_its_agent(duty: Duty):
    """Who is called and does not come is not waited for beyond the call, and not at all once they are gone."""
    view = View(Status.WAITING, since=ago(minutes=1), rings_until=soon(seconds=30), agent=duty)
    due = next_act(view, OPEN)
    assert due
    assert due.act == Act.MISS
    assert due.at <= soon(seconds=30)
    if duty.presence != "online":
        assert due.at <= NOW


@pytest.mark.parametrize(
    ("view", "desk", "due"),
    [
        (View(Status.WITH_BOT), OPEN, None),
        (View(Status.CLOSED), OPEN, None),
        (View(Status.WITH_BOT, unanswered=True), OPEN, Due(Act.ANSWER, NOW)),
        (View(Status.WITH_BOT, unanswered=True, leased_until=soon(seconds=9)), OPEN, Due(Act.ANSWER, soon(seconds=9))),
        (View(Status.WITH_BOT, remind_at=CLOSES), OPEN, Due(Act.REMIND, CLOSES)),
        (View(Status.CLOSED, remind_at=CLOSES), OPEN, Due(Act.REMIND, CLOSES)),
        (
            View(Status.WAITING, since=NOW, rings_until=soon(seconds=30), agent=HERE),
            OPEN,
            Due(Act.MISS, soon(seconds=30)),
        ),
        (View(Status.WAITING, since=NOW), OPEN, Due(Act.PROMISE, NOW + CROWDED)),
        (
            View(Status.WAITING, since=NOW),
            Hours(NOW, open=True, closes=CLOSES, online=False),
            Due(Act.PROMISE, NOW + ALONE),
        ),
        (
            View(Status.WAITING, since=NOW),
            Hours(NOW, open=True, closes=None, online=False),
            Due(Act.PROMISE, NOW + ALONE),
        ),
        (
            View(Status.WAITING, since=ago(minutes=1)),
            Hours(NOW, open=True, closes=soon(minutes=5), online=False),
            Due(Act.PROMISE, soon(minutes=5)),
        ),
        (
            View(Status.WAITING, since=ago(minutes=1)),
            Hours(NOW, open=True, closes=soon(minutes=5), online=True),
            Due(Act.PROMISE, soon(minutes=5) + LAST_CALL),
        ),
        (View(Status.WAITING, since=NOW), Hours(NOW, open=False, closes=CLOSED, online=False), Due(Act.PROMISE, NOW)),
        (
            View(Status.WAITING, since=ago(minutes=9)),
            Hours(NOW, open=False, closes=CLOSED, online=True),
            Due(Act.PROMISE, CLOSED + LAST_CALL),
        ),
        (
            View(Status.WITH_AGENT, agent=HERE),
            OPEN,
            Due(Act.LEAVE, ago(seconds=10) + SIGN_OF_LIFE),
        ),
        (
            View(Status.WITH_AGENT, agent=Duty("offline", ago(seconds=5), ago(seconds=10))),
            OPEN,
            Due(Act.LEAVE, ago(seconds=5)),
        ),
        (
            View(Status.WITH_AGENT, agent=Duty("away", NOW - AWAY + timedelta(minutes=1), ago(seconds=1))),
            OPEN,
            Due(Act.LEAVE, soon(minutes=1)),
        ),
        (View(Status.WITH_AGENT), OPEN, Due(Act.LEAVE, NOW)),
    ],
)
def test_the_next_moment_is_the_one_people_would_expect(view: View, desk: Hours, due: Due | None):
    """Each state has its timer: the lease, the call, the sign of life, closing time, the next opening."""
    assert next_act(view, desk) == due


def test_an_agent_who_is_away_but_still_writes_keeps_the_chat():
    """Away means no new chats; only an agent who also says nothing for minutes has left the visitor alone."""
    away = Duty("away", ago(minutes=30), ago(seconds=1))
    silent = next_act(View(Status.WITH_AGENT, agent=away, spoke_at=ago(minutes=9)), OPEN)
    writing = next_act(View(Status.WITH_AGENT, agent=away, spoke_at=ago(seconds=30)), OPEN)
    assert silent
    assert writing
    assert silent.at <= NOW < writing.at
