"""Who gets an account? The administrator assigns people and groups, and the accounts follow."""

from collections.abc import Callable
from typing import Any

import pytest

from fakes.administrator import Administrator, requests, upn
from fakes.served_tenant import ServedTenant

Act = Callable[..., Any]


def names(tenant: ServedTenant) -> dict[str, bool]:
    """Who has an account, and whether it is active."""
    return {account["userName"].partition("@")[0]: account["active"] for account in tenant.everyone()}


def test_a_group_that_is_assigned_gives_its_members_accounts_until_it_is_unassigned(
    connected: Administrator, tenant: ServedTenant
) -> None:
    connected.hires("ada", "bo", "cleo")
    connected.makes_group("Visitors' hosts", "ada", "bo")
    connected.assigns_group("Visitors' hosts")
    assert connected.codes(connected.provisions()) == {"ada": "EntryExportAdd", "bo": "EntryExportAdd"}
    assert names(tenant) == {"ada": True, "bo": True}

    connected.unassigns_group("Visitors' hosts")
    summary = connected.provisions()
    assert connected.codes(summary) == dict.fromkeys(("ada", "bo"), "EntryExportUpdateSoftDelete")
    assert "not assigned" in connected.reason(summary, "ada")
    assert names(tenant) == {"ada": False, "bo": False}
    assert requests(summary) == {"PATCH": 2}


def test_who_leaves_an_assigned_group_loses_the_account_and_who_joins_it_gets_one(
    connected: Administrator, tenant: ServedTenant
) -> None:
    connected.hires("ada", "bo")
    connected.makes_group("Hosts", "ada")
    connected.assigns_group("Hosts")
    connected.provisions()

    connected.removes_member("Hosts", "ada")
    connected.adds_member("Hosts", "bo")
    summary = connected.provisions()
    assert connected.codes(summary) == {"ada": "EntryExportUpdateSoftDelete", "bo": "EntryExportAdd"}
    assert names(tenant) == {"ada": False, "bo": True}


def test_a_deleted_group_takes_its_members_accounts_with_it(connected: Administrator, tenant: ServedTenant) -> None:
    connected.hires("ada")
    connected.makes_group("Hosts", "ada")
    connected.assigns_group("Hosts")
    connected.provisions()
    connected.deletes_group("Hosts")
    assert connected.codes(connected.provisions()) == {"ada": "EntryExportUpdateSoftDelete"}
    assert names(tenant) == {"ada": False}


def test_who_is_assigned_in_two_ways_keeps_the_account_until_both_end(
    connected: Administrator, tenant: ServedTenant
) -> None:
    connected.hires("ada")
    connected.makes_group("Hosts", "ada")
    connected.assigns_group("Hosts")
    connected.assigns("ada")
    connected.provisions()
    connected.unassigns_group("Hosts")
    assert connected.codes(connected.provisions()) == {"ada": "RedundantExport"}
    connected.unassigns("ada")
    assert connected.codes(connected.provisions()) == {"ada": "EntryExportUpdateSoftDelete"}
    assert names(tenant) == {"ada": False}


def test_default_access_alone_gives_no_account_and_the_log_says_so(
    connected: Administrator, tenant: ServedTenant
) -> None:
    connected.hires("ada", "bo")
    connected.assigns("ada", role="Default Access")
    connected.assigns("bo")
    summary = connected.provisions()
    assert connected.codes(summary) == {"ada": "NotEffectivelyEntitled", "bo": "EntryExportAdd"}
    assert "Default Access" in connected.reason(summary, "ada")
    assert names(tenant) == {"bo": True}


def test_who_joins_later_counts_among_all_users(connected: Administrator, tenant: ServedTenant) -> None:
    connected.assigns_everyone()
    connected.hires("ada")
    connected.provisions()
    connected.hires("bo", "cleo")
    summary = connected.provisions()
    assert connected.codes(summary) == {"bo": "EntryExportAdd", "cleo": "EntryExportAdd"}
    assert names(tenant) == {"ada": True, "bo": True, "cleo": True}


def test_all_users_can_be_unassigned_again(connected: Administrator, tenant: ServedTenant) -> None:
    connected.assigns_everyone()
    connected.hires("ada", "bo")
    connected.assigns("bo")
    connected.provisions()
    connected.unassigns_everyone()
    assert connected.codes(connected.provisions()) == {"ada": "EntryExportUpdateSoftDelete", "bo": "RedundantExport"}
    assert names(tenant) == {"ada": False, "bo": True}


def test_sync_all_takes_everyone_and_needs_no_assignment(connected: Administrator, tenant: ServedTenant) -> None:
    connected.hires("ada", "bo")
    connected.assigns("ada")
    connected.provisions()
    assert names(tenant) == {"ada": True}

    connected.sets(scope="all")
    summary = connected.provisions()
    assert summary.kind == "initial"
    assert connected.codes(summary) == {"ada": "RedundantExport", "bo": "EntryExportAdd"}

    connected.sets(scope="assigned")
    assert connected.codes(connected.provisions()) == {"ada": "RedundantExport", "bo": "EntryExportUpdateSoftDelete"}
    assert names(tenant) == {"ada": True, "bo": False}


def test_who_is_disabled_is_never_created_however_they_are_assigned(
    connected: Administrator, tenant: ServedTenant
) -> None:
    connected.hires("ada", "bo", accountEnabled="False")
    connected.assigns("ada")
    first = connected.provisions()
    assert connected.codes(first) == {"ada": "NotActiveInSource"}
    assert "disabled in the directory" in connected.reason(first, "ada")

    connected.sets(scope="all")
    assert connected.codes(connected.provisions()) == dict.fromkeys(("ada", "bo"), "NotActiveInSource")
    assert names(tenant) == {}

    connected.enables("bo")
    assert connected.codes(connected.provisions()) == {"bo": "EntryExportAdd"}


