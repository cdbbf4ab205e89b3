"""What may whoever brings a Secret Token see and change?"""

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose request it is: an installation, by one of its tokens. The mapping says where it provisions users."""

    installation: int
    token: int
    scope: Scope
    mapping: MultiLocationMapping
