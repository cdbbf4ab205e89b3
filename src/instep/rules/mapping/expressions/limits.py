"""How much may one expression cost?

Nothing in the language loops: each node of an expression runs at most once for a user, so the steps are counted when
it is compiled and cost nothing when it runs. What can still grow is text (Replace in Replace in Replace), so the
functions that lengthen text check its length before they build it.
"""

from typing import Final

MAX_LENGTH: Final = 10_000  # characters of one expression (mappings.md 1.2)

# mappings.md 3 calls nesting unlimited; this is far above what people write, and well inside the interpreter's stack.
MAX_DEPTH: Final = 200

MAX_STEPS: Final = MAX_LENGTH

MAX_TEXT: Final = 1_048_576  # characters of one result: a photo in Base64 fits
