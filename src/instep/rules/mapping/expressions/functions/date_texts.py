"""Which moment does a text name that was written in one of the usual ways?

What .NET reads in its invariant culture: ISO 8601, month before day with slashes, and names of months in English; each
with a time and a zone or without. Without a zone it is UTC.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_LONGEST: Final = 64
_MONTH_NUMBERS: Final = {
    name.lower(): number for number, month in enumerate(MONTHS, start=1) for name in (month, month[:3])
}
_WEEKDAY: Final = rf"(?:(?P<weekday>{'|'.join(f'{day}|{day[:3]}' for day in DAYS)}),?\s+)?"
_MONTH: Final = r"(?P<name>[A-Za-z]{3,9})\.?"
_TIME: Final = (
    r"(?:(?:[Tt]|\s+|,\s*)(?P<hour>\d{1,2}):(?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?(?:\s*(?P<half>[AaPp])\.?[Mm]?\.?)?)?"
)
_ZONE: Final = r"(?:\s*(?P<zone>[Zz]|GMT|UTC|[+-]\d{1,2}(?::?\d{2})?))?"
_DAYS: Final = (
    r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})",
    r"(?P<month>\d{1,2})(?P<mark>[-/.])(?P<day>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})",
    _WEEKDAY + rf"(?P<day>\d{{1,2}})[\s-]{_MONTH},?[\s-](?P<year>\d{{4}}|\d{{2}})",
    _WEEKDAY + rf"{_MONTH}\s(?P<day>\d{{1,2}}),?\s(?P<year>\d{{4}}|\d{{2}})",
)
_FORMS: Final = tuple(re.compile(day + _TIME + _ZONE, re.ASCII | re.IGNORECASE) for day in _DAYS)
_ISO_8601: Final = re.compile(_DAYS[0] + _TIME + _ZONE, re.ASCII)


def read_date(text: str) -> datetime | None:
    """The moment in UTC, or None for what is no date or a date that there is not."""
    return _read(text, _FORMS)


def read_iso_date(text: str) -> datetime | None:
    """The moment in UTC, written as ISO 8601 has it (a space may stand for the T)."""
    return _read(text, (_ISO_8601,))


def full_year(two_digits: int) -> int:
    """The year that is meant by two digits: up to 49 of this century, as .NET takes it."""
    return two_digits + (2000 if two_digits <= 49 else 1900)


def _read(text: str, forms: tuple[re.Pattern[str], ...]) -> datetime | None:
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    for form in forms:
        if match := form.fullmatch(text):
            try:
                return _moment(match)
            except (ValueError, OverflowError):
                return None
    return None


def _moment(match: re.Match[str]) -> datetime:
    """Raises ValueError or OverflowError for what the calendar or the clock does not have."""
    parts = match.groupdict()
    year = int(parts["year"])
    local = datetime(
        full_year(year) if len(parts["year"]) == 2 else year,
        int(parts["month"]) if "month" in parts else _MONTH_NUMBERS.get(parts["name"].lower(), 0),
        int(parts["day"]),
        _hour(int(parts["hour"] or 0), parts["half"]),
        int(parts["minute"] or 0),
        int(parts["second"] or 0),
        int(((parts["fraction"] or "") + "000000")[:6]),
        tzinfo=timezone(offset(parts["zone"] or "Z")),
    )
    weekday = parts.get("weekday")
    if weekday and not DAYS[local.weekday()].lower().startswith(weekday.lower()):
        raise ValueError(f"that day is no {weekday}")
    return local.astimezone(UTC)


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError("an hour before or after noon is 1 to 12")
    return hour % 12 + (12 if half in "Pp" else 0)


def offset(zone: str) -> timedelta:
    """How far a zone (`Z`, `GMT`, `+02:00`, `-7`) is ahead of UTC; ValueError for more than 14 hours."""
    if zone[0] not in "+-":
        return timedelta(0)
    digits = zone[1:].replace(":", "")
    hours, minutes = (digits, "0") if len(digits) <= 2 else (digits[:-2], digits[-2:])
    ahead = timedelta(hours=int(hours), minutes=int(minutes))
    if int(minutes) > 59 or ahead > timedelta(hours=14):
        raise ValueError("a zone is at most 14 hours ahead or behind")
    return -ahead if zone[0] == "-" else ahead
