"""Which moment does an administrator mean: `2026-11-23`, `2026-11-23T14:05`, or `24h` for that long ago?"""

import re
from datetime import UTC, datetime, timedelta

import typer

_AGO = re.compile(r"([0-9]{1,5})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LATEST = datetime.max.replace(tzinfo=UTC)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def moment_from(text: str | None, now: datetime, option: str) -> datetime | None:
    """Return the moment; a date alone is its beginning, and without an offset it is UTC. Raises BadParameter."""
    if text is None:
        return None
    given = text.strip()
    if (ago := _AGO.fullmatch(given)) is not None:
        return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        moment = datetime.fromisoformat(given)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise typer.BadParameter(
            f"{text!r} is no moment; write 2026-11-23, 2026-11-23T14:05 (UTC) or 24h for that long ago.",
            param_hint=option,
        ) from None


def end_from(text: str | None, now: datetime, option: str) -> datetime | None:
    """Return the first moment after what is meant: a date alone counts as a whole day. Raises BadParameter."""
    moment = moment_from(text, now, option)
    if moment is None or text is None or not _DATE.fullmatch(text.strip()):
        return moment
    return _LATEST if moment.year == _LATEST.year else moment + timedelta(days=1)
