"""How are moments, spans of time, numbers and commands written on a page?"""

import shlex
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from instep.clock import to_text

_TOGETHER = "\u00a0"  # a number and its unit stand on one line


def moment(at: datetime) -> str:
    """Return a moment for people: `2026-11-23 02:31:37 UTC`."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def span(length: timedelta) -> str:
    """Return a length of time by its two largest units: `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`, `4 days`."""
    seconds = max(0.0, length.total_seconds())
    whole = round(seconds)
    if seconds < 0.1:
        text = "under 0.1 s"
    elif seconds < 9.95:
        text = f"{seconds:.1f} s"
    elif whole < 60:
        text = f"{whole} s"
    elif whole < 600:
        text = f"{whole // 60} min {whole % 60} s"
    elif whole < 3600:
        text = f"{whole // 60} min"
    elif whole < 48 * 3600:
        text = f"{whole // 3600} h {whole % 3600 // 60} min"
    else:
        text = f"{whole // 86_400} days"
    return text.replace(" ", _TOGETHER)


def distance(at: datetime, now: datetime) -> str:
    """Return how far a moment is from now: `in 39 min`, `12 s ago`, `now`."""
    ahead = at - now
    if abs(ahead) < timedelta(seconds=1):
        return "now"
    if ahead > timedelta():
        return f"in{_TOGETHER}{_roughly(ahead)}"
    return f"{_roughly(-ahead)}{_TOGETHER}ago"


def number(value: int) -> str:
    """Return a whole number with its thousands set apart."""
    return f"{value:,}"


def counted(value: int, one: str, many: str = "") -> str:
    """Return a number with its noun: `1 user`, `2,000 users`."""
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def name_parts(name: str) -> tuple[str, str]:
    """Return a user principal name before its `@` and from there on: where a line may break."""
    before, at, domain = name.partition("@")
    return before, at + domain


def quoted(name: str) -> str:
    """Return a name as a shell takes it."""
    return shlex.quote(name)


FILTERS: Mapping[str, Callable[..., object]] = {
    "iso": to_text,
    "moment": moment,
    "span": span,
    "number": number,
    "name_parts": name_parts,
    "quoted": quoted,
}


def _roughly(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    for size, unit in ((86_400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size}{_TOGETHER}{unit}"
    return f"{seconds}{_TOGETHER}s"
