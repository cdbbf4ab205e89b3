"""Where does each record of a CSV file begin and end, and which of them are not whole?

The file is streamed; a record too long to be one is skipped without being held in memory.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from instep.directory.errors import UnreadableFile

LONGEST_RECORD_BYTES = 1 << 20
_PLAIN_BYTES = 4096  # no cell of a record up to this length can be too long
_UTF8_BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the line that it begins in, and its cells; or the problem that leaves it without any."""

    line: int
    cells: list[str]
    problem: str | None = None
    lines: int = 1
    is_plain: bool = True  # its cells need not be looked at for their length or for NUL characters
    has_line_end: bool = True


class RecordReader:
    """Reads the records of a CSV file (RFC 4180) in UTF-8; blank lines are passed over."""

    def __init__(self, stream: BinaryIO, file_name: str) -> None:
        self._lines = _Lines(stream, file_name)

    @property
    def bytes_read(self) -> int:
        """How far the file was read."""
        return self._lines.bytes_read

    def __iter__(self) -> Iterator[Record]:
        """Yield the records; raise UnreadableFile where the text is not UTF-8."""
        # The module's own limit is for all its users and stops in the middle of a record; ours counts the whole one.
        csv.field_size_limit(2 * LONGEST_RECORD_BYTES)
        reader = csv.reader(self._lines, strict=True)
        while True:
            self._lines.begin_record()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except _TooLong:
                yield self._record([], f"The row is longer than {LONGEST_RECORD_BYTES:,} bytes.")
            except csv.Error as error:
                yield self._record([], self._problem(error))
            else:
                if cells:
                    yield self._record(cells, None)

    def _problem(self, error: csv.Error) -> str:
        if self._lines.was_asked_past_end:
            return "The file ends in the middle of this row: a quotation mark is never closed."
        return f"The row cannot be read as CSV ({error})."

    def _record(self, cells: list[str], problem: str | None) -> Record:
        lines = self._lines
        return Record(
            line=lines.record_line,
            cells=cells,
            problem=problem,
            lines=lines.number - lines.record_line + 1,
            is_plain=lines.record_bytes <= _PLAIN_BYTES and not lines.record_has_nul,
            has_line_end=lines.has_line_end,
        )


class _TooLong(Exception):
    """A record outgrew the limit; it has been passed over to its end."""


class _Lines:
    """The decoded lines of a file, and what is known of the record that they are read for."""

    def __init__(self, stream: BinaryIO, file_name: str) -> None:
        self._stream, self._file_name = stream, file_name
        self.number = 0
        self.bytes_read = 0
        self.has_line_end = True
        self.begin_record()

    def begin_record(self) -> None:
        self.record_line = self.number + 1
        self.record_bytes = 0
        self.record_has_nul = False
        self.was_asked_past_end = False
        self._quotes = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        raw = self._read()
        if not raw:
            self.was_asked_past_end = self.record_bytes > 0
            raise StopIteration
        if self.record_bytes > LONGEST_RECORD_BYTES:
            self._pass_over_record(raw)
            raise _TooLong
        if b"\0" in raw:
            self.record_has_nul = True
        return self._decoded(raw)

    def _read(self) -> bytes:
        raw = self._stream.readline(LONGEST_RECORD_BYTES + 1)
        if self.number == 0:
            raw = raw.removeprefix(_UTF8_BOM)
            if raw.startswith(_UTF16_BOMS):
                raise UnreadableFile(f"{self._file_name} is UTF-16 text; save it as CSV in UTF-8 and import it again.")
        if raw:
            self._count(raw)
        return raw

    def _count(self, raw: bytes) -> None:
        self.bytes_read += len(raw)
        self.record_bytes += len(raw)
        self.number += self.has_line_end  # what comes after a line end begins a line
        self.has_line_end = raw.endswith(b"\n")
        self._quotes += raw.count(b'"')

    def _pass_over_record(self, raw: bytes) -> None:
        """Read on to the line end outside quotation marks; only the number of marks so far tells which is outside."""
        while raw and not (self.has_line_end and self._quotes % 2 == 0):
            raw = self._stream.readline(LONGEST_RECORD_BYTES)
            if raw:
                self._count(raw)

    def _decoded(self, raw: bytes) -> str:
        try:
            return raw.decode()
        except UnicodeDecodeError as error:
            raise UnreadableFile(
                f"{self._file_name}, line {self.number}: byte {error.start + 1} is not UTF-8 text; "
                "save the file as CSV in UTF-8 and import it again."
            ) from None
