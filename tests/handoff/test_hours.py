"""The desk is open when the organisation says so, wherever the clock stands."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.hours import is_open, last_closing, next_closing, next_opening, public_holidays
from knowledge_base.organisation import DeskHours, Span

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Span(8 * 60, 18 * 60)
WORKDAYS = DeskHours("Europe/Berlin", ((OFFICE,),) * 5 + ((), ()), "DE", "BE")
HOLIDAYS = public_holidays(WORKDAYS)
NEVER = DeskHours("Europe/Berlin", ((),) * 7)
ALWAYS = DeskHours("Europe/Berlin", ((Span(0, 24 * 60),),) * 7)


def no_holiday(_: date) -> bool:
    """Keep no public holiday."""
    return False


def berlin(text: str) -> datetime:
    """Read a moment as the clock in Berlin shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


moments = st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
spans = st.tuples(st.integers(5 * 60, 24 * 60), st.integers(5 * 60, 24 * 60)).filter(lambda pair: pair[0] < pair[1])
weeks = st.lists(
    st.lists(spans.map(lambda pair: Span(*pair)), max_size=2).map(
        lambda day: tuple(sorted(day, key=lambda s: s.opens))
    ),
    min_size=7,
    max_size=7,
).map(tuple)
zones = st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney", "UTC"])
desks = st.builds(DeskHours, zones, weeks)


class TestOpen:
    """Whether people answer right now."""

    @pytest.mark.parametrize(
        ("moment", "expected"),
        [
            ("2026-06-15T07:59:59", False),
            ("2026-06-15T08:00:00", True),
            ("2026-06-15T17:59:59", True),
            ("2026-06-15T18:00:00", False),
            ("2026-06-20T12:00:00", False),
            ("2026-05-01T12:00:00", False),
            ("2026-03-08T12:00:00", False),
            ("2027-03-08T12:00:00", False),
            ("2026-12-24T12:00:00", True),
            ("2026-12-25T12:00:00", False),
        ],
    )
    def test_keeps_hours_weekends_and_public_holidays(self, moment: str, expected: bool):
        """The desk opens on the minute, closes on the minute, and keeps the holidays of its own city."""
        assert is_open(WORKDAYS, HOLIDAYS, berlin(moment)) is expected

    @pytest.mark.parametrize("day", ["2026-03-27", "2026-03-30", "2026-10-23", "2026-10-26"])
    def test_opens_at_eight_in_summer_and_winter(self, day: str):
        """Eight o'clock is eight o'clock on the wall, before and after the clocks change."""
        opening = berlin(f"{day}T08:00:00").astimezone(UTC)
        assert is_open(WORKDAYS, HOLIDAYS, opening)
        assert not is_open(WORKDAYS, HOLIDAYS, opening - timedelta(seconds=1))

    def test_a_holiday_elsewhere_is_a_working_day_here(self):
        """A holiday of another state does not close the desk, and without a country there is none at all."""
        epiphany = berlin("2026-01-06T12:00:00")
        munich = DeskHours("Europe/Berlin", WORKDAYS.week, "DE", "BY")
        assert is_open(WORKDAYS, HOLIDAYS, epiphany)
        assert not is_open(munich, public_holidays(munich), epiphany)
        anywhere = DeskHours("Europe/Berlin", WORKDAYS.week)
        assert is_open(anywhere, public_holidays(anywhere), berlin("2026-12-25T12:00:00"))

    def test_a_lunch_break_is_a_break(self):
        """A day may have two spans, and nobody answers between them."""
        desk = DeskHours("Europe/Berlin", ((Span(480, 720), Span(780, 1020)),) * 7)
        at = {hour: is_open(desk, no_holiday, berlin(f"2026-06-15T{hour}:00")) for hour in ("11:59", "12:30", "13:00")}
        assert at == {"11:59": True, "12:30": False, "13:00": True}

    @given(moments)
    def test_round_the_clock_never_closes(self, now: datetime):
        """A desk that is open from 0:00 to 24:00 is open at every moment of every day, change of clocks included."""
        assert is_open(ALWAYS, no_holiday, now)

    @given(desks, moments, st.integers(-12 * 60, 14 * 60))
    def test_is_the_same_wherever_it_is_asked(self, desk: DeskHours, now: datetime, offset: int):
        """The answer depends on the moment alone, not on the time zone in which a clock tells it."""
        elsewhere = now.astimezone(timezone(timedelta(minutes=offset)))
        assert is_open(desk, no_holiday, now) == is_open(desk, no_holiday, elsewhere)
        assert next_opening(desk, no_holiday, now) == next_opening(desk, no_holiday, elsewhere)

    @given(desks, moments)
    def test_is_what_the_clock_on_the_wall_says(self, desk: DeskHours, now: datetime):
        """Open means that the local time lies within one of the day's spans."""
        local = now.astimezone(ZoneInfo(desk.time_zone))
        minute = local.hour * 60 + local.minute
        assert is_open(desk, no_holiday, now) == any(
            span.opens <= minute < span.closes for span in desk.week[local.weekday()]
        )


