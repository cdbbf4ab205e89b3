"""Does a real company's tenant say what its CSV says, month by month, with no write too many?"""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fakes.administrator import Administrator, Clock, administrator_of, requests, types
from fakes.served_tenant import ServedTenant, served_tenant
from instep.clock import system_clock
from instep.directory.imports import ImportMode
from instep.ledger.cycles import CycleKind
from journeys.employees import SNAPSHOT, Account, Employees, account_seen, account_wanted, rows

MONTHS = (
    "1995-07-31", "1995-08-31", "1995-09-30", "1995-10-31", "1995-11-30", "1995-12-31",
    "1996-01-31", "1996-02-29", "1996-03-31", "1996-04-30", "1996-05-31", "1996-06-30",
)  # fmt: skip
WRITES = ("POST", "PATCH", "DELETE")

pytestmark = pytest.mark.skipif(not SNAPSHOT.exists(), reason=f"the employees sample is not there: {SNAPSHOT.name}")


class Expected:
    """The accounts that there must be, by person, and how many of them each month's CSV changes."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}

    def follow(self, people: dict[str, dict[str, str]]) -> int:
        """Take a month's CSV; return how many accounts it creates or changes."""
        changed = 0
        for person, row in people.items():
            wanted = account_wanted(row)
            if person in self.accounts or wanted["active"]:
                changed += self.accounts.get(person) != wanted
                self.accounts[person] = wanted
        for person in self.accounts.keys() - people.keys():
            changed += self.accounts[person]["active"]
            self.accounts[person] = {**self.accounts[person], "active": False}
        return changed


def _types(data: Path, *arguments: str, standard_input: str = "") -> list[dict[str, Any]]:
    done = types(*arguments, data=data, standard_input=standard_input)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def _seen(tenant: ServedTenant) -> dict[str, Account]:
    accounts = [account_seen(resource) for resource in tenant.everyone()]
    return {account["userName"]: account for account in accounts}


def _by_name(expected: Expected) -> dict[str, Account]:
    return {account["userName"]: account for account in expected.accounts.values()}


def _writes(admin_requests: dict[str, int]) -> int:
    return sum(number for method, number in admin_requests.items() if method in WRITES)


def test_the_tenant_says_what_the_csv_says_month_by_month_with_no_write_too_many(tmp_path: Path) -> None:
    employees, expected, data = Employees(1_000), Expected(), tmp_path / "instep"
    with served_tenant(tmp_path / "proxyclick") as tenant:
        first = employees.on("1995-06-30")
        joined = expected.follow(rows(first))
        assert joined == sum(row["accountEnabled"] == "True" for row in rows(first).values()) > 500

        _the_administrator_sets_it_up(data, tmp_path, tenant, first, joined)
        assert _seen(tenant) == _by_name(expected)
        assert len(tenant.everyone()) == joined

        clock = Clock(system_clock())
        with administrator_of(data, tmp_path, clock) as admin:
            for month in MONTHS:
                _a_month_passes(admin, clock, employees.on(month), expected)
                assert _seen(tenant) == _by_name(expected), month
                assert requests(admin.provisions()) == {}, month
        assert any(not account["active"] for account in _seen(tenant).values())


def _the_administrator_sets_it_up(data: Path, folder: Path, tenant: ServedTenant, first: bytes, joined: int) -> None:
    file = folder / "company.csv"
    file.write_bytes(first)
    _types(data, "users", "import", str(file), "--mode", "snapshot", "--json")
    _types(data, "apps", "add", "proxyclick")
    _types(data, "apps", "assign", "proxyclick", "--all", "--role", "User")
    arguments = ("apps", "connect", "proxyclick", "--tenant-url", tenant.tenant_url, "--token-stdin")
    _types(data, *arguments, standard_input=tenant.secret_token + "\n")
    (summary,) = _types(data, "apps", "provision", "proxyclick", "--json")
    assert summary["kind"] == "initial"
    assert summary["created"] == summary["requests"]["POST"] == joined
    assert _writes(summary["requests"]) == joined
    (again,) = _types(data, "apps", "provision", "proxyclick", "--json")
    assert (again["kind"], again["requests"]) == ("incremental", {})


def _a_month_passes(admin: Administrator, clock: Clock, content: bytes, expected: Expected) -> None:
    clock.now += timedelta(days=30)
    report = admin.imports(content, ImportMode.SNAPSHOT)
    assert not report.removals_held
    changed = expected.follow(rows(content))
    summary = admin.provisions()
    assert summary.kind is CycleKind.INCREMENTAL
    assert (summary.counts.failed, summary.counts.held) == (0, 0)
    assert _writes(requests(summary)) == changed > 0
