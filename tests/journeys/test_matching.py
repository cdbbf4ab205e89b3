"""How is the account found that somebody has already? By filters or by paging, whichever takes fewer requests."""

from pathlib import Path

from fakes.administrator import Administrator, requests, upn
from fakes.faulty_target import SECRET_TOKEN, FaultyTarget
from fakes.served_tenant import ServedTenant, served_tenant
from instep.ledger.records import Origin

NAMES = {"givenName": "Ada", "familyName": "Example", "formatted": "Ada Example"}


def person(number: int) -> str:
    return f"p{number:03}"


def test_few_users_among_many_accounts_are_matched_by_a_filter_each(admin: Administrator, target: FaultyTarget) -> None:
    for number in range(300):
        target.add(upn(person(number)))
    target.most_a_page = 50
    admin.connects(target.tenant_url, SECRET_TOKEN)
    target.forget_arrivals()
    admin.hires("p007", "p299", "newcomer")
    admin.assigns_everyone()

    summary = admin.provisions()
    assert admin.codes(summary) == {
        "p007": "EntryExportUpdate", "p299": "EntryExportUpdate", "newcomer": "EntryExportAdd",
    }  # fmt: skip
    assert requests(summary) == {"GET": 1 + 3, "PATCH": 2, "POST": 1}
    assert summary.counts.reads_because == {"how many accounts there are": 1, "matching by filter": 3}
    assert len(target.accounts) == 301
    assert "matched by userName" in admin.reason(summary, "p007")


def test_many_users_are_matched_by_paging_through_the_few_pages_of_accounts(
    admin: Administrator, target: FaultyTarget
) -> None:
    for number in range(300):
        target.add(upn(person(number)).upper())
    target.most_a_page = 100
    admin.connects(target.tenant_url, SECRET_TOKEN)
    target.forget_arrivals()
    admin.hires(*(person(number) for number in range(310)))
    admin.assigns_everyone()

    summary = admin.provisions()
    assert (summary.counts.created, summary.counts.updated) == (10, 300)
    assert requests(summary) == {"GET": 3, "PATCH": 300, "POST": 10}
    assert len(target.arrived()) == 313
    assert len(target.accounts) == 310
    assert requests(admin.provisions()) == {}


def test_an_empty_target_costs_one_request_a_user_and_one_to_see_that_it_is_empty(
    admin: Administrator, target: FaultyTarget
) -> None:
    admin.connects(target.tenant_url, SECRET_TOKEN)
    target.forget_arrivals()
    admin.hires(*(person(number) for number in range(40)))
    admin.assigns_everyone()
    summary = admin.provisions()
    assert requests(summary) == {"GET": 1, "POST": 40}
    assert len(target.arrived("POST")) == 40
    assert len(target.arrived()) == 41


def test_an_account_that_is_as_it_should_be_is_linked_without_a_write(
    connected: Administrator, tenant: ServedTenant
) -> None:
    mine = tenant.create(upn("ada"), name=NAMES)
    connected.hires("ada")
    connected.assigns("ada")
    summary = connected.provisions()
    assert connected.codes(summary) == {"ada": "RedundantExport"}
    assert set(requests(summary)) == {"GET"}
    link = connected.link("ada")
    assert link is not None
    assert (link.account_id, link.origin) == (mine["id"], Origin.MATCHED)

    connected.disables("ada")
    assert requests(connected.provisions()) == {"PATCH": 1}
    (account,) = tenant.everyone()
    assert account["active"] is False


def test_only_what_differs_is_written_to_an_account_that_was_matched(
    connected: Administrator, tenant: ServedTenant
) -> None:
    tenant.create(upn("ada"), name=NAMES, active=False, nickName="kept", title="Visitor")
    connected.hires("ada", jobTitle="Engineer")
    connected.assigns("ada")
    summary = connected.provisions()
    (entry,) = connected.log(summary)
    assert entry.after == {"active": True, "title": "Engineer"}
    (account,) = tenant.everyone()
    assert (account["active"], account["title"], account["nickName"]) == (True, "Engineer", "kept")


def test_accounts_that_nobody_in_the_directory_has_are_never_touched(
    connected: Administrator, tenant: ServedTenant
) -> None:
    stranger = tenant.create(upn("stranger"))
    connected.hires("ada")
    connected.assigns_everyone()
    connected.provisions()
    connected.unassigns_everyone()
    connected.provisions()
    assert tenant.http.get(f"/Users/{stranger['id']}").json() == stranger


def test_two_accounts_for_one_user_are_named_and_neither_is_written(admin: Administrator, target: FaultyTarget) -> None:
    accounts = [target.add(upn("ada")), target.add(upn("ADA"))]
    admin.connects(target.tenant_url, SECRET_TOKEN)
    admin.hires("ada")
    admin.assigns("ada")
    target.forget_arrivals()
    summary = admin.provisions()
    assert admin.codes(summary) == {"ada": "DuplicateTargetEntries"}
    assert all(account["id"] in admin.reason(summary, "ada") for account in accounts)
    assert target.writes == []


def test_another_tenant_url_makes_everyone_matched_anew_before_any_write(
    connected: Administrator, tenant: ServedTenant, tmp_path: Path
) -> None:
    connected.hires("ada", "bo", "cleo")
    connected.assigns_everyone()
    connected.provisions()
    old = {account["userName"]: account for account in tenant.everyone()}

    with served_tenant(tmp_path / "second") as second:
        mine = second.create(upn("bo"), name=NAMES)
        connected.connects(second.tenant_url, second.secret_token)
        connected.disables("cleo")
        summary = connected.provisions()
        assert summary.kind == "initial"
        assert connected.codes(summary) == {
            "ada": "EntryExportAdd", "bo": "EntryExportUpdate", "cleo": "NotActiveInSource",
        }  # fmt: skip
        assert "matched by userName" in connected.reason(summary, "bo")
        assert connected.link("bo").account_id == mine["id"]  # type: ignore[union-attr]
        assert {account["userName"] for account in second.everyone()} == {upn("ada"), upn("bo")}
        assert {account["userName"]: account for account in tenant.everyone()} == old

    connected.connects(tenant.tenant_url, tenant.secret_token)
    assert connected.codes(connected.provisions()) == {
        "ada": "RedundantExport", "bo": "RedundantExport", "cleo": "EntryExportUpdateSoftDelete",
    }  # fmt: skip


def test_the_same_tenant_by_another_spelling_of_its_url_keeps_its_links(
    admin: Administrator, target: FaultyTarget
) -> None:
    admin.connects(target.tenant_url, SECRET_TOKEN)
    admin.hires("ada")
    admin.assigns("ada")
    admin.provisions()
    admin.connects(target.tenant_url + "/?aadOptscim062020", SECRET_TOKEN)
    assert requests(admin.provisions()) == {}
