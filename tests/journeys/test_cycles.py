"""What happens in a cycle, and between two: the order, the log, removals over budget, failures, new settings?"""

from datetime import timedelta

import pytest

from fakes.administrator import Administrator, requests, upn
from fakes.faulty_target import SECRET_TOKEN, FaultyTarget, answers, does_first
from fakes.served_tenant import ServedTenant
from instep.ledger.cycles import CycleKind, CycleState
from instep.ledger.records import Action, Status

PEOPLE = [f"p{number:03}" for number in range(30)]


@pytest.fixture
def busy(admin: Administrator, target: FaultyTarget) -> Administrator:
    """An administrator with thirty people, all assigned, connected to a target that counts."""
    admin.connects(target.tenant_url, SECRET_TOKEN)
    admin.hires(*PEOPLE)
    admin.assigns_everyone()
    target.forget_arrivals()
    return admin


def active(target: FaultyTarget) -> set[str]:
    return {str(a["userName"]).partition("@")[0] for a in target.accounts.values() if a["active"]}


def test_each_user_of_a_cycle_has_one_entry_with_a_reason_and_an_unchanged_cycle_sends_nothing(
    connected: Administrator, tenant: ServedTenant
) -> None:
    tenant.create(upn("matched"))
    connected.hires("created", "matched", "leaver", "mover")
    connected.hires("disabled", accountEnabled="False")
    connected.hires("guest")
    connected.assigns("guest", role="Default Access")
    connected.makes_group("Staff", "created", "matched", "leaver", "mover", "disabled")
    connected.assigns_group("Staff")
    assert connected.codes(connected.provisions()) == {
        "created": "EntryExportAdd",
        "matched": "EntryExportUpdate",
        "leaver": "EntryExportAdd",
        "mover": "EntryExportAdd",
        "disabled": "NotActiveInSource",
        "guest": "NotEffectivelyEntitled",
    }
    again = connected.provisions()
    assert (again.kind, requests(again), connected.codes(again)) == (CycleKind.INCREMENTAL, {}, {})

    connected.deletes("leaver")
    connected.changes("mover", city="Brussels")
    connected.changes("created", department="one that no mapping reads")
    connected.enables("disabled")
    connected.assigns("guest")
    summary = connected.provisions()
    assert connected.codes(summary) == {
        "leaver": "EntryExportUpdateSoftDelete",
        "mover": "EntryExportUpdate",
        "created": "RedundantExport",
        "disabled": "EntryExportAdd",
        "guest": "EntryExportAdd",
    }
    (mover,) = [entry for entry in connected.log(summary) if entry.entry.user_id == "mover"]
    assert mover.after == {'addresses[type eq "work"].locality': "Brussels"}
    assert sum(requests(summary)[method] for method in ("POST", "PATCH")) == 4

    connected.restarts()
    everyone = connected.provisions()
    assert everyone.kind is CycleKind.INITIAL
    assert connected.codes(everyone) == {
        "leaver": "AlreadyDisabled",
        **dict.fromkeys(("created", "matched", "mover", "disabled", "guest"), "RedundantExport"),
    }
    assert requests(everyone) == {}


def test_leavers_are_removed_before_anyone_else_is_written(busy: Administrator, target: FaultyTarget) -> None:
    busy.provisions()
    busy.hires("a-newcomer")
    busy.changes("p001", jobTitle="Engineer")
    busy.disables("p029")
    target.forget_arrivals()
    busy.provisions()
    assert target.writes[0].about == upn("p029")
    assert {a.about for a in target.writes} == {upn("p029"), upn("p001"), upn("a-newcomer")}


def test_who_leaves_while_a_long_cycle_runs_is_disabled_before_it_ends(
    admin: Administrator, target: FaultyTarget
) -> None:
    admin.connects(target.tenant_url, SECRET_TOKEN)
    admin.hires("zz-leaver")
    admin.assigns_everyone()
    admin.provisions()
    admin.hires(*(f"n{number:04}" for number in range(1_600)))
    admin.restarts()
    target.forget_arrivals()
    target.goes_wrong(does_first(lambda: admin.disables("zz-leaver")), "POST", times=1)

    summary = admin.provisions()
    assert summary.counts.created == 1_600
    assert admin.codes(summary)["zz-leaver"] == "EntryExportUpdateSoftDelete"
    order = [arrival.about for arrival in target.writes]
    assert order.index(upn("zz-leaver")) < len(order) - 50
    assert requests(admin.provisions()) == {}


def test_who_changes_after_the_decision_and_before_the_request_is_decided_again(
    admin: Administrator, target: FaultyTarget
) -> None:
    admin.connects(target.tenant_url, SECRET_TOKEN)
    admin.hires("ada")
    admin.assigns("ada")
    target.add(upn("someone"))  # so that matching reads first, and the change falls between
    target.goes_wrong(does_first(lambda: admin.changes("ada", jobTitle="Captain")), "GET", times=1)
    admin.provisions()
    (account,) = target.named(upn("ada"))
    assert account["title"] == "Captain"
    assert len(target.arrived("POST")) == 1
    assert admin.codes(admin.provisions()) == {"ada": "RedundantExport"}


