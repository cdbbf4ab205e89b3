"""Does SQLite get the index that a query names? Left to itself, it reads rows that nobody asked about."""

from pathlib import Path

from sqlalchemy import event

from fakes.installation import Installation, install
from instep.admin.ports import LogQuery
from instep.ledger.records import Status
from instep.store.database import open_sqlite
from instep.store.migrations import bring_up_to_date


def plans_of(installation: Installation, table: str) -> list[str]:
    """How SQLite reads one table, for each query that counts links or reads the failures of the log."""
    asked: list[tuple[str, object]] = []
    engine = installation.database.engine
    event.listen(engine, "before_cursor_execute", lambda _c, _cursor, sql, values, *_: asked.append((sql, values)))
    installation.jobs.link_counts(installation.job)
    installation.jobs.log(LogQuery(status=Status.FAILURE))
    queries = list(asked)
    with installation.database.read() as connection:
        cursor = connection.connection.cursor()
        plans = [cursor.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall() for sql, values in queries]
    return [step[3] for plan in plans for step in plan if table in step[3]]


def test_inactive_links_and_failures_are_read_by_their_own_index(tmp_path: Path) -> None:
    database = open_sqlite(tmp_path / "instep.db")
    bring_up_to_date(database)
    installation = install(database)
    installation.hire_all(["ada", "bo"])
    installation.assign_all()
    installation.cycle()
    assert any("ix_links_inactive" in step for step in plans_of(installation, "links"))
    assert any("ix_provisioning_log_failures" in step for step in plans_of(installation, "provisioning_log"))
    assert installation.jobs.link_counts(installation.job) == (2, 2)
    installation.disable("ada")
    installation.cycle()
    assert installation.jobs.link_counts(installation.job) == (2, 1)
    database.close()
