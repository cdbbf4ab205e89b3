"""What becomes of the account of somebody who goes, and of somebody who comes back? (engine.md 5.2, both targets)"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from fakes.administrator import is_readable
from fakes.installation import Installation
from fakes.memory_target import Fault
from instep.ledger.records import Action
from instep.ledger.schema import ALL_ACTIONS, TargetAction
from instep.ledger.wording import reason
from instep.rules.health.outcomes import Answer

Event = Callable[[Installation], None]


def is_unassigned(instep: Installation) -> None:
    instep.unassign("ada")


def is_disabled(instep: Installation) -> None:
    instep.disable("ada")


def is_deleted(instep: Installation) -> None:
    instep.delete("ada")


def is_purged(instep: Installation) -> None:
    instep.delete("ada")
    instep.purge("ada")


EVENTS: dict[str, tuple[Event, Event | None]] = {
    "unassigned": (is_unassigned, lambda instep: instep.assign("ada") and None),
    "disabled in the directory": (is_disabled, lambda instep: instep.enable("ada")),
    "moved to the recycle bin": (is_deleted, lambda instep: instep.restore("ada")),
    "deleted for good": (is_purged, None),
}


def has_an_account(instep: Installation, **settings: object) -> str:
    """Ada and others are provisioned; returns Ada's account."""
    instep.settle(**settings)
    instep.hire_all(["ada", "bob", "cleo", "dora"])
    for user_id in ("ada", "bob", "cleo", "dora"):
        instep.assign(user_id)
    assert instep.cycle().counts.created == 4
    instep.target.forget_requests()
    link = instep.link("ada")
    assert link is not None
    return link.account_id


def turns_off(instep: Installation, *actions: TargetAction) -> None:
    schema = instep.applications.schema(instep.app.id)
    users = replace(schema.users, actions=ALL_ACTIONS - set(actions))
    instep.applications.save_schema(instep.app, schema, replace(schema, users=users), instep.now, "me")


def last_code(instep: Installation, user_id: str = "ada") -> str:
    entry = instep.log(user_id)[-1].entry
    assert is_readable(reason(entry)), reason(entry)
    return entry.code


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("soft_delete", [True, False], ids=["with soft delete", "without soft delete"])
def test_whoever_goes_loses_the_account_and_whoever_comes_back_has_one(
    instep: Installation, event: str, soft_delete: bool
) -> None:
    account_id = has_an_account(instep, soft_delete=soft_delete)
    goes, comes_back = EVENTS[event]
    goes(instep)
    summary = instep.cycle()
    is_kept = soft_delete and event != "deleted for good"
    assert (summary.counts.disabled, summary.counts.deleted) == ((1, 0) if is_kept else (0, 1))
    assert [sent.method for sent in instep.target.writes] == (["PATCH"] if is_kept else ["DELETE"])
    assert (account_id in instep.target.accounts) is is_kept
    assert not is_kept or instep.target.accounts[account_id]["active"] is False
    assert (instep.link("ada") is not None) is is_kept
    assert last_code(instep) == ("EntryExportUpdateSoftDelete" if is_kept else "EntryExportDelete")
    assert dict(instep.cycle().counts.requests) == {}
    if comes_back is None:
        return

    comes_back(instep)
    summary = instep.cycle()
    assert (summary.counts.updated, summary.counts.created) == ((1, 0) if is_kept else (0, 1))
    account = instep.target.named("ada@corp.example")
    assert account is not None
    assert account["active"] is True
    assert (account["id"] == account_id) is is_kept
    assert instep.link("ada").account_id == account["id"]  # type: ignore[union-attr]


def test_who_was_disabled_when_unassigned_is_still_deleted_when_purged(instep: Installation) -> None:
    """Unlike Entra, which leaves an orphan."""
    account_id = has_an_account(instep)
    is_unassigned(instep)
    instep.cycle()
    is_purged(instep)
    assert instep.cycle().counts.deleted == 1
    assert account_id not in instep.target.accounts


@pytest.mark.parametrize("soft_delete", [True, False])
def test_never_linked_users_get_nothing_when_they_go(instep: Installation, soft_delete: bool) -> None:
    instep.settle(soft_delete=soft_delete)
    instep.hire("ada", accountEnabled=False)
    instep.assign("ada")
    assert instep.cycle().counts.skipped == 1
    is_unassigned(instep)
    instep.cycle()
    is_purged(instep)
    instep.cycle()
    assert instep.target.writes == []


def test_deletions_in_place_of_disables_are_removals_and_held_over_budget(instep: Installation) -> None:
    has_an_account(instep, soft_delete=False, removals=1)
    for user_id in ("ada", "bob"):
        instep.unassign(user_id)
    summary = instep.cycle()
    assert (summary.counts.held, summary.counts.deleted) == (2, 0)
    assert len(instep.target.accounts) == 4
    assert instep.log("ada")[-1].entry.action is Action.STAGED_DELETE
    instep.settle(removals=2)
    assert instep.cycle().counts.deleted == 2
    assert len(instep.target.accounts) == 2
    instep.unassign("cleo")
    assert instep.cycle().counts.held == 1  # those two were removals of this day


def test_an_account_that_was_disabled_is_not_deleted_because_the_target_is_said_to_have_no_soft_delete(
    instep: Installation,
) -> None:
    account_id = has_an_account(instep)
    is_unassigned(instep)
    instep.cycle()
    instep.settle(soft_delete=False)
    assert instep.cycle().counts.deleted == 0
    assert account_id in instep.target.accounts
    assert last_code(instep) == "AlreadyDisabled"


