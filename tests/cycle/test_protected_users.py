"""Can any job disable or delete the account of a protected user? Whatever the cause, it does not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fakes.installation import Installation, open_installation
from fakes.memory_target import Sent
from instep.directory.errors import NotFound
from instep.ledger.plans import PlannedState
from instep.ledger.records import Action, Status
from instep.rules.planning.plan import OperationKind

Cause = Callable[[Installation], None]


@pytest.fixture
def company(instep: Installation) -> Installation:
    """Root, who is protected, and Ada, who is not."""
    instep.hire_all(["ada", "root"])
    instep.assign("ada")
    instep.assign("root")
    instep.cycle()
    instep.protect("root")
    instep.cycle()
    instep.target.forget_requests()
    return instep


def is_active(instep: Installation, name: str) -> bool:
    account = instep.target.named(f"{name}@corp.example")
    return account is not None and account["active"] is True


def purge(instep: Installation, name: str) -> None:
    instep.delete(name)
    instep.purge(name)


@pytest.mark.parametrize(
    "leave",
    [
        pytest.param(lambda instep, name: instep.disable(name), id="disabled in the directory"),
        pytest.param(lambda instep, name: instep.unassign(name), id="unassigned"),
        pytest.param(lambda instep, name: instep.delete(name), id="deleted"),
        pytest.param(purge, id="deleted for good"),
    ],
)
def test_whatever_the_cause_the_account_stays_and_the_log_says_that_the_user_is_protected(
    company: Installation, leave: Callable[[Installation, str], None]
) -> None:
    leave(company, "root")
    leave(company, "ada")
    summary = company.cycle()
    assert is_active(company, "root")
    assert not is_active(company, "ada")
    assert (summary.counts.disabled + summary.counts.deleted, summary.counts.skipped) == (1, 1)
    [entry] = company.log("root", summary.cycle_id)
    assert (entry.entry.status, entry.entry.action, entry.entry.code) == (Status.WARNING, Action.OTHER, "ProtectedUser")
    company.restart()
    company.cycle()
    assert is_active(company, "root")


def test_an_application_whose_accounts_are_deleted_instead_of_disabled_keeps_that_of_a_protected_user(
    company: Installation,
) -> None:
    company.settle(soft_delete=False)
    company.unassign("root")
    company.unassign("ada")
    company.cycle()
    assert (is_active(company, "root"), company.target.named("ada@corp.example")) == (True, None)


def test_a_disabled_account_of_a_protected_user_is_not_deleted_when_the_user_is_purged(instep: Installation) -> None:
    instep.hire("root")
    instep.assign("root")
    instep.cycle()
    instep.disable("root")
    instep.cycle()
    instep.protect("root")
    purge(instep, "root")
    instep.cycle()
    assert instep.target.named("root@corp.example") is not None


def test_a_protected_user_is_created_updated_and_enabled_like_anyone_else(company: Installation) -> None:
    company.change("root", jobTitle="Engineer")
    company.hire("new")
    company.assign("new")
    company.protect("new")
    summary = company.cycle()
    assert (summary.counts.created, summary.counts.updated) == (1, 1)


def test_when_the_protection_ends_the_next_cycle_decides_like_about_anyone_else(company: Installation) -> None:
    company.disable("root")
    company.cycle()
    company.unprotect("root")
    assert company.cycle().counts.disabled == 1
    assert not is_active(company, "root")


def test_a_protection_that_comes_while_a_cycle_runs_holds_for_what_is_not_sent_yet(company: Installation) -> None:
    company.settle(concurrency=1)
    company.unprotect("root")
    company.disable("ada")
    company.disable("root")

    def protect(_sent: Sent) -> None:
        company.target.on_request = None
        company.protect("root")

    company.target.on_request = protect
    company.cycle()
    company.cycle()
    assert company.target.requests["PATCH"] <= 2


def test_protected_users_take_nothing_from_the_budget(company: Installation) -> None:
    company.settle(removals=1)
    company.disable("root")
    company.disable("ada")
    assert company.cycle().counts.disabled == 1


def test_protection_in_one_application_is_not_protection_in_another(company: Installation) -> None:
    company.unprotect("root")
    company.protect("root", "another-application")
    company.disable("root")
    assert company.cycle().counts.disabled == 1


def test_the_members_of_a_protected_group_are_protected_as_long_as_they_are_members(company: Installation) -> None:
    company.unprotect("root")
    company.add_group("break glass", "root", "ada")
    assert company.protect_group("break glass")
    assert not company.protect_group("break glass"), "it was already"
    company.disable("root")
    company.disable("ada")
    company.cycle()
    assert is_active(company, "root")
    assert is_active(company, "ada")
    company.leave("break glass", "ada")
    company.cycle()
    assert (is_active(company, "root"), is_active(company, "ada")) == (True, False)
    company.unprotect_group("break glass")
    company.cycle()
    assert not is_active(company, "root")


def test_who_is_in_a_group_of_a_protected_group_is_protected_too(company: Installation) -> None:
    company.unprotect("root")
    company.add_group("break glass")
    company.add_group("night shift", "root")
    company.nest("break glass", "night shift")
    company.protect_group("break glass")
    company.disable("root")
    company.cycle()
    assert is_active(company, "root")
    company.delete_group("break glass")
    company.cycle()
    assert not is_active(company, "root")


def test_a_preview_and_a_plan_leave_protected_users_out(company: Installation) -> None:
    company.disable("root")
    company.disable("ada")
    shown, summary = company.preview()
    assert [(each.user_id, each.kind) for each in shown] == [("ada", OperationKind.DISABLE), ("root", None)]
    assert (summary.counts.disabled, shown[1].code) == (1, "ProtectedUser")
    company.unprotect("root")
    plan = company.approve(company.save_plan())
    company.protect("root")
    company.apply(plan)
    states = {kept.planned.user_id: kept.state for kept in company.planned(plan)}
    assert states == {"ada": PlannedState.DONE, "root": PlannedState.STALE}
    assert is_active(company, "root")


def test_ending_a_protection_that_is_not_there_is_refused(company: Installation) -> None:
    with pytest.raises(NotFound, match="ada is not protected here"):
        company.unprotect("ada")


def test_the_audit_log_says_who_protected_whom(tmp_path: Path) -> None:
    with open_installation(tmp_path) as instep:
        instep.protect("root", instep.app.id)
        instep.unprotect("root", instep.app.id)
        audit = instep.rows("SELECT actor, app_id, details FROM audit_log ORDER BY id DESC LIMIT 2")
        assert audit == [
            ("tester", instep.app.id, '{"deed":"unprotected","user":"root"}'),
            ("tester", instep.app.id, '{"deed":"protected","user":"root"}'),
        ]
