"""Should this user have an account, and an active one, and which rule decided?"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from instep.rules.source_group import SourceGroup
from instep.rules.source_user import Presence, SourceUser

if TYPE_CHECKING:
    from instep.rules.scoping.compile import CompiledFilters
    from instep.rules.scoping.evaluation import ScopeEvaluation


class Scope(StrEnum):
    """Whom the job is about (engine.md 3.1)."""

    ASSIGNED = "assigned"  # Sync only assigned users and groups
    ALL = "all"  # Sync all users and groups


class DefaultAccess(StrEnum):
    """Whether Default Access alone entitles (engine.md 3.3; decision 0005)."""

    EXCLUDED = "excluded"
    INCLUDED = "included"


class Cause(StrEnum):
    """Why a user should have no active account: the causes of IsSoftDeleted (engine.md 5.1), and the purge."""

    PURGED = "purged"
    SOFT_DELETED = "soft_deleted"
    NOT_ASSIGNED = "not_assigned"
    DEFAULT_ACCESS_ONLY = "default_access_only"
    FAILS_FILTER = "fails_filter"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class ScopingRules:
    """What the job's configuration says of scope; `filters` is None where no scoping filter is configured."""

    scope: Scope
    default_access: DefaultAccess = DefaultAccess.EXCLUDED
    filters: "CompiledFilters | None" = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one user stands: `cause` is None for one who should have an active account.

    `evaluation` is what the scoping filters say, where there are any and nothing graver kept the user out; `is_enabled`
    whether the directory lets the user sign in, whatever the cause.
    """

    cause: Cause | None
    evaluation: "ScopeEvaluation | None" = field(default=None, compare=False)
    is_enabled: bool = field(default=True, compare=False)

    @property
    def is_soft_deleted(self) -> bool:
        """The computed source attribute IsSoftDeleted, which drives the mapping to `active`."""
        return self.cause is not None

    @property
    def is_in_scope(self) -> bool:
        """Whether the user is in the directory, assigned and within the scoping filters, enabled or not."""
        return self.cause is None or self.cause is Cause.DISABLED

    @property
    def is_out_of_scope(self) -> bool:
        """Whether the job's scope is all that keeps the user from an active account: the directory does not."""
        return self.is_enabled and self.cause in _OUT_OF_SCOPE

    @property
    def is_purged(self) -> bool:
        """Whether the directory has forgotten the user for good, so that the account goes too."""
        return self.cause is Cause.PURGED


_OUT_OF_SCOPE = frozenset({Cause.NOT_ASSIGNED, Cause.DEFAULT_ACCESS_ONLY, Cause.FAILS_FILTER})
_ACTIVE = Standing(None)
_STANDINGS = {(cause, is_enabled): Standing(cause, None, is_enabled) for cause in Cause for is_enabled in (True, False)}


def decide_standing(user: SourceUser | SourceGroup, rules: ScopingRules) -> Standing:
    """Return where the user, or the group, stands; the first cause that holds is named, the gravest first."""
    if user.presence is not Presence.LIVE:
        return _because(Cause.PURGED if user.presence is Presence.PURGED else Cause.SOFT_DELETED, user)
    if rules.scope is Scope.ASSIGNED and not user.roles:
        if not user.has_default_access:
            return _because(Cause.NOT_ASSIGNED, user)
        if rules.default_access is DefaultAccess.EXCLUDED:
            return _because(Cause.DEFAULT_ACCESS_ONLY, user)
    if rules.filters is not None:
        return _filtered(user, rules.filters)
    return _ACTIVE if user.is_enabled else _because(Cause.DISABLED, user)


def _because(cause: Cause, user: SourceUser | SourceGroup) -> Standing:
    return _STANDINGS[cause, user.is_enabled]


def _filtered(user: SourceUser | SourceGroup, filters: "CompiledFilters") -> Standing:
    evaluation = filters.evaluate(user.named_attributes())
    if not evaluation.passed:
        return Standing(Cause.FAILS_FILTER, evaluation, user.is_enabled)
    return Standing(None if user.is_enabled else Cause.DISABLED, evaluation, user.is_enabled)
