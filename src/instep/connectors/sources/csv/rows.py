"""What does one row of a users file say, and which of its cells cannot be taken?"""

import re
from collections.abc import Sequence
from dataclasses import replace

from instep.connectors.sources.csv.headings import ID, NAME, Column, Heading
from instep.connectors.sources.csv.records import Record
from instep.directory.attributes import (
    MANAGER,
    AttributeType,
    AttributeValue,
    parse_boolean,
    parse_value,
    problem_with_text,
)
from instep.directory.errors import BadValue
from instep.directory.imports import Fault, OpenEnd, ReadRow

LONGEST_CELL = 65_536
LONGEST_ID = 128
_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_NOT_IN_AN_ID = re.compile(r"[\s\x00-\x1f\x7f]")


class RowReader:
    """Reads the rows below one heading row."""

    def __init__(self, heading: Heading) -> None:
        self._heading = heading
        self._places = {column.attribute.name: column.index for column in heading.columns}
        self._texts = [(c.attribute.name, c.index) for c in heading.columns if c.attribute.type is AttributeType.STRING]
        self._others = [c for c in heading.columns if c.attribute.type is not AttributeType.STRING]
        self._kept = {*self._places.values(), heading.id_index, heading.manager_index}

    def read(self, record: Record) -> ReadRow | None:
        """Return what the record says, with every fault of it; nothing for a row whose cells are all blank."""
        cells = record.cells
        if record.problem:
            return _nobody(record, record.problem)
        if len(cells) != len(self._heading.cells):
            return self._miscounted(record)
        if cells[0] == self._heading.cells[0] and tuple(cells) == self._heading.cells:
            return _nobody(record, "The heading row stands here a second time.")
        if _is_blank(cells):
            return None
        faults = _Faults(record.line, self._heading.cells)
        if not record.is_plain:
            cells = self._without_bad_texts(cells, faults)
        row = self._whole(record.line, cells, faults)
        return row if record.has_line_end else replace(row, open_end=OpenEnd(self._attribute_of_last(cells)))

    def _whole(self, line: int, cells: Sequence[str], faults: "_Faults") -> ReadRow:
        attributes: dict[str, AttributeValue] = {
            name: text for name, index in self._texts if (text := cells[index]) and not text.isspace()
        }
        for column in self._others:
            value = _value(column, cells[column.index], faults)
            if value is not None:
                attributes[column.attribute.name] = value
        name = None
        if NAME in attributes:
            attributes[NAME] = name = str(attributes[NAME]).strip()
        if not self._heading.is_template:  # where a blank cell leaves what is there
            for required in (NAME, "displayName"):
                if required in self._places and required not in attributes:
                    faults.add(self._places[required], "A value is required.")
        user_id, name = self._key(cells, name, faults)
        return ReadRow(line, user_id, name, attributes, self._manager(cells), tuple(faults.found))

    def _key(self, cells: Sequence[str], name: str | None, faults: "_Faults") -> tuple[str | None, str | None]:
        """Return the id and the name; neither where the id is there but unreadable, for the name may be another's."""
        index = self._heading.id_index
        if index is not None and faults.has(index):
            return None, None
        given = "" if index is None else cells[index].strip()
        if given and not _is_id(given):
            faults.add(index or 0, "This cannot be the id of a user.")
            return None, None
        if not given and name is None:
            faults.add(self._heading.key_index, "Without a value it cannot be said who this is.")
        return _same_case(given) or None, name

    def _without_bad_texts(self, cells: Sequence[str], faults: "_Faults") -> list[str]:
        good = list(cells)
        for index, text in enumerate(cells):
            problem = problem_with_text(text) if index in self._kept or "\0" in text else None
            if problem is None and len(text) > LONGEST_CELL:
                problem = f"The cell has {len(text):,} characters; at most {LONGEST_CELL:,} are read."
            if problem:
                faults.add(index, problem)
                good[index] = ""
        return good

    def _manager(self, cells: Sequence[str]) -> str | None:
        index = self._heading.manager_index
        return None if index is None else _same_case(cells[index].strip()) or None

    def _attribute_of_last(self, cells: Sequence[str]) -> str | None:
        """Return which attribute has its value in the last cell; None where it is blank, or not read."""
        last = len(cells) - 1
        if not cells[last].strip():
            return None
        if last in (self._heading.id_index, self._heading.manager_index):
            return ID if last == self._heading.id_index else MANAGER
        return next((name for name, index in self._places.items() if index == last), None)

    def _miscounted(self, record: Record) -> ReadRow:
        """Only the first cell of such a row is sure to be what its heading says, and only within one line."""
        found, due = len(record.cells), len(self._heading.cells)
        if found < due and not record.has_line_end:
            return _nobody(record, "The file ends in the middle of this row.")
        problem = f"The row has {found} cells, but the heading row {due}."
        key = record.cells[0].strip()
        if self._heading.key_index > 0 or record.lines > 1 or not record.is_plain or not key:
            return _nobody(record, problem)
        faults = (Fault(record.line, None, problem),)
        end = None if record.has_line_end else OpenEnd(None)
        if self._heading.id_index is None:
            return ReadRow(record.line, None, key, {}, faults=faults, open_end=end)
        return ReadRow(record.line, _same_case(key), None, {}, faults=faults, open_end=end)


class _Faults:
    """The faults of one row, at most one a cell."""

    def __init__(self, line: int, headings: Sequence[str]) -> None:
        self._line, self._headings = line, headings
        self.found: list[Fault] = []

    def add(self, index: int, message: str) -> None:
        if not self.has(index):
            self.found.append(Fault(self._line, self._headings[index].strip(), message))

    def has(self, index: int) -> bool:
        heading = self._headings[index].strip()
        return any(fault.column == heading for fault in self.found)


def _value(column: Column, text: str, faults: _Faults) -> AttributeValue | None:
    if not text or text.isspace():
        return None
    try:
        return not parse_boolean(text) if column.is_inverted else parse_value(column.attribute, text)
    except BadValue as problem:
        faults.add(column.index, str(problem))
        return None


def _nobody(record: Record, problem: str) -> ReadRow:
    return ReadRow(record.line, None, None, {}, faults=(Fault(record.line, None, problem),))


def _is_id(given: str) -> bool:
    return len(given) <= LONGEST_ID and not _NOT_IN_AN_ID.search(given)


def _is_blank(cells: Sequence[str]) -> bool:
    return not any(cells) or not any(cell.strip() for cell in cells)


def _same_case(given: str) -> str:
    """Return a GUID in small letters, in which it is kept; any other id as it is."""
    return given.lower() if _GUID.fullmatch(given) else given
