"""What do the functions do that write a text, or some bytes, in another way?"""

import base64
import binascii
import re
from typing import Final

from instep.rules.mapping.expressions.functions.signature import Attributes, Call, Evaluate, shown
from instep.rules.mapping.expressions.values import Context, Value

# Base64 of a security identifier begins with AQ, its hexadecimal digits with 01.
_HEXADECIMAL: Final = re.compile(r"01(?:[0-9A-Fa-f]{2})+")
ENCODINGS: Final = {"Unicode": "utf-16-le", "ASCII": "ascii", "UTF8": "utf-8"}


def build_convert_to_base64(call: Call) -> Evaluate:
    """ConvertToBase64(source): of the UTF-16LE bytes; null stays null."""
    source = call.read_text(0)

    def evaluate(attributes: Attributes, context: Context) -> Value:
        text = source(attributes, context)
        if text is None:
            return None
        call.bounded(len(text) * 3)
        return base64.b64encode(text.encode("utf-16-le", "surrogatepass")).decode()

    return evaluate


def build_convert_from_base64(call: Call) -> Evaluate:
    """ConvertFromBase64(source, encoding): Unicode (UTF-16LE) unless ASCII or UTF8 is said; null stays null."""
    source = call.read_text(0)
    encoding = call.constant_text(1) or "Unicode"

    def evaluate(attributes: Attributes, context: Context) -> Value:
        text = source(attributes, context)
        if text is None:
            return None
        try:
            return _bytes(call, text).decode(ENCODINGS[encoding])
        except UnicodeDecodeError:
            raise call.error(f"the bytes of {shown(text)} are no text in {encoding}") from None

    return evaluate


def build_convert_to_utf8_hex(call: Call) -> Evaluate:
    """ConvertToUTF8Hex(source): upper-case digits; null stays null."""
    source = call.read_text(0)

    def evaluate(attributes: Attributes, context: Context) -> Value:
        text = source(attributes, context)
        if text is None:
            return None
        try:
            octets = text.encode()
        except UnicodeEncodeError:
            raise call.error("the text has half a character (a lone surrogate)") from None
        call.bounded(len(octets) * 2)
        return octets.hex().upper()

    return evaluate


def build_string_from_sid(call: Call) -> Evaluate:
    """StringFromSid(objectSid): `S-1-5-21-...` for the bytes in Base64 or in hexadecimal digits; null stays null.

    What is a security identifier in words already stays as it is.
    """
    source = call.read_text(0)

    def evaluate(attributes: Attributes, context: Context) -> Value:
        text = source(attributes, context)
        if text is None or text.startswith("S-1-"):
            return text
        octets = bytes.fromhex(text) if _HEXADECIMAL.fullmatch(text) else _bytes(call, text)
        if len(octets) < 8 or octets[0] != 1 or len(octets) != 8 + 4 * octets[1]:
            raise call.error(f"{shown(text)} is no security identifier")
        authority = int.from_bytes(octets[2:8], "big")
        parts = [int.from_bytes(octets[at : at + 4], "little") for at in range(8, len(octets), 4)]
        return "-".join(["S-1", str(authority), *map(str, parts)])

    return evaluate


def _bytes(call: Call, text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise call.error(f"{shown(text)} is not Base64") from None
