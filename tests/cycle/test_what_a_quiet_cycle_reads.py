"""Does a cycle in which few have changed look these up, and go through nobody else? By SQLite's own plans."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Connection, event

from fakes.installation import Installation
from fakes.postgresql import is_on_postgresql
from instep.store.database import Database

pytestmark = pytest.mark.skipif(is_on_postgresql(), reason="these are SQLite's plans")

# Those with a row for each user, or for whatever was ever done.
LARGE = {"users", "links", "operations", "changes", "provisioning_log", "memberships"}


@contextmanager
def whole_tables_read(database: Database) -> Iterator[set[tuple[str, str]]]:
    """Collect which large tables statements go through from one end to the other, and in which statement."""
    found: set[tuple[str, str]] = set()

    def explain(connection: Connection, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.split(maxsplit=1)[0] not in {"SELECT", "INSERT", "UPDATE", "DELETE"}:
            return
        raw = connection.connection.dbapi_connection
        assert raw is not None
        for *_, detail in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters):
            words = detail.split()
            table = _table(words[1], statement) if words[0] in {"SCAN", "SEARCH"} else ""
            if table in LARGE and (words[0] == "SCAN" or (table == "links" and detail.endswith("user_id>?)"))):
                found.add((table, " ".join(statement.split())))

    event.listen(database.engine, "before_cursor_execute", explain)
    try:
        yield found
    finally:
        event.remove(database.engine, "before_cursor_execute", explain)


def _table(name: str, statement: str) -> str:
    """The table of a name in a plan, which is the one that the statement gives it, if it does."""
    words = statement.replace(",", " ").split()
    named = [table for table, alias in pairwise(words) if alias == name and table in LARGE]
    return named[0] if named else name


def _is_about_everyone(statement: str) -> bool:
    """Everyone has a turn when All users is assigned or unassigned: the rest of this is reached only then."""
    return "everyone CROSS JOIN users" in statement


def test_a_cycle_without_a_change_goes_through_no_large_table(instep: Installation) -> None:
    instep.hire_all([f"u{number}" for number in range(30)])
    instep.assign_all()
    instep.cycle()
    with whole_tables_read(instep.database) as found:
        instep.cycle()
    assert not {each for each in found if not _is_about_everyone(each[1])}


def test_a_cycle_with_changes_goes_through_no_large_table(instep: Installation) -> None:
    instep.hire_all([f"u{number}" for number in range(30)])
    instep.assign_all()
    instep.cycle()
    instep.change("u3", surname="Changed")
    instep.disable("u4")
    with whole_tables_read(instep.database) as found:
        summary = instep.cycle()
    assert (summary.counts.updated, summary.counts.disabled) == (1, 1)
    assert not {each for each in found if not _is_about_everyone(each[1])}
