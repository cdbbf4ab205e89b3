"""What do the functions do that say what becomes of a value, not what it is: leave out, hide, refuse?"""

from typing import NoReturn

from instep.rules.mapping.expressions.functions.signature import Attributes, Call, Evaluate
from instep.rules.mapping.expressions.values import DROP, Candidates, Context, Value, is_null_or_empty


def build_ignore_flow(call: Call) -> Evaluate:
    """IgnoreFlowIfNullOrEmpty(expression): the value, or DROP."""
    source = call.required(0).evaluate

    def evaluate(attributes: Attributes, context: Context) -> Value:
        value = source(attributes, context)
        return DROP if is_null_or_empty(value) else value

    return evaluate


def build_redact(call: Call) -> Evaluate:
    """Redact(value): the value as it is; whoever writes a log asks the compiled expression whether it redacts."""
    return call.required(0).evaluate


def build_error(call: Call) -> Evaluate:
    """Error(message): refuses the user, in the administrator's own words (cloud-sync reference)."""
    message = call.read_text(0)

    def evaluate(attributes: Attributes, context: Context) -> NoReturn:
        raise call.error(message(attributes, context) or "the expression refuses this user")

    return evaluate


def build_select_unique_value(call: Call) -> Evaluate:
    """SelectUniqueValue(rule1, rule2, ...): the candidates in order, without null, empty and repeated ones.

    Which of them no account has yet is for the target to say.
    """
    rules = [call.read_text(index) for index in range(len(call.arguments))]

    def evaluate(attributes: Attributes, context: Context) -> Value:
        values = (rule(attributes, context) for rule in rules)
        return Candidates(tuple(dict.fromkeys(value for value in values if value)))

    return evaluate
