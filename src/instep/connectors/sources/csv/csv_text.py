"""How is CSV written so that a spreadsheet that opens it runs nothing?"""

import csv
from collections.abc import Iterable, Sequence
from typing import TextIO

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def neutralised(text: str) -> str:
    """Return a cell's text that no spreadsheet takes for a formula: an apostrophe goes before what would begin one."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def write_csv(stream: TextIO, heading: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a heading row and rows, each cell neutralised."""
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([neutralised(cell) for cell in heading])
    writer.writerows([neutralised(cell) for cell in row] for row in rows)
