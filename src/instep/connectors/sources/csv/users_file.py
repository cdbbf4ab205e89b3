"""Which users does a CSV file name, and what does it say of each?"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from instep.connectors.sources.csv.headings import is_version_line, read_heading
from instep.connectors.sources.csv.records import Record, RecordReader
from instep.connectors.sources.csv.rows import RowReader
from instep.directory.errors import UnreadableFile
from instep.directory.imports import ReadRow
from instep.directory.sources import Key, SourcePage

ROWS_A_PAGE = 1000


class CsvUsersFile:
    """A file of users: 'Download users' of either vintage, a bulk-create template, or any with such headings."""

    def __init__(self, path: Path, name: str = "") -> None:
        self._path, self._name = path, name or path.name

    @property
    def name(self) -> str:
        """The file's name, for messages; that under which it was uploaded, where it was."""
        return self._name

    @contextmanager
    def open(self) -> Iterator["OpenUsersFile"]:
        """Open the file and read its heading row; raise UnreadableFile where it has none."""
        try:
            stream = self._path.open("rb")
        except OSError as error:
            raise UnreadableFile(f"{self._path} cannot be read: {error.strerror}.") from None
        with stream:
            about = os.fstat(stream.fileno())
            written_at = datetime.fromtimestamp(about.st_mtime, UTC)
            yield OpenUsersFile(stream, self.name, about.st_size, written_at)


class OpenUsersFile:
    """A users file whose heading row was read."""

    version: int | None = None

    def __init__(self, stream: BinaryIO, file_name: str, size: int, written_at: datetime | None = None) -> None:
        self.size, self.written_at = size, written_at
        self._reader = RecordReader(stream, file_name)
        self._records = iter(self._reader)
        heading = read_heading(self._heading_record(file_name).cells, file_name)
        self.ignored_headings = heading.ignored
        self.clears = heading.clears
        self.key: Key = "userPrincipalName" if heading.id_index is None else "id"
        self._rows = RowReader(heading)

    @property
    def position(self) -> int:
        """How far the file was read, in bytes, of `size`."""
        return self._reader.bytes_read

    def pages(self, _after: str | None = None) -> Iterator[SourcePage]:
        """Yield the rows in pages, once; raise UnreadableFile where the text is not UTF-8.

        A file says nothing of its length: its last row is the last that is there.
        """
        rows = self.rows()
        page = list(islice(rows, ROWS_A_PAGE))
        while following := list(islice(rows, ROWS_A_PAGE)):
            yield SourcePage(page, is_last=False)
            page = following
        yield SourcePage(page, is_last=True)

    def rows(self) -> Iterator[ReadRow]:
        """Yield the rows, once; raise UnreadableFile where the text is not UTF-8."""
        for record in self._records:
            row = self._rows.read(record)
            if row is not None:
                yield row

    def _heading_record(self, file_name: str) -> Record:
        record = next(self._records, None)
        if record is not None and is_version_line(record.cells):
            record = next(self._records, None)
        if record is None:
            raise UnreadableFile(f"{file_name} is empty: it has not even a heading row.")
        if record.problem:
            raise UnreadableFile(f"{file_name}, line {record.line}: {record.problem}")
        return record
