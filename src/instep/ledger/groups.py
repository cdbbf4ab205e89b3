"""What does the ledger keep of one group in one job: the link, operations, the members last written?"""

from collections.abc import Mapping
from dataclasses import dataclass

from instep.ledger.records import Origin
from instep.rules.mapping.wanted import TargetValue
from instep.rules.planning.memberships import NOBODY, Members
from instep.rules.planning.operations import OperationKind, Values


@dataclass(frozen=True, slots=True)
class GroupLink:
    """A group of the directory in one target, and what it is known to say there; its members are kept apart.

    `is_compared` says whether all its members were compared since it was linked, so that changes alone matter now.
    """

    group_id: str
    resource_id: str
    origin: Origin
    last_written: Mapping[str, TargetValue]
    is_compared: bool = False


@dataclass(frozen=True, slots=True)
class GroupOperation:
    """One request about a group: what differs of the group itself, or the members that it adds or takes out.

    `people` are those among `members` whose account is active: whom it takes out counts as removed.
    """

    kind: OperationKind
    resource_id: str | None
    before: Values
    after: Values
    members: Members = NOBODY
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenGroupOperation:
    """An operation on a group whose outcome was not recorded before the engine stopped."""

    id: int
    group_id: str
    operation: GroupOperation


@dataclass(frozen=True, slots=True)
class RemovedLately:
    """Whom and what a job has removed within a day: people taken out of groups, and groups."""

    people: int
    groups: int
