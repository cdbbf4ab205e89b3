"""Whose is each staged row, and which rows contradict each other or the directory?

Set by set in SQL, because a file may have 300,000 rows; judged on the state after the whole file, because a name may
pass from a leaver to a joiner and two users may swap theirs.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, and_, bindparam, delete, exists, func, insert, select, update

from instep.clock import to_text
from instep.directory.changes import ChangeKind
from instep.directory.imports import FAULTS_KEPT, Fault, ImportReport, ReadRow, SourceState
from instep.directory.users import User
from instep.store.directory.change_log import head_of_log
from instep.store.directory.earlier_imports import Earlier
from instep.store.directory.import_conflicts import Conflicts
from instep.store.directory.import_records import report_to_json
from instep.store.directory.import_staging import drop_staged
from instep.store.directory.reading import Reading
from instep.store.tables.directory import changes, imports, staged_removals, staged_rows, users

IDS_A_STATEMENT = 5000
PREVIEWED = "previewed"
_LIVE = users.c.deleted_at.is_(None)
_OF_USERS = [kind.value for kind in ChangeKind if kind.value.startswith("user_")]
_GIVE_ID = (
    update(staged_rows)
    .where(staged_rows.c.import_id == bindparam("of_import"), staged_rows.c.line == bindparam("of_line"))
    .values(user_id=bindparam("new_id"))
)


@dataclass(frozen=True, slots=True)
class Check:
    """instep.directory.ports.ImportCheck in one write transaction."""

    connection: Connection
    import_id: str

    @property
    def earlier(self) -> Earlier:
        """The imports before this one."""
        return Earlier(self.connection)

    def resolve_rows(self) -> None:
        """Find whose each row is.

        A name finds the live user that has it, unless another row claims that user by id: then the name was given up.
        """
        claimed = staged_rows.alias("claimed")
        is_claimed = exists().where(claimed.c.import_id == self.import_id, claimed.c.user_id == users.c.id)
        holder = select(func.min(users.c.id)).where(
            users.c.user_principal_name_key == staged_rows.c.user_principal_name_key, _LIVE, ~is_claimed
        )
        unresolved = update(staged_rows).where(self._mine, staged_rows.c.user_id.is_(None))
        self.connection.execute(unresolved.values(user_id=holder.scalar_subquery()))
        name = select(users.c.user_principal_name_key).where(users.c.id == staged_rows.c.user_id)
        unnamed = update(staged_rows).where(self._mine, staged_rows.c.user_principal_name_key.is_(None))
        self.connection.execute(unnamed.values(user_principal_name_key=name.scalar_subquery()))

    def fail_duplicates(self) -> list[Fault]:
        """Make rows bad that name one user, or one user principal name, twice; the later ones name the first."""
        faults: list[Fault] = []
        repeated: list[Any] = []
        for column, said in (
            (staged_rows.c.user_id, "id"),
            (staged_rows.c.user_principal_name_key, "userPrincipalName"),
        ):
            first = func.min(staged_rows.c.line).label("first")
            last = func.max(staged_rows.c.line).label("last")
            groups = select(column.label("key"), first, last).where(self._mine, column.isnot(None))
            twice = groups.group_by(column).having(func.count() > 1).subquery()
            query = select(staged_rows.c.line, twice.c.first, twice.c.last).join(twice, column == twice.c.key)
            rows = self.connection.execute(query.where(self._mine).order_by(staged_rows.c.line).limit(FAULTS_KEPT))
            faults += [_duplicate(row.line, row.first, row.last, said) for row in rows]
            repeated.append(column.in_(select(twice.c.key)))
        for condition in repeated:
            self.connection.execute(update(staged_rows).where(self._mine, condition).values(state="bad"))
        return _one_a_line(faults)

    def fail_incomplete(self) -> list[Fault]:
        """Make rows of new users bad that lack a required attribute."""
        is_known = exists().where(users.c.id == staged_rows.c.user_id)
        condition = (self._mine, staged_rows.c.state == "good", staged_rows.c.lacks.isnot(None), ~is_known)
        query = select(staged_rows.c.line, staged_rows.c.lacks).where(*condition).order_by(staged_rows.c.line)
        rows = self.connection.execute(query.limit(FAULTS_KEPT)).all()
        self.connection.execute(update(staged_rows).where(*condition).values(state="bad"))
        return [Fault(row.line, row.lacks, f"A new user needs a {row.lacks}.") for row in rows]

    def stage_removals(self) -> int:
        """Note which live users no row of the file names; bad rows with a readable key name theirs."""
        is_named = exists().where(self._mine, staged_rows.c.user_id == users.c.id)
        missing = select(bindparam("import_id", self.import_id), users.c.id).where(_LIVE, ~is_named)
        self.connection.execute(insert(staged_removals).from_select(["import_id", "user_id"], missing))
        return self.count_missing(None)

    def count_missing(self, joined_before: datetime | None) -> int:
        """Return how many of them there are, or were there before a moment."""
        counted = select(func.count()).where(staged_removals.c.import_id == self.import_id)
        if joined_before is not None:
            were_there = users.c.created_at < to_text(joined_before)
            counted = counted.where(staged_removals.c.user_id == users.c.id, were_there)
        return self.connection.execute(counted).scalar_one()

    def drop_removals(self) -> None:
        """Forget them: nobody is removed."""
        self.connection.execute(delete(staged_removals).where(staged_removals.c.import_id == self.import_id))

    def missing_names(self, limit: int) -> list[str]:
        """Return the user principal names of the first of them."""
        joined = select(users.c.user_principal_name_key).join(staged_removals, staged_removals.c.user_id == users.c.id)
        mine = joined.where(staged_removals.c.import_id == self.import_id)
        return list(self.connection.execute(mine.order_by(users.c.user_principal_name_key).limit(limit)).scalars())

    def count_live_users(self, joined_before: datetime | None) -> int:
        """Return how many users are live now, or of those that were there before a moment."""
        counted = select(func.count()).select_from(users).where(_LIVE)
        if joined_before is not None:
            counted = counted.where(users.c.created_at < to_text(joined_before))
        return self.connection.execute(counted).scalar_one()

    def people_of(self, row: ReadRow) -> tuple[User | None, User | None]:
        """Return whom a row is about, if live, and the manager that it names, as they are before the file."""
        reading = Reading(self.connection)
        user_id = select(staged_rows.c.user_id).where(self._mine, staged_rows.c.line == row.line)
        user = reading.user(self.connection.execute(user_id).scalar_one() or "")
        manager = None if row.manager is None else reading.user(row.manager) or _first(reading.users_named(row.manager))
        return (user if user is not None and user.deleted_at is None else None), manager

    def fail_rows(self, lines: Sequence[int]) -> None:
        """Make rows bad."""
        for start in range(0, len(lines), IDS_A_STATEMENT):
            these = staged_rows.c.line.in_(lines[start : start + IDS_A_STATEMENT])
            self.connection.execute(update(staged_rows).where(self._mine, these).values(state="bad"))

    def known_keys(self, joined_before: datetime | None) -> Iterator[tuple[str, str]]:
        """Yield id and name of the live users, or of those that were there before a moment."""
        query = select(users.c.id, users.c.user_principal_name_key).where(_LIVE)
        if joined_before is not None:
            query = query.where(users.c.created_at < to_text(joined_before))
        for row in self.connection.execute(query):
            yield row.id, row.user_principal_name_key

    def strangers(self, *, by_id: bool) -> Iterator[tuple[int, str | None, str | None]]:
        """Yield line, id and name of rows about people who are neither live nor in the recycle bin."""
        columns = (staged_rows.c.line, staged_rows.c.user_id, staged_rows.c.user_principal_name_key)
        is_known = exists().where(users.c.id == staged_rows.c.user_id)
        query = select(*columns).where(self._mine, ~is_known).order_by(staged_rows.c.line)
        if by_id:
            query = query.where(staged_rows.c.user_id.isnot(None))
        for row in self.connection.execute(query):
            yield row.line, row.user_id, row.user_principal_name_key

    def fail_rekeyed(self) -> list[tuple[int, str]]:
        """Make rows bad that say of an unknown id what a missing user is called, and count that user as named."""
        known = users.alias("known")
        is_known = exists().where(known.c.id == staged_rows.c.user_id)
        is_missing = and_(staged_removals.c.import_id == self.import_id, staged_removals.c.user_id == users.c.id)
        query = select(staged_rows.c.line, staged_rows.c.attributes, users.c.id, users.c.attributes.label("theirs"))
        query = query.join(users, users.c.user_principal_name_key == staged_rows.c.user_principal_name_key)
        query = query.join(staged_removals, is_missing).where(self._mine, staged_rows.c.user_id.isnot(None), ~is_known)
        rows = self.connection.execute(query.order_by(staged_rows.c.line))
        found = [(row.line, row.id) for row in rows if _called(row.attributes) == _called(row.theirs)]
        if found:
            given = [{"of_import": self.import_id, "of_line": line, "new_id": user_id} for line, user_id in found]
            self.connection.execute(_GIVE_ID, given)
            self.fail_rows([line for line, _ in found])
            is_named = exists().where(self._mine, staged_rows.c.user_id == staged_removals.c.user_id)
            self.connection.execute(delete(staged_removals).where(is_named))
        return found

    def fail_unattributed(self) -> list[int]:
        """Make rows bad that have a name alone, which nobody has; return the lines of the first."""
        by_name_alone = (staged_rows.c.user_id.is_(None), staged_rows.c.user_principal_name_key.isnot(None))
        query = select(staged_rows.c.line).where(self._mine, *by_name_alone).order_by(staged_rows.c.line)
        lines = list(self.connection.execute(query.limit(FAULTS_KEPT)).scalars())
        if lines:
            self.connection.execute(update(staged_rows).where(self._mine, *by_name_alone).values(state="bad"))
        return lines

    def fail_conflicts(self) -> list[Fault]:
        """Make rows bad that want a name which somebody keeps, or a manager who is not there after the file."""
        return Conflicts(self.connection, self.import_id).fail_all()

    def give_ids(self, new_id: Callable[[], str]) -> None:
        """Give an id to the users whom good rows name without one, and who are not there yet."""
        query = select(staged_rows.c.line).where(self._mine, staged_rows.c.user_id.is_(None))
        query = query.where(staged_rows.c.state == "good").limit(IDS_A_STATEMENT)
        while lines := self.connection.execute(query).scalars().all():
            given = [{"of_import": self.import_id, "of_line": line, "new_id": new_id()} for line in lines]
            self.connection.execute(_GIVE_ID, given)

    def count_bad_rows(self) -> int:
        """Return how many staged rows are bad now."""
        counted = select(func.count()).where(self._mine, staged_rows.c.state == "bad")
        return self.connection.execute(counted).scalar_one()

    def finish(self, report: ImportReport, seen: SourceState, now: datetime) -> None:
        """Keep the judgement: from here on the import is applied, also after a crash, or was refused."""
        ended: dict[str, str | int | None] = {"fingerprint": seen.fingerprint, "version": seen.version}
        if not report.is_applied:
            ended["ended_at"] = to_text(now)
        state = "staged" if report.is_applied else "refused"
        if not report.is_applied:
            drop_staged(self.connection, self.import_id)
        mine = update(imports).where(imports.c.id == self.import_id)
        self.connection.execute(mine.values(state=state, result=report_to_json(report), **ended))

    def set_aside(self, report: ImportReport, now: datetime) -> int:
        """Keep the judgement to be looked at, and never to be applied; return the number of the newest change."""
        mine = update(imports).where(imports.c.id == self.import_id)
        self.connection.execute(mine.values(state=PREVIEWED, result=report_to_json(report), ended_at=to_text(now)))
        return head_of_log(self.connection)

    def have_users_changed_since(self, sequence: int) -> bool:
        """Say whether a later change is about a user."""
        query = select(changes.c.sequence).where(changes.c.sequence > sequence, changes.c.kind.in_(_OF_USERS)).limit(1)
        return self.connection.execute(query).first() is not None

    @property
    def _mine(self) -> Any:
        return staged_rows.c.import_id == self.import_id


def _first(found: list[User]) -> User | None:
    return found[0] if found else None


def _called(attributes: str) -> Any:
    return orjson.loads(attributes).get("displayName")


def _duplicate(line: int, first: int, last: int, said: str) -> Fault:
    other = f"Line {last} has this {said} again" if line == first else f"Line {first} already has this {said}"
    return Fault(line, said, f"{other}; which of the two holds cannot be said.")


def _one_a_line(faults: list[Fault]) -> list[Fault]:
    """Return the first fault of each line: who has one id twice has one name twice, too."""
    return list({fault.line: fault for fault in reversed(faults)}.values())
