"""What does a filter ask of the source attributes of groups, and of their members?"""

from typing import Final

from instep.inbound.filters import NOBODY, Asking, Term
from instep.inbound.schemas import UNDERSTOOD_GROUPS
from instep.odata.conditions import Comparison, Condition, Literal, Not, Path
from instep.scim import syntax as scim
from instep.scim.errors import InvalidFilter
from instep.scim.schemas import Target
from instep.scim.syntax import Operator

_MEMBERS: Final = Path(("members",))


def _asked_of(target: Target, path: scim.Path, term: Term) -> Condition:
    attribute = target.attribute
    if attribute is None:
        return NOBODY
    if attribute.name == "members":
        return _of_members(path, target, term)
    return term.of(Path((attribute.name,)), attribute)


def _of_members(path: scim.Path, target: Target, term: Term) -> Condition:
    """Whether there are any, and whether somebody is one: what clients were seen to ask."""
    is_value = target.sub_attribute is None or target.sub_attribute.name == "value"
    match path.value_filter, term.compare:
        case None, None:
            return Not(Comparison("eq", _MEMBERS, Literal(None)))
        case None, scim.Compare(_, Operator.EQ, str(value)) if is_value:
            return Comparison("eq", _MEMBERS, Literal(value))
        case scim.Compare(scim.Path(None, str(name), None, None), Operator.EQ, str(value)), None if (
            name.lower() == "value" and is_value
        ):
            return Comparison("eq", _MEMBERS, Literal(value))
    raise InvalidFilter(f"{str(path)!r}: of members, ask 'members.value eq \"id\"', or 'members pr'.")


def _source_of(target: Target) -> Path | None:
    if target.attribute is None or target.attribute.name not in ("displayName", "externalId"):
        return None
    return Path((target.attribute.name,))


ABOUT_GROUPS: Final = Asking(UNDERSTOOD_GROUPS, _asked_of, _source_of)
