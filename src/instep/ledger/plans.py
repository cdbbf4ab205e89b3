"""What is planned: operations that a cycle would send, or that wait for an administrator?"""

from collections.abc import Mapping
from dataclasses import dataclass

from instep.ledger.records import Action, Status
from instep.rules.planning.plan import OperationKind, Values

# What a preview calls the account of someone whose create is planned, wherever another account refers to it.
ACCOUNT_TO_COME = "planned:"


@dataclass(frozen=True, slots=True)
class PlannedOperation:
    """What is to become of one user's account; `kind` is None for a user who would fail, for the reason `code`.

    `sequence` is the feed's head that the decision took account of. A value in `after` that begins with "planned:"
    stands for the account of the user whose id follows.
    """

    user_id: str
    user_name: str
    kind: OperationKind | None
    account_id: str | None
    before: Values
    after: Values
    sequence: int
    action: Action
    status: Status
    code: str
    facts: Mapping[str, object]

    @property
    def is_held(self) -> bool:
        """Whether it is over a budget, so that the cycle would not send it."""
        return self.kind is not None and self.status is Status.WARNING
