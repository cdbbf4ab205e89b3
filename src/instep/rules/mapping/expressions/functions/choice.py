"""What do the functions do that decide: Switch, IIF, Not and CBool?"""

from instep.rules.mapping.expressions.errors import ExpressionError
from instep.rules.mapping.expressions.functions.signature import Attributes, Call, Evaluate
from instep.rules.mapping.expressions.values import Context, Value, as_number, as_text


def _nothing(attributes: Attributes, context: Context) -> Value:
    return None


def count_of_switch(count: int) -> str | None:
    """What is wrong with a Switch of this many arguments."""
    if count >= 2 and count % 2 == 0:
        return None
    return (
        "Switch needs an even number of arguments: a source, a default (which may be left empty), then a key and a "
        f"value each; this one has {count}"
    )


def build_switch(call: Call) -> Evaluate:
    """Switch(source, defaultValue, key, value, ...): exact and case-sensitive, the first key wins.

    A null source reads as the empty text, so the key "" catches both; without such a key it takes the default.
    """
    source = call.required(0).evaluate
    given_default = call.optional(1)
    default = given_default.evaluate if given_default else _nothing
    table: dict[str, Evaluate] = {}
    computed: list[tuple[Evaluate, Evaluate]] = []
    for index in range(2, len(call.arguments), 2):
        key, then = call.arguments[index], call.optional(index + 1)
        if key is None:
            raise ExpressionError(call.column, f'Switch needs its key {index // 2}; write "" to catch an empty source')
        value = then.evaluate if then else _nothing
        if key.constant is not None and not computed:
            table.setdefault(as_text(key.constant.value) or "", value)
        else:
            computed.append((key.evaluate, value))

    def by_table(attributes: Attributes, context: Context) -> Value:
        wanted = source(attributes, context)
        if type(wanted) is not str:
            # A switch is the usual source that is no text: of IsSoftDeleted hangs whether an account is active.
            wanted = "True" if wanted is True else "False" if wanted is False else call.text(wanted) or ""
        return table.get(wanted, default)(attributes, context)

    def by_comparing(attributes: Attributes, context: Context) -> Value:
        wanted = call.text(source(attributes, context)) or ""
        if wanted in table:
            return table[wanted](attributes, context)
        for key, value in computed:
            if (call.text(key(attributes, context)) or "") == wanted:
                return value(attributes, context)
        return default(attributes, context)

    return by_comparing if computed else by_table


def count_of_iif(count: int) -> str | None:
    """What is wrong with an IIF of this many arguments."""
    if count == 3:
        return None
    return f"IIF needs 3 arguments: a condition, the value if it is true, the value if not; this one has {count}"


def build_iif(call: Call) -> Evaluate:
    """IIF(condition, valueIfTrue, valueIfFalse): only the chosen value is evaluated; an empty one is null."""
    condition = call.required(0).evaluate
    on_true, on_false = call.optional(1), call.optional(2)
    then = on_true.evaluate if on_true else _nothing
    otherwise = on_false.evaluate if on_false else _nothing

    def evaluate(attributes: Attributes, context: Context) -> Value:
        value = condition(attributes, context)
        # A comparison gives a bool, and that needs no further look.
        holds = value if value is True or value is False else _is_true(call, value)
        return (then if holds else otherwise)(attributes, context)

    return evaluate


def build_not(call: Call) -> Evaluate:
    """Not(source): "True" gives False, everything else gives True."""
    source = call.required(0).evaluate

    def evaluate(attributes: Attributes, context: Context) -> Value:
        value = source(attributes, context)
        return (value if isinstance(value, str) else call.text(value)) != "True"

    return evaluate


def build_cbool(call: Call) -> Evaluate:
    """CBool(expression): True for a true condition, for the text true, and for a number other than 0."""
    source = call.required(0).evaluate
    return lambda attributes, context: _is_true(call, source(attributes, context))


def _is_true(call: Call, value: Value) -> bool:
    text = call.text(value)
    number = as_number(text)
    if number is not None:
        return number != 0
    return text is not None and text.lower() == "true"
