"""Which functions are there, by name?

One entry a function: its name, its parameters as the API names them (mappings.md 4.1, else 4.2), and its builder.
"""

from typing import Final

from instep.rules.mapping.expressions.functions.bits import build_bit_and
from instep.rules.mapping.expressions.functions.choice import (
    build_cbool,
    build_iif,
    build_not,
    build_switch,
    count_of_iif,
    count_of_switch,
)
from instep.rules.mapping.expressions.functions.dates import (
    build_cdate,
    build_date_add,
    build_date_diff,
    build_date_from_num,
    build_now,
    build_num_from_date,
)
from instep.rules.mapping.expressions.functions.diacritics import build_normalize_diacritics
from instep.rules.mapping.expressions.functions.distinguished_names import build_dn_component
from instep.rules.mapping.expressions.functions.encodings import (
    ENCODINGS,
    build_convert_from_base64,
    build_convert_to_base64,
    build_convert_to_utf8_hex,
    build_string_from_sid,
)
from instep.rules.mapping.expressions.functions.flow import (
    build_error,
    build_ignore_flow,
    build_redact,
    build_select_unique_value,
)
from instep.rules.mapping.expressions.functions.format_date_time import (
    build_format_date_time,
    count_of_format_date_time,
)
from instep.rules.mapping.expressions.functions.letter_case import build_to_lower, build_to_upper
from instep.rules.mapping.expressions.functions.lists import (
    CASE_TYPES,
    build_contains,
    build_count,
    build_item,
    build_join,
    build_remove_duplicates,
    build_split,
)
from instep.rules.mapping.expressions.functions.presence import (
    build_coalesce,
    build_is_null,
    build_is_null_or_empty,
    build_is_present,
    build_is_string,
)
from instep.rules.mapping.expressions.functions.randomness import build_guid, build_random_string
from instep.rules.mapping.expressions.functions.replace import build_replace
from instep.rules.mapping.expressions.functions.roles import (
    build_app_role_assignments,
    build_app_role_assignments_complex,
    build_single_app_role_assignment,
)
from instep.rules.mapping.expressions.functions.search import COMPARE_TYPES, build_in_str
from instep.rules.mapping.expressions.functions.signature import Function, Parameter
from instep.rules.mapping.expressions.functions.text import (
    build_append,
    build_cstr,
    build_default_domain,
    build_left,
    build_mid,
    build_prepend,
    build_strip_spaces,
    build_trim,
)
from instep.rules.mapping.expressions.functions.words import build_pcase, build_word


def _parameters(names: str) -> tuple[Parameter, ...]:
    """The parameters of a line such as `source start length?`: a ? is optional, a * repeatable, both are both."""
    return tuple(
        Parameter(name.rstrip("?*"), required="?" not in name, repeatable="*" in name) for name in names.split()
    )


_SOURCE: Final = _parameters("source")
_EXPRESSION: Final = _parameters("expression")
_VALUE: Final = _parameters("value")
_ATTRIBUTE: Final = _parameters("attribute")

