"""What does a preview show, and does it leave everything as it was?"""

import random
from pathlib import Path
from typing import Any

import pytest

from fakes.installation import Installation, install, open_database, open_installation
from fakes.memory_target import Fault, Sent
from fakes.random_history import History
from instep.admin.ports import JobIsRunning
from instep.ledger.cycles import CycleKind, CycleState, CycleSummary
from instep.ledger.plans import PlannedOperation
from instep.ledger.records import OperationState
from instep.rules.health.outcomes import NotSent
from instep.rules.planning.plan import OperationKind
from instep.store.tables import metadata

MANAGER = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"
PEOPLE = [f"u{number:02d}" for number in range(30)]


@pytest.fixture
def company(instep: Installation) -> Installation:
    instep.hire_all(PEOPLE)
    instep.assign_all()
    instep.cycle()
    instep.target.forget_requests()
    return instep


def everything_kept(instep: Installation) -> dict[str, list[Any]]:
    """All rows of all tables."""
    return {name: sorted(instep.rows(f"SELECT * FROM {name}"), key=str) for name in metadata.tables}


def said(shown: list[PlannedOperation]) -> list[tuple[str, OperationKind | None]]:
    return [(each.user_id, each.kind) for each in shown]


def test_a_first_cycle_is_shown_with_every_value_and_nothing_is_sent(instep: Installation) -> None:
    instep.hire("ada", jobTitle="Engineer")
    instep.assign_all()
    [ada], summary = instep.preview()
    assert (ada.kind, ada.account_id, dict(ada.before)) == (OperationKind.CREATE, None, {})
    assert (ada.after["userName"], ada.after["title"]) == ("ada@corp.example", "Engineer")
    assert (summary.kind, summary.counts.created) == (CycleKind.INITIAL, 1)
    assert not instep.target.writes


def test_updates_and_removals_are_shown_with_old_and_new_values_in_the_order_of_the_cycle(
    company: Installation,
) -> None:
    company.change("u00", jobTitle="Engineer")
    company.disable("u29")
    company.hire("zoe")
    (removal, update, create), summary = company.preview()
    assert (removal.user_id, removal.kind) == ("u29", OperationKind.DISABLE)
    assert (removal.before["active"], removal.after["active"]) == (True, False)
    assert removal.facts["cause"] == "disabled"
    assert (update.user_id, update.after) == ("u00", {"title": "Engineer"})
    assert (create.user_id, create.kind) == ("zoe", OperationKind.CREATE)
    counts = summary.counts
    assert (summary.kind, counts.disabled, counts.updated, counts.created) == (CycleKind.INCREMENTAL, 1, 1, 1)


def test_a_preview_changes_nothing_that_is_kept(company: Installation) -> None:
    company.change("u00", jobTitle="Engineer")
    company.disable("u29")
    company.hire("zoe", surname="")
    before = everything_kept(company)
    company.preview()
    assert everything_kept(company) == before


def test_what_a_budget_would_hold_is_shown_with_the_verdict(company: Installation) -> None:
    for name in PEOPLE[:16]:
        company.disable(name)
    shown, summary = company.preview()
    assert {each.user_id for each in shown if each.is_held} == set(PEOPLE[:16])
    assert (summary.counts.held, summary.counts.disabled) == (16, 0)
    judgement = summary.judgements["removals"]
    assert (judgement.limit, judgement.planned, judgement.spent, judgement.is_over) == (15, 16, 0, True)


def test_a_budget_that_was_used_within_a_day_is_used_in_the_preview_too(company: Installation) -> None:
    for name in PEOPLE[:14]:
        company.disable(name)
    company.cycle()
    for name in PEOPLE[14:16]:
        company.disable(name)
    _, summary = company.preview()
    assert (summary.counts.held, summary.judgements["removals"].spent) == (2, 14)


def test_whoever_would_fail_is_shown_with_the_reason(company: Installation) -> None:
    company.hire("yan")
    with company.database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE users SET attributes = json_remove(attributes, '$.surname') WHERE id = 'yan'"
        )
    shown, summary = company.preview()
    [fails] = [each for each in shown if each.kind is None]
    assert (fails.user_id, fails.code) == ("yan", "MissingValues")
    assert summary.counts.failed == 1
    assert company.rows("SELECT * FROM escrows") == []


