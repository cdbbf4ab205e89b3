"""How does a value of the directory become a value of the target attribute's type (mappings.md 3)?"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from instep.rules.mapping.attribute_mapping import TargetAttribute
from instep.rules.mapping.expressions import Value
from instep.rules.mapping.expressions.values import date_text

Element: TypeAlias = dict[str, str | bool]  # of a complex multi-valued attribute, such as one role
TargetValue: TypeAlias = str | bool | int | float | list[str | Element]

_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,300}")


class MappingFailed(Exception):
    """A mapping gave no value that the target attribute can take; `code` is the provisioning log's."""

    def __init__(self, target: str, problem: str, code: str = "AttributeValidationFailed") -> None:
        super().__init__(f"{target}: {problem}")
        self.target = target
        self.problem = problem
        self.code = code


def converter_for(target: TargetAttribute) -> Callable[[Value], TargetValue]:
    """Return the function that converts any value but null to the target's type; it raises MappingFailed."""
    if target.multivalued:
        return lambda value: _list(target, value)
    match target.type:
        case "Boolean":
            return lambda value: True if value == "True" else False if value == "False" else _boolean(target, value)
        case "Integer":
            return lambda value: _integer(target, value)
        case "DateTime":
            return lambda value: _date_time(target, value)
        case _:
            return lambda value: value if type(value) is str else _text(target, value)


def _text(target: TargetAttribute, value: Value) -> str:
    match value:
        case bool():
            return "True" if value else "False"
        case int() | float() | str():
            return str(value)
        case datetime():
            return date_text(value)
        case (str() as only,):
            return only
        case tuple():
            raise MappingFailed(
                target.name, "it takes one value and the source gave several", "SchemaPropertyCanOnlyAcceptValue"
            )
        case _:
            raise MappingFailed(target.name, f"{value!r} is not a text")


def _date_time(target: TargetAttribute, value: Value) -> str:
    """What the language reckoned as a date, as SCIM writes one (RFC 7643, 2.3.5); a text goes as it is."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
    return _text(target, value)


def _boolean(target: TargetAttribute, value: Value) -> bool:
    match value:
        case bool():
            return value
        case str() if value.casefold() in ("true", "false"):
            return value.casefold() == "true"
        case _:
            raise MappingFailed(target.name, f"it takes True or False, not {value!r}")


def _integer(target: TargetAttribute, value: Value) -> int:
    match value:
        case bool():
            return _refuse(target, value)
        case int():
            return value
        case str() if _WHOLE_NUMBER.fullmatch(value.strip()):
            return int(value)
        case _:
            return _refuse(target, value)


def _refuse(target: TargetAttribute, value: Value) -> int:
    raise MappingFailed(target.name, f"it takes a whole number, not {value!r}")


def _list(target: TargetAttribute, value: Value) -> list[str | Element]:
    parts = value if isinstance(value, tuple) else (value,)
    return [_element(part) if isinstance(part, Mapping) else _text(target, part) for part in parts]


def _element(value: Mapping[str, Value]) -> Element:
    """A complex value, without what is null in it."""
    return {name: part for name, part in value.items() if isinstance(part, str | bool)}
