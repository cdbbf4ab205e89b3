"""Who is in scope by their attributes? The administrator saves scoping filters, and the accounts follow."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from fakes.installation import Installation, open_installation
from instep.directory.attributes import AttributeValue
from instep.ledger.steps import steps
from instep.ledger.wording import reason
from instep.rules.mapping.attribute_mapping import AttributeMapping, FromExpression
from instep.rules.scoping.filters import Clause, ScopingFilter

SALES = ScopingFilter("Sales", (Clause("department", "EQUALS", ("Sales",)),))
OSLO = ScopingFilter("Oslo", (Clause("city", "EQUALS", ("Oslo",)), Clause("accountEnabled", "IS TRUE")))


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Installation]:
    with open_installation(tmp_path) as installation:
        installation.assign_all()
        yield installation


def hire(at: Installation, **departments: AttributeValue | None) -> None:
    for name, department in departments.items():
        at.hire(name, **({} if department is None else {"department": department}))


def codes(at: Installation, cycle_id: str) -> dict[str, str]:
    return {recorded.entry.user_id: recorded.entry.code for recorded in at.log(cycle_id=cycle_id)}


def test_only_whom_a_filter_lets_in_gets_an_account_and_the_log_says_why(at: Installation) -> None:
    hire(at, ada="Sales", bo="Marketing", cy=None)
    at.filter_users(SALES, OSLO)
    summary = at.cycle()
    assert codes(at, summary.cycle_id) == {
        "ada": "EntryExportAdd",
        "bo": "NotInProvisioningScope",
        "cy": "NotInProvisioningScope",
    }
    entries = {recorded.entry.user_id: recorded.entry for recorded in at.log()}
    assert reason(entries["bo"]) == (
        "bo@corp.example gets no account, because the user fails the scoping filters Sales: department EQUALS 'Sales' "
        "(it is 'Marketing'); and Oslo: city EQUALS 'Oslo' (it has no value)."
    )
    assert "Sales: department EQUALS 'Sales' (it has no value)" in reason(entries["cy"])
    [scoping] = [step for step in steps(entries["ada"], "Proxyclick") if step.type == "scoping"]
    assert "the scoping filter Sales lets in" in scoping.description
    assert "\"Sales.department EQUALS 'Sales'\":true" in scoping.details["ScopeEvaluationResult"]
    assert entries["bo"].facts["ScopeEvaluationResult"] == {
        "Sales.department EQUALS 'Sales'": False,
        "Oslo.city EQUALS 'Oslo'": False,
        "Oslo.accountEnabled IS TRUE": True,
    }
    assert entries["ada"].facts["ScopeEvaluationResult"]["Sales.department EQUALS 'Sales'"] is True  # type: ignore[index]


def test_saving_a_filter_makes_the_next_cycle_an_initial_one_that_disables_who_is_out(at: Installation) -> None:
    hire(at, ada="Sales", bo="Marketing")
    at.cycle()
    at.filter_users(SALES)
    summary = at.cycle()
    assert summary.kind == "initial"
    assert codes(at, summary.cycle_id) == {"ada": "RedundantExport", "bo": "EntryExportUpdateSoftDelete"}
    assert reason(at.log("bo")[-1].entry) == (
        f"bo@corp.example's account {at.log('bo')[-1].entry.account_id} was disabled, because the user fails the "
        "scoping filter Sales: department EQUALS 'Sales' (it is 'Marketing')."
    )
    assert summary.counts.requests == {"PATCH": 1}
    assert at.cycle().counts.users == 0


def test_an_attribute_that_changes_moves_a_user_out_of_scope_and_back_into_the_same_account(at: Installation) -> None:
    hire(at, ada="Sales")
    at.filter_users(SALES)
    at.cycle()
    account = at.link("ada")
    assert account is not None

    at.change("ada", department="Marketing", surname="Renamed")
    assert codes(at, at.cycle().cycle_id) == {"ada": "EntryExportUpdateSoftDelete"}
    at.change("ada", surname="Again")
    assert codes(at, at.cycle().cycle_id) == {"ada": "AlreadyDisabled"}
    at.change("ada", department="Sales")
    assert codes(at, at.cycle().cycle_id) == {"ada": "EntryExportUpdateEnable"}
    link = at.link("ada")
    assert link is not None
    assert (link.account_id, link.is_active) == (account.account_id, True)
    assert link.last_written["name.familyName"] == "Again"


def test_a_filter_that_is_taken_away_lets_everyone_back_in(at: Installation) -> None:
    hire(at, ada="Sales", bo="Marketing")
    at.cycle()
    at.filter_users(SALES)
    at.cycle()
    at.filter_users()
    assert codes(at, at.cycle().cycle_id) == {"ada": "RedundantExport", "bo": "EntryExportUpdateEnable"}
    assert "ScopeEvaluationResult" not in at.log("bo")[-1].entry.facts


def test_graver_causes_are_named_before_the_filter_and_the_filter_before_a_disabled_user(at: Installation) -> None:
    hire(at, ada="Marketing", bo="Marketing", cy="Sales")
    at.cycle()
    at.filter_users(SALES)
    at.delete("ada")
    at.disable("bo")
    at.disable("cy")
    at.cycle()
    causes = {user: at.log(user)[-1].entry.facts["cause"] for user in ("ada", "bo", "cy")}
    assert causes == {"ada": "soft_deleted", "bo": "fails_filter", "cy": "disabled"}


def test_a_guest_is_filtered_by_the_name_that_is_provisioned(at: Installation) -> None:
    at.hire("guest", userPrincipalName="ada_partner.example#EXT#@corp.example")
    at.filter_users(ScopingFilter("Partners", (Clause("userPrincipalName", "ENDS_WITH", ("@partner.example",)),)))
    assert codes(at, at.cycle().cycle_id) == {"guest": "EntryExportAdd"}


def test_a_value_that_a_mapping_hides_is_not_told_by_the_log(at: Installation) -> None:
    hire(at, bo="Marketing")
    before = at.applications.schema(at.app.id)
    secret = AttributeMapping("nickName", FromExpression("Redact([department])"))
    users = replace(before.users, mappings=(*before.users.mappings, secret), filters=(SALES, OSLO))
    at.applications.save_schema(at.app, before, replace(before, users=users), at.now, "tester")
    at.cycle()
    entry = at.log("bo")[-1].entry
    assert "Sales: department EQUALS 'Sales' (it is '[Redact]'); and Oslo: city" in reason(entry)
    assert "Marketing" not in repr(entry)


def test_a_wrong_filter_disables_nobody_over_the_budget(at: Installation) -> None:
    hire(at, **{f"u{number:02d}": "Sales" for number in range(50)})
    at.cycle()
    at.filter_users(ScopingFilter("Typo", (Clause("department", "EQUALS", ("Slaes",)),)))
    summary = at.cycle()
    assert (summary.counts.held, summary.counts.disabled, summary.counts.requests) == (50, 0, {})
    assert "(it is 'Sales')" in reason(at.log("u00")[-1].entry)
    at.filter_users(SALES)
    summary = at.cycle()
    assert (summary.counts.held, summary.counts.skipped) == (0, 50)


def test_the_audit_log_has_the_schema_before_and_after(at: Installation) -> None:
    version = at.job.configuration_version
    at.filter_users(SALES)
    assert at.job.configuration_version == version + 1
    [(actor, details)] = at.rows(
        "SELECT actor, details FROM audit_log WHERE activity = 'Update attribute mappings or scope'"
    )
    said = {when: orjson.loads(text) for when, text in orjson.loads(details).items()}
    assert (actor, said["before"]["users"]["filters"]) == ("tester", [])
    assert said["after"]["users"]["filters"][0]["title"] == "Sales"
