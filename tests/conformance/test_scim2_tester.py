"""Does an independent judge find the tenant conformant, but for Proxyclick's own rules?"""

import tomllib
from collections import Counter
from pathlib import Path

import httpx2
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server
from scim2_tester.utils import CheckResult

from fakes.served_tenant import ServedTenant

EXPECTED = tomllib.loads((Path(__file__).parent / "expected_failures.toml").read_text("utf-8"))["failure"]
GOOD = (Status.SUCCESS, Status.COMPLIANT, Status.ACCEPTABLE, Status.SKIPPED)


def _judged(tenant: ServedTenant) -> list[CheckResult]:
    headers = {"Authorization": f"Bearer {tenant.secret_token}"}
    with httpx2.Client(base_url=tenant.tenant_url, headers=headers, trust_env=False) as client:
        return check_server(SyncSCIMClient(client))


def test_nothing_fails_without_the_rules_of_proxyclick(rfc_tenant: ServedTenant) -> None:
    results = _judged(rfc_tenant)
    assert [(result.title, result.reason) for result in results if result.status not in GOOD] == []
    assert len(results) > 100


def test_exactly_what_the_rules_of_proxyclick_forbid_fails_with_them(tenant: ServedTenant) -> None:
    failed = [result for result in _judged(tenant) if result.status not in GOOD]
    assert Counter(result.title for result in failed) == {entry["check"]: entry["times"] for entry in EXPECTED}
    reasons = {entry["check"]: entry["reason"] for entry in EXPECTED}
    assert [result.reason for result in failed if reasons[result.title] not in str(result.reason)] == []


def test_every_expected_failure_names_its_rule() -> None:
    assert all(entry["rule"] for entry in EXPECTED)
