"""Does applying a plan leave nothing to plan, for any mappings, any user, any account and any dialect?

One user's way through several states: each is decided as in a cycle, the requests are written in the target's dialect
and applied to its account by the project's SCIM language, and the same user is decided again: from the link, and from
the account as it is read. EXAMPLES=n in the environment makes more of them.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from instep.cycle.compiled import CompiledJob, compile_job
from instep.cycle.ports import Batch
from instep.cycle.turns import Turn, open_turn, settle
from instep.ledger.jobs import Job, JobSettings, JobState
from instep.ledger.records import Link, Origin
from instep.ledger.schema import ALL_ACTIONS, ObjectMapping, Schema
from instep.rules.mapping.attribute_mapping import (
    AttributeMapping,
    Constant,
    Direct,
    FromExpression,
    NoSource,
    Source,
    TargetAttribute,
)
from instep.rules.matching.match import Account, Matched, NoMatch
from instep.rules.planning.plan import Nothing, Operation, OperationKind, Problem
from instep.rules.scoping.standing import Scope
from instep.rules.source_user import Presence, SourceUser
from instep.scim.dialects import DIALECTS, Update
from instep.scim.messages import ENTERPRISE_USER_URN
from instep.scim.patch import apply_patch, parse_patch
from instep.scim.schemas import USERS

EXAMPLES = int(os.environ.get("EXAMPLES", "150"))
NOW = datetime(2026, 3, 2, tzinfo=UTC)
MANAGER = f"{ENTERPRISE_USER_URN}:manager"
TEXTS = (
    "displayName", "title", "nickName", "externalId", "name.givenName", "name.familyName",
    'emails[type eq "work"].value', 'emails[type eq "home"].value', 'phoneNumbers[type eq "mobile"].value',
    'addresses[type eq "work"].locality', 'addresses[type eq "work"].streetAddress', 'roles[primary eq "True"].value',
    f"{ENTERPRISE_USER_URN}:department",
)  # fmt: skip
ATTRIBUTES = ("displayName", "jobTitle", "department", "city", "surname", "mail")
WORDS = ("A", "Ada", "ADA", "ada@corp.example", "Straße", "STRASSE", " x ", 'q"q', "zoë", "Zoë")
EXPRESSIONS = (
    "Coalesce([jobTitle], [department])", 'Append([surname], ".x")', "ToUpper([city])", "Trim([department])",
    'IIF(IsPresent([mail]), [mail], "none@corp.example")', 'Replace([displayName], , "A", , "", , )', "[city]",
    'Switch([jobTitle], [department], "Ada", "first", "ADA", "second")', 'IIF([IsSoftDeleted], "gone", [surname])',
)  # fmt: skip
ACTIVE = (
    FromExpression('Switch([IsSoftDeleted], , "False", "True", "True", "False")'),
    FromExpression("Not([IsSoftDeleted])"),
    Constant("True"),
)
SOURCES: st.SearchStrategy[Source] = st.one_of(
    st.sampled_from(ATTRIBUTES).map(Direct),
    st.sampled_from(WORDS).map(Constant),
    st.sampled_from(EXPRESSIONS).map(FromExpression),
    st.just(NoSource()),
)
WHEN = st.fixed_dictionaries(
    {"apply": st.sampled_from(["always", "always", "creation"]), "when_null": st.sampled_from(["leave", "clear"])},
    optional={"default_value": st.sampled_from(WORDS)},
)
SWITCHES = st.fixed_dictionaries(
    {},
    optional={
        "paths": st.sampled_from(["each", "dotted", "nested"]),
        "elements": st.sampled_from(["by-filter", "added-whole", "as-list"]),
        "clearing": st.sampled_from(["remove", "null", "empty"]),
        "booleans": st.sampled_from(["json", "text-in-patch", "text"]),
        "disabled_accounts": st.sampled_from(["changeable", "frozen", "deleted"]),
        "operations_per_request": st.sampled_from(["unlimited", "2"]),
        "update": st.sampled_from(["patch", "put", "flat-patch"]),
    },
)
JOBS = st.builds(
    JobSettings,
    scope=st.sampled_from(Scope),
    dialect=st.sampled_from([None, *DIALECTS]),
    switches=SWITCHES,
    soft_delete=st.booleans(),
    skip_out_of_scope_deletions=st.booleans(),
)


@st.composite
def schemas(draw: st.DrawFn) -> Schema:
    targets = draw(st.lists(st.sampled_from(TEXTS), unique=True, max_size=6))
    mappings = [
        AttributeMapping("userName", Direct("userPrincipalName"), matching_priority=1),
        AttributeMapping("active", draw(st.sampled_from(ACTIVE))),
        *(AttributeMapping(target, draw(SOURCES), **draw(WHEN)) for target in targets),
    ]
    if draw(st.booleans()):
        mappings.append(
            AttributeMapping(MANAGER, Direct("manager"), when_null=draw(st.sampled_from(["leave", "clear"])))
        )
    attributes = [
        TargetAttribute("userName", required=True),
        TargetAttribute("active", "Boolean"),
        *(TargetAttribute(target, case_exact=draw(st.booleans())) for target in targets),
        TargetAttribute(MANAGER, "Reference"),
    ]
    actions = draw(st.sampled_from([ALL_ACTIONS, ALL_ACTIONS, *({*ALL_ACTIONS} - {action} for action in ALL_ACTIONS)]))
    return Schema(ObjectMapping(tuple(mappings), tuple(attributes), frozenset(actions)))


USERS_OF_THE_DIRECTORY = st.builds(
    SourceUser,
    st.just("u1"),
    st.sampled_from([Presence.LIVE, Presence.LIVE, Presence.LIVE, Presence.SOFT_DELETED, Presence.PURGED]),
    st.fixed_dictionaries(
        {"userPrincipalName": st.sampled_from(["ada@corp.example", "ADA@corp.example", "eva@corp.example"])},
        optional={"accountEnabled": st.booleans(), **dict.fromkeys(ATTRIBUTES, st.sampled_from(WORDS))},
    ),
    st.sampled_from([None, "boss", "stranger"]),
    st.sampled_from([("User",), ()]),
    st.just(False),
)
ACCOUNTS = st.fixed_dictionaries(
    {"userName": st.sampled_from(["ada@corp.example", "Eva@Corp.Example"])},
    optional={"active": st.booleans(), MANAGER: st.just("M9"), **dict.fromkeys(TEXTS, st.sampled_from(WORDS))},
)


@dataclass
class World:
    """One user's account in the target, and what the ledger knows of it."""

    compiled: CompiledJob
    account: dict[str, Any] | None = None
    link: Link | None = None

    def turn(self, user: SourceUser) -> Turn:
        links = {} if self.link is None else {"u1": self.link}
        return open_turn(self.compiled, user, Batch([user], links, {"boss": "M1"}, (), {}, 0, None))

    def decide(self, user: SourceUser) -> Turn:
        turn = self.turn(user)
        if turn.plan is None:
            found = NoMatch() if self.account is None else Matched(self.read(), "userName")
            settle(self.compiled, turn, found)
        return turn

    def read(self) -> Account:
        assert self.account is not None
        values = self.compiled.form.values(self.account)
        if isinstance(self.account.get("active"), bool):
            values.setdefault("active", self.account["active"])
        return Account("A1", values)

    def apply(self, turn: Turn) -> None:
        """What the target and the ledger do with an operation."""
        operation = turn.operation
        if operation is None:
            if turn.account is not None:
                active = not turn.standing.is_soft_deleted
                self.link = Link(
                    "u1", "A1", active, Origin.MATCHED, {n: v for n, v in turn.known.items() if n in turn.wanted}
                )
            return
        if operation.kind is OperationKind.DELETE or operation.is_final:
            self.account = self.link = None
            return
        known = {**turn.known, **operation.after}
        self.account = self._written(operation, turn.known)
        kept = {name: value for name, value in known.items() if value is not None}
        self.link = Link("u1", "A1", operation.leaves_active, Origin.CREATED, kept)

    def _written(self, operation: Operation, known: Mapping[str, Any]) -> dict[str, Any]:
        requests = self.compiled.requests
        if operation.kind is OperationKind.CREATE:
            return USERS.clean(requests.create(operation.after))
        assert self.account is not None
        if self.compiled.dialect.update is Update.PUT:
            return USERS.clean(requests.put(self.account, operation.after))
        account = self.account
        for message in requests.patches(operation.before, operation.after, known):
            if self.compiled.dialect.update is Update.FLAT_PATCH:
                account = USERS.clean(merged(account, message))
            else:
                account = apply_patch(account, parse_patch(message), USERS).resource
        return account


