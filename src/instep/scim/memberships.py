"""What does a PATCH do to the members of a group, said so that nobody has to read them (RFC 7644, 3.5.2)?

A group may have 100,000 members, and clients add and remove them one by one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from instep.scim.cleaning import attribute_cleaner
from instep.scim.definitions import GROUP
from instep.scim.edits import Verb
from instep.scim.errors import InvalidValue, Mutability
from instep.scim.patch import Operation
from instep.scim.schemas import GROUPS
from instep.scim.syntax import Compare, Filter, Operator, Or, Path

_MEMBERS = Path(attribute="members")
_clean = attribute_cleaner(GROUP.attributes["members"])


@dataclass(frozen=True, slots=True)
class MemberStep:
    """Members come, go, or are from then on exactly these."""

    verb: Verb
    ids: tuple[str, ...]


def member_steps(operations: Iterable[Operation]) -> tuple[list[Operation], list[MemberStep]]:
    """Divides a PATCH into what is about the group's attributes, and what becomes of its members, in this order.

    Raises InvalidValue for a member without an id, Mutability for a change of what is said of a member.
    """
    others: list[Operation] = []
    steps: list[MemberStep] = []
    for operation in operations:
        for part in _parts(operation):
            if part.path is not None and _is_about_members(part.path):
                steps.append(_step(part))
            else:
                others.append(part)
    return others, steps


def member_ids(resource: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of the members that a resource lists, each once."""
    return _ids(resource.get("members"))


def _parts(operation: Operation) -> list[Operation]:
    """Without a path, the members of the value are paths themselves: those about members become a part of their own."""
    if operation.path is not None or not isinstance(operation.value, dict):
        return [operation]
    members = {name: value for name, value in operation.value.items() if name.rpartition(":")[2].lower() == "members"}
    rest = {name: value for name, value in operation.value.items() if name not in members}
    about_members = [Operation(operation.verb, _MEMBERS, value) for value in members.values()]
    return [*([Operation(operation.verb, None, rest)] if rest or not members else []), *about_members]


def _is_about_members(path: Path) -> bool:
    target = GROUPS.find(path)
    return target is not None and target.attribute is not None and target.attribute.name == "members"


def _step(operation: Operation) -> MemberStep:
    path, verb = operation.path or _MEMBERS, operation.verb
    if path.sub_attribute is None and path.value_filter is None:
        if verb is Verb.REMOVE and operation.value in (None, ""):
            return MemberStep(Verb.REPLACE, ())
        return MemberStep(verb, _ids(operation.value))
    if verb is Verb.REMOVE and path.sub_attribute is None and path.value_filter is not None:
        named = _named(path.value_filter)
        if named is not None:
            return MemberStep(Verb.REMOVE, named)
    raise Mutability(f"{str(path)!r}: members are added, removed by their 'value', or replaced as a whole.")


def _ids(value: object) -> tuple[str, ...]:
    elements = _clean(value) or []
    if any("value" not in element for element in elements):
        raise InvalidValue("Each of the 'members' has a 'value': the id of a user or of a group.")
    return tuple(dict.fromkeys(element["value"] for element in elements))


def _named(wanted: Filter) -> tuple[str, ...] | None:
    match wanted:
        case Compare(Path(None, str(name), None, None), Operator.EQ, str(value)) if name.lower() == "value":
            return (value,)
        case Or(terms):
            found = [_named(term) for term in terms]
            return None if None in found else tuple(one for each in found if each is not None for one in each)
    return None