def test_with_skip_out_of_scope_deletions_nothing_is_sent_and_the_log_says_what_suppressed_it(
    instep: Installation,
) -> None:
    account_id = has_an_account(instep, skip_out_of_scope_deletions=True)
    is_unassigned(instep)
    assert instep.cycle().counts.skipped == 1
    assert instep.target.writes == []
    assert last_code(instep) == "SkipOutOfScopeDeletions"
    assert "the deletion was suppressed by SkipOutOfScopeDeletions" in reason(instep.log("ada")[-1].entry)
    assert instep.link("ada") is not None

    is_disabled(instep)  # whoever may not sign in any more goes, in scope or not
    assert instep.cycle().counts.disabled == 1
    assert instep.target.accounts[account_id]["active"] is False
    assert "disabled in the directory" in reason(instep.log("ada")[-1].entry)


def test_when_skip_out_of_scope_deletions_is_turned_off_whoever_was_kept_goes(instep: Installation) -> None:
    account_id = has_an_account(instep, skip_out_of_scope_deletions=True)
    is_unassigned(instep)
    instep.cycle()
    instep.settle(skip_out_of_scope_deletions=False)
    assert instep.cycle().counts.disabled == 1
    assert instep.target.accounts[account_id]["active"] is False


def test_with_create_off_matches_are_updated_and_nobody_is_created(instep: Installation) -> None:
    turns_off(instep, TargetAction.CREATE)
    instep.target.put(userName="ada@corp.example", active=True)
    instep.hire_all(["ada", "bob"])
    instep.assign_all()
    summary = instep.cycle()
    assert (summary.counts.updated, summary.counts.created, summary.counts.skipped) == (1, 0, 1)
    assert (last_code(instep), last_code(instep, "bob")) == ("EntryExportUpdate", "CreateActionOff")
    assert "POST" not in instep.target.requests
    instep.change("ada", jobTitle="Director")
    assert instep.cycle().counts.updated == 1


def test_with_create_off_an_account_that_is_gone_stays_gone_and_is_unlinked(instep: Installation) -> None:
    account_id = has_an_account(instep)
    turns_off(instep, TargetAction.CREATE)
    del instep.target.accounts[account_id]
    instep.change("ada", jobTitle="Director")
    instep.cycle()
    assert last_code(instep) == "CreateActionOff"
    assert instep.link("ada") is None
    assert "POST" not in instep.target.requests


def test_with_update_off_accounts_are_created_and_linked_and_never_changed_or_disabled(instep: Installation) -> None:
    turns_off(instep, TargetAction.UPDATE)
    instep.target.put(userName="ada@corp.example", active=True)
    instep.hire_all(["ada", "bob"])
    instep.assign_all()
    assert instep.cycle().counts.created == 1
    assert last_code(instep) == "UpdateActionOff"
    assert instep.link("ada") is not None
    instep.change("bob", jobTitle="Director")
    instep.disable("ada")
    instep.cycle()
    assert (last_code(instep), last_code(instep, "bob")) == ("UpdateActionOff", "UpdateActionOff")
    assert [sent.method for sent in instep.target.writes] == ["POST"]
    turn_on(instep)
    assert instep.cycle().counts.disabled == 1


def turn_on(instep: Installation) -> None:
    turns_off(instep)


def test_with_delete_off_a_purge_leaves_the_disabled_account_and_its_link(instep: Installation) -> None:
    account_id = has_an_account(instep)
    turns_off(instep, TargetAction.DELETE)
    is_deleted(instep)
    assert instep.cycle().counts.disabled == 1
    instep.purge("ada")
    assert instep.cycle().counts.deleted == 0
    assert instep.target.accounts[account_id]["active"] is False
    assert last_code(instep) == "DeleteActionOff"
    turn_on(instep)
    assert instep.cycle().counts.deleted == 1


def test_with_delete_off_whoever_was_deleted_and_purged_between_two_cycles_is_disabled(instep: Installation) -> None:
    account_id = has_an_account(instep)
    turns_off(instep, TargetAction.DELETE)
    is_purged(instep)
    assert instep.cycle().counts.disabled == 1
    assert instep.target.accounts[account_id]["active"] is False


def test_where_a_disable_deletes_the_account_whoever_comes_back_gets_a_new_one(instep: Installation) -> None:
    account_id = has_an_account(instep, switches={"disabled_accounts": "deleted"})
    is_unassigned(instep)
    assert instep.cycle().counts.disabled == 1
    del instep.target.accounts[account_id]  # as the target does
    assert instep.link("ada") is None
    assert "the application deletes it" in reason(instep.log("ada")[-1].entry)
    instep.assign("ada")
    assert instep.cycle().counts.created == 1
    assert instep.target.named("ada@corp.example")["active"] is True  # type: ignore[index]


def test_a_leaver_whose_other_changes_are_refused_is_disabled_all_the_same(instep: Installation) -> None:
    account_id = has_an_account(instep)
    instep.change("ada", jobTitle="a title that is far too long")
    is_disabled(instep)
    refusal = Answer(400, b'{"detail": "the title is too long"}')
    instep.target.faults = [Fault(refusal, {"PATCH"}, concerning="far too long", times=99)]
    assert instep.cycle().counts.disabled == 1
    assert instep.target.accounts[account_id]["active"] is False
    assert last_code(instep) == "EntryExportUpdateSoftDelete"
    assert "the title is too long" in reason(instep.log("ada")[-1].entry)
