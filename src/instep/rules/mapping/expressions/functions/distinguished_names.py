"""What are the parts of a distinguished name (RFC 4514)?"""

import re
from typing import Final

from instep.rules.mapping.expressions.functions.signature import Attributes, Call, Evaluate, shown
from instep.rules.mapping.expressions.values import Context, Value

# A part goes to the next comma that is neither escaped nor between quotes.
_PART: Final = re.compile(r'(?:\\.|"(?:\\.|[^"\\])*"|[^\\",])*', re.DOTALL)
_ESCAPED: Final = re.compile(r"((?:\\[0-9A-Fa-f]{2})+)|\\(.)", re.DOTALL)


def build_dn_component(call: Call) -> Evaluate:
    """DNComponent(dn, number): the value of a part, counted from 1 at the left: Joe of `cn=Joe,ou=Sales` for 1.

    Null stays null; there is no value where the name has fewer parts.
    """
    source, number = call.read_text(0), call.required(1).evaluate

    def evaluate(attributes: Attributes, context: Context) -> Value:
        name = source(attributes, context)
        wanted = call.integer(number(attributes, context), "the number of the component")
        if wanted < 1:
            raise call.error(f"the first component has the number 1; {wanted} is none")
        if not name:
            return None
        parts = _parts(name)
        if parts is None:
            raise call.error(f"{shown(name)} is no distinguished name")
        return parts[wanted - 1] if wanted <= len(parts) else None

    return evaluate


def _parts(name: str) -> list[str] | None:
    """The values of the parts, or None for what is no distinguished name."""
    values, position = [], 0
    while position <= len(name):
        match = _PART.match(name, position)
        end = match.end() if match else position
        kind, equals, value = name[position:end].partition("=")
        if not (kind.strip() and equals) or name[end : end + 1] not in ("", ","):
            return None
        values.append(_plain(value.strip()))
        position = end + 1
    return values


def _plain(value: str) -> str:
    if len(value) > 1 and value.startswith('"') and value.endswith('"'):
        value = value[1:-1]
    return _ESCAPED.sub(_unescaped, value)


def _unescaped(match: re.Match[str]) -> str:
    octets = match.group(1)
    if octets is None:
        return match.group(2)
    return bytes.fromhex(octets.replace("\\", "")).decode("utf-8", "replace")
