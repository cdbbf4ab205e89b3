"""What becomes of a user's app role assignments (mappings.md 1.9)?"""

from collections.abc import Mapping
from typing import Final

from instep.rules.mapping.expressions.functions.lists import as_list
from instep.rules.mapping.expressions.functions.signature import Attributes, Call, Evaluate
from instep.rules.mapping.expressions.values import Context, Value

ROLE_TYPE: Final = "WindowsAzureActiveDirectoryRole"


def build_single_app_role_assignment(call: Call) -> Evaluate:
    """SingleAppRoleAssignment([appRoleAssignments]): the name of the one assigned role, null without one.

    With several assignments the choice is undefined; here it is the first, so that the same assignments in the same
    order give the same role.
    """
    source = call.required(0).evaluate

    def evaluate(attributes: Attributes, context: Context) -> Value:
        return next((_name(call, role) for role in as_list(source(attributes, context))), None)

    return evaluate


def build_app_role_assignments(call: Call) -> Evaluate:
    """AppRoleAssignments([appRoleAssignments]): the names of all assigned roles, null without one."""
    source = call.required(0).evaluate

    def evaluate(attributes: Attributes, context: Context) -> Value:
        return tuple(_name(call, role) for role in as_list(source(attributes, context))) or None

    return evaluate


def build_app_role_assignments_complex(call: Call) -> Evaluate:
    """AppRoleAssignmentsComplex and AssertiveAppRoleAssignmentsComplex: each role as an element of `roles`.

    The two differ in what is written when roles change: the mapping says which it is.
    """
    source = call.required(0).evaluate

    def evaluate(attributes: Attributes, context: Context) -> Value:
        return tuple(_element(call, role) for role in as_list(source(attributes, context))) or None

    return evaluate


def _name(call: Call, assignment: Value) -> str | None:
    # Applications compare the role's value; a role without one (User, msiam_access) goes by its display name.
    if isinstance(assignment, Mapping):
        return call.text(assignment.get("value")) or call.text(assignment.get("displayName"))
    return call.text(assignment)


def _element(call: Call, assignment: Value) -> Mapping[str, Value]:
    role = assignment if isinstance(assignment, Mapping) else {}
    name = _name(call, assignment)
    shown = call.text(role.get("displayName")) or name
    # The id is for the older form of a PATCH; elsewhere it is left out (instep.scim.dialects).
    identified = {"id": role["id"]} if role.get("id") else {}
    return {**identified, "primary": False, "type": ROLE_TYPE, "display": shown, "value": name}
