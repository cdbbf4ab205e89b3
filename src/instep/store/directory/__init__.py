"""Where are users, groups, memberships and the log of their changes kept? (instep.directory.ports)"""

from collections.abc import Iterator
from contextlib import contextmanager

from instep.store.database import Database
from instep.store.directory.imports import ImportStore
from instep.store.directory.reading import Reading
from instep.store.directory.writing import Writing


class DirectoryStore:
    """instep.directory.ports.Directory over a database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.imports = ImportStore(database)

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Open the directory as it is at one moment."""
        with self._database.read() as connection:
            yield Reading(connection)

    @contextmanager
    def writing(self, actor: str) -> Iterator[Writing]:
        """Open the directory to change it; nothing is kept where the block raises."""
        with self._database.write() as connection:
            yield Writing(connection, actor)
