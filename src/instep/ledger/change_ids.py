"""What is the id of one user's trip through one cycle, in the form of a GUID?

It is made of the cycle's id and the number of the log entry, so that it costs nothing when an entry is written, and an
entry is found by it at once: a version 8 UUID (RFC 9562, 5.8) that ends with the entry's number.
"""

import re
from hashlib import sha256

_FORM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-([0-9a-f]{12})")


def change_id(cycle_id: str, entry_id: int) -> str:
    """Return the change id of a log entry."""
    mark = sha256(cycle_id.encode()).hexdigest()
    return f"{mark[:8]}-{mark[8:12]}-8{mark[12:15]}-8{mark[15:18]}-{entry_id:012x}"


def entry_of(change: str) -> int | None:
    """Return the number of the log entry that a change id may be the one of; None where it is no change id."""
    found = _FORM.fullmatch(change.strip().casefold())
    return int(found[1], 16) if found else None
