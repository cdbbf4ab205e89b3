"""What must a source of users hand over, so that absence from it can mean anything?

A source is read once an import, page by page, from wherever its pages can be resumed. It vouches for its end itself:
that nothing more comes is no end. A file is such a source, with pages of rows.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeAlias

from instep.directory.imports import ReadRow

Key: TypeAlias = Literal["id", "userPrincipalName"]


@dataclass(frozen=True, slots=True)
class SourcePage:
    """Some users as they came. `total` is how many the source says that there are, where it says so.

    `cursor` leads to what comes after this page, so that reading can go on from here after a failure; a source that
    cannot be resumed gives none.
    """

    rows: Sequence[ReadRow]
    is_last: bool
    total: int | None = None
    cursor: str | None = None


class ReadingStopped(Exception):
    """A source cannot be read on for now; what was read before stands. The message is for the administrator."""


class UsersReading(Protocol):
    """One reading of a source of users, opened and understood so far that its users can be read."""

    ignored_headings: tuple[str, ...]
    clears: frozenset[str]  # attributes of which a row without a value means that there is none
    key: Key  # what says whom a row is about: rows without an id are no surprise where it is the name
    size: int  # in bytes of a file, or users of a directory; 0 where it is not known
    version: int | None  # grows with the source's changes and never goes back, below 2**63; None: it has no such number
    written_at: datetime | None  # when what is read was last written, where that is known, as of a file

    @property
    def position(self) -> int:
        """How far it was read, of `size`."""

    def pages(self, after: str | None) -> Iterator[SourcePage]:
        """Yield the pages from the beginning, or after a cursor; the numbers of the rows grow, and none comes twice.

        Raises ReadingStopped where it cannot be read on now, and UnreadableFile where it is nothing that can be read.
        """


class UsersSource(Protocol):
    """Where users come from: a file, or a directory that is asked."""

    @property
    def name(self) -> str:
        """What to call it."""

    def open(self) -> AbstractContextManager[UsersReading]:
        """Open it; raise UnreadableFile where it is none."""
