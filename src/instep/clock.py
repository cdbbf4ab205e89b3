"""What time is it? The one clock that is handed to whatever needs one, and its form in text."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the current moment, in UTC, to the millisecond (as it is stored)."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def never_back(clock: Clock, since: datetime) -> Clock:
    """Return a clock that stands still while the other one, which somebody set back, says less than it said before."""
    latest = since

    def steady() -> datetime:
        nonlocal latest
        latest = max(latest, clock())
        return latest

    return steady


def to_text(moment: datetime) -> str:
    """Return a moment as stored and shown: `2026-11-23T02:31:37.123Z`; such texts sort as their moments do."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def from_text(text: str) -> datetime:
    """Return the moment that `to_text` wrote."""
    return datetime.fromisoformat(text)
