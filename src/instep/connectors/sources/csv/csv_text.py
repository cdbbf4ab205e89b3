"""How is CSV written so that a spreadsheet that opens it runs nothing?"""

import csv
from collections.abc import Iterable, Sequence
from typing import TextIO

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def neutralised(text: str) -> str:
    """Return a cell's text that no spreadsheet takes for a formula: an apostrophe goes before what would begin one."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


class CsvWriter:
    """Writes a heading row, and then row by row, each cell neutralised."""

    def __init__(self, stream: TextIO, heading: Sequence[str]) -> None:
        self._writer = csv.writer(stream, lineterminator="\r\n")
        self.write(heading)

    def write(self, row: Sequence[str]) -> None:
        """Write one row."""
        self._writer.writerow([neutralised(cell) for cell in row])


def write_csv(stream: TextIO, heading: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a heading row and rows, each cell neutralised."""
    writer = CsvWriter(stream, heading)
    for row in rows:
        writer.write(row)
