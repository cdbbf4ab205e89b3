"""What may whoever brings a Secret Token see and change?"""

from dataclasses import dataclass

from proxyclick.integrations.activity import Exchange, Log
from proxyclick.people.multi_location import MultiLocationMapping


@dataclass(frozen=True, slots=True)
class Scope:
    """Some locations of one organisation; `is_whole` when they are all that it has, which is quicker to ask for."""

    organisation: int
    locations: tuple[int, ...]
    is_whole: bool = False

    def widened(self) -> "Scope":
        """The whole organisation."""
        return self if self.is_whole else Scope(self.organisation, self.locations, is_whole=True)


@dataclass(slots=True)  # not frozen, as one is made for every request, and that takes three times as long
class Caller:
    """Whose request it is: an installation, by one of its tokens. The mapping says where it provisions users."""

    installation: int
    token: int
    scope: Scope
    mapping: MultiLocationMapping
    requests_per_second: int = 0
    exchange: Exchange | None = None

    def asking(self, log: Log, method: str, path: str) -> "Caller":
        """The same caller with a request, which the log of its activity shall tell."""
        exchange = Exchange(log, self.installation, self.token, method, path)
        limit = self.requests_per_second
        return Caller(self.installation, self.token, self.scope, self.mapping, limit, exchange)
