"""Can an application be provisioned by this schema: every expression, filter, target and matching attribute sound?"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Final

from instep.ledger.graph_schema.attributes import ANCHOR
from instep.ledger.graph_schema.problems import Problem
from instep.ledger.graph_schema.standard import SOURCE_GROUP, SOURCE_USER, SourceObject, Standard
from instep.ledger.schema import ObjectMapping, Schema
from instep.rules.mapping.attribute_mapping import (
    AttributeMapping,
    Constant,
    Direct,
    FromExpression,
    NoSource,
    TargetAttribute,
)
from instep.rules.mapping.expressions import ExpressionError, compile_expression
from instep.rules.mapping.wanted import MappingRefused, compile_mappings
from instep.rules.scoping.check import filter_problems
from instep.scim.errors import ScimError
from instep.scim.paths import parse_path
from instep.scim.resource_form import ResourceForm
from instep.scim.schemas import GROUPS, USERS

_ROLES: Final = "appRoleAssignments"
_CUSTOM: Final = re.compile(
    r"urn:ietf:params:scim:schemas:extension:[A-Za-z0-9_.-]+:2\.0:User:[A-Za-z][A-Za-z0-9_$-]*", re.ASCII
)
_CUSTOM_FORM: Final = "urn:ietf:params:scim:schemas:extension:<Name>:2.0:User:<attribute>"


def schema_problems(schema: Schema, standard: Standard) -> Iterator[Problem]:
    """Yield everything that is wrong with a schema, each with its place."""
    if not schema.users.is_enabled:
        yield Problem("users", "the mapping of users cannot be disabled; stop the job instead")
    for name, mapping in ((SOURCE_USER, schema.users), (SOURCE_GROUP, schema.groups)):
        if mapping is not None:
            yield from _object_problems(name.lower(), mapping, standard.template_of(name), standard.source_object(name))
    yield from _tied_problems(schema.users, standard)


def _object_problems(
    what: str, mapping: ObjectMapping, template: ObjectMapping | None, source: SourceObject
) -> Iterator[Problem]:
    targets = {target.name: target for target in mapping.targets}
    known = {target.name: target for target in template.targets} if template is not None else {}
    for target in mapping.targets:
        if known.get(target.name) != target and (message := _attribute_problem(what, target, known)) is not None:
            yield Problem(f"{what} attribute {target.name}", message)
    for row in mapping.mappings:
        place = f"{what} mapping of {row.target}"
        yield from (Problem(place, message) for message in _row_problems(row, targets, source))
    yield from _matching_problems(what, mapping, targets)
    if template is not None:
        yield from _missing_rows(what, mapping, template)
    for problem in filter_problems(mapping.filters, source.find):
        yield Problem(f"{what} {problem.place}", problem.message)


def _attribute_problem(what: str, target: TargetAttribute, known: Mapping[str, TargetAttribute]) -> str | None:
    if target.name in known or target.name == ANCHOR:
        return None
    try:
        path = parse_path(target.name)
    except ScimError as error:
        return str(error)
    if (USERS if what == "user" else GROUPS).find(path) is not None:
        return None
    if _CUSTOM.fullmatch(target.name) is None:
        return f"SCIM has no such attribute; one of the application's own is named {_CUSTOM_FORM}"
    if target.type == "Reference" or target.multivalued:
        return "a custom attribute can be neither a Reference nor multi-valued"
    return None


def _row_problems(row: AttributeMapping, targets: Mapping[str, TargetAttribute], source: SourceObject) -> Iterator[str]:
    target = targets.get(row.target)
    if row.target == ANCHOR:
        yield f"{ANCHOR} is given by the target and cannot be mapped"
        return
    if target is None:
        near = get_close_matches(row.target, targets, n=1)
        meant = f"; did you mean {near[0]}?" if near else "; add it to the attributes of the target first"
        yield f"the target has no such attribute{meant}"
        return
    found = list(_source_problems(row, source))
    yield from found
    if not found:
        yield from _compiling_problems(row, target)


def _source_problems(row: AttributeMapping, source: SourceObject) -> Iterator[str]:
    match row.source:
        case Direct(attribute):
            names = frozenset({attribute})
            if attribute == _ROLES:
                yield f"{_ROLES} cannot be mapped directly; use SingleAppRoleAssignment([{_ROLES}]) or another function"
        case FromExpression(text):
            try:
                names = compile_expression(text).attributes
            except ExpressionError as error:
                yield f"expression, {error}"
                return
        case Constant() | NoSource():
            names = frozenset()
    for name in sorted(names):
        try:
            source.find(name)
        except LookupError as unknown:
            yield str(unknown.args[0])


def _compiling_problems(row: AttributeMapping, target: TargetAttribute) -> Iterator[str]:
    try:
        compile_mappings([row], [target])
        ResourceForm((), [row.target], [row.target] if target.type == "Reference" else [])
    except MappingRefused as refused:
        yield refused.problem
    except ScimError as error:
        yield str(error)


def _matching_problems(what: str, mapping: ObjectMapping, targets: Mapping[str, TargetAttribute]) -> Iterator[Problem]:
    matching = [row for row in mapping.mappings if row.matching_priority]
    if not matching:
        yield Problem(
            f"{what} mappings", "no target attribute matches; give one a matching precedence (matchingPriority)"
        )
    taken: dict[int, str] = {}
    for row in matching:
        place = f"{what} mapping of {row.target}"
        if (other := taken.setdefault(row.matching_priority, row.target)) != row.target:
            yield Problem(place, f"{other} has the matching precedence {row.matching_priority} already")
        target = targets.get(row.target)
        if target is not None and (target.multivalued or target.type == "Reference"):
            yield Problem(place, "a matching attribute must have one value and be no reference")


def _tied_problems(users: ObjectMapping, standard: Standard) -> Iterator[Problem]:
    rows = {row.target: row for row in users.mappings}
    for one, other in standard.tied:
        if one in rows and other in rows and _flow(rows[one]) != _flow(rows[other]):
            yield Problem(f"user mapping of {other}", pulled_apart(standard.target_directory, one, other))


def _flow(row: AttributeMapping) -> AttributeMapping:
    """What of a mapping decides on the account's value: all but the target and whether it matches."""
    return replace(row, target="x", matching_priority=0)


def pulled_apart(application: str, one: str, other: str) -> str:
    """Say why two mappings must have one source."""
    return (
        f"{application} keeps {one} and {other} as one value: a change of either changes the other, so that "
        "two sources would overwrite each other in every cycle; give both the same source and default value, and "
        "apply both at the same time"
    )


def _missing_rows(what: str, mapping: ObjectMapping, template: ObjectMapping) -> Iterator[Problem]:
    mapped = {row.target for row in mapping.mappings}
    required = {target.name for target in template.targets if target.required}
    for row in template.mappings:
        if row.target in required and row.target not in mapped:
            yield Problem(f"{what} mapping of {row.target}", "the application needs it; it cannot be removed")
