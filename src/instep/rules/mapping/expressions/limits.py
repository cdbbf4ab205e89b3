"""How much may one expression cost?

Nothing in the language loops: each node of an expression runs at most once for a user, so its nodes are counted when
it is compiled. What can still grow is what a node handles (Replace in Replace in Replace), so functions that lengthen
text check its length before they build it, and what the functions read is counted while they run (`Meter`).
"""

from typing import Final

from instep.rules.mapping.expressions.errors import EvaluationError

MAX_LENGTH: Final = 10_000  # characters of one expression (mappings.md 1.2)

# mappings.md 3 calls nesting unlimited; this is far above what people write, and well inside the interpreter's stack.
MAX_DEPTH: Final = 200

MAX_NODES: Final = MAX_LENGTH

MAX_TEXT: Final = 1_048_576  # characters of one result: a photo in Base64 fits
MAX_ELEMENTS: Final = 65_536  # of one list

MAX_STEPS: Final = 4 * MAX_TEXT  # characters and elements that the functions of one evaluation read, all in all

# Texts up to this length are read free of charge: MAX_NODES of them are few enough.
FREE_LENGTH: Final = 256


class Meter:
    """The steps of one evaluation; each compiled expression has its own, for one evaluation at a time."""

    __slots__ = ("steps",)

    def __init__(self) -> None:
        self.steps = 0

    def count(self, steps: int, column: int) -> None:
        """Add steps; raises EvaluationError when they are more than any sound expression needs."""
        self.steps += steps
        if self.steps > MAX_STEPS:
            self.steps = MAX_STEPS
            raise EvaluationError(
                "the expression", column, f"it needs more than {MAX_STEPS:,} steps with these values; shorten them"
            )
