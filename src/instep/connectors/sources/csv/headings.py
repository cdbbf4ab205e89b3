"""Which attribute does each column of a users file hold?

'Download users' has attribute names as headings, in two vintages that differ in five names; the bulk-create template
has `Name [displayName] Required` below a line `version:v1.0`, and asks whether to *block* sign-in.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from instep.directory.attributes import (
    MANAGER,
    REQUIRED_ATTRIBUTES,
    SourceAttribute,
    find_attribute,
    shortened,
)
from instep.directory.errors import UnreadableFile

ID = "id"
NAME = "userPrincipalName"

_OTHER_NAMES = {
    "objectid": ID,
    "officelocation": "physicalDeliveryOfficeName",
    "mobilephone": "mobile",
    "alternateemailaddress": "otherMails",
    "directorysynced": "dirSyncEnabled",
}
_BRACKETED = re.compile(r"(?P<label>[^\[\]]*)\[\s*(?P<name>[^\[\]]+?)\s*\][^\[\]]*")


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is read: its place, its heading as it stands in the file, and its attribute."""

    index: int
    heading: str
    attribute: SourceAttribute
    is_inverted: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading row of a users file."""

    cells: tuple[str, ...]
    columns: tuple[Column, ...]  # without the id and the manager
    id_index: int | None
    manager_index: int | None
    ignored: tuple[str, ...]
    is_template: bool  # of bulk-create: a blank cell says nothing

    @property
    def clears(self) -> frozenset[str]:
        """The attributes for which a blank cell means that there is no value."""
        if self.is_template:
            return frozenset()
        names = {column.attribute.name for column in self.columns} - set(REQUIRED_ATTRIBUTES)
        return frozenset(names | ({MANAGER} if self.manager_index is not None else set()))

    @property
    def key_index(self) -> int:
        """Where it stands whom a row is about."""
        if self.id_index is not None:
            return self.id_index
        return next(column.index for column in self.columns if column.attribute.name == NAME)


def is_version_line(cells: Sequence[str]) -> bool:
    """Whether this is the first line of a bulk-create template."""
    return bool(cells) and cells[0].strip().casefold().startswith("version:") and not any(cells[1:])


def read_heading(cells: Sequence[str], file_name: str) -> Heading:
    """Return what the heading row means; raise UnreadableFile for one that names no key, or anything twice."""
    meanings = [_meaning(index, cell.strip()) for index, cell in enumerate(cells)]
    known: dict[str, _Meaning] = {}
    for meaning in meanings:
        if meaning.name in known:
            both = f"{known[meaning.name].heading!r} and {meaning.heading!r}"
            raise UnreadableFile(f"{file_name}: the columns {both} both hold {meaning.name}; remove one.")
        if meaning.name:
            known[meaning.name] = meaning
    _require_key(known, cells, file_name)
    return Heading(
        cells=tuple(cells),
        columns=tuple(meaning.column for meaning in known.values() if meaning.column),
        id_index=known[ID].index if ID in known else None,
        manager_index=known[MANAGER].index if MANAGER in known else None,
        ignored=tuple(shortened(meaning.heading) for meaning in meanings if meaning.heading and not meaning.name),
        is_template=any(meaning.is_bracketed for meaning in known.values()),
    )


@dataclass(frozen=True, slots=True)
class _Meaning:
    index: int
    heading: str
    name: str  # empty: unknown
    column: Column | None = None
    is_bracketed: bool = False


def _meaning(index: int, heading: str) -> _Meaning:
    bracketed = _BRACKETED.fullmatch(heading)
    name = bracketed["name"] if bracketed else heading
    name = _OTHER_NAMES.get(name.casefold(), name)
    if name.casefold() in (ID, MANAGER):
        return _Meaning(index, heading, name.casefold(), None, bool(bracketed))
    attribute = find_attribute(name)
    if attribute is None:
        return _Meaning(index, heading, "")
    # 'Block sign in (Yes/No) [accountEnabled]', in whatever language, asks for the opposite of what it names.
    blocks = bracketed and attribute.name == "accountEnabled" and "enabled" not in bracketed["label"].casefold()
    column = Column(index, heading, attribute, is_inverted=bool(blocks))
    return _Meaning(index, heading, attribute.name, column, bool(bracketed))


def _require_key(known: Mapping[str, _Meaning], cells: Sequence[str], file_name: str) -> None:
    if ID in known or NAME in known:
        return
    found = ", ".join(shortened(cell.strip()) for cell in cells[:5])
    separator = next((name for sign, name in ((";", "semicolons"), ("\t", "tabs")) if sign in found), None)
    hint = f" Its cells seem to be separated by {separator}; save it with commas." if separator else ""
    raise UnreadableFile(
        f"{file_name} has no heading row: its first line must name userPrincipalName or id, but it is {found!r}.{hint}"
    )
