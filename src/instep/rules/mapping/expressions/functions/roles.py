"""What becomes of a user's app role assignments?"""

from collections.abc import Mapping

from instep.rules.mapping.expressions.functions.signature import Attributes, Call, Evaluate
from instep.rules.mapping.expressions.values import Context, Value, is_null


def build_single_app_role_assignment(call: Call) -> Evaluate:
    """SingleAppRoleAssignment([appRoleAssignments]): the name of the one assigned role, null without one.

    With several assignments the choice is undefined (mappings.md 1.9); here it is the first, so that the same
    assignments in the same order give the same role.
    """
    source = call.required(0).evaluate

    def evaluate(attributes: Attributes, context: Context) -> Value:
        value = source(attributes, context)
        if is_null(value):
            return None
        return _name(call, value[0] if isinstance(value, tuple) else value)

    return evaluate


def _name(call: Call, assignment: Value) -> str | None:
    # Applications compare the role's value; a role without one (User, msiam_access) goes by its display name.
    if isinstance(assignment, Mapping):
        return call.text(assignment.get("value")) or call.text(assignment.get("displayName"))
    return call.text(assignment)
