"""When the desk is open: pure arithmetic over opening hours, public holidays and daylight saving."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from knowledge_base.organisation import DeskHours

Holidays = Callable[[date], bool]
_DAYS_AHEAD = 400
_DAYS_ON_END = 8


def public_holidays(desk: DeskHours) -> Holidays:
    """Give the public holidays of the desk's country as a question about a date; none without a country."""
    if not desk.country:
        return lambda _: False
    import holidays

    calendar = holidays.country_holidays(desk.country, subdiv=desk.subdivision or None)
    return lru_cache(maxsize=1000)(lambda day: day in calendar)


def is_open(desk: DeskHours, holiday: Holidays, now: datetime) -> bool:
    """Tell whether people answer at this moment (any time zone)."""
    return any(opens <= now < closes for opens, closes in _openings(desk, holiday, now, range(1)))


def next_opening(desk: DeskHours, holiday: Holidays, now: datetime) -> datetime | None:
    """Give the next moment the desk opens, local to the desk; None if it never does."""
    return next((opens for opens, _ in _openings(desk, holiday, now, range(_DAYS_AHEAD)) if opens > now), None)


def next_closing(desk: DeskHours, holiday: Holidays, now: datetime) -> datetime | None:
    """Give the moment an open desk closes, local to the desk; None if it is closed, or does not close for days."""
    end: datetime | None = None
    for opens, closes in _openings(desk, holiday, now, range(_DAYS_ON_END)):
        if end is None and opens <= now < closes:
            end = closes
        elif end is not None and opens > end:
            return end
        elif end is not None:
            end = max(end, closes)
    return end if end and end - now < timedelta(days=_DAYS_ON_END - 1) else None


def last_closing(desk: DeskHours, holiday: Holidays, now: datetime) -> datetime | None:
    """Give the last moment the desk closed, local to the desk; None if that is longer ago than a week."""
    ends = [closes for _, closes in _openings(desk, holiday, now, range(-_DAYS_ON_END, 1)) if closes <= now]
    return max(ends, default=None)


def _openings(desk: DeskHours, holiday: Holidays, now: datetime, days: range) -> Iterator[tuple[datetime, datetime]]:
    zone = ZoneInfo(desk.time_zone)
    today = now.astimezone(zone).date()
    for ahead in days:
        day = today + timedelta(days=ahead)
        if holiday(day):
            continue
        for span in desk.week[day.weekday()]:
            yield _local(day, span.opens, zone), _local(day, span.closes, zone)


def _local(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    moment = datetime.combine(day, datetime.min.time(), zone)
    return (
        (moment + timedelta(days=1)) if minutes == 24 * 60 else moment.replace(hour=minutes // 60, minute=minutes % 60)
    )
