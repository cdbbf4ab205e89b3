"""When does a day begin and end at a location, and which moment is `14:30` there?"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

_ONE_DAY = timedelta(days=1)


def zone(name: str) -> tzinfo:
    """The time zone of a name such as Europe/Brussels; UTC where this machine knows no such name."""
    return ZoneInfo(name) if is_zone(name) else UTC


def is_zone(name: str) -> bool:
    """Whether there is a time zone of this name."""
    return name in zone_names()


@cache
def zone_names() -> tuple[str, ...]:
    """The names of all time zones, in order; UTC is always one."""
    return tuple(sorted({"UTC", *available_timezones()}))


def day_span(day: date, at: tzinfo) -> tuple[datetime, datetime]:
    """From when until when a day is; the end is the start of the next one, for days are not always 24 hours long."""
    return moment(day, time.min, at), moment(day + _ONE_DAY, time.min, at)


def moment(day: date, clock_time: time, at: tzinfo) -> datetime:
    """When a clock at this place shows a time, in UTC; of two such moments in autumn the first."""
    return datetime.combine(day, clock_time, at).astimezone(UTC)


def today(now: datetime, at: tzinfo) -> date:
    """The day that it is there."""
    return now.astimezone(at).date()


def parsed_day(text: str) -> date | None:
    """The day of `2026-11-23`; None for any other text."""
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    # Days near both ends of the calendar have no neighbours to walk to.
    return found if 1970 <= found.year <= 9000 else None


def parsed_time(text: str) -> time | None:
    """The time of day of `14:30`; None for any other text."""
    try:
        return datetime.strptime(text.strip(), "%H:%M").time()  # noqa: DTZ007  a time of day has no zone
    except ValueError:
        return None
