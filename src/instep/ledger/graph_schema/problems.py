"""What is wrong with a schema that somebody wants to save, and where?"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right; `place` is a path into the document, or names the mapping, attribute or filter."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


class SchemaRefused(Exception):
    """A schema that cannot be saved, with everything that is wrong with it; nothing was changed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)