def merged(resource: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(resource)
    for name, value in change.items():
        result[name] = merged(result.get(name) or {}, value) if isinstance(value, dict) else value
    return result


def compiled_job(schema: Schema, job_settings: JobSettings) -> CompiledJob:
    job = Job("j", "a", "App", "custom-scim", "https://scim.example", JobState.ACTIVE, job_settings, 1)
    return compile_job(job, schema, NOW)


def same(compiled: CompiledJob, target: str, have: Any, want: Any) -> bool:
    want = None if want == "" else want
    if target in compiled.mappings.case_insensitive_targets and isinstance(have, str) and isinstance(want, str):
        return have.casefold() == want.casefold()
    return bool(have == want)


def check(world: World, user: SourceUser, before: Turn) -> None:
    """Nothing is left, whether it is decided from the link or from the account as it is now."""
    again = world.decide(user)
    assert not isinstance(again.plan, Operation), (before.plan, again.plan)
    if world.link is not None and world.account is not None:
        unlinked = World(world.compiled, world.account)
        read = unlinked.decide(user)
        assert not isinstance(read.plan, Operation), (before.plan, read.plan, world.account)
    if world.account is not None and isinstance(before.plan, Operation):
        says = world.compiled.form.values(world.account)
        for target, want in before.plan.after.items():
            assert same(world.compiled, target, says.get(target), want), (target, says, before.plan)


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(schemas(), JOBS, st.none() | ACCOUNTS, st.lists(USERS_OF_THE_DIRECTORY, min_size=1, max_size=4))
def test_applying_a_plan_and_planning_again_leaves_nothing(
    schema: Schema, job_settings: JobSettings, account: Mapping[str, Any] | None, states: Sequence[SourceUser]
) -> None:
    compiled = compiled_job(schema, job_settings)
    world = World(compiled)
    if account is not None:
        mapped = {target: value for target, value in account.items() if target in compiled.form.targets}
        world.account = USERS.clean(compiled.form.resource(mapped))
    for user in states:
        turn = world.decide(user)
        if isinstance(turn.plan, Problem):
            continue
        world.apply(turn)
        check(world, user, turn)
    assert not isinstance(world.decide(states[-1]).plan, Operation) or isinstance(turn.plan, Problem)


@given(schemas(), JOBS, USERS_OF_THE_DIRECTORY)
def test_what_is_there_by_the_plan_is_redundant_and_nothing_else_is(
    schema: Schema, job_settings: JobSettings, user: SourceUser
) -> None:
    world = World(compiled_job(schema, job_settings))
    turn = world.decide(user)
    world.apply(turn)
    assert (world.account is not None) is isinstance(turn.plan, Operation)
    assert isinstance(world.decide(user).plan, Nothing | Problem)