def test_a_target_that_cannot_be_reached_interrupts_the_preview_and_not_the_job(instep: Installation) -> None:
    instep.hire("ada")
    instep.assign_all()
    instep.target.faults.append(Fault(NotSent("the network is down"), {"GET"}))
    shown, summary = instep.preview()
    assert (shown, summary.state) == ([], CycleState.INTERRUPTED)
    assert "the network is down" in (summary.reason or "")
    assert instep.job.not_before is None


def test_a_preview_shows_what_remains_of_an_unfinished_cycle_and_leaves_its_place(instep: Installation) -> None:
    instep.hire_all(["ada", "bob", "cid"])
    instep.assign_all()
    instep.settle(concurrency=1)
    instep.target.faults.append(Fault(NotSent("the network is down"), {"POST"}, concerning="cid"))
    assert instep.cycle().state is CycleState.INTERRUPTED
    before = everything_kept(instep)
    shown, summary = instep.preview()
    assert said(shown) == [("cid", OperationKind.CREATE)]
    assert summary.kind is CycleKind.INITIAL
    assert everything_kept(instep) == before
    assert instep.cycle().counts.created == 3
    assert instep.preview()[0] == []


def test_an_operation_of_unknown_outcome_is_asked_for_and_stays_open(instep: Installation) -> None:
    instep.hire("ada")
    instep.assign_all()

    def crash(sent: Sent, _answer: object) -> None:
        if sent.method == "POST":
            raise KeyboardInterrupt

    instep.target.on_answer = crash
    with pytest.raises((KeyboardInterrupt, BaseExceptionGroup)):
        instep.cycle()
    instep.target.on_answer = None
    shown, _ = instep.preview()
    assert shown == [], "the account is there: nothing is left to do"
    assert instep.rows("SELECT state FROM operations") == [(OperationState.SENT.value,)]
    instep.cycle()
    assert len(instep.target.accounts) == 1


def test_while_a_cycle_runs_a_preview_is_refused(company: Installation) -> None:
    with company.jobs.lease(company.job), pytest.raises(JobIsRunning):
        company.preview()


def test_what_a_preview_says_is_what_the_next_cycle_does(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    with open_database(tmp_path) as database:
        for number in range(12):
            history = History(install(database), seed + number)
            for _ in range(3):
                history.edits(8)
                shown, previewed = history.instep.preview()
                done = history.instep.cycle()
                assert _sent(history.instep, done) == [_of(each) for each in shown], f"seed {seed + number}"
                assert _users(previewed) == _users(done)


def _of(planned: PlannedOperation) -> tuple[object, ...]:
    return planned.user_id, planned.kind, dict(planned.before), dict(planned.after)


def _sent(instep: Installation, summary: CycleSummary) -> list[tuple[object, ...]]:
    recorded = [entry for entry in instep.log(cycle_id=summary.cycle_id) if entry.entry.operation_id is not None]
    kinds = dict(instep.rows("SELECT id, kind FROM operations"))
    return [
        (entry.entry.user_id, kinds[entry.entry.operation_id], dict(entry.before), dict(entry.after))
        for entry in recorded
    ]


def _users(summary: CycleSummary) -> dict[str, object]:
    document = summary.counts.as_document()
    return {name: value for name, value in document.items() if name not in ("requests", "reads_because")}


def test_accounts_to_come_are_named_by_user_where_others_refer_to_them(tmp_path: Path) -> None:
    with open_installation(tmp_path, "custom-scim") as instep:
        instep.hire_all(["boss", "first", "second", "worker"])
        for report, manager in (("worker", "boss"), ("first", "second"), ("second", "first")):
            instep.change(report, manager=manager)
        instep.assign_all()
        shown, _ = instep.preview()
        assert said(shown) == [
            ("boss", OperationKind.CREATE),
            ("first", OperationKind.CREATE),
            ("second", OperationKind.CREATE),
            ("worker", OperationKind.CREATE),
            ("first", OperationKind.UPDATE),
        ]
        managers = {each.user_id: each.after[MANAGER] for each in shown if MANAGER in each.after}
        assert managers == {"second": "planned:first", "worker": "planned:boss", "first": "planned:second"}
        assert shown[-1].account_id == "planned:first"
        instep.cycle()
        assert [sent.method for sent in instep.target.writes] == ["POST"] * 4 + ["PATCH"]