_TABLE: Final = (
    Function("Append", _parameters("source suffix"), build_append),
    Function("AppRoleAssignments", _SOURCE, build_app_role_assignments),
    Function("AppRoleAssignmentsComplex", _SOURCE, build_app_role_assignments_complex),
    Function("AssertiveAppRoleAssignmentsComplex", _SOURCE, build_app_role_assignments_complex),
    Function("BitAnd", _parameters("value1 value2"), build_bit_and),
    Function("CBool", (Parameter("expression", takes="condition"),), build_cbool),
    Function("CDate", _EXPRESSION, build_cdate),
    Function("Coalesce", _parameters("source*"), build_coalesce),
    Function(
        "Contains",
        (*_parameters("attribute search"), Parameter("caseType", required=False, words=CASE_TYPES)),
        build_contains,
    ),
    Function(
        "ConvertFromBase64",
        (*_SOURCE, Parameter("encoding", required=False, words=frozenset(ENCODINGS))),
        build_convert_from_base64,
    ),
    Function("ConvertToBase64", _SOURCE, build_convert_to_base64),
    Function("ConvertToUTF8Hex", _SOURCE, build_convert_to_utf8_hex),
    Function("Count", _ATTRIBUTE, build_count),
    Function("CStr", _VALUE, build_cstr),
    Function("DateAdd", _parameters("interval value dateTime"), build_date_add),
    Function("DateDiff", _parameters("interval date1 date2"), build_date_diff),
    Function("DateFromNum", _VALUE, build_date_from_num),
    Function("DefaultDomain", (), build_default_domain),
    Function("DNComponent", _parameters("dn componentNumber"), build_dn_component),
    Function("Error", _parameters("errorMessage"), build_error),
    Function(
        "FormatDateTime",
        _parameters("source dateTimeStyles? inputFormat outputFormat"),
        build_format_date_time,
        count_rule=count_of_format_date_time,
    ),
    Function("Guid", (), build_guid, draws_on="seed"),
    Function("IgnoreFlowIfNullOrEmpty", _EXPRESSION, build_ignore_flow),
    Function(
        "IIF",
        (Parameter("condition", takes="condition"), *_parameters("valueIfTrue? valueIfFalse?")),
        build_iif,
        count_rule=count_of_iif,
    ),
    Function(
        "InStr",
        (*_parameters("value1 value2 start?"), Parameter("compareType", required=False, words=COMPARE_TYPES)),
        build_in_str,
    ),
    Function("IsNothing", _SOURCE, build_is_null),
    Function("IsNull", _EXPRESSION, build_is_null),
    Function("IsNullOrEmpty", _EXPRESSION, build_is_null_or_empty),
    Function("IsPresent", _EXPRESSION, build_is_present),
    Function("IsString", _EXPRESSION, build_is_string),
    Function("Item", _parameters("attribute index"), build_item),
    Function("Join", _parameters("separator source*"), build_join),
    Function("Left", _parameters("string numChars"), build_left),
    Function("Mid", _parameters("source start length?"), build_mid),
    Function("NormalizeDiacritics", _SOURCE, build_normalize_diacritics),
    Function("Not", (Parameter("source", takes="condition"),), build_not),
    Function("Now", (), build_now, draws_on="clock"),
    Function("NumFromDate", _VALUE, build_num_from_date),
    Function("PCase", _parameters("source wordSeparators?"), build_pcase),
    Function("Prepend", _parameters("prefix source"), build_prepend),
    Function(
        "RandomString",
        _parameters(
            "length minimumNumbers minimumSpecialCharacters minimumCapital minimumLowerCase charactersToAvoid?"
        ),
        build_random_string,
        draws_on="seed",
    ),
    Function("Redact", _VALUE, build_redact),
    Function("RemoveDuplicates", _ATTRIBUTE, build_remove_duplicates),
    Function(
        "Replace",
        (
            *_parameters("source Find? RegularExpression? RegularExpressionGroupName?"),
            *_parameters("Replacement? ReplacementPropertyName? Template?"),
        ),
        build_replace,
    ),
    Function(
        "SelectUniqueValue",
        _parameters("uniqueValueRule1 uniqueValueRule*"),
        build_select_unique_value,
        stands_alone=True,
    ),
    Function("SingleAppRoleAssignment", _SOURCE, build_single_app_role_assignment),
    Function("Split", _parameters("source delimiter?"), build_split),
    Function("StringFromSid", _parameters("objectSid"), build_string_from_sid),
    Function("StripSpaces", _SOURCE, build_strip_spaces),
    Function("Switch", _parameters("source defaultValue? switchValue?*"), build_switch, count_rule=count_of_switch),
    Function("ToLower", _parameters("source culture?"), build_to_lower),
    Function("ToUpper", _parameters("source culture?"), build_to_upper),
    Function("Trim", _VALUE, build_trim),
    Function("Word", _parameters("string wordNumber delimiters"), build_word),
)

FUNCTIONS: Final = {function.name: function for function in _TABLE}
