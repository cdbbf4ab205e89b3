"""How does an id stand in an address?

Ids are mostly UUIDs, but one that came with a file may have any character. Such an id stands there encoded, behind a
tilde; an id that is a word of our own addresses, too.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

_PLAIN = re.compile(
    r"[A-Za-z0-9._-]*[0-9._-][A-Za-z0-9._-]*", re.ASCII
)  # with a digit or a mark: no word of ours has one
_DOTS = frozenset({".", ".."})


def in_path(name: str) -> str:
    """Return what stands for an id in a path."""
    if _PLAIN.fullmatch(name) and name not in _DOTS:
        return name
    return "~" + urlsafe_b64encode(name.encode()).decode().rstrip("=")


def from_path(part: str) -> str:
    """Return the id for which a part of a path stands; what stands for none is an id that nobody has."""
    if not part.startswith("~"):
        return part
    try:
        return urlsafe_b64decode(part[1:] + "=" * (-len(part[1:]) % 4)).decode()
    except ValueError:
        return part
