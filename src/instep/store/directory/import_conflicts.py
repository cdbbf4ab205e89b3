"""Which staged rows cannot come true, because somebody keeps the name or the manager will not be there?

A row that turns bad leaves its user as it was, so it may take the ground from under other rows: what depended on it
is judged again until nothing more turns bad.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select, update

from instep.directory.attributes import shortened
from instep.directory.imports import FAULTS_KEPT, Fault
from instep.store.tables.directory import staged_managers, staged_removals, staged_rows, users

LINES_A_QUESTION = 500
_LIVE = users.c.deleted_at.is_(None)
_bad = staged_rows.alias("bad")


@dataclass(frozen=True, slots=True)
class Conflicts:
    """The search for them, in the transaction of the check."""

    connection: Connection
    import_id: str

    def fail_all(self) -> list[Fault]:
        """Turn such rows bad; return the first faults."""
        faults: list[Fault] = []
        self._resolve_managers(staged_managers.c.import_id == self.import_id)
        newly_bad = self._fail_taken_names(self._taken_names().order_by(staged_rows.c.line), faults)
        newly_bad += self._fail_unknown_managers(self._unknown_managers().order_by(staged_rows.c.line), faults)
        while newly_bad:
            newly_bad = [line for lines in _portions(newly_bad) for line in self._fail_who_leant_on(lines, faults)]
        return faults

    def _fail_who_leant_on(self, lines: Sequence[int], faults: list[Fault]) -> list[int]:
        """Judge again whoever wanted the names, or was to report to the users, of rows that have turned bad."""
        kept_names = select(users.c.user_principal_name_key).where(users.c.id.in_(self._users_of(lines)))
        is_wanted = staged_rows.c.user_principal_name_key.in_(self.connection.execute(kept_names).scalars().all())
        newly_bad = self._fail_taken_names(self._taken_names().where(is_wanted), faults)
        leaning = select(staged_managers.c.line).where(
            staged_managers.c.import_id == self.import_id, staged_managers.c.manager_id.in_(self._users_of(lines))
        )
        for portion in _portions(self.connection.execute(leaning).scalars().all()):
            these = and_(staged_managers.c.import_id == self.import_id, staged_managers.c.line.in_(portion))
            self._resolve_managers(these)
            of_these = self._unknown_managers().where(staged_rows.c.line.in_(portion))
            newly_bad += self._fail_unknown_managers(of_these, faults)
        return newly_bad

    def _fail_taken_names(self, query: Select[Any], faults: list[Fault]) -> list[int]:
        said = "This name belongs to another user ({}), who keeps it after this file."
        return self._fail(query, "userPrincipalName", said, faults)

    def _fail_unknown_managers(self, query: Select[Any], faults: list[Fault]) -> list[int]:
        said = "No other user {} will be there after this file to be the manager."
        return self._fail(query, "manager", said, faults)

    def _fail(self, query: Select[Any], column: str, said: str, faults: list[Fault]) -> list[int]:
        lines = []
        for line, about in self.connection.execute(query):
            lines.append(line)
            if len(faults) < FAULTS_KEPT:
                faults.append(Fault(line, column, said.format(shortened(about))))
        for portion in _portions(lines):
            mine = and_(staged_rows.c.import_id == self.import_id, staged_rows.c.line.in_(portion))
            self.connection.execute(update(staged_rows).where(mine).values(state="bad"))
        return lines

    def _taken_names(self) -> Select[Any]:
        """Rows that want the name of a live user who neither goes nor gives it up."""
        is_holder = and_(
            users.c.user_principal_name_key == staged_rows.c.user_principal_name_key,
            users.c.id != staged_rows.c.user_id,
            _LIVE,
        )
        query = select(staged_rows.c.line, users.c.id).join(users, is_holder).where(self._is_good(staged_rows))
        return query.where(~self._goes(users.c.id), ~self._is_restated(users.c.id))

    def _unknown_managers(self) -> Select[Any]:
        own = staged_managers.c.manager_id == staged_rows.c.user_id
        query = select(staged_rows.c.line, staged_managers.c.manager)
        query = query.join(staged_managers, _same_row(staged_managers)).where(self._is_good(staged_rows))
        return query.where(or_(staged_managers.c.manager_id.is_(None), own))

    def _resolve_managers(self, which: ColumnElement[bool]) -> None:
        """Find each manager among the users that there are after the file: by id, else by name."""
        row, key, text = staged_rows.alias("row"), staged_managers.c.manager_key, staged_managers.c.manager
        in_file = select(row.c.user_id).where(self._is_good(row)).limit(1)  # no two good rows share an id or a name
        stays = and_(_LIVE, ~self._goes(users.c.id))
        in_directory = select(users.c.id).where(stays).limit(1)
        keeps_name = and_(users.c.user_principal_name_key == key, ~self._is_restated(users.c.id))
        found = func.coalesce(
            in_file.where(row.c.user_id == text).scalar_subquery(),
            in_directory.where(users.c.id == text).scalar_subquery(),
            in_file.where(row.c.user_principal_name_key == key).scalar_subquery(),
            in_directory.where(keeps_name).scalar_subquery(),
        )
        self.connection.execute(update(staged_managers).where(which).values(manager_id=found))

    def _users_of(self, lines: Sequence[int]) -> Select[Any]:
        return select(_bad.c.user_id).where(_bad.c.import_id == self.import_id, _bad.c.line.in_(lines))

    def _is_good(self, rows: Any) -> ColumnElement[bool]:
        return and_(rows.c.import_id == self.import_id, rows.c.state == "good")

    def _goes(self, user_id: Any) -> ColumnElement[bool]:
        removal = staged_removals.c
        return exists().where(removal.import_id == self.import_id, removal.user_id == user_id)

    def _is_restated(self, user_id: Any) -> ColumnElement[bool]:
        """Whether a good row says what that user is after the file, the name too."""
        restating = staged_rows.alias("restating")
        return exists().where(self._is_good(restating), restating.c.user_id == user_id)


def _same_row(other: Any) -> ColumnElement[bool]:
    return and_(other.c.import_id == staged_rows.c.import_id, other.c.line == staged_rows.c.line)


def _portions(lines: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(lines), LINES_A_QUESTION):
        yield lines[start : start + LINES_A_QUESTION]
