"""Where is what was typed while somebody confirms who they are? In memory: it may hold a Secret Token."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from starlette.datastructures import FormData

from instep.access.secret_values import draw
from instep.clock import Clock

KEPT_FOR = timedelta(minutes=15)
_MOST_KEPT = 200


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form that was sent to a door, and not answered yet; `scope` is what of the request leads there."""

    door: object
    scope: Mapping[str, Any]
    form: FormData


class KeptForms:
    """The forms that wait, each for the session that sent it; one that nobody comes back for is forgotten."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._forms: OrderedDict[tuple[bytes, str], tuple[datetime, KeptForm]] = OrderedDict()
        self._lock = Lock()

    def keep(self, session_key: bytes, kept: KeptForm) -> str:
        """Keep a form, and return what it is asked for by."""
        key, now = draw(), self._clock()
        with self._lock:
            self._forget(now)
            self._forms[session_key, key] = (now, kept)
        return key

    def is_kept(self, session_key: bytes, key: str) -> bool:
        """Whether a form waits for this session."""
        with self._lock:
            self._forget(self._clock())
            return (session_key, key) in self._forms

    def take(self, session_key: bytes, key: str) -> KeptForm | None:
        """Return a form and forget it; None when there is none, or not any more."""
        with self._lock:
            self._forget(self._clock())
            found = self._forms.pop((session_key, key), None)
        return None if found is None else found[1]

    def _forget(self, now: datetime) -> None:
        while self._forms:
            begun, _ = next(iter(self._forms.values()))
            if now - begun < KEPT_FOR and len(self._forms) < _MOST_KEPT:
                return
            self._forms.popitem(last=False)
