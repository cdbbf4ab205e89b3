"""What can a preview write? Only what hides the ledger's tables, and nothing of it is left."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from fakes.installation import Installation
from fakes.postgresql import is_on_postgresql
from instep.cycle.ports import Recorded, ToSend
from instep.ledger.cycles import Counts, CycleKind
from instep.ledger.plans import PlannedOperation
from instep.ledger.records import Action, Link, LogEntry, OperationState, Origin, Status
from instep.rules.planning.plan import Operation, OperationKind
from instep.store.feed import StoredFeed
from instep.store.preview import StoredPreviews


@pytest.fixture
def company(installed: Installation) -> Installation:
    installed.hire_all(["ada", "bob"])
    installed.assign_all()
    installed.cycle()
    return installed


def create(user_id: str, **after: Any) -> ToSend:
    return ToSend(user_id, Operation(OperationKind.CREATE, None, {}, after, leaves_active=True))


def entry(user_id: str, operation_id: int) -> LogEntry:
    return LogEntry(user_id, user_id, None, Action.CREATE, Status.SUCCESS, "EntryExportAdd", {}, 0, operation_id)


def test_links_and_operations_are_written_beside_the_real_ones_and_shown(company: Installation) -> None:
    shown: list[PlannedOperation] = []
    job, now = company.job, company.now
    with StoredPreviews(company.database).open(job, shown.extend) as aside:
        cycle, _ = aside.ledger.begin(job, now, now, "a-preview")
        assert cycle.kind is CycleKind.INCREMENTAL
        operations = [create("cid", userName="cid"), create("dan", userName="dan", manager="planned:1")]
        ids, stale = aside.ledger.record_sent(job, cycle, operations, aside.feed.head(), now)
        links = [Link("cid", "planned:1", True, Origin.CREATED, {}), Link("dan", "planned:2", True, Origin.CREATED, {})]
        recorded = Recorded(
            [(identifier, OperationState.DONE) for identifier in ids],
            links,
            entries=[entry("cid", ids[0]), entry("dan", ids[1])],
        )
        aside.ledger.record(job, cycle, recorded, Counts(), None, now)
        assert not stale
        assert aside.ledger.active_links(job) == 4
    assert [(each.user_id, dict(each.after)) for each in shown] == [
        ("cid", {"userName": "cid"}),
        ("dan", {"userName": "dan", "manager": "planned:cid"}),
    ]
    assert company.rows("SELECT count(*) FROM links") == [(2,)]
    assert company.rows("SELECT count(*) FROM cycles WHERE id = 'a-preview'") == [(0,)]


def test_others_write_while_a_preview_is_open_and_it_reads_what_they_wrote(company: Installation) -> None:
    with StoredPreviews(company.database).open(company.job, list) as aside:
        before = aside.feed.head()
        company.hire("cid")
        assert aside.feed.head() == before + 1
        cycle, _ = aside.ledger.begin(company.job, company.now, company.now, "a-preview")
        company.hire("dan")
        assert [user.id for user in aside.feed.walk(company.job, cycle, None, 10).users] == ["cid"]


def test_what_is_not_hidden_cannot_be_written(company: Installation) -> None:
    with StoredPreviews(company.database).open(company.job, list) as aside:
        assert isinstance(aside.feed, StoredFeed)
        main = "public" if is_on_postgresql() else "main"
        for statement in ("DELETE FROM users", f"UPDATE {main}.links SET account_id = ''", f"DELETE FROM {main}.jobs"):
            with pytest.raises(DBAPIError, match=r"read-?only"), aside.feed._database.write() as connection:
                connection.execute(text(statement))


def test_the_secret_token_is_not_copied(company: Installation) -> None:
    with StoredPreviews(company.database).open(company.job, list) as aside:
        assert isinstance(aside.feed, StoredFeed)
        with aside.feed._database.read() as connection:
            assert connection.execute(text("SELECT secret_token FROM jobs")).scalars().all() == [b""]
