"""Which process serves this data directory, and at which address?"""

import fcntl
import json
import os
from pathlib import Path
from types import TracebackType

from proxyclick.store.database import DataDirectoryUnusable

_FILE_NAME = "serving.json"


class ServingLock:
    """Held by the one process that serves a data directory; it ends with the process, however that ends."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / _FILE_NAME
        self._descriptor = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._descriptor)
            where = served_address(directory) or "another address"
            raise DataDirectoryUnusable(
                f"A tenant is served from {directory} already, at {where}. Stop that one, or use another --data."
            ) from None

    def announce(self, address: str) -> None:
        """Notes the address for other processes; it stays after the end, as the tenant is likely to return there."""
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, json.dumps({"url": address, "pid": os.getpid()}).encode(), 0)

    def __enter__(self) -> "ServingLock":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)


def served_address(directory: Path) -> str | None:
    """Where the tenant is served, or was served last; None when it never was."""
    try:
        return str(json.loads((directory / _FILE_NAME).read_text("utf-8"))["url"])
    except (OSError, ValueError, KeyError):
        return None
