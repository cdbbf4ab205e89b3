"""What does the worker say of itself, twice a second, to the process that started it?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from instep.clock import from_text, to_text


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a job's cycle could not be run at all, and when that is tried again."""

    message: str
    next_attempt_at: datetime


@dataclass(frozen=True, slots=True)
class Pulse:
    """The jobs whose cycles run now, those in trouble, and what keeps the worker from looking for due jobs."""

    running: Mapping[str, str] = field(default_factory=dict)  # job id -> why it runs
    troubles: Mapping[str, Trouble] = field(default_factory=dict)  # by job id
    fault: str | None = None

    def as_line(self) -> str:
        """Return the pulse as one line of text."""
        troubles = {
            job: {"message": each.message, "next_attempt_at": to_text(each.next_attempt_at)}
            for job, each in self.troubles.items()
        }
        return orjson.dumps({"running": self.running, "troubles": troubles, "fault": self.fault}).decode()


def read_pulse(line: bytes) -> Pulse | None:
    """Return the pulse that `as_line` wrote; None for any other text, which is no sign of life."""
    try:
        document = orjson.loads(line)
        troubles = {
            job: Trouble(each["message"], from_text(each["next_attempt_at"]))
            for job, each in document["troubles"].items()
        }
        return Pulse(document["running"], troubles, document["fault"])
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
