"""Which functions are there, by name?

One entry a function: its name, its parameters as the API names them (mappings.md 4.1, else 4.2), and its builder.
"""

from typing import Final

from instep.rules.mapping.expressions.functions.choice import (
    build_cbool,
    build_iif,
    build_not,
    build_switch,
    count_of_iif,
    count_of_switch,
)
from instep.rules.mapping.expressions.functions.diacritics import build_normalize_diacritics
from instep.rules.mapping.expressions.functions.letter_case import build_to_lower, build_to_upper
from instep.rules.mapping.expressions.functions.lists import build_item, build_join, build_split
from instep.rules.mapping.expressions.functions.presence import (
    build_coalesce,
    build_ignore_flow,
    build_is_null,
    build_is_null_or_empty,
    build_is_present,
)
from instep.rules.mapping.expressions.functions.replace import build_replace
from instep.rules.mapping.expressions.functions.roles import build_single_app_role_assignment
from instep.rules.mapping.expressions.functions.signature import Function, Parameter
from instep.rules.mapping.expressions.functions.text import (
    build_append,
    build_cstr,
    build_left,
    build_mid,
    build_strip_spaces,
)


def _condition(name: str) -> Parameter:
    return Parameter(name, takes="condition")


def _optional(name: str) -> Parameter:
    return Parameter(name, required=False)


_SOURCE: Final = Parameter("source")
_EXPRESSION: Final = Parameter("expression")

_TABLE: Final = (
    Function("Append", (_SOURCE, Parameter("suffix")), build_append),
    Function("CBool", (_condition("expression"),), build_cbool),
    Function("Coalesce", (Parameter("source", repeatable=True),), build_coalesce),
    Function("CStr", (Parameter("value"),), build_cstr),
    Function("IgnoreFlowIfNullOrEmpty", (_EXPRESSION,), build_ignore_flow),
    Function(
        "IIF",
        (_condition("condition"), _optional("valueIfTrue"), _optional("valueIfFalse")),
        build_iif,
        count_rule=count_of_iif,
    ),
    Function("IsNull", (_EXPRESSION,), build_is_null),
    Function("IsNullOrEmpty", (_EXPRESSION,), build_is_null_or_empty),
    Function("IsPresent", (_EXPRESSION,), build_is_present),
    Function("Item", (Parameter("attribute"), Parameter("index")), build_item),
    Function("Join", (Parameter("separator"), Parameter("source", repeatable=True)), build_join),
    Function("Left", (Parameter("string"), Parameter("numChars")), build_left),
    Function("Mid", (_SOURCE, Parameter("start"), Parameter("length")), build_mid),
    Function("NormalizeDiacritics", (_SOURCE,), build_normalize_diacritics),
    Function("Not", (_condition("source"),), build_not),
    Function(
        "Replace",
        (
            _SOURCE,
            _optional("Find"),
            _optional("RegularExpression"),
            _optional("RegularExpressionGroupName"),
            _optional("Replacement"),
            _optional("ReplacementPropertyName"),
            _optional("Template"),
        ),
        build_replace,
    ),
    Function("SingleAppRoleAssignment", (_SOURCE,), build_single_app_role_assignment),
    Function("Split", (_SOURCE, _optional("delimiter")), build_split),
    Function("StripSpaces", (_SOURCE,), build_strip_spaces),
    Function(
        "Switch",
        (_SOURCE, _optional("defaultValue"), Parameter("switchValue", required=False, repeatable=True)),
        build_switch,
        count_rule=count_of_switch,
    ),
    Function("ToLower", (_SOURCE, _optional("culture")), build_to_lower),
    Function("ToUpper", (_SOURCE, _optional("culture")), build_to_upper),
)

FUNCTIONS: Final = {function.name: function for function in _TABLE}

# In the language, and said to be missing for as long as they are (mappings.md 4.1 and 4.2).
NOT_YET_AVAILABLE: Final = frozenset(
    {
        "AppRoleAssignments",
        "AppRoleAssignmentsComplex",
        "AssertiveAppRoleAssignmentsComplex",
        "BitAnd",
        "CDate",
        "Contains",
        "ConvertFromBase64",
        "ConvertToBase64",
        "ConvertToUTF8Hex",
        "Count",
        "DateAdd",
        "DateDiff",
        "DateFromNum",
        "DefaultDomain",
        "DNComponent",
        "Error",
        "FormatDateTime",
        "Guid",
        "InStr",
        "IsNothing",
        "IsString",
        "Now",
        "NumFromDate",
        "PCase",
        "Prepend",
        "RandomString",
        "Redact",
        "RemoveDuplicates",
        "SelectUniqueValue",
        "StringFromSid",
        "Trim",
        "Word",
    }
)
