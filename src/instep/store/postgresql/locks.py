"""Which number does PostgreSQL lock for a name?"""

import struct
from hashlib import sha256


def lock_key(kind: str, name: str) -> int:
    """Return the number that PostgreSQL locks for a name; two names with one number only wait for each other."""
    (key,) = struct.unpack(">q", sha256(f"instep {kind} {name}".encode()).digest()[:8])
    return int(key)
