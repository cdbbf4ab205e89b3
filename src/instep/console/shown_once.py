"""How is a secret shown once, on the page after the one that made it, and never again?"""

from collections import OrderedDict
from threading import Lock

_MOST_KEPT = 100


class ShownOnce:
    """What was made and not shown yet, in memory; only the session that had it made sees it."""

    def __init__(self) -> None:
        self._secrets: OrderedDict[tuple[bytes, str], str] = OrderedDict()
        self._lock = Lock()

    def keep(self, session_key: bytes, about: str, secret: str) -> None:
        """Keep a secret until it is shown. One that nobody looks at gives way to others, and is to be made anew."""
        with self._lock:
            self._secrets[session_key, about] = secret
            if len(self._secrets) > _MOST_KEPT:
                self._secrets.popitem(last=False)

    def take(self, session_key: bytes, about: str) -> str:
        """Return a secret that was not shown yet, and forget it; "" if there is none."""
        with self._lock:
            return self._secrets.pop((session_key, about), "")
