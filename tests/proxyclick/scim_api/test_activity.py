"""What the activity of an integration tells of its requests."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fakes.served_tenant import ServedTenant, run_command, served_tenant, user
from fakes.tenancy import add_location, install_at
from proxyclick.integrations.activity import Activity, Deed
from proxyclick.scim_api.pacing import Pacing
from proxyclick.store.activity import ActivityReader
from proxyclick.store.database import open_database
from proxyclick.store.installations import Installations


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedTenant]:
    with served_tenant(tmp_path_factory.mktemp("activity")) as served:
        yield served


def told(tenant: ServedTenant, text: str = "", installation: int = 1) -> list[Activity]:
    """The activity, the oldest first."""
    with closing(open_database(tenant.data)) as connection:
        return ActivityReader(connection).page(installation, text, 1000)[::-1]


def told_once(tenant: ServedTenant, text: str, holds: Callable[[list[Activity]], bool]) -> list[Activity]:
    """The same, as soon as it holds: what changes nothing is told within a second."""
    for _ in range(100):
        if holds(found := told(tenant, text)):
            break
        time.sleep(0.05)
    return found


def replace(path: str, value: Any) -> dict[str, Any]:
    return {"op": "Replace", "path": path, "value": value}


def test_each_change_is_told_as_soon_as_it_is_answered(site: ServedTenant) -> None:
    made = site.create("ada@corp.example", title="Analyst")
    site.patch(made["id"], replace("title", "Director"))
    site.patch(made["id"], replace("active", "False"))
    site.patch(made["id"], replace("active", "True"))
    site.http.delete(f"/Users/{made['id']}")
    lines = told(site, "ada@corp")
    assert [(line.deed, line.method, line.status) for line in lines] == [
        (Deed.CREATED, "POST", 201),
        (Deed.UPDATED, "PATCH", 200),
        (Deed.DISABLED, "PATCH", 200),
        (Deed.ENABLED, "PATCH", 200),
        (Deed.DELETED, "DELETE", 204),
    ]
    assert [str(change) for change in lines[1].changes] == ["Title: Analyst → Director"]
    assert [str(change) for change in lines[2].changes] == ["Status: Active → Inactive"]
    assert "Title set to Analyst" in [str(change) for change in lines[0].changes]
    assert lines[1].path == f"/Users/{made['id']}"
    assert len({line.user for line in lines}) == 1


def test_a_phone_that_is_left_blank_is_told_with_the_number(site: ServedTenant) -> None:
    phones = [{"type": "work", "value": "02 555 01 00"}, {"type": "mobile", "value": "+32470000000"}]
    made = site.create("phone@corp.example", phoneNumbers=phones)
    assert made["phoneNumbers"] == [phones[1]]
    site.patch(made["id"], replace('phoneNumbers[type eq "work"].value', "12345"))
    first, second = told_once(site, "left blank", lambda lines: len(lines) == 2)
    assert "'02 555 01 00' is not in E.164" in first.note
    assert (second.deed, "'12345'" in second.note) == (Deed.UNCHANGED, True)


def test_what_is_refused_is_told_with_the_reason(site: ServedTenant) -> None:
    site.create("taken@corp.example")
    site.http.post("/Users", json=user("taken@corp.example"))
    (line,) = told_once(site, "refused", lambda lines: len(lines) == 1)
    assert (line.status, line.deed) == (409, Deed.REFUSED)
    assert "belongs to US-" in line.note


def test_what_is_looked_for_is_told_as_it_was_meant(site: ServedTenant) -> None:
    site.create("found@corp.example")
    for name in ("found@corp.example", "no+body@corp.example"):
        site.find(f'userName eq "{name}"')
    found, nobody = told_once(site, "filter=", lambda lines: len(lines) == 2)
    assert (found.path, found.note) == ('/Users?filter=userName eq "found@corp.example"', "1 found.")
    assert (nobody.path, nobody.note) == ('/Users?filter=userName eq "no+body@corp.example"', "Nobody found.")


def test_who_was_added_by_hand_is_adopted_by_the_integration_that_changes_them(site: ServedTenant) -> None:
    from fakes.console_visitor import administrator_of

    with administrator_of(site.site, site.data):
        (root,) = site.find('userName eq "root@console.example"')
    site.patch(root["id"], replace("title", "Boss"))
    site.patch(root["id"], replace("title", "Big boss"))
    first, second = told(site, "root@console.example")[-2:]
    assert ("Adopted" in first.note, second.note) == (True, "")


def test_whoever_is_joined_and_whoever_leaves_is_told_so(site: ServedTenant) -> None:
    with install_at(site, add_location(site.data, "Elsewhere")) as there:
        made = site.create("both@corp.example")
        there.create("both@corp.example")
        there.http.delete(f"/Users/{made['id']}")
        lines = told(site, "both@", installation=2)
        assert [line.deed for line in lines] == [Deed.JOINED, Deed.LEFT]
        assert [line.deed for line in told(site, "both@")] == [Deed.CREATED]


def test_a_change_that_was_rolled_back_is_not_told(site: ServedTenant) -> None:
    made = site.create("rolled@corp.example")
    site.patch(made["id"], replace("userName", "no address"))
    site.patch(made["id"], replace("title", "x"), replace("userName", "taken@corp.example"))
    assert [line.deed for line in told(site, "rolled@")] == [Deed.CREATED]


def test_tokens_show_when_they_were_last_used(site: ServedTenant) -> None:
    def used() -> bool:
        with closing(open_database(site.data)) as connection:
            return Installations(connection).all()[0].tokens[0].last_used_at is not None

    site.find('userName eq "x"')
    assert told_once(site, "", lambda _: used())
    assert used()


def test_what_was_answered_before_the_end_is_told_after_it(tmp_path: Path) -> None:
    with served_tenant(tmp_path) as served:
        served.find('userName eq "last"')
    assert [line.note for line in told(served)] == ["Nobody found."]


def test_a_token_that_sends_more_than_it_may_waits_as_it_is_told(tmp_path: Path) -> None:
    with served_tenant(tmp_path) as served:
        data = ["--data", str(tmp_path)]
        assert run_command("settings", "set", "requests-per-second=3", *data).returncode == 0
        answers = [served.http.get("/Users") for _ in range(5)]
        refused = next(answer for answer in answers if answer.status_code != 200)
        assert (refused.status_code, refused.json()["status"]) == (429, "429")
        assert refused.headers["retry-after"] == "1"
        assert "3 requests a second" in refused.json()["detail"]
        assert run_command("settings", "set", "requests-per-second=0", *data).returncode == 0
        assert all(served.http.get("/Users").status_code == 200 for _ in range(10))


def test_a_bucket_fills_as_fast_as_requests_may_come() -> None:
    now = 0.0
    pacing = Pacing(lambda: now)
    assert [pacing.wait_seconds(1, rate=2) for _ in range(3)] == [0, 0, 0.5]
    assert pacing.wait_seconds(2, rate=2) == 0
    now = 0.5
    assert [pacing.wait_seconds(1, rate=2) for _ in range(2)] == [0, 0.5]
    now = 100.0
    assert [pacing.wait_seconds(1, rate=2) for _ in range(3)] == [0, 0, 0.5]


@pytest.mark.parametrize("value", ["-1", "x", "1.5", "99999999", ""])
def test_a_limit_that_is_no_number_is_refused(tmp_path: Path, value: str) -> None:
    outcome = run_command("settings", "set", f"requests-per-second={value}", "--data", str(tmp_path))
    assert (outcome.returncode, "whole number" in outcome.stderr) == (2, True)


def test_each_operation_in_bulk_is_told_and_the_request_as_well(site: ServedTenant) -> None:
    body = user("bulk@corp.example")
    operations = [
        {"method": "POST", "path": "/Users", "bulkId": "a", "data": body},
        {"method": "POST", "path": "/Users", "bulkId": "b", "data": body},
        {"method": "DELETE", "path": "/Users/bulkId:a"},
    ]
    urn = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
    assert site.http.post("/Bulk", json={"schemas": [urn], "Operations": operations}).status_code == 200
    lines = told_once(site, "/Bulk", lambda lines: len(lines) == 4)
    found = {(line.method, line.path.split("/US-")[0], line.status, line.deed) for line in lines}
    assert found == {
        ("POST", "/Bulk/Users", 201, Deed.CREATED),
        ("POST", "/Bulk/Users", 409, Deed.REFUSED),
        ("DELETE", "/Bulk/Users", 204, Deed.DELETED),
        ("POST", "/Bulk", 200, Deed.READ),
    }
    notes = {line.path: line.note for line in lines if line.note}
    assert "belongs to" in notes["/Bulk/Users"]
    assert notes["/Bulk"] == "3 of 3 operations tried, 1 refused."
