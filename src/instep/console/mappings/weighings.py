"""How is something counted over everyone, while the page that shows it is there already?

A weighing runs in a thread of its own, in portions between which others have their turn. A session has one: another one
ends it, since whoever edits has looked away from what they saw before.
"""

import secrets
from collections import OrderedDict
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Any, Final

import structlog

from instep.wiring import REFUSALS

AT_ONCE_SECONDS: Final = 0.1  # so long a page waits for it before it shows how far it is
_PAUSE_SECONDS: Final = 0.004  # after each portion, for whoever waits for the interpreter
_MOST: Final = 100

_log = structlog.get_logger()


@dataclass(slots=True)
class Weighing:
    """What is counted so far, under way or over; `problem` says why it could not be."""

    id: str
    counted: Any = None
    problem: str = ""
    is_over: bool = False
    ended: Event = field(default_factory=Event)
    stopped: Event = field(default_factory=Event)

    def wait(self, seconds: float) -> None:
        """Wait until it is over, at most so long."""
        self.ended.wait(seconds)


class Weighings:
    """The weighing of each session."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._of_sessions: OrderedDict[bytes, Weighing] = OrderedDict()

    def begin(self, session: bytes, portions: Iterator[Any]) -> Weighing:
        """Begin to count, in place of what the session had counted; return after a moment with what there is."""
        weighing = Weighing(secrets.token_urlsafe(12))
        with self._lock:
            before = self._of_sessions.pop(session, None)
            if before is not None:
                before.stopped.set()
            self._of_sessions[session] = weighing
            if len(self._of_sessions) > _MOST:
                self._of_sessions.popitem(last=False)[1].stopped.set()
        Thread(target=_run, args=(weighing, portions), name="weighing", daemon=True).start()
        weighing.wait(AT_ONCE_SECONDS)
        return weighing

    def find(self, session: bytes, weighing_id: str) -> Weighing | None:
        """Return the session's weighing, if it is this one."""
        with self._lock:
            found = self._of_sessions.get(session)
        return found if found is not None and secrets.compare_digest(found.id, weighing_id) else None


def _run(weighing: Weighing, portions: Iterator[Any]) -> None:
    try:
        for counted in portions:
            weighing.counted = deepcopy(counted)  # it goes on growing while a page shows this
            if weighing.stopped.wait(_PAUSE_SECONDS):
                break
    except REFUSALS as refusal:
        weighing.problem = str(refusal)
    except Exception:
        _log.exception("weighing failed")
        weighing.problem = "It could not be counted; the log of the server says why."
    weighing.is_over = True
    weighing.ended.set()
