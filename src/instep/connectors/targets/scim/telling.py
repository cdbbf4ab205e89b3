"""How does an administrator come to see what was sent to an application, and what it answered?"""

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

import aiohttp
from yarl import URL

from instep.connectors.targets.scim.target import ScimTarget
from instep.rules.health.outcomes import Answer, Exchange, NoAnswer, NotMade, NotSent, Outcome

SHOWN_BYTES = 4_000
HIDDEN = "(the Secret Token)"
_Headers = tuple[tuple[str, str], ...]


class TellingTarget(ScimTarget):
    """A door that tells of each request that it sends; cycles use the plain one."""

    def __init__(self, session: aiohttp.ClientSession, *others: Any, tell: Callable[[Exchange], None]) -> None:
        super().__init__(session, *others)
        self._headers, self._tell = _without_secret(session.headers), tell

    async def _send(self, method: str, url: URL, body: bytes | None, if_match: str | None) -> Outcome:
        began = monotonic()
        outcome = await super()._send(method, url, body, if_match)
        self._tell(_exchange(method, url, self._headers, outcome, monotonic() - began))
        return outcome


def _without_secret(headers: Mapping[str, str]) -> _Headers:
    return tuple(
        (name, f"Bearer {HIDDEN}" if name.lower() == "authorization" else value) for name, value in headers.items()
    )


def _exchange(method: str, url: URL, headers: _Headers, outcome: Outcome, took_seconds: float) -> Exchange:
    match outcome:
        case Answer(status, body, content_type):
            text = body[:SHOWN_BYTES].decode("utf-8", "replace")
            return Exchange(method, str(url), headers, status, content_type, text, took_seconds)
        case NotSent(reason) | NoAnswer(reason) | NotMade(reason):
            return Exchange(method, str(url), headers, None, "", reason, took_seconds)