def test_who_is_disabled_after_the_decision_and_before_the_create_is_not_created(
    admin: Administrator, target: FaultyTarget
) -> None:
    admin.connects(target.tenant_url, SECRET_TOKEN)
    admin.hires("ada")
    admin.assigns("ada")
    target.add(upn("someone"))
    target.goes_wrong(does_first(lambda: admin.disables("ada")), "GET", times=1)
    assert admin.codes(admin.provisions()) == {"ada": "NotActiveInSource"}
    assert target.named(upn("ada")) == []


def test_too_many_removals_are_held_while_everything_else_goes_on_until_the_budget_is_raised(
    busy: Administrator, target: FaultyTarget
) -> None:
    busy.provisions()
    leavers = PEOPLE[:16]  # of 30 accounts at most 15 may go in a day
    for name in leavers:
        busy.disables(name)
    busy.hires("newcomer")
    busy.changes("p020", jobTitle="Engineer")
    target.forget_arrivals()

    summary = busy.provisions()
    assert (summary.counts.held, summary.counts.disabled) == (16, 0)
    assert (summary.counts.created, summary.counts.updated) == (1, 1)
    codes = busy.codes(summary)
    assert {name for name, code in codes.items() if code == "StagedDelete"} == set(leavers)
    assert {e.entry.action for e in busy.log(summary) if e.entry.user_id in leavers} == {Action.STAGED_DELETE}
    assert {e.entry.status for e in busy.log(summary) if e.entry.user_id in leavers} == {Status.WARNING}
    assert "exceed the budget of 15" in busy.reason(summary, "p000")
    assert active(target) == {*PEOPLE, "newcomer"}
    assert busy.instep.jobs.held(busy.job) == 16

    still = busy.provisions()
    assert (still.counts.held, requests(still)) == (16, {})

    busy.sets(budget_removals="20")
    released = busy.provisions()
    assert released.kind is CycleKind.INCREMENTAL
    assert (released.counts.disabled, requests(released)) == (16, {"PATCH": 16})
    assert active(target) == {*PEOPLE[16:], "newcomer"}
    assert busy.instep.jobs.held(busy.job) == 0
    assert requests(busy.provisions()) == {}


def test_who_comes_back_while_the_removal_is_held_stays_as_they_were(busy: Administrator, target: FaultyTarget) -> None:
    busy.provisions()
    for name in PEOPLE[:16]:
        busy.disables(name)
    busy.provisions()
    for name in PEOPLE[:16]:
        busy.enables(name)
    target.forget_arrivals()
    summary = busy.provisions()
    assert set(busy.codes(summary).values()) == {"RedundantExport"}
    assert busy.instep.jobs.held(busy.job) == 0
    assert target.arrivals == []


def test_the_budget_counts_the_removals_of_the_last_day(busy: Administrator, target: FaultyTarget) -> None:
    busy.provisions()
    for name in PEOPLE[:10]:
        busy.disables(name)
    assert busy.provisions().counts.disabled == 10
    for name in PEOPLE[10:13]:
        busy.disables(name)
    assert busy.provisions().counts.held == 3  # 20 are left, so 10 a day, and they are used up
    busy.clock.now += timedelta(hours=24)
    assert busy.provisions().counts.disabled == 3
    assert len(active(target)) == 17


def test_a_user_whom_the_target_refuses_fails_alone_and_is_created_once_it_is_healthy(
    busy: Administrator, target: FaultyTarget
) -> None:
    target.goes_wrong(answers(500, "the database is full"), "POST", upn("p013"))
    summary = busy.provisions()
    assert (summary.counts.created, summary.counts.failed) == (29, 1)
    assert busy.codes(summary)["p013"] == "InternalServerError"
    assert "the database is full" in busy.reason(summary, "p013")
    assert list(busy.escrows()) == ["p013"]
    assert busy.escrows()["p013"].attempts == 1

    assert busy.codes(busy.provisions()) == {"p013": "InternalServerError"}
    assert busy.escrows()["p013"].attempts == 2

    target.is_well_again()
    target.forget_arrivals()
    healthy = busy.provisions()
    assert busy.codes(healthy) == {"p013": "EntryExportAdd"}
    assert requests(healthy) == {"GET": 1, "POST": 1}
    assert busy.escrows() == {}
    assert len(target.named(upn("p013"))) == 1
    assert requests(busy.provisions()) == {}


def test_settings_that_change_who_is_in_scope_end_the_running_cycle_and_the_next_is_initial(
    admin: Administrator, target: FaultyTarget
) -> None:
    admin.connects(target.tenant_url, SECRET_TOKEN)
    people = [f"n{number:04}" for number in range(1_600)]
    admin.hires(*people)
    admin.assigns_everyone()
    target.goes_wrong(does_first(lambda: admin.sets(scope="all")), "POST", times=1)
    ended = admin.provisions(CycleState.SUPERSEDED)
    assert ended.counts.created < 1_600
    assert ended.counts.created == len(target.accounts) == len(target.arrived("POST"))

    summary = admin.provisions()
    assert summary.kind is CycleKind.INITIAL
    assert len(target.accounts) == 1_600
    assert len(target.arrived("POST")) == 1_600
    assert set(admin.codes(summary).values()) == {"EntryExportAdd", "RedundantExport"}
    assert requests(admin.provisions()) == {}
