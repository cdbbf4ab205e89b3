"""How does SAML write a moment? In UTC, as xs:dateTime (core, 1.3.3)."""

import re
from datetime import UTC, datetime

from instep.saml.refusals import NotBelieved, Reason

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?", re.ASCII)


def written(moment: datetime) -> str:
    """A moment to the millisecond, as Microsoft Entra writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"


def moment_of(text: str) -> datetime:
    """The moment that a text names; UTC where it names no zone, as SAML says. Raises NotBelieved."""
    try:
        if not _INSTANT.fullmatch(text):
            raise ValueError
        found = datetime.fromisoformat(_to_microseconds(text))
    except ValueError:
        raise NotBelieved(Reason.NOT_READABLE, f"{text[:40]!r} is no moment of time.") from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _to_microseconds(text: str) -> str:
    return re.sub(r"(\.\d{6})\d+", r"\1", text)
