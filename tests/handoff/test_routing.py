"""Routing is fair to visitors and to agents, whatever the queue and the desk look like."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from handoff.routing import HOLD_OUT, PAUSE, Assignment, Person, Waiting, assignments, in_order, room, suitable
from handoff.triage import PRIORITIES, rank

NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
GROUPS = ("network", "second_level")


def ago(minutes: float) -> datetime:
    """Give a moment in the past."""
    return NOW - timedelta(minutes=minutes)


past = st.integers(0, 600).map(lambda seconds: NOW - timedelta(seconds=seconds))
agents = st.integers(1, 5)
people = st.lists(
    st.builds(
        Person,
        id=agents,
        capacity=st.integers(0, 4),
        presence=st.sampled_from(("online", "online", "away", "offline")),
        chats=st.integers(0, 5),
        ringing=st.integers(0, 1),
        languages=st.sets(st.sampled_from(("en", "de"))).map(frozenset),
        groups=st.sets(st.sampled_from(GROUPS)).map(frozenset),
        given_at=st.none() | past,
    ),
    unique_by=lambda person: person.id,
    max_size=5,
)
queues = st.lists(
    st.builds(
        Waiting,
        id=st.uuids().map(str),
        since=past,
        priority=st.sampled_from(PRIORITIES),
        language=st.sampled_from(("en", "de")),
        agent=st.none() | agents,
        group=st.none() | st.sampled_from(GROUPS),
        passed_at=st.none() | past,
        missed=st.dictionaries(agents, past, max_size=3),
    ),
    unique_by=lambda one: one.id,
    max_size=8,
)


def called(waiting: Iterable[Waiting], desk: Iterable[Person], now: datetime = NOW) -> dict[str, int]:
    """Give who is called for whom."""
    return {given.conversation: given.agent for given in assignments(waiting, desk, now)}


class TestAlways:
    """What holds for every queue and every desk."""

    @given(queues, people)
    def test_nobody_is_given_more_than_agreed(self, waiting: list[Waiting], desk: list[Person]):
        """An agent is called only when online, with room and no other call, and for one visitor at a time."""
        given = assignments(waiting, desk, NOW)
        by_id = {person.id: person for person in desk}
        assert all(by_id[one.agent].free for one in given)
        assert all(by_id[one.agent].chats + 1 <= by_id[one.agent].capacity for one in given)
        assert len({one.agent for one in given}) == len(given)

    @given(queues, people)
    def test_nobody_is_lost_or_called_for_twice(self, waiting: list[Waiting], desk: list[Person]):
        """Each visitor is given one agent or stays in the queue, where nobody who would suit is left idle."""
        given = assignments(waiting, desk, NOW)
        assert len({one.conversation for one in given}) == len(given)
        assert {one.conversation for one in given} <= {one.id for one in waiting}
        busy = {one.agent for one in given}
        left = [one for one in waiting if one.id not in {each.conversation for each in given}]
        after = [replace(person, ringing=1) if person.id in busy else person for person in desk]
        assert all(suitable(one, after, NOW) == [] for one in left)

    @given(queues, people)
    def test_who_came_first_is_served_first(self, waiting: list[Waiting], desk: list[Person]):
        """Nobody is called for a later visitor of the same or a lower priority whom an earlier one could have had."""
        given = called(waiting, desk)
        queue = in_order(waiting)
        for place, one in enumerate(queue):
            if one.id not in given:
                later = {given[other.id] for other in queue[place + 1 :] if other.id in given}
                assert later.isdisjoint(person.id for person in suitable(one, desk, NOW))

    @given(queues)
    def test_the_queue_is_by_priority_then_by_age(self, waiting: list[Waiting]):
        """A higher priority goes first; within one, who asked first."""
        keys = [(-rank(one.priority), one.since) for one in in_order(waiting)]
        assert keys == sorted(keys)
        assert len(keys) == len(waiting)

    @given(queues, people, st.randoms())
    def test_the_order_in_which_they_are_listed_changes_nothing(self, waiting: list, desk: list, random):
        """Two servers that look at the same desk call the same people."""
        before = called(waiting, desk)
        random.shuffle(waiting)
        random.shuffle(desk)
        assert called(waiting, desk) == before

    @given(st.integers(1, 5), st.integers(1, 4), st.integers(0, 25))
    def test_chats_are_shared_out_within_one(self, agents: int, capacity: int, visitors: int):
        """However many visitors come, no agent has two chats more than a colleague, and all who fit are served."""
        desk = [Person(number, capacity) for number in range(agents)]
        for visitor in range(visitors):
            now = NOW + timedelta(seconds=visitor)
            (given, *_) = assignments([Waiting(str(visitor), now)], desk, now) or (None,)
            desk = [_with_one_more(person, now) if given and person.id == given.agent else person for person in desk]
            chats = [person.chats for person in desk]
            assert max(chats) - min(chats) <= 1
        assert sum(person.chats for person in desk) == min(visitors, agents * capacity)

    @given(queues, people)
    def test_everybody_gets_their_turn(self, waiting: list[Waiting], desk: list[Person]):
        """With an agent who accepts every call and closes every chat, the whole queue is served."""
        desk = [*desk, Person(9, capacity=1)]
        now, served = NOW, set()
        for _ in range(len(waiting) * 4 + 10):
            given = assignments([one for one in waiting if one.id not in served], desk, now)
            served |= {one.conversation for one in given}
            now += timedelta(seconds=30)
        assert served == {one.id for one in waiting}


def _with_one_more(person: Person, now: datetime) -> Person:
    return replace(person, chats=person.chats + 1, given_at=now)


class TestChoice:
    """Who of several is called."""

    def test_the_least_busy_then_whose_last_call_is_longest_ago(self):
        """Work is shared: fewer chats first, then in turn."""
        desk = [Person(1, 4, chats=2), Person(2, 4, chats=1, given_at=ago(1)), Person(3, 4, chats=1, given_at=ago(5))]
        assert assignments([Waiting("a", ago(1))], desk, NOW) == [Assignment("a", 3)]
        assert called([Waiting("a", ago(3)), Waiting("b", ago(2)), Waiting("c", ago(1))], desk) == {
            "a": 3,
            "b": 2,
            "c": 1,
        }

    def test_who_speaks_the_language_is_preferred(self):
        """A German visitor gets somebody who takes German chats, even a busier one; no languages means all."""
        english, german = Person(1, 4, languages=frozenset({"en"})), Person(2, 4, chats=3, languages=frozenset({"de"}))
        assert called([Waiting("a", ago(0), language="de")], [english, german]) == {"a": 2}
        assert called([Waiting("a", ago(0), language="de")], [english, Person(3, 4, chats=2)]) == {"a": 3}

    def test_a_language_is_waited_for_but_not_for_ever(self):
        """Who speaks it and is busy is waited for two minutes; where nobody online speaks it, anybody comes at once."""
        english, german = Person(1, 4, languages=frozenset({"en"})), Person(2, 1, "online", 1, 0, frozenset({"de"}))
        waiting = Waiting("a", NOW, language="de")
        assert called([waiting], [english, german]) == {}
        assert called([waiting], [english, german], NOW + HOLD_OUT) == {"a": 1}
        assert called([waiting], [english, replace(german, presence="away")]) == {"a": 1}

    def test_a_transfer_reaches_whom_it_is_meant_for(self):
        """A chat passed to an agent or a group waits for them two minutes, then comes to anybody."""
        ann, ben = Person(1, 4), Person(2, 4, chats=3, groups=frozenset({"network"}))
        to_ben = Waiting("a", ago(9), agent=2, passed_at=NOW)
        to_network = Waiting("b", ago(9), group="network", passed_at=NOW)
        assert called([to_ben], [ann, ben]) == {"a": 2}
        assert called([to_network], [ann, ben]) == {"b": 2}
        full = replace(ben, chats=4)
        assert called([to_ben, to_network], [ann, full]) == {}
        assert called([to_ben], [ann, full], NOW + HOLD_OUT) == {"a": 1}

    def test_a_transfer_to_nobody_there_comes_to_anybody_at_once(self):
        """Nobody waits for a colleague who is offline, or who did not accept, or for a group without people."""
        ann, ben = Person(1, 4), Person(2, 4, presence="offline")
        assert called([Waiting("a", ago(9), agent=2, passed_at=NOW)], [ann, ben]) == {"a": 1}
        assert called([Waiting("a", ago(9), group="network", passed_at=NOW)], [ann, ben]) == {"a": 1}
        missed = Waiting("a", ago(9), agent=2, passed_at=NOW, missed={2: NOW})
        assert called([missed], [ann, replace(ben, presence="online")]) == {"a": 1}

    def test_who_did_not_accept_is_not_called_again_while_others_are_free(self):
        """The next one is called; if there is none, the same one again, but not at once."""
        ann, ben = Person(1, 4), Person(2, 4, chats=3)
        missed = Waiting("a", ago(9), missed={1: NOW})
        assert called([missed], [ann, ben]) == {"a": 2}
        assert called([missed], [ann, ben], NOW + timedelta(hours=1)) == {"a": 2}
        assert called([missed], [ann]) == {}
        assert called([missed], [ann], NOW + PAUSE) == {"a": 1}

    def test_who_is_skipped_does_not_hold_up_the_others(self):
        """A visitor for whom nobody suits yet keeps their place, and the next one is served meanwhile."""
        ann = Person(1, 4)
        queue = [Waiting("a", ago(9), missed={1: NOW}), Waiting("b", ago(1))]
        assert called(queue, [ann]) == {"b": 1}


@given(people)
def test_room_is_for_those_online(desk: list[Person]):
    """Room is counted for agents online, and is never negative."""
    online = [person for person in desk if person.presence == "online"]
    assert list(room(desk)) == [max(0, person.capacity - person.chats) for person in online]
