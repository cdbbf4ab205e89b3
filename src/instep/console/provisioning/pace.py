"""How fast is the cycle that runs, and how long will it take still?"""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

WINDOW = timedelta(seconds=20)
_SHORTEST = timedelta(seconds=2)
_MOST_CYCLES = 50


@dataclass(frozen=True, slots=True)
class Pace:
    """Users and requests a second, lately; `left` is None where nothing moves."""

    users_a_second: float
    requests_a_second: float
    left: timedelta | None


@dataclass(frozen=True, slots=True)
class Sighting:
    """How far a cycle was at a moment."""

    at: datetime
    users: int
    requests: int


def pace_of(first: Sighting, last: Sighting, total: int) -> Pace | None:
    """Return the pace between two sightings; None where they are too close to tell."""
    took = last.at - first.at
    if took < _SHORTEST:
        return None
    seconds = took.total_seconds()
    users, requests = (last.users - first.users) / seconds, (last.requests - first.requests) / seconds
    left = timedelta(seconds=max(0, total - last.users) / users) if users > 0 else None
    return Pace(users, requests, left)


@dataclass(slots=True)
class Paces:
    """What was seen lately of each cycle that somebody watches."""

    _seen: OrderedDict[str, deque[Sighting]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def see(self, cycle_id: str, sighting: Sighting, total: int) -> Pace | None:
        """Take notice of a cycle, and return its pace within the last seconds."""
        with self._lock:
            seen = self._seen.setdefault(cycle_id, deque())
            seen.append(sighting)
            while sighting.at - seen[0].at > WINDOW:
                seen.popleft()
            while len(self._seen) > _MOST_CYCLES:
                self._seen.popitem(last=False)
            return pace_of(seen[0], sighting, total)