class TestNextOpening:
    """When somebody is there again."""

    @pytest.mark.parametrize(
        ("now", "opens"),
        [
            ("2026-06-15T06:00:00", "2026-06-15T08:00:00"),
            ("2026-06-15T12:00:00", "2026-06-16T08:00:00"),
            ("2026-06-19T18:00:00", "2026-06-22T08:00:00"),
            ("2026-12-24T20:00:00", "2026-12-28T08:00:00"),
            ("2026-03-28T12:00:00", "2026-03-30T08:00:00"),
            ("2026-10-24T12:00:00", "2026-10-26T08:00:00"),
        ],
    )
    def test_is_the_next_working_day(self, now: str, opens: str):
        """After hours, over a weekend, over Christmas and a change of clocks visitors hear the right moment."""
        assert next_opening(WORKDAYS, HOLIDAYS, berlin(now)) == berlin(opens)

    def test_a_desk_without_hours_never_opens(self):
        """No promise is made for a desk that has no hours."""
        assert next_opening(NEVER, no_holiday, berlin("2026-06-15T12:00:00")) is None
        assert next_opening(WORKDAYS, lambda _: True, berlin("2026-06-15T12:00:00")) is None

    @given(desks, moments, st.floats(0, 0.999))
    def test_is_open_then_and_not_before(self, desk: DeskHours, now: datetime, part: float):
        """At the promised moment the desk is open, and a closed desk stays closed until then."""
        opens = next_opening(desk, no_holiday, now)
        assert (opens is None) == (not any(desk.week))
        if opens is None:
            return
        assert opens > now
        assert is_open(desk, no_holiday, opens)
        if not is_open(desk, no_holiday, now):
            assert not is_open(desk, no_holiday, now + (opens.astimezone(UTC) - now) * part)


class TestClosing:
    """When nobody new is called any more."""

    @pytest.mark.parametrize(
        ("now", "closes", "closed"),
        [
            ("2026-06-15T12:00:00", "2026-06-15T18:00:00", "2026-06-12T18:00:00"),
            ("2026-06-15T18:00:00", None, "2026-06-15T18:00:00"),
            ("2026-06-20T12:00:00", None, "2026-06-19T18:00:00"),
            ("2026-03-27T12:00:00", "2026-03-27T18:00:00", "2026-03-26T18:00:00"),
            ("2026-03-30T12:00:00", "2026-03-30T18:00:00", "2026-03-27T18:00:00"),
            ("2026-10-26T12:00:00", "2026-10-26T18:00:00", "2026-10-23T18:00:00"),
            ("2026-12-28T08:00:00", "2026-12-28T18:00:00", "2026-12-24T18:00:00"),
        ],
    )
    def test_is_the_next_one_and_was_the_last_one(self, now: str, closes: str | None, closed: str):
        """Closing time is right over weekends, holidays and both changes of the clocks."""
        assert next_closing(WORKDAYS, HOLIDAYS, berlin(now)) == (berlin(closes) if closes else None)
        assert last_closing(WORKDAYS, HOLIDAYS, berlin(now)) == berlin(closed)

    @pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 5), ("2026-06-14", 6), ("2026-10-25", 7)])
    def test_a_night_has_the_hours_the_clock_gives_it(self, day: str, hours: int):
        """A night shift from midnight to six lasts five hours when summer time begins and seven when it ends."""
        night = DeskHours("Europe/Berlin", ((Span(0, 360),),) * 7)
        began = berlin(f"{day}T00:00").astimezone(UTC)
        ends = next_closing(night, no_holiday, began)
        assert ends
        assert ends.astimezone(UTC) - began == timedelta(hours=hours)
        assert all(is_open(night, no_holiday, began + timedelta(minutes=n)) for n in range(hours * 60))
        assert not is_open(night, no_holiday, began + timedelta(hours=hours))

    def test_spans_that_touch_are_one(self):
        """A desk that works through midnight does not close at midnight."""
        desk = DeskHours("Europe/Berlin", ((Span(0, 360), Span(22 * 60, 24 * 60)),) * 7)
        assert next_closing(desk, no_holiday, berlin("2026-06-15T23:00")) == berlin("2026-06-16T06:00")

    def test_a_desk_that_never_closes_has_no_closing(self):
        """Round the clock means round the clock; and a desk without hours never closed."""
        assert next_closing(ALWAYS, no_holiday, berlin("2026-06-15T23:00")) is None
        assert last_closing(NEVER, no_holiday, berlin("2026-06-15T23:00")) is None

    @given(desks, moments)
    def test_is_open_until_then_and_closed_from_then(self, desk: DeskHours, now: datetime):
        """An open desk is open to the last second before it closes; a closed one has been since its last closing."""
        closes, closed = next_closing(desk, no_holiday, now), last_closing(desk, no_holiday, now)
        if closes:
            assert is_open(desk, no_holiday, now)
            assert is_open(desk, no_holiday, closes - timedelta(seconds=1))
            assert not is_open(desk, no_holiday, closes)
        if closed and not is_open(desk, no_holiday, now):
            assert closed <= now
            assert not is_open(desk, no_holiday, closed)
