"""Where a target takes bulk requests: do the accounts come out the same, in far fewer requests, whatever goes wrong?"""

from fakes.administrator import Administrator, requests, upn
from fakes.faulty_target import FaultyTarget
from fakes.served_tenant import ServedTenant

PEOPLE = [f"p{number:03}" for number in range(60)]


def test_a_first_cycle_and_a_large_change_take_a_request_for_many_accounts(
    connected: Administrator, tenant: ServedTenant
) -> None:
    admin = connected
    admin.speaks(writes_per_request="25")
    admin.hires(*PEOPLE, jobTitle="Engineer")
    admin.assigns_everyone()
    first = admin.provisions()
    assert (first.counts.created, requests(first)) == (60, {"GET": 1, "POST": 3})
    assert {user["userName"] for user in tenant.everyone()} == set(map(upn, PEOPLE))
    assert requests(admin.provisions()) == {}

    for name in PEOPLE[:50]:
        admin.changes(name, jobTitle="Director")
    changed = admin.provisions()
    assert (changed.counts.updated, requests(changed)) == (50, {"POST": 2})
    assert sum(user["title"] == "Director" for user in tenant.everyone()) == 50
    links = {user["userName"]: user["id"] for user in tenant.everyone()}
    assert all((link := admin.link(name)) is not None and link.account_id == links[upn(name)] for name in PEOPLE)

    admin.disables("p001")
    assert requests(admin.provisions()) == {"PATCH": 1}, "who is alone is written as ever"
    assert requests(admin.provisions()) == {}


def test_who_is_refused_in_a_bulk_request_is_refused_alone(connected: Administrator, tenant: ServedTenant) -> None:
    admin = connected
    admin.speaks(writes_per_request="100")
    admin.hires(*PEOPLE)
    admin.hires("nameless", givenName="")
    admin.assigns_everyone()
    summary = admin.provisions()
    assert (summary.counts.created, summary.counts.failed) == (60, 1)
    assert "name.givenName" in admin.reason(summary, "nameless")
    assert {user["userName"] for user in tenant.everyone()} == set(map(upn, PEOPLE))


def test_a_target_without_bulk_requests_gets_a_request_for_each(admin: Administrator, target: FaultyTarget) -> None:
    admin.connects(target.tenant_url, target.token)
    admin.speaks(writes_per_request="100")
    admin.hires(*PEOPLE)
    admin.assigns_everyone()
    assert admin.provisions().counts.created == 60
    assert len(target.accounts) == 60
