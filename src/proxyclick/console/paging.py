"""Which page of a list is shown, and which rows are on it?"""

from dataclasses import dataclass

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Paging:
    """One page of a list of `found` rows; pages and rows are counted from one."""

    page: int
    pages: int
    found: int

    @property
    def offset(self) -> int:
        """How many rows stand on the pages before."""
        return (self.page - 1) * PER_PAGE

    @property
    def first(self) -> int:
        """The first row of the page."""
        return self.offset + 1

    @property
    def last(self) -> int:
        """The last row of the page."""
        return min(self.offset + PER_PAGE, self.found)


def paging(asked: str, found: int) -> Paging:
    """The page that was asked for, or the nearest that there is."""
    pages = max(1, -(-found // PER_PAGE))
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1
    return Paging(min(max(1, number), pages), pages, found)