@pytest.mark.parametrize(
    ("leave", "come_back"),
    [
        (Administrator.unassigns, Administrator.assigns),
        (Administrator.disables, Administrator.enables),
        (Administrator.deletes, Administrator.restores),
    ],
    ids=["unassigned", "disabled", "deleted"],
)
def test_who_leaves_is_disabled_once_and_who_comes_back_is_enabled_in_the_same_account(
    connected: Administrator, tenant: ServedTenant, leave: Act, come_back: Act
) -> None:
    connected.hires("ada")
    connected.assigns("ada")
    connected.provisions()
    (account,) = tenant.everyone()

    leave(connected, "ada")
    summary = connected.provisions()
    assert connected.codes(summary) == {"ada": "EntryExportUpdateSoftDelete"}
    assert requests(summary) == {"PATCH": 1}
    assert names(tenant) == {"ada": False}

    assert requests(connected.provisions()) == {}
    connected.restarts()
    assert connected.codes(connected.provisions()) == {"ada": "AlreadyDisabled"}

    come_back(connected, "ada")
    summary = connected.provisions()
    assert connected.codes(summary) == {"ada": "EntryExportUpdateEnable"}
    assert requests(summary) == {"PATCH": 1}
    (again,) = tenant.everyone()
    assert again["id"] == account["id"]
    assert again["active"] is True


def test_who_is_purged_loses_the_account_for_good(connected: Administrator, tenant: ServedTenant) -> None:
    connected.hires("ada")
    connected.assigns("ada")
    connected.provisions()
    connected.deletes("ada")
    connected.provisions()

    connected.purges("ada")
    summary = connected.provisions()
    assert connected.codes(summary) == {"ada": "EntryExportDelete"}
    assert requests(summary) == {"DELETE": 1}
    assert upn("ada") in connected.reason(summary, "ada")
    assert names(tenant) == {}
    assert connected.link("ada") is None


def test_who_is_deleted_and_purged_between_two_cycles_loses_the_account_at_once(
    connected: Administrator, tenant: ServedTenant
) -> None:
    connected.hires("ada")
    connected.assigns("ada")
    connected.provisions()
    connected.deletes("ada")
    connected.purges("ada")
    assert requests(connected.provisions()) == {"DELETE": 1}
    assert names(tenant) == {}


def test_a_name_that_passed_from_a_leaver_to_a_joiner_never_hands_over_the_account(
    connected: Administrator, tenant: ServedTenant
) -> None:
    connected.hires("ada")
    connected.assigns("ada")
    connected.provisions()
    (account,) = tenant.everyone()

    connected.deletes("ada")
    connected.hires("ada2", userPrincipalName=upn("ada"), givenName="Adele")
    connected.assigns("ada2")
    summary = connected.provisions()
    assert connected.codes(summary) == {"ada": "EntryExportUpdateSoftDelete", "ada2": "DuplicateSourceEntries"}
    assert "not handed over" in connected.reason(summary, "ada2")
    (still,) = tenant.everyone()
    assert (still["id"], still["active"], still["name"]["givenName"]) == (account["id"], False, "Ada")

    connected.purges("ada")
    assert connected.codes(connected.provisions()) == {"ada": "EntryExportDelete", "ada2": "EntryExportAdd"}
    (theirs,) = tenant.everyone()
    assert theirs["id"] != account["id"]
    assert (theirs["userName"], theirs["name"]["givenName"], theirs["active"]) == (upn("ada"), "Adele", True)


def test_a_new_name_is_written_to_the_same_account(connected: Administrator, tenant: ServedTenant) -> None:
    connected.hires("ada")
    connected.assigns("ada")
    connected.provisions()
    (account,) = tenant.everyone()
    connected.changes("ada", userPrincipalName=upn("ada.lovelace"), surname="Lovelace")
    summary = connected.provisions()
    assert requests(summary) == {"PATCH": 1}
    assert connected.codes(summary) == {"ada": "EntryExportUpdate"}
    (renamed,) = tenant.everyone()
    assert (renamed["id"], renamed["userName"]) == (account["id"], upn("ada.lovelace"))
    assert renamed["emails"][0]["value"] == upn("ada.lovelace")
    assert renamed["name"]["familyName"] == "Lovelace"


def test_two_people_who_exchange_names_keep_their_accounts_though_the_target_refuses_both(
    connected: Administrator, tenant: ServedTenant
) -> None:
    connected.hires("ada", "bo")
    connected.assigns_everyone()
    connected.provisions()
    accounts = {account["userName"]: account["id"] for account in tenant.everyone()}
    connected.changes("ada", userPrincipalName=upn("between"))
    connected.changes("bo", userPrincipalName=upn("ada"))
    connected.changes("ada", userPrincipalName=upn("bo"))
    assert connected.codes(connected.provisions()) == {"ada": "EntryConflict", "bo": "EntryConflict"}
    assert {account["userName"]: account["id"] for account in tenant.everyone()} == accounts

    connected.changes("ada", userPrincipalName=upn("between"))
    connected.provisions()
    connected.changes("ada", userPrincipalName=upn("bo"))
    connected.provisions()
    exchanged = {account["userName"]: account["id"] for account in tenant.everyone()}
    assert exchanged == {upn("ada"): accounts[upn("bo")], upn("bo"): accounts[upn("ada")]}
