"""What do the functions draw that are random, and how do they draw the same for the same user again?

Everything comes from the context's seed: no generator is asked, so that an evaluation stays a function of what it is
given (design.md 3). Each call of an expression draws by itself.
"""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Final

from instep.rules.mapping.expressions.functions.signature import Attributes, Call, Evaluate
from instep.rules.mapping.expressions.values import Context, Value

MAX_LENGTH: Final = 256  # mappings.md 4.2

_NUMBERS: Final = "0123456789"
# Those that Windows counts as special in passwords: what the documentation of RandomString refers to.
_SPECIAL: Final = "'-!\"#$%&()*,./:;?@[]^_`{|}~+<=>\\"
_CAPITALS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LOWER_CASE: Final = "abcdefghijklmnopqrstuvwxyz"


def build_guid(call: Call) -> Evaluate:
    """Guid(): a version 4 UUID, in lower case."""

    def evaluate(attributes: Attributes, context: Context) -> Value:
        octets = bytearray(_block(call, context, 0)[:16])
        octets[6] = octets[6] & 0x0F | 0x40
        octets[8] = octets[8] & 0x3F | 0x80
        text = octets.hex()
        return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))

    return evaluate


def build_random_string(call: Call) -> Evaluate:
    """RandomString(length, minNumbers, minSpecial, minCapital, minLower, charsToAvoid): special ones only on demand.

    What the minima leave open is filled from the kinds that a minimum asks for; from numbers and letters if none does.
    """
    numbers = [call.required(index).evaluate for index in range(5)]
    avoid = call.read_text(5)

    def evaluate(attributes: Attributes, context: Context) -> Value:
        length, *minima = (call.integer(number(attributes, context), "a count") for number in numbers)
        if min(length, *minima) < 0 or not sum(minima) <= length <= MAX_LENGTH:
            raise call.error(
                f"the length is at most {MAX_LENGTH} and at least the sum of the minima ({sum(minima)}), not {length}"
            )
        avoided = frozenset(avoid(attributes, context) or "")
        kinds = [
            "".join(character for character in kind if character not in avoided)
            for kind in (_NUMBERS, _SPECIAL, _CAPITALS, _LOWER_CASE)
        ]
        filling = "".join(kind for kind, least in zip(kinds, minima, strict=True) if least)
        filling = filling or kinds[0] + kinds[2] + kinds[3]
        if any(least and not kind for kind, least in zip(kinds, minima, strict=True)) or not (filling or not length):
            raise call.error("no character is left to choose from; avoid fewer characters")
        draw = _drawn(call, context)
        chosen = [_one_of(kind, draw) for kind, least in zip(kinds, minima, strict=True) for _ in range(least)]
        chosen += [_one_of(filling, draw) for _ in range(length - len(chosen))]
        return "".join(_shuffled(chosen, draw))

    return evaluate


def _block(call: Call, context: Context, number: int) -> bytes:
    return hashlib.sha256(f"{number}\0{call.number}\0{context.seed}".encode("utf-8", "surrogatepass")).digest()


def _drawn(call: Call, context: Context) -> Iterator[int]:
    """Numbers of 64 bits, without end."""
    for number in count():
        block = _block(call, context, number)
        for at in range(0, len(block), 8):
            yield int.from_bytes(block[at : at + 8], "big")


def _one_of(characters: str, draw: Iterator[int]) -> str:
    return characters[next(draw) % len(characters)]  # of 2**64, the remainder favours nobody that can be measured


def _shuffled(characters: Sequence[str], draw: Iterator[int]) -> list[str]:
    shuffled = list(characters)
    for index in range(len(shuffled) - 1, 0, -1):
        other = next(draw) % (index + 1)
        shuffled[index], shuffled[other] = shuffled[other], shuffled[index]
    return shuffled
