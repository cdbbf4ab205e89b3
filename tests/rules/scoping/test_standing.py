"""Should this user have an account, and an active one? (engine.md 3 and 5.1)"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.rules.scoping.compile import compile_filters
from instep.rules.scoping.filters import Clause, ScopingFilter
from instep.rules.scoping.standing import Cause, DefaultAccess, Scope, ScopingRules, Standing, decide_standing
from instep.rules.source_user import Presence, SourceUser

ASSIGNED, ALL = ScopingRules(Scope.ASSIGNED), ScopingRules(Scope.ALL)
INCLUDED = ScopingRules(Scope.ASSIGNED, DefaultAccess.INCLUDED)


def user(
    presence: Presence = Presence.LIVE,
    enabled: object = True,
    roles: tuple[str, ...] = ("User",),
    default_access: bool = False,
) -> SourceUser:
    attributes = {} if enabled is None else {"accountEnabled": enabled}
    return SourceUser("u1", presence, attributes, None, roles, default_access)  # type: ignore[arg-type]


LIVE, DELETED, PURGED = Presence.LIVE, Presence.SOFT_DELETED, Presence.PURGED
TABLE = [
    # who                                                 rules     cause
    (user(), ASSIGNED, None),
    (user(roles=("User", "Admin"), default_access=True), ASSIGNED, None),
    (user(enabled=None), ASSIGNED, None),
    (user(roles=()), ASSIGNED, Cause.NOT_ASSIGNED),
    (user(roles=()), ALL, None),
    (user(roles=(), default_access=True), ASSIGNED, Cause.DEFAULT_ACCESS_ONLY),
    (user(roles=(), default_access=True), INCLUDED, None),
    (user(roles=(), default_access=True), ALL, None),
    (user(roles=()), INCLUDED, Cause.NOT_ASSIGNED),
    (user(enabled=False), ASSIGNED, Cause.DISABLED),
    (user(enabled=False), ALL, Cause.DISABLED),
    (user(enabled=False, roles=()), ASSIGNED, Cause.NOT_ASSIGNED),
    (user(DELETED), ASSIGNED, Cause.SOFT_DELETED),
    (user(DELETED), ALL, Cause.SOFT_DELETED),
    (user(DELETED, enabled=False, roles=()), ASSIGNED, Cause.SOFT_DELETED),
    (user(PURGED, roles=()), ASSIGNED, Cause.PURGED),
    (user(PURGED, roles=()), ALL, Cause.PURGED),
]


WITH_A_DEPARTMENT = ScopingFilter("Staff", (Clause("department", "IS NOT NULL"),))
FILTERED = ScopingRules(Scope.ASSIGNED, filters=compile_filters([WITH_A_DEPARTMENT]))
TABLE += [
    (user(), FILTERED, Cause.FAILS_FILTER),
    (user(enabled=False), FILTERED, Cause.FAILS_FILTER),
    (user(roles=()), FILTERED, Cause.NOT_ASSIGNED),
    (user(DELETED), FILTERED, Cause.SOFT_DELETED),
    (user(PURGED), FILTERED, Cause.PURGED),
]


@pytest.mark.parametrize(("who", "rules", "cause"), TABLE)
def test_the_gravest_cause_that_holds_is_named(who: SourceUser, rules: ScopingRules, cause: Cause | None) -> None:
    assert decide_standing(who, rules) == Standing(cause)


@pytest.mark.parametrize(
    ("cause", "is_soft_deleted", "is_in_scope", "is_purged"),
    [
        (None, False, True, False),
        (Cause.DISABLED, True, True, False),
        (Cause.NOT_ASSIGNED, True, False, False),
        (Cause.FAILS_FILTER, True, False, False),
        (Cause.DEFAULT_ACCESS_ONLY, True, False, False),
        (Cause.SOFT_DELETED, True, False, False),
        (Cause.PURGED, True, False, True),
    ],
)
def test_each_cause_makes_is_soft_deleted_true_and_only_the_disabled_stay_in_scope(
    cause: Cause | None, is_soft_deleted: bool, is_in_scope: bool, is_purged: bool
) -> None:
    standing = Standing(cause)
    assert (standing.is_soft_deleted, standing.is_in_scope, standing.is_purged) == (
        is_soft_deleted,
        is_in_scope,
        is_purged,
    )


ANYONE = st.builds(
    user,
    st.sampled_from(Presence),
    st.sampled_from([True, False, None]),
    st.sampled_from([(), ("User",), ("A", "B")]),
    st.booleans(),
)


@given(ANYONE)
def test_whoever_is_active_when_assigned_only_is_active_when_all_are_synchronised(who: SourceUser) -> None:
    if not decide_standing(who, ASSIGNED).is_soft_deleted:
        assert not decide_standing(who, ALL).is_soft_deleted


@given(ANYONE, st.sampled_from([ASSIGNED, ALL, INCLUDED]))
def test_nobody_who_is_deleted_or_disabled_is_active(who: SourceUser, rules: ScopingRules) -> None:
    if who.presence is not Presence.LIVE or not who.is_enabled:
        assert decide_standing(who, rules).is_soft_deleted
