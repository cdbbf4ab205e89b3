"""How did a user come to be here: added by hand, by an integration, or by hand and then adopted by an integration?"""

from dataclasses import dataclass
from enum import StrEnum


class Origin(StrEnum):
    """The ways in which somebody becomes a user, as the store keeps them."""

    BY_HAND = "by hand"
    BY_INTEGRATION = "by integration"
    ADOPTED = "adopted"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a user came from; `integration` is the title of the one that provisions them, empty for none."""

    origin: Origin
    integration: str = ""

    @property
    def is_provisioned(self) -> bool:
        """Whether an integration keeps this user in step."""
        return self.origin is not Origin.BY_HAND

    def __str__(self) -> str:
        match self.origin:
            case Origin.BY_HAND:
                return "Added by hand"
            case Origin.BY_INTEGRATION:
                return f"Provisioned by {self.integration}"
            case Origin.ADOPTED:
                return f"Added by hand, adopted by {self.integration}"


def touched_by(provenance: Provenance, integration: str) -> Provenance:
    """The provenance once an integration has written to the user: who was added by hand is adopted, others stay."""
    return provenance if provenance.is_provisioned else Provenance(Origin.ADOPTED, integration)
